"""The small visible label that says the reel is made by a machine."""

from dataclasses import dataclass

from tasks.captions.legibility import ANYTHING, PLAIN, find_box
from tasks.captions.style import CaptionStyle
from tasks.domain.box import Box
from tasks.domain.brand import Brand
from tasks.domain.errors import FixMachine
from tasks.media.text.ass import ass_box
from tasks.media.text.coverage import drawable
from tasks.media.text.directions import begins_right
from tasks.media.text.font import Font, find_font
from tasks.media.text.ink import InkPart, ink_parts

INK = "#ffffff"
"""Colour of its letters."""


@dataclass(frozen=True)
class Label:
    """The label, placed: the middle of its text and the box behind it."""

    text: str
    parts: tuple[InkPart, ...]
    """The text as it is drawn."""
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

    Where no font of the brand has the letters of its wording in the language, the English wording stands in.

    Raises:
        FixMachine: the brand's font cannot draw its wording.
    """
    if not brand.label_shown:
        return None
    font = find_font(brand.fonts.label, brand.fonts.others)
    wording = brand.disclosure(language)
    if not _is_drawn(wording, font):
        wording, language = brand.label["en"], "en"
    shape = drawable(wording, font)
    if not _is_drawn(wording, font):
        raise FixMachine(f"the font {font.name!r} cannot draw the brand kit's label {wording!r}: choose other words"
                         " or another font")
    size, padding = style.label_size_px, style.label_padding_px
    width = round(font.width_px(shape.text, size) + 2 * padding)
    height = round(font.cap_height_px(size) + 1.7 * padding)
    box = Box(x0=zone.x0, y0=zone.y0, x1=zone.x0 + width, y1=zone.y0 + height)
    baseline = (box.y0 + box.y1 + font.cap_height_px(size)) / 2
    ascent, line_height = font.line_px(shape.text, size)
    behind = find_box([INK], (brand.colours.outline, PLAIN[0]), least=style.label_opacity, behind=ANYTHING)
    assert behind is not None  # noqa: S101  black sets white off
    parts = ink_parts(shape.text, font, from_the_right=begins_right(shape.text, language))
    return Label(text=shape.text, parts=parts, x=(box.x0 + box.x1) / 2, y=baseline - ascent + line_height / 2,
                 ass_size=font.ass_size(size), box=box, shape=ass_box(width, height, height / 2),
                 colour=behind.colour, opacity=behind.opacity)


def _is_drawn(wording: str, font: Font) -> bool:
    """True if the font has all there is to draw."""
    shape = drawable(wording, font)
    return bool(shape.text) and not shape.missing and not shape.left_out
