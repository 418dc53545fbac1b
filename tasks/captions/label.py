"""The small visible label that says the reel is made by a machine."""

from dataclasses import dataclass

from tasks.captions.legibility import ANYTHING, PLAIN, find_box
from tasks.captions.style import CaptionStyle
from tasks.domain.box import Box
from tasks.domain.brand import Brand
from tasks.domain.errors import FixMachine
from tasks.media.text.ass import ass_box
from tasks.media.text.coverage import drawable
from tasks.media.text.font import find_font

INK = "#ffffff"
"""Colour of its letters."""


@dataclass(frozen=True)
class Label:
    """The label, placed: the middle of its text and the box behind it."""

    text: str
    x: float
    y: float
    ass_size: float
    box: Box
    shape: str
    """The box as ASS drawing commands."""
    colour: str
    """Of the box, #rrggbb."""
    opacity: float


def set_label(brand: Brand, language: str, style: CaptionStyle, zone: Box) -> Label | None:
    """Places the label in the upper left corner of the safe zone; None if the brand turned it off.

    Raises:
        FixMachine: the brand's font cannot draw its wording.
    """
    if not brand.label_shown:
        return None
    wording = brand.disclosure(language)
    font = find_font(brand.fonts.label)
    shape = drawable(wording, font)
    if shape.missing or shape.left_out or not shape.text:
        raise FixMachine(f"the font {font.name!r} cannot draw the brand kit's label {wording!r}: choose other words"
                         " or another font")
    size, padding = style.label_size_px, style.label_padding_px
    width = round(font.width_px(shape.text, size) + 2 * padding)
    height = round(font.cap_height_px(size) + 1.7 * padding)
    box = Box(x0=zone.x0, y0=zone.y0, x1=zone.x0 + width, y1=zone.y0 + height)
    baseline = (box.y0 + box.y1 + font.cap_height_px(size)) / 2
    line_height = font.ass_size(size)
    behind = find_box([INK], (brand.colours.outline, PLAIN[0]), least=style.label_opacity, behind=ANYTHING)
    assert behind is not None  # noqa: S101  black sets white off
    return Label(text=shape.text, x=(box.x0 + box.x1) / 2, y=baseline - font.ascent_px(size) + line_height / 2,
                 ass_size=line_height, box=box, shape=ass_box(width, height, height / 2),
                 colour=behind.colour, opacity=behind.opacity)
