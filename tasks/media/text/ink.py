"""A text as libass is given it: in parts of one font each, in the direction it is read."""

from dataclasses import dataclass

from tasks.media.text.directions import drawn, visual_order
from tasks.media.text.font import Font

NO_BREAK_SPACE = "\u00a0"
"""Drawn like a space."""


@dataclass(frozen=True)
class InkPart:
    """A part of a text in one font."""

    text: str
    font: str
    """Its name in subtitles."""
    scale: float
    """Its size, as libass means it, by that of the whole text."""
    usual: bool
    """True for the font that the whole text is set in."""


def ink_parts(text: str, font: Font, *, from_the_right: bool = False) -> tuple[InkPart, ...]:
    """A text in parts as they stand from left to right; none of an empty one.

    Args:
        text: in one line, with letters that the font or one beside it has.
        font: of the text.
        from_the_right: whether it is drawn as a text from right to left.
    """
    runs = font.runs(text) if text else ()
    usual = font.ass_size(1.0)
    order = visual_order([run.text for run in runs], right=from_the_right)
    return tuple(InkPart(drawn(_kept(run.text), right=from_the_right), run.font.ass_name, run.font.ass_size(1.0) / usual,
                         run.font is font) for run in (runs[place] for place in order))


def _kept(text: str) -> str:
    """A text whose space at the start stays: a renderer takes ordinary ones away where a line begins."""
    return NO_BREAK_SPACE + text[1:] if text.startswith(" ") else text
