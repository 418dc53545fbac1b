"""Karaoke captions: a few words at a time, and the word being spoken lights up.

Every word is placed by itself at its measured place, so that its box is known exactly, and is drawn in up to three
states: waiting, spoken, said. The states of a word follow each other on consecutive frames without gap or overlap.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from tasks.captions.block import Block, caption_page
from tasks.captions.label import set_label
from tasks.captions.placement import centre_y
from tasks.captions.side_files import Cue, srt_text, vtt_text
from tasks.captions.style import FOLDER, ZONES_FILE, read_style
from tasks.captions.timing import Frames, page_frames
from tasks.domain.box import Box
from tasks.domain.brand import Brand
from tasks.domain.captions import CaptionPage
from tasks.domain.speech import Word
from tasks.domain.timeline import FPS, HEIGHT_PX, WIDTH_PX
from tasks.media.text.coverage import check_word
from tasks.media.text.font import find_font
from tasks.media.text.layout import PageLines, lay_out
from tasks.media.text.templates import render_template
from tasks.media.text.zones import read_zones

END_FRAME = 60 * 60 * FPS
"""Until when the label is shown: longer than any reel."""


@dataclass(frozen=True)
class CaptionSheet:
    """All captions of a reel, laid out and written down."""

    ass: str
    srt: str
    vtt: str
    pages: tuple[CaptionPage, ...]
    label_text: str | None
    label_box: Box | None
    zone: Box
    left_out: tuple[str, ...]


class KaraokeCaptions:
    """The spoken word lights up.

    Args:
        templates: the library's `templates/`.
        style: name of a caption style there.
    """

    name: ClassVar[str] = "karaoke"
    version: ClassVar[str] = "1"

    def __init__(self, templates: Path, style: str = "karaoke") -> None:
        self.templates = templates
        self.style = read_style(templates, style)

    def caption(
        self, words: Sequence[Word], brand: Brand, *, highlight: str, language: str, mouth: Box | None,
    ) -> CaptionSheet:
        """Lays out and writes the captions of one reel.

        Args:
            words: in order, with their times.
            brand: fonts, colours and label.
            highlight: colour of the spoken word, #rrggbb.
            language: BCP 47 tag; chooses the label's wording.
            mouth: where the mouth may be, in pixels of the picture; None if no mouth is seen.

        Raises:
            GlyphMissing: the font lacks a letter.
            FixMachine: a font, template or data file is missing or wrong.
        """
        style, font = self.style, find_font(brand.fonts.captions)
        zone = read_zones(self.templates / FOLDER / ZONES_FILE).common(style.zones)
        label = set_label(brand, language, style, zone)
        drawn = [check_word(word.text, word.beat, font) for word in words]
        block = Block(words, drawn, style=style, font=font, zone=zone)
        middle = centre_y(zone, mouth, label.box if label else None, height_px=block.height_px(),
                          preferred_px=style.centre * HEIGHT_PX)
        pages = lay_out(block.pieces, block.room())
        times = page_frames(pages, words, style)
        placed = [block.place(page, shown, middle) for page, shown in zip(pages, times, strict=True)]
        cues = [_cue(page, words, shown) for page, shown in zip(pages, times, strict=True)]
        ass = render_template(
            self.templates, style.template, width_px=WIDTH_PX, height_px=HEIGHT_PX, end=END_FRAME, style=style,
            fonts={"captions": font.name, "label": find_font(brand.fonts.label).name}, colours=brand.colours,
            highlight=highlight, label=label, words=[word for page in placed for word in page if word.text])
        return CaptionSheet(
            ass=ass, srt=srt_text(cues), vtt=vtt_text(cues), zone=zone,
            pages=tuple(caption_page(page, shown) for page, shown in zip(placed, times, strict=True)),
            label_text=label.text if label else None, label_box=label.box if label else None,
            left_out=tuple(dict.fromkeys(symbol for word in drawn for symbol in word.left_out)))


def _cue(page: PageLines, words: Sequence[Word], shown: Frames) -> Cue:
    lines = tuple(" ".join(" ".join(words[index].text.splitlines()) for index in line.words) for line in page.lines)
    return Cue(shown.start_s, shown.end_s, lines)
