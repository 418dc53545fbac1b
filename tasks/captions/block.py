"""The block of caption lines on the picture: which word stands exactly where, and how large."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.captions.style import CaptionStyle
from tasks.captions.timing import Frames, spoken_frames
from tasks.domain.box import Box
from tasks.domain.captions import CaptionPage, CaptionWord
from tasks.domain.speech import Word
from tasks.domain.timeline import WIDTH_PX
from tasks.media.text.coverage import Drawable
from tasks.media.text.font import Font
from tasks.media.text.layout import Line, PageLines, Piece, Room, line_width

TALLEST_TEXT = "ÅÉjp,"
"""Reaches as high and as low as text does."""
DESCENT = 0.24
"""The part of the pitch from line to line that belongs to the upper line, should they differ in size."""
OVERHANG_PX = 1.0
"""How far ink may reach past the pen's way, at caption sizes."""


@dataclass(frozen=True)
class PlacedWord:
    """One word on the picture: its middle, its size, and when it is in which state."""

    index: int
    text: str
    x: float
    y: float
    ass_size: float
    outline_px: float
    shown: Frames
    spoken: Frames
    box: Box


class Block:
    """Sets words in one style and font, in lines around the middle of the picture's width."""

    def __init__(
        self, words: Sequence[Word], drawn: Sequence[Drawable], *, style: CaptionStyle, font: Font, zone: Box,
    ) -> None:
        self.words = words
        self.style = style
        self.font = font
        self.texts = [shape.text for shape in drawn]
        self.pieces = [Piece(word.text, font.width_px(text, style.size_px), word.start_s, word.end_s, word.beat)
                       for word, text in zip(words, self.texts, strict=True)]
        self.zone = zone

    def room(self) -> Room:
        """What one page holds; outlines stay inside the zone."""
        style = self.style
        edge = style.outline_px + OVERHANG_PX
        return Room(width_px=2 * min(WIDTH_PX / 2 - self.zone.x0, self.zone.x1 - WIDTH_PX / 2) - 2 * edge,
                    lone_width_px=self.zone.x1 - self.zone.x0 - 2 * edge,
                    space_px=self._space_px, lines=style.lines, words=style.words, shortest_s=style.shortest_s,
                    comfortable_letters=style.comfortable_letters, pause_s=style.pause_s,
                    letters_per_s=style.letters_per_s)

    def height_px(self) -> float:
        """Height of the tallest block, outline included."""
        style = self.style
        top, bottom = self.font.ink_px(TALLEST_TEXT, style.size_px)
        return (style.lines - 1) * style.line_pitch * style.size_px + bottom - top + 2 * style.outline_px

    def place(self, page: PageLines, shown: Frames, middle_px: float) -> list[PlacedWord]:
        """Where each word of a page stands: its ink around `middle_px`, its lines around the middle of the picture."""
        sizes = [self.style.size_px * line.scale for line in page.lines]
        steps = [self.style.line_pitch * (DESCENT * above + (1 - DESCENT) * below)
                 for above, below in itertools.pairwise(sizes)]
        top, bottom = self.font.ink_px(TALLEST_TEXT, sizes[0])[0], self.font.ink_px(TALLEST_TEXT, sizes[-1])[1]
        baseline = middle_px - (top + bottom + sum(steps)) / 2
        placed: list[PlacedWord] = []
        for line, size, step in zip(page.lines, sizes, [*steps, 0.0], strict=True):
            pen = self._line_start(line)
            for index in line.words:
                placed.append(self._word(index, pen, baseline, size, shown))
                if self.texts[index]:
                    pen += line.scale * (self.pieces[index].width_px + self._space_px)
            baseline += step
        return placed

    @property
    def _space_px(self) -> float:
        return self.style.space * self.style.size_px

    def _line_start(self, line: Line) -> float:
        """Left end of a line in the middle of the picture, or as near to it as the zone lets a long one."""
        room = self.room()
        width = line.scale * line_width(self.pieces, line.words, self._space_px)
        spare = (room.lone_width_px - width) / 2
        middle = (self.zone.x0 + self.zone.x1) / 2
        return min(max(WIDTH_PX / 2, middle - spare), middle + spare) - width / 2

    def _word(self, index: int, pen: float, baseline: float, size: float, shown: Frames) -> PlacedWord:
        text = self.texts[index]
        width = self.font.width_px(text, size)
        top, bottom = self.font.ink_px(text, size)
        line_height = self.font.ass_size(size)
        outline = self.style.outline_px * size / self.style.size_px if text else 0.0
        return PlacedWord(
            index=index, text=text, x=pen + width / 2, y=baseline - self.font.ascent_px(size) + line_height / 2,
            ass_size=line_height, outline_px=outline, shown=shown, spoken=spoken_frames(self.words, index, shown),
            box=Box(x0=pen - outline, y0=baseline + top - outline,
                    x1=pen + width + outline, y1=baseline + bottom + outline))


def caption_page(placed: Sequence[PlacedWord], shown: Frames) -> CaptionPage:
    """The page as other stages know it."""
    seen = [word.box for word in placed if word.text] or [word.box for word in placed]
    around = Box(x0=min(box.x0 for box in seen), y0=min(box.y0 for box in seen),
                 x1=max(box.x1 for box in seen), y1=max(box.y1 for box in seen))
    words = tuple(CaptionWord(word=word.index, text=word.text, box=word.box) for word in placed)
    return CaptionPage(start_s=shown.start_s, end_s=shown.end_s, words=words, box=around)
