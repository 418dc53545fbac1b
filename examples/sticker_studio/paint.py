"""A small painter for stickers: shapes with a gradient and soft light, on a sheet four times as large as the picture."""

import math
from collections.abc import Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFilter

SIZE_PX = 160
"""Side of a finished sticker."""
SCALE = 4
"""How much larger it is painted, so that its edges come out smooth."""
SIDE = SIZE_PX * SCALE
"""Side of the sheet."""
RIM = 0.035
"""Width of the white rim around a sticker, as a part of its side."""
LIGHT, SHADE = 90, 70
"""How strongly upper left edges are lit and lower right ones shaded, of 255."""
DEPTH = 0.045
"""How far light and shade reach into a shape, as a part of the side."""

STEPS = 24
"""Points along a curve."""

Point = tuple[float, float]
"""(x, y) from 0 to 1, origin top left."""
Colour = tuple[int, int, int]
"""Red, green, blue."""


class Sheet:
    """A transparent square to paint on."""

    def __init__(self) -> None:
        self.picture = Image.new("RGBA", (SIDE, SIDE))

    def paint(self, mask: Image.Image, top: Colour, bottom: Colour | None = None, *, soft: float = 1.0) -> None:
        """Fills a shape with a gradient from top to bottom, lit from the upper left; `soft` 0 leaves it flat."""
        colour = _gradient(mask, top, bottom or top)
        if soft:
            reach = round(DEPTH * SIDE)
            blurred = mask.filter(ImageFilter.GaussianBlur(reach))
            lit = ImageChops.subtract(mask, ImageChops.offset(blurred, reach, reach))
            dark = ImageChops.subtract(mask, ImageChops.offset(blurred, -reach, -reach))
            colour.paste((255, 255, 255), mask=lit.point(lambda value: round(value * soft * LIGHT / 255)))
            colour.paste((40, 10, 60), mask=dark.point(lambda value: round(value * soft * SHADE / 255)))
        colour.putalpha(mask)
        self.picture = Image.alpha_composite(self.picture, colour)

    def finished(self) -> Image.Image:
        """The sticker with its white rim, at its own size."""
        width = round(RIM * SIDE)
        alpha = self.picture.getchannel("A").filter(ImageFilter.GaussianBlur(width / 2))
        rim = Image.new("RGBA", (SIDE, SIDE), (255, 255, 255, 0))
        rim.putalpha(alpha.point(lambda value: min(255, max(0, (value - 6) * 10))).filter(ImageFilter.GaussianBlur(2)))
        return Image.alpha_composite(rim, self.picture).resize((SIZE_PX, SIZE_PX), Image.Resampling.LANCZOS)


def polygon(points: Sequence[Point]) -> Image.Image:
    """The inside of a line through points."""
    mask, draw = _blank()
    draw.polygon([(x * SIDE, y * SIDE) for x, y in points], fill=255)
    return mask


def rounded(points: Sequence[Point], radius: float) -> Image.Image:
    """A polygon with round corners, which stays within its line."""
    reach = radius * SIDE
    blurred = polygon(points).filter(ImageFilter.GaussianBlur(reach / 2))
    return blurred.point(lambda value: min(255, max(0, (value - 118) * 13)))


def curve(start: Point, *parts: Sequence[Point]) -> list[Point]:
    """Points along cubic curves that follow each other; each part is two handles and an end."""
    points = [start]
    for near, far, end in parts:
        begin = points[-1]
        for step in range(1, STEPS + 1):
            at = step / STEPS
            weights = ((1 - at) ** 3, 3 * at * (1 - at) ** 2, 3 * at**2 * (1 - at), at**3)
            corners = tuple(zip(weights, (begin, near, far, end), strict=True))
            points.append((sum(weight * x for weight, (x, _) in corners), sum(weight * y for weight, (_, y) in corners)))
    return points


def disc(centre: Point, radius: float, squash: float = 1.0) -> Image.Image:
    """A circle, or an ellipse `squash` times as high as wide."""
    mask, draw = _blank()
    (x, y), high = centre, radius * squash
    draw.ellipse([(x - radius) * SIDE, (y - high) * SIDE, (x + radius) * SIDE, (y + high) * SIDE], fill=255)
    return mask


def bar(left: float, top: float, right: float, bottom: float, radius: float) -> Image.Image:
    """A box with round corners."""
    mask, draw = _blank()
    draw.rounded_rectangle([left * SIDE, top * SIDE, right * SIDE, bottom * SIDE], radius * SIDE, fill=255)
    return mask


def stroke(points: Sequence[Point], width: float) -> Image.Image:
    """A line with round ends and corners."""
    mask, draw = _blank()
    line = [(x * SIDE, y * SIDE) for x, y in points]
    draw.line(line, fill=255, width=round(width * SIDE), joint="curve")
    for x, y in line:
        half = width * SIDE / 2
        draw.ellipse([x - half, y - half, x + half, y + half], fill=255)
    return mask


def star(centre: Point, outer: float, inner: float, points: int, turn: float = 0.0) -> list[Point]:
    """Corners of a star, the first one upwards; `turn` in parts of a full turn."""
    corners = []
    for corner in range(2 * points):
        angle = 2 * math.pi * (corner / (2 * points) + turn) - math.pi / 2
        radius = inner if corner % 2 else outer
        corners.append((centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)))
    return corners


def without(mask: Image.Image, hole: Image.Image) -> Image.Image:
    """A shape less another."""
    return ImageChops.subtract(mask, hole)


def joined(*masks: Image.Image) -> Image.Image:
    """Several shapes as one."""
    whole = masks[0]
    for mask in masks[1:]:
        whole = ImageChops.lighter(whole, mask)
    return whole


def inside(mask: Image.Image, other: Image.Image) -> Image.Image:
    """What two shapes share."""
    return ImageChops.multiply(mask, other)


def turned(mask: Image.Image, degrees: float, around: Point = (0.5, 0.5)) -> Image.Image:
    """A shape turned to the left."""
    return mask.rotate(degrees, Image.Resampling.BICUBIC, center=(around[0] * SIDE, around[1] * SIDE))


def _blank() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    mask = Image.new("L", (SIDE, SIDE))
    return mask, ImageDraw.Draw(mask)


def _gradient(mask: Image.Image, top: Colour, bottom: Colour) -> Image.Image:
    """Colours from the upper to the lower end of a shape."""
    box = mask.getbbox() or (0, 0, SIDE, SIDE)
    ramp = Image.linear_gradient("L").resize((SIDE, box[3] - box[1]))
    blend = Image.new("L", (SIDE, SIDE))
    blend.paste(ramp, (0, box[1]))
    return Image.composite(Image.new("RGB", (SIDE, SIDE), bottom), Image.new("RGB", (SIDE, SIDE), top), blend)
