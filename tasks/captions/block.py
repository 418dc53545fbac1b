"""The block of caption lines on the picture: which word stands exactly where, and how large."""

import itertools
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from tasks.captions.placed import Panel, PlacedEmoji, PlacedLine, PlacedPage, PlacedWord, Spot, State, around, state_frames
from tasks.captions.style import CaptionStyle
from tasks.captions.timing import Frames, spoken_frames
from tasks.domain.box import Box
from tasks.domain.speech import Word
from tasks.domain.timeline import WIDTH_PX
from tasks.media.text.ass import ass_box
from tasks.media.text.directions import visual_order, word_directions
from tasks.media.text.font import Font
from tasks.media.text.ink import ink_parts
from tasks.media.text.languages import from_the_right, without_spaces
from tasks.media.text.layout import Line, PageLines, Piece, Room, line_width
from tasks.media.text.leaning import leaning_words

USUAL_TEXT = "Hbp"
"""Reaches as high and as low as text usually does."""
DESCENT = 0.24
"""The part of the pitch from line to line that belongs to the upper line, should they differ in size."""
OVERHANG_PX = 1.0
"""How far ink may reach past the pen's way, at caption sizes."""
BLUR_REACH = 2.0
"""How far a softened edge reaches out, in its own softness."""
EMOJI_GAP = 0.16
"""Between a word and its emoji, in ems."""
FLAT = 0.55
"""Padding of a box above and below the words, as a part of that beside them: lines carry room of their own."""
ROUND = 0.9
"""Radius of a box's corners, in its padding."""


class Block:
    """Sets words in one style and font, in lines around the middle of the picture's width.

    Args:
        words: of the reel, with their times.
        texts: what is drawn of each; may be empty.
        emoji: pictures beside each word.
        keys: indices of the words that stand out.
        style: sizes and times.
        font: of the words.
        zone: what must hold everything.
        boxed: True if a box lies behind the words instead of an outline around them.
        language: BCP 47 tag; decides about spaces, direction, and which words lean on the next.
    """

    def __init__(self, words: Sequence[Word], texts: Sequence[str], emoji: Sequence[Sequence[Path]], *,
                 keys: Collection[int], style: CaptionStyle, font: Font, zone: Box, boxed: bool,
                 language: str) -> None:
        self.words, self.texts, self.emoji, self.keys = words, texts, emoji, keys
        self.style, self.font, self.zone, self.boxed, self.language = style, font, zone, boxed, language
        self.from_the_right = from_the_right(language)
        self.outline_px = 0.0 if boxed else style.outline_px
        self._inks = [font.ink_px(text, 1.0) for text in (USUAL_TEXT, *texts) if text]
        self.grow = max(1.0, *style.scales) if style.scales else 1.0
        self.space_px = font.width_px(" ", style.size_px) if style.space is None else style.space * style.size_px
        spaced = not without_spaces(language)
        self.pieces = [Piece(word.text.strip(), font.width_px(text, style.size_px) + self._emoji_px(index), word.start_s,
                             word.end_s, word.beat, spaced or word.text.endswith(" "))
                       for index, (word, text) in enumerate(zip(words, texts, strict=True))]

    def room(self) -> Room:
        """What one page holds; outlines, boxes and overshooting sizes stay inside the zone."""
        style, zone = self.style, self.zone
        edge = OVERHANG_PX + (style.box_padding_px if self.boxed else self.outline_px + BLUR_REACH * style.softness_px)
        middle = 2 * min(WIDTH_PX / 2 - zone.x0, zone.x1 - WIDTH_PX / 2)
        return Room(width_px=middle / self.grow - 2 * edge, lone_width_px=(zone.x1 - zone.x0) / self.grow - 2 * edge,
                    space_px=self.space_px, lines=style.lines, words=style.words, shortest_s=style.shortest_s,
                    comfortable_letters=style.comfortable_letters, pause_s=style.pause_s,
                    letters_per_s=style.letters_per_s, leaning=leaning_words(self.language))

    def height_px(self) -> float:
        """Height of the tallest block, outline or box included."""
        style = self.style
        top, bottom = self._ink_px(style.size_px)
        edge = FLAT * style.box_padding_px if self.boxed else self.outline_px + BLUR_REACH * style.softness_px
        return self.grow * ((style.lines - 1) * style.line_pitch * style.size_px + bottom - top + 2 * edge)

    def place(self, page: PageLines, shown: Frames, middle_px: float) -> PlacedPage:
        """Where a page stands: its ink around `middle_px`, its lines around the middle of the picture."""
        sizes = [self.style.size_px * line.scale for line in page.lines]
        steps = [self.style.line_pitch * (DESCENT * above + (1 - DESCENT) * below)
                 for above, below in itertools.pairwise(sizes)]
        top, bottom = self._ink_px(sizes[0])[0], self._ink_px(sizes[-1])[1]
        first = middle_px - (top + bottom + sum(steps)) / 2
        baselines = list(itertools.accumulate(steps, initial=first))
        lines: list[PlacedLine] = []
        emoji: list[PlacedEmoji] = []
        for line, size, baseline in zip(page.lines, sizes, baselines, strict=True):
            placed, pictures = self._line(line, size, baseline, shown, middle_px)
            lines.append(placed)
            emoji += pictures
        panel = self._panel(lines, baselines[0] + top, baselines[-1] + bottom) if self.boxed else None
        return PlacedPage(shown, tuple(lines), tuple(emoji), panel)

    def _ink_px(self, size_px: float) -> tuple[float, float]:
        """Top and bottom of the ink of all words relative to their baseline, downwards."""
        return min(top for top, _ in self._inks) * size_px, max(bottom for _, bottom in self._inks) * size_px

    def _line(self, line: Line, size: float, baseline: float, shown: Frames, middle_px: float
              ) -> tuple[PlacedLine, list[PlacedEmoji]]:
        start, width = self._extent(line)
        centre = (start + width / 2, middle_px)
        words, emoji = list[PlacedWord](), list[PlacedEmoji]()
        texts = [self.texts[index] for index in line.words]
        directions = word_directions(texts, right=self.from_the_right)
        for index, pen, from_right in zip(line.words, self._pens(line, start), directions, strict=True):
            words.append(self._word(index, pen, baseline, size, shown, centre, from_right))
            emoji += self._emoji(index, pen, baseline, size, shown)
        whole = "".join(f"{text} " if self.pieces[index].spaced else text
                        for index, text in zip(line.words, texts, strict=True) if text).rstrip()
        spot = self._spot(whole, start, width, baseline, size, self.from_the_right)
        return PlacedLine(**vars(spot), words=tuple(words)), emoji

    def _pens(self, line: Line, start: float) -> list[float]:
        """Where each word of a line begins at its left, from the first that is read on."""
        order = visual_order([self.texts[index] for index in line.words], right=self.from_the_right)
        indices = [line.words[place] for place in order]
        pens, pen, before = dict[int, float](), start, None
        for index in indices:
            if before is not None and self.pieces[index].width_px:
                pen += line.scale * self._space_between(before, index)
            pens[index] = pen
            pen += line.scale * self.pieces[index].width_px
            before = index if self.pieces[index].width_px else before
        return [pens[index] for index in line.words]

    def _space_between(self, left: int, right: int) -> float:
        """What parts two words beside each other on the picture."""
        return self.space_px if self.pieces[min(left, right)].spaced else 0.0

    def _extent(self, line: Line) -> tuple[float, float]:
        """Left end and width of a line in the middle of the picture, or as near to it as the zone lets a long one."""
        width = line.scale * line_width(self.pieces, line.words, self.space_px)
        spare = (self.room().lone_width_px - width) / 2
        middle = (self.zone.x0 + self.zone.x1) / 2
        return min(max(WIDTH_PX / 2, middle - spare), middle + spare) - width / 2, width

    def _word(self, index: int, pen: float, baseline: float, size: float, shown: Frames, centre: tuple[float, float],
              from_right: bool) -> PlacedWord:
        text = self.texts[index]
        pen += self._emoji_px(index) * size / self.style.size_px if self.from_the_right else 0.0
        width = self.font.width_px(text, size)
        top, bottom = self.font.ink_px(text, size)
        spot = self._spot(text, pen, width, baseline, size, from_right)
        spoken = spoken_frames(self.words, index, shown)
        edge = spot.outline_px
        states = []
        for frames, lit, step in state_frames(shown, spoken, len(self.style.scales)):
            seen = spot if step is None else _scaled(spot, self.style.scales[step], centre)
            states.append(State(**vars(seen), start=frames.start, stop=frames.stop, lit=lit, settled=step is None))
        return PlacedWord(**vars(spot), index=index, key=index in self.keys, spoken=spoken, states=tuple(states),
                          box=Box(x0=pen - edge, y0=baseline + top - edge,
                                  x1=pen + width + edge, y1=baseline + bottom + edge))

    def _spot(self, text: str, pen: float, width: float, baseline: float, size: float, from_right: bool) -> Spot:
        ascent, height = self.font.line_px(text, size)
        outline = self.outline_px * size / self.style.size_px if text else 0.0
        return Spot(text=text, x=pen + width / 2, y=baseline - ascent + height / 2, ass_size=self.font.ass_size(size),
                    outline_px=outline, parts=ink_parts(text, self.font, from_the_right=from_right))

    def _emoji_px(self, index: int) -> float:
        """What the emoji of a word take beside it, at full size."""
        wide, count = self.style.emoji * self.style.size_px, len(self.emoji[index])
        gaps = count if self.texts[index] else max(0, count - 1)
        return count * wide + gaps * EMOJI_GAP * self.style.size_px

    def _emoji(self, index: int, pen: float, baseline: float, size: float, shown: Frames) -> list[PlacedEmoji]:
        """The emoji of a word, after it in the direction of the line, around the middle of capitals."""
        wide, gap = self.style.emoji * size, EMOJI_GAP * size
        before = self.texts[index] and not self.from_the_right
        left = pen + (self.font.width_px(self.texts[index], size) + gap if before else 0.0)
        middle = baseline - self.font.cap_height_px(size) / 2
        return [PlacedEmoji(picture, Box(x0=x0, y0=middle - wide / 2, x1=x0 + wide, y1=middle + wide / 2), shown)
                for number, picture in enumerate(self.emoji[index]) for x0 in (left + number * (wide + gap),)]

    def _panel(self, lines: Sequence[PlacedLine], top: float, bottom: float) -> Panel | None:
        """The box behind a page; None if nothing is drawn on it."""
        seen = [word.box for line in lines for word in line.words if word.text]
        if not seen:
            return None
        padding, words = self.style.box_padding_px, around(seen)
        box = Box(x0=words.x0 - padding, y0=top - FLAT * padding, x1=words.x1 + padding, y1=bottom + FLAT * padding)
        return Panel(box, ass_box(box.x1 - box.x0, box.y1 - box.y0, min(ROUND * padding, (box.y1 - box.y0) / 2)))


def _scaled(spot: Spot, scale: float, centre: tuple[float, float]) -> Spot:
    """A text larger or smaller, seen from the middle of its line and the block."""
    return replace(spot, x=centre[0] + scale * (spot.x - centre[0]), y=centre[1] + scale * (spot.y - centre[1]),
                   ass_size=scale * spot.ass_size, outline_px=scale * spot.outline_px)
