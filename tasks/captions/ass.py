"""Captions of every style, as an ASS file for libass.

A style is data and a template (templates/captions/); this engine lays words out as the data says and hands the template
pages, lines and words at their measured places, so that what is drawn is known exactly without looking at pixels. A change
on the picture falls on one frame: the states of a word follow each other without gap or overlap.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from tasks.captions.block import Block
from tasks.captions.emoji import emoji_picture
from tasks.captions.keywords import key_words
from tasks.captions.label import Label, set_label
from tasks.captions.legibility import ANYTHING, Backing, Span, choose_backing
from tasks.captions.placed import PlacedEmoji, PlacedPage
from tasks.captions.placement import centre_y
from tasks.captions.side_files import Cue, srt_text, vtt_text
from tasks.captions.style import read_style, read_zone
from tasks.captions.timing import Frames, page_frames
from tasks.domain.box import Box
from tasks.domain.brand import Brand
from tasks.domain.captions import CaptionPage
from tasks.domain.plan import CaptionLook
from tasks.domain.speech import Word
from tasks.domain.timeline import FPS, HEIGHT_PX, WIDTH_PX
from tasks.media.metrics.reading_speed import letters_per_s
from tasks.media.text.coverage import Drawable, check_word
from tasks.media.text.emphasis import without_marks
from tasks.media.text.font import find_font
from tasks.media.text.layout import PageLines, lay_out
from tasks.media.text.templates import render_template
from tasks.media.text.words import join_words

END_FRAME = 60 * 60 * FPS
"""Until when the label is shown: longer than any reel."""


@dataclass(frozen=True)
class CaptionSheet:
    """All captions of a reel, laid out and written down."""

    ass: str
    srt: str
    vtt: str
    pages: tuple[CaptionPage, ...]
    emoji: tuple[PlacedEmoji, ...]
    label_text: str | None
    label_box: Box | None
    zone: Box
    backing: Backing
    left_out: tuple[str, ...]
    warnings: tuple[str, ...]


class AssCaptions:
    """The captions engine.

    Args:
        templates: the library's `templates/`.
        look: style, colour, zone and keywords.
    """

    name: ClassVar[str] = "ass"
    version: ClassVar[str] = "5"

    def __init__(self, templates: Path, look: CaptionLook) -> None:
        self.templates = templates
        self.look = look
        self.style = read_style(templates, look.style)

    def caption(self, words: Sequence[Word], brand: Brand, *, language: str, mouth: Box | None, behind: Span = ANYTHING
                ) -> CaptionSheet:
        """Lays out and writes the captions of one reel.

        Args:
            words: in order, with their times.
            brand: fonts, colours and label.
            language: BCP 47 tag; chooses the label's wording.
            mouth: where the mouth may be, in pixels of the picture; None if no mouth is seen.
            behind: darkest and lightest relative luminance of what may lie behind the captions.

        Raises:
            GlyphMissing: the font lacks a letter.
            UnknownName: there is no such safe zone.
            FixMachine: a font, template or data file is missing or wrong.
        """
        style = self.style
        zone = read_zone(self.templates, self.look.zone or style.zones)
        label = set_label(brand, language, style, zone)
        backing = choose_backing(style, brand.colours, self.look.colour, behind)
        block, left_out = self._block(words, brand, language, zone, boxed=backing.kind == "box")
        middle = centre_y(zone, mouth, label.box if label else None, height_px=block.height_px(),
                          preferred_px=style.centre * HEIGHT_PX)
        laid = lay_out(block.pieces, block.room())
        times = page_frames(laid, words, style, language)
        pages = [block.place(page, shown, middle) for page, shown in zip(laid, times, strict=True)]
        cues = [_cue(page, words, shown, language) for page, shown in zip(laid, times, strict=True)]
        return CaptionSheet(
            ass=self._write(brand, backing, label, pages), srt=srt_text(cues), vtt=vtt_text(cues), zone=zone,
            pages=tuple(page.caption_page() for page in pages), emoji=tuple(each for page in pages for each in page.emoji),
            label_text=label.text if label else None, label_box=label.box if label else None, backing=backing,
            left_out=left_out, warnings=_hasty(cues, style.letters_per_s))

    def _block(self, words: Sequence[Word], brand: Brand, language: str, zone: Box, *, boxed: bool
               ) -> tuple[Block, tuple[str, ...]]:
        """The block, and the symbols of which nothing is drawn."""
        font = find_font(self.style.font_of(brand.fonts), brand.fonts.others)
        drawn = [check_word(without_marks(word.text), word.beat, font, language) for word in words]
        pictures = [self._pictures(word) for word in drawn]
        left_out = tuple(dict.fromkeys(symbol for word, shown in zip(drawn, pictures, strict=True)
                                       for symbol in word.left_out if symbol not in shown))
        block = Block(words, [word.text for word in drawn], [list(shown.values()) for shown in pictures],
                      keys=key_words(words, self.look.keywords), style=self.style, font=font, zone=zone, boxed=boxed,
                      language=language)
        return block, left_out

    def _pictures(self, word: Drawable) -> dict[str, Path]:
        """The emoji of a word that have a picture, each once, if the style shows them."""
        if not self.style.emoji:
            return {}
        found = {symbol: emoji_picture(self.templates, symbol) for symbol in word.left_out}
        return {symbol: picture for symbol, picture in found.items() if picture}

    def _write(self, brand: Brand, backing: Backing, label: Label | None, pages: Sequence[PlacedPage]) -> str:
        fonts = {"captions": find_font(self.style.font_of(brand.fonts)).ass_name,
                 "label": find_font(brand.fonts.label).ass_name}
        return render_template(
            self.templates, self.style.template, width_px=WIDTH_PX, height_px=HEIGHT_PX, end=END_FRAME, style=self.style,
            fonts=fonts, backing=backing, label=label, pages=pages)


def _cue(page: PageLines, words: Sequence[Word], shown: Frames, language: str) -> Cue:
    lines = tuple(join_words([" ".join(without_marks(words[index].text).splitlines()) for index in line.words], language)
                  for line in page.lines)
    return Cue(shown.start_s, shown.end_s, lines)


def _hasty(cues: Sequence[Cue], limit: float) -> tuple[str, ...]:
    """One warning for all pages that are gone before they are read."""
    speeds = [(letters_per_s(" ".join(cue.lines), cue.end_s - cue.start_s), " ".join(cue.lines)) for cue in cues]
    hasty = [pair for pair in speeds if pair[0] > limit]
    if not hasty:
        return ()
    speed, text = max(hasty)
    return (f"{len(hasty)} of {len(cues)} caption pages go by faster than the {limit:g} letters a second of their style, the"
            f" fastest with {speed:.0f} ({text!r}): let the voice speak more slowly, or say it in fewer letters",)
