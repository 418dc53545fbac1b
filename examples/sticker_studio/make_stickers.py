"""Paints the emoji pictures that the caption style `highlight` shows, and a sheet to look at.

    python examples/sticker_studio/make_stickers.py                # writes templates/captions/emoji/*.png
    python examples/sticker_studio/make_stickers.py --sheet FILE   # all of them on light, grey and dark

Original work, painted from shapes by this program; a file's name is the emoji's code point.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

from paint import SIZE_PX, Sheet, bar, curve, disc, inside, joined, polygon, rounded, star, stroke, turned, without
from PIL import Image

FOLDER = Path(__file__).parents[2] / "templates" / "captions" / "emoji"
"""Where the caption engine looks for them."""
PAPERS = ((246, 246, 246), (120, 130, 140), (16, 16, 22))
"""Backgrounds of the sheet."""


def paint_star(sheet: Sheet) -> None:
    sheet.paint(rounded(star((0.5, 0.54), 0.515, 0.25, 5), 0.07), (255, 221, 74), (255, 170, 20))


def paint_heart(sheet: Sheet) -> None:
    half = curve((0.5, 0.90), [(0.30, 0.74), (0.07, 0.56), (0.07, 0.34)], [(0.07, 0.06), (0.42, 0.02), (0.5, 0.27)])
    other = [(1 - x, y) for x, y in reversed(half)]
    sheet.paint(polygon([*half, *other]), (255, 82, 102), (214, 24, 62))
    sheet.paint(turned(disc((0.36, 0.24), 0.085, 0.6), 35), (255, 170, 180), soft=0)


def paint_fire(sheet: Sheet) -> None:
    flame = curve((0.52, 0.05), [(0.60, 0.24), (0.86, 0.34), (0.86, 0.64)], [(0.86, 0.84), (0.69, 0.95), (0.5, 0.95)],
                  [(0.30, 0.95), (0.14, 0.84), (0.14, 0.62)], [(0.14, 0.48), (0.22, 0.38), (0.28, 0.30)],
                  [(0.30, 0.40), (0.34, 0.45), (0.40, 0.47)], [(0.36, 0.30), (0.42, 0.14), (0.52, 0.05)])
    heart = curve((0.52, 0.44), [(0.56, 0.58), (0.68, 0.62), (0.68, 0.76)], [(0.68, 0.88), (0.60, 0.93), (0.5, 0.93)],
                  [(0.39, 0.93), (0.32, 0.87), (0.32, 0.76)], [(0.32, 0.68), (0.37, 0.64), (0.40, 0.60)],
                  [(0.42, 0.64), (0.44, 0.66), (0.47, 0.66)], [(0.46, 0.58), (0.48, 0.50), (0.52, 0.44)])
    sheet.paint(polygon(flame), (255, 112, 40), (232, 44, 28))
    sheet.paint(polygon(heart), (255, 226, 90), (255, 178, 40), soft=0.3)


def paint_check(sheet: Sheet) -> None:
    sheet.paint(bar(0.07, 0.07, 0.93, 0.93, 0.22), (74, 205, 110), (26, 158, 78))
    sheet.paint(stroke([(0.28, 0.52), (0.44, 0.68), (0.73, 0.34)], 0.13), (255, 255, 255), soft=0)


def paint_sparkles(sheet: Sheet) -> None:
    for centre, size in (((0.40, 0.58), 0.36), ((0.77, 0.24), 0.19), ((0.80, 0.80), 0.14)):
        x, y = centre
        pull = 0.12 * size
        tips = [(x, y - size), (x + size, y), (x, y + size), (x - size, y)]
        waists = [(x + pull, y - pull), (x + pull, y + pull), (x - pull, y + pull), (x - pull, y - pull)]
        line = curve(tips[0], *([waist, waist, tip] for waist, tip in zip(waists, [*tips[1:], tips[0]], strict=True)))
        sheet.paint(polygon(line), (255, 228, 104), (255, 190, 50), soft=0.35)


def paint_thumb(sheet: Sheet) -> None:
    skin, deep = (255, 205, 84), (246, 160, 40)
    thumb = curve((0.36, 0.50), [(0.46, 0.40), (0.50, 0.28), (0.50, 0.14)], [(0.50, 0.03), (0.66, 0.03), (0.66, 0.20)],
                  [(0.66, 0.30), (0.63, 0.38), (0.61, 0.44)], [(0.61, 0.60), (0.50, 0.66), (0.36, 0.62)])
    fingers = [bar(0.46, 0.42 + 0.125 * row, right, 0.555 + 0.125 * row, 0.066)
               for row, right in enumerate((0.90, 0.925, 0.895, 0.84))]
    sheet.paint(bar(0.08, 0.46, 0.26, 0.94, 0.05), (76, 140, 235), (40, 96, 200), soft=0.6)
    sheet.paint(joined(bar(0.24, 0.46, 0.74, 0.925, 0.10), polygon(thumb)), skin, deep, soft=0.5)
    for finger in fingers:
        sheet.paint(finger, skin, deep, soft=0.75)


def paint_drop(sheet: Sheet) -> None:
    drop = curve((0.5, 0.04), [(0.58, 0.24), (0.83, 0.42), (0.83, 0.64)], [(0.83, 0.84), (0.68, 0.96), (0.5, 0.96)],
                 [(0.32, 0.96), (0.17, 0.84), (0.17, 0.64)], [(0.17, 0.42), (0.42, 0.24), (0.5, 0.04)])
    sheet.paint(polygon(drop), (96, 196, 255), (24, 118, 226))
    sheet.paint(stroke(curve((0.29, 0.64), [(0.29, 0.76), (0.36, 0.82), (0.44, 0.85)]), 0.055), (214, 240, 255), soft=0)


def paint_sun(sheet: Sheet) -> None:
    sheet.paint(rounded(star((0.5, 0.5), 0.50, 0.33, 12), 0.025), (255, 190, 50), (255, 150, 30), soft=0.4)
    sheet.paint(disc((0.5, 0.5), 0.30), (255, 232, 110), (255, 198, 50))


def paint_moon(sheet: Sheet) -> None:
    crescent = without(disc((0.50, 0.50), 0.44), disc((0.69, 0.40), 0.37))
    sheet.paint(turned(crescent, -8), (255, 226, 120), (248, 186, 62))


def paint_rocket(sheet: Sheet) -> None:
    def lay(mask: Image.Image) -> Image.Image:
        return turned(mask, -42)

    body = polygon(curve((0.5, 0.02), [(0.66, 0.14), (0.70, 0.38), (0.64, 0.72)], [(0.58, 0.74), (0.42, 0.74), (0.36, 0.72)],
                         [(0.30, 0.38), (0.34, 0.14), (0.5, 0.02)]))
    flame = curve((0.40, 0.72), [(0.38, 0.84), (0.46, 0.92), (0.5, 1.0)], [(0.54, 0.92), (0.62, 0.84), (0.60, 0.72)])
    core = curve((0.45, 0.72), [(0.44, 0.80), (0.48, 0.85), (0.5, 0.89)], [(0.52, 0.85), (0.56, 0.80), (0.55, 0.72)])
    fin = curve((0.36, 0.46), [(0.22, 0.54), (0.18, 0.66), (0.20, 0.82)], [(0.28, 0.74), (0.34, 0.72), (0.40, 0.72)])
    fins = [polygon(fin), polygon([(1 - x, y) for x, y in fin])]
    sheet.paint(lay(polygon(flame)), (255, 140, 40), soft=0.3)
    sheet.paint(lay(polygon(core)), (255, 226, 90), soft=0)
    for side in fins:
        sheet.paint(lay(side), (240, 74, 84), (206, 36, 62), soft=0.7)
    sheet.paint(lay(body), (244, 247, 252), (206, 214, 228))
    sheet.paint(lay(inside(body, bar(0.0, 0.0, 1.0, 0.20, 0.0))), (240, 74, 84), soft=0.5)
    sheet.paint(lay(disc((0.5, 0.37), 0.105)), (70, 84, 120), soft=0)
    sheet.paint(lay(disc((0.5, 0.37), 0.075)), (120, 206, 255), (60, 150, 236), soft=0.4)


def paint_bulb(sheet: Sheet) -> None:
    glass = joined(disc((0.5, 0.38), 0.34), polygon([(0.24, 0.55), (0.76, 0.55), (0.65, 0.76), (0.35, 0.76)]))
    sheet.paint(glass, (255, 236, 120), (255, 200, 60))
    sheet.paint(stroke([(0.40, 0.44), (0.46, 0.54), (0.46, 0.70)], 0.035), (222, 140, 30), soft=0)
    sheet.paint(stroke([(0.60, 0.44), (0.54, 0.54), (0.54, 0.70)], 0.035), (222, 140, 30), soft=0)
    rings = bar(0.35, 0.74, 0.65, 0.82, 0.03), bar(0.37, 0.815, 0.63, 0.89, 0.03), bar(0.42, 0.88, 0.58, 0.96, 0.035)
    sheet.paint(joined(*rings), (176, 186, 204), (120, 130, 150), soft=0.6)


def paint_clock(sheet: Sheet) -> None:
    red, deep = (246, 86, 86), (208, 40, 56)
    for x, tilt in ((0.24, 35), (0.76, -35)):
        sheet.paint(turned(bar(x - 0.14, 0.08, x + 0.14, 0.21, 0.07), tilt, around=(x, 0.145)), red, deep, soft=0.6)
    feet = joined(stroke([(0.27, 0.82), (0.19, 0.93)], 0.09), stroke([(0.73, 0.82), (0.81, 0.93)], 0.09))
    sheet.paint(feet, red, deep, soft=0.5)
    sheet.paint(disc((0.5, 0.54), 0.40), red, deep)
    sheet.paint(disc((0.5, 0.54), 0.30), (255, 255, 255), (232, 236, 244), soft=0.3)
    sheet.paint(stroke([(0.5, 0.36), (0.5, 0.54), (0.62, 0.61)], 0.055), (40, 44, 66), soft=0)


def paint_target(sheet: Sheet) -> None:
    for radius, colour in ((0.45, (238, 66, 76)), (0.33, (255, 255, 255)), (0.21, (238, 66, 76)), (0.09, (255, 255, 255))):
        sheet.paint(disc((0.5, 0.5), radius), colour, soft=1.0 if radius > 0.4 else 0.25)


def paint_coffee(sheet: Sheet) -> None:
    handle = without(disc((0.74, 0.58), 0.19), disc((0.74, 0.58), 0.10))
    sheet.paint(handle, (232, 238, 248), (196, 206, 224), soft=0.6)
    cup = joined(bar(0.14, 0.36, 0.72, 0.60, 0.02), inside(bar(0.14, 0.30, 0.72, 0.86, 0.22), bar(0, 0.5, 1, 1, 0)))
    sheet.paint(cup, (246, 249, 255), (206, 214, 230))
    sheet.paint(disc((0.43, 0.38), 0.29, 0.24), (206, 214, 230), soft=0.3)
    sheet.paint(disc((0.43, 0.385), 0.25, 0.19), (124, 72, 42), (94, 50, 28), soft=0)
    sheet.paint(bar(0.10, 0.87, 0.78, 0.94, 0.035), (232, 238, 248), (190, 200, 220), soft=0.5)
    for x in (0.33, 0.51):
        sheet.paint(stroke(curve((x, 0.26), [(x - 0.07, 0.19), (x + 0.07, 0.13), (x, 0.05)]), 0.04), (190, 200, 216), soft=0)


STICKERS: dict[str, Callable[[Sheet], None]] = {
    "2b50": paint_star, "2764": paint_heart, "1f525": paint_fire, "2705": paint_check, "2728": paint_sparkles,
    "1f44d": paint_thumb, "1f4a7": paint_drop, "2600": paint_sun, "1f319": paint_moon, "1f680": paint_rocket,
    "1f4a1": paint_bulb, "23f0": paint_clock, "1f3af": paint_target, "2615": paint_coffee,
}
"""Code point -> who paints it."""


def main() -> None:
    """Reads the command line, paints."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--sheet", type=Path, help="write a sheet of all stickers there instead")
    chosen = arguments.parse_args()
    pictures = {}
    for code, paint in STICKERS.items():
        sheet = Sheet()
        paint(sheet)
        pictures[code] = sheet.finished()
    if chosen.sheet:
        overview(list(pictures.values())).save(chosen.sheet)
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    for code, picture in pictures.items():
        picture.save(FOLDER / f"{code}.png", optimize=True)


def overview(pictures: list[Image.Image]) -> Image.Image:
    """All stickers, one row a background."""
    whole = Image.new("RGB", (SIZE_PX * len(pictures), SIZE_PX * len(PAPERS)))
    for row, paper in enumerate(PAPERS):
        whole.paste(paper, (0, row * SIZE_PX, whole.width, (row + 1) * SIZE_PX))
        for column, picture in enumerate(pictures):
            whole.paste(picture, (column * SIZE_PX, row * SIZE_PX), picture)
    return whole


if __name__ == "__main__":
    main()
