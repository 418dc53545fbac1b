"""The texts of a reel's overlays: their parts and fonts, and what can be refused before anything is made."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from tasks.domain.box import Box
from tasks.domain.brand import Brand
from tasks.domain.errors import FixRequest, GlyphMissing
from tasks.domain.overlays import CueKind
from tasks.domain.script import Script
from tasks.domain.text import name_of
from tasks.media.text.coverage import drawable
from tasks.media.text.font import Font, find_font
from tasks.media.text.font_advice import advice
from tasks.media.text.leaning import leaning_words
from tasks.overlays.cues import kind_of
from tasks.overlays.look import TextLook, text_look
from tasks.overlays.parts import name_and_role, number_parts
from tasks.overlays.placement import Screen
from tasks.overlays.setting import Block, Part, settings
from tasks.overlays.timed import Timed

NAMES: dict[CueKind, str] = {"hook": "hook", "title": "title", "lower-third": "lower third", "number": "number",
                             "end-card": "call to action"}
"""How messages call what is written."""


class Fonts:
    """The brand's two fonts for overlays, the language, and which of its words should not end a line."""

    def __init__(self, brand: Brand, language: str) -> None:
        fonts = brand.fonts
        self.language = language
        self.leaning = leaning_words(language)
        self.title: Font = find_font(fonts.title or fonts.captions, fonts.others)
        self.text: Font = find_font(fonts.text or fonts.label, fonts.others)

    def of(self, look: TextLook, level: int) -> Font:
        """The font of one of a look's sizes."""
        return self.title if look.levels[level].font == "title" else self.text


def check_texts(script: Script, brand: Brand, templates: Path, zone: Box, *, language: str = "en", hook: str | None = None,
                call: str | None = None) -> tuple[str, ...]:
    """Makes sure, before anything is made, that every text on screen can be drawn and fits.

    Args:
        script: what beats show.
        brand: its fonts.
        templates: the library's `templates/`.
        zone: the safe zone.
        language: BCP 47 tag.
        hook: the reel's hook, settled.
        call: its call to action, settled.

    Returns:
        warnings: symbols that will be left out of the picture.

    Raises:
        GlyphMissing: a font lacks a letter.
        FixRequest: a text does not fit, or there is nothing to draw in it.
        FixMachine: a look or a font is missing or wrong.
    """
    fonts, screen = Fonts(brand, language), Screen(zone, (), ())
    warnings: list[str] = []
    for timed in _texts(script, hook, call):
        look = text_look(templates, timed.kind)
        parts, left_out = text_parts(timed, look, fonts)
        warnings += left_out
        fitting(timed, parts, look, screen)
    return tuple(warnings)


def text_parts(timed: Timed, look: TextLook, fonts: Fonts) -> tuple[list[Part], list[str]]:
    """A text in parts as they are drawn, and warnings about symbols left out.

    Raises:
        GlyphMissing: a font lacks a letter.
        FixRequest: nothing of the text can be drawn.
    """
    parts, warnings = [], []
    for text, level in _levels(timed, len(look.levels)):
        font = fonts.of(look, level)
        shape = drawable(text, font)
        if shape.missing is not None:
            raise GlyphMissing(f"the font {font.name!r} has no letter {shape.missing!r} ({name_of(shape.missing)}), which"
                               f" stands in {called(timed)}: write it with letters the font has, or"
                               f" {advice(shape.missing, fonts.language)}")
        if shape.left_out:
            warnings.append(f"{called(timed)} is shown without {' '.join(shape.left_out)}, which the font {font.name!r}"
                            " does not have")
        if shape.text:
            parts.append(Part(shape.text, level, font, fonts.leaning, fonts.language))
    if not parts:
        raise FixRequest(f"{called(timed)} has no letter that can be drawn: write some words, or remove it")
    return parts, warnings


def fitting(timed: Timed, parts: Sequence[Part], look: TextLook, screen: Screen) -> list[Block]:
    """A text at every size at which it fits, the largest first; at least one.

    Raises:
        FixRequest: it does not fit even at its look's least size.
    """
    blocks = list(settings(parts, look, screen.width_px(look)))
    if not blocks:
        least = ", ".join(f"{level.least_px:g}" for level in look.levels)
        lines = " + ".join(str(level.lines) for level in look.levels)
        raise FixRequest(f"{called(timed)} does not fit on the picture, even at its least size of {least} px in {lines}"
                         " line(s): shorten it")
    return blocks


def called(timed: Timed) -> str:
    """How a message calls a text."""
    where = "" if timed.beat is None else f" of beat {timed.beat + 1}"
    return f"the {NAMES[timed.kind]} {timed.text!r}{where}"


def _levels(timed: Timed, levels: int) -> list[tuple[str, int]]:
    """The parts of a text from top to bottom, each with its size's level; empty ones left out."""
    if timed.kind == "lower-third":
        name, role = name_and_role(timed.text)
        found = [(name, 0), (role, 1)]
    elif timed.kind == "number":
        parts = number_parts(timed.text)
        found = [(parts.before, 1), (parts.number, 0), (parts.after, 1)]
    else:
        found = [(timed.text, 0)]
    return [(text, min(level, levels - 1)) for text, level in found if text]


def _texts(script: Script, hook: str | None, call: str | None) -> Iterator[Timed]:
    if hook:
        yield Timed("hook", 0, 0, hook)
    for beat, part in enumerate(script.beats):
        for show in part.show:
            if show.text is not None:
                yield Timed(kind_of(show), 0, 0, show.text, beat)
    if call:
        yield Timed("end-card", 0, 0, call)
