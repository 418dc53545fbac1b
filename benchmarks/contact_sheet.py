"""Draws a contact sheet: frames of finished reels side by side, as the README shows them.

    python benchmarks/contact_sheet.py out/three-habits/reel.mp4 … --columns 6 --to docs/contact-sheet.jpg
"""

import argparse
from pathlib import Path

import av
from PIL import Image

CELL_PX = (270, 480)
"""Size of one frame on the sheet, (width, height)."""
GAP_PX = 6
"""Space between frames."""
PAPER = (250, 250, 250)
"""Colour between frames."""


def main() -> None:
    """Reads the command line, writes the sheet."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("reels", type=Path, nargs="+")
    arguments.add_argument("--columns", type=int, default=6, help="frames taken from each reel, evenly")
    arguments.add_argument("--to", type=Path, required=True)
    chosen = arguments.parse_args()
    rows = [frames(reel, chosen.columns) for reel in chosen.reels]
    width, height = (CELL_PX[0] + GAP_PX, CELL_PX[1] + GAP_PX)
    sheet = Image.new("RGB", (width * chosen.columns + GAP_PX, height * len(rows) + GAP_PX), PAPER)
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            sheet.paste(cell, (GAP_PX + column * width, GAP_PX + row * height))
    sheet.save(chosen.to, quality=88)
    print(f"{chosen.to}: {sheet.width} x {sheet.height}")


def frames(reel: Path, count: int) -> list[Image.Image]:
    """`count` frames, each from the middle of an equal part of the reel."""
    found = []
    with av.open(str(reel)) as container:
        stream = container.streams.video[0]
        wanted = [int(stream.frames * (index + 0.5) / count) for index in range(count)]
        for number, frame in enumerate(container.decode(stream)):
            if number in wanted:
                found.append(frame.to_image().resize(CELL_PX, Image.Resampling.LANCZOS))
            if number >= wanted[-1]:
                break
    return found


if __name__ == "__main__":
    main()
