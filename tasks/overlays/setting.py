"""Sets an overlay's text: which word stands exactly where, at the largest size at which it fits.

A text is wrapped into lines of like length; where that is not enough it is set smaller, down to its look's least size.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tasks.domain.box import Box
from tasks.media.text.directions import begins_right
from tasks.media.text.font import Font
from tasks.media.text.ink import InkPart, ink_parts
from tasks.media.text.languages import without_spaces
from tasks.media.text.leaning import leans
from tasks.media.text.words import join_words, line_words
from tasks.overlays.look import Level, TextLook

SHRINK = 0.95
"""Each smaller size tried, as a part of the one before."""
MOST_WORDS = 24
"""A text of more words is no title."""
LEANING_COST = 0.3
"""What a line costs that ends with a word leaning on the next, e.g. an article, where one empty and one full line cost 1."""
WORTH = 0.75
"""How much smaller a text may be set so that no line ends with such a word, or that it has fewer lines."""
UNDER = 0.5
"""What at least is left free of the gap under letters that reach far below their line, e.g. a comma in a large number."""
OVERHANG_PX = 2.0
"""How far ink may reach past the pen's way."""


@dataclass(frozen=True)
class SetLine:
    """One line of text: where the middle of the line as libass sees it goes, and where its ink is."""

    text: str
    parts: tuple[InkPart, ...]
    """The text as it is drawn."""
    level: int
    """0 for the main text, 1 for what stands beside it."""
    font: str
    x: float
    y: float
    ass_size: float
    outline_px: float
    cap_y: float
    """Where its capitals end above."""
    base_y: float
    """Its baseline."""
    box: Box


@dataclass(frozen=True)
class Block:
    """A text, set: lines from top to bottom and the box around all that is drawn."""

    lines: tuple[SetLine, ...]
    box: Box
    """Panel, outlines and accent included."""
    text_box: Box
    """Around the lines alone: from the top of the first line's capitals to the last baseline."""
    padding_x_px: float = 0.0
    """From the lines to the panel's left and right edge; like what follows, it goes with the size of the text."""
    padding_y_px: float = 0.0
    """From capitals and baseline to its upper and lower edge."""
    accent_gap_px: float = 0.0
    """From the lines to the accent."""
    leaning: int = 0
    """How many lines end with a word that leans on the next."""
    from_the_right: bool = False
    """True for a block whose lines begin at the right, with the accent there."""

    def mirrored(self) -> "Block":
        """The block with left and right exchanged; its texts stay as they are."""
        width = self.box.x0 + self.box.x1
        lines = tuple(replace(line, x=width - line.x, box=_mirrored(line.box, width)) for line in self.lines)
        return replace(self, lines=lines, box=_mirrored(self.box, width), text_box=_mirrored(self.text_box, width),
                       from_the_right=True)

    def moved(self, x: float, y: float) -> "Block":
        """The block with everything moved to the right by `x` and down by `y`."""
        lines = tuple(replace(line, x=line.x + x, y=line.y + y, cap_y=line.cap_y + y, base_y=line.base_y + y,
                              box=_moved(line.box, x, y)) for line in self.lines)
        return replace(self, lines=lines, box=_moved(self.box, x, y), text_box=_moved(self.text_box, x, y))


@dataclass(frozen=True)
class Part:
    """One piece of an overlay's text, all of one size."""

    text: str
    level: int
    font: Font
    leaning: frozenset[str] = frozenset()
    """Words that should not end a line, small letters."""
    language: str = "en"
    """BCP 47 tag; decides where lines may end, and where they begin."""


def settings(parts: Sequence[Part], look: TextLook, width_px: float) -> list[Block]:
    """A text set at every size at which it fits into the width, the largest first; nothing if it never does.

    The largest sizes are left out if a little below them the lines end better or are fewer.

    Args:
        parts: from top to bottom.
        look: sizes, padding, alignment.
        width_px: room for panel and outlines together.

    Returns:
        blocks whose box has its top left corner at the origin.
    """
    blocks = list(_sizes(parts, look, width_px))
    near = [block for block in blocks if block.lines[0].ass_size >= WORTH * blocks[0].lines[0].ass_size]
    return blocks[min(range(len(near)), key=lambda index: (near[index].leaning, len(near[index].lines))):] if blocks else []


def _sizes(parts: Sequence[Part], look: TextLook, width_px: float) -> Iterator[Block]:
    scale, smallest = 1.0, min(level.least_px / level.size_px for level in look.levels)
    while True:
        sizes = [_size(level, scale, smallest) for level in look.levels]
        block = _block(parts, _scaled(look, sizes[0] / look.levels[0].size_px), sizes, width_px)
        if block:
            yield block
        if scale <= smallest:
            return
        scale = max(scale * SHRINK, smallest)


def wrap(words: Sequence[str], widths: Sequence[float], space_px: float, room_px: float, most: int,
         leaning: frozenset[str] = frozenset()) -> list[range] | None:
    """Words in as few lines as possible, of like length; None if they do not fit into `most` lines."""
    if len(words) > MOST_WORDS:
        return None
    for count in range(1, min(most, len(words)) + 1):
        ways = [way for way in _ways(len(words), count) if all(_width(widths, line, space_px) <= room_px for line in way)]
        if ways:
            tied = _tied(words, leaning)
            return min(ways, key=lambda way: _cost(tied, [_width(widths, line, space_px) for line in way], way, room_px))
    return None


def _size(level: Level, scale: float, smallest: float) -> float:
    """The em of a level when the one that shrinks most is at `scale`: all reach their least sizes together."""
    if smallest == 1.0:
        return level.size_px
    return level.size_px * float(scale ** (math.log(level.least_px / level.size_px) / math.log(smallest)))


def _scaled(look: TextLook, scale: float) -> TextLook:
    """A look whose padding and gaps go with the size of its main text."""
    fields = ("padding_x_px", "padding_y_px", "gap_px", "accent_gap_px")
    return look.model_copy(update={field: scale * getattr(look, field) for field in fields})


def _block(parts: Sequence[Part], look: TextLook, sizes: Sequence[float], width_px: float) -> Block | None:
    """The text at one size; None if it does not fit."""
    room_px = min(width_px - 2 * (look.padding_x_px + _outline(look) + OVERHANG_PX) - _beside(look), look.widest_px)
    rows: list[tuple[str, Part, float]] = []
    leaning = 0
    for part in parts:
        size, level = sizes[part.level], look.levels[part.level]
        words = line_words(part.text, part.language)
        widths = [part.font.width_px(word, size) for word in words]
        space_px = 0.0 if without_spaces(part.language) else part.font.width_px(" ", size)
        lines = wrap(words, widths, space_px, room_px, level.lines, part.leaning)
        if lines is None:
            return None
        rows += [(join_words([words[index] for index in line], part.language), part, size) for line in lines]
        tied = _tied(words, part.leaning)
        leaning += sum(tied[line[-1]] for line in lines[:-1])
    block = _placed(rows, look, look.levels)
    if look.align == "left" and begins_right(rows[0][0], parts[0].language):
        block = block.mirrored()
    return replace(block, padding_x_px=look.padding_x_px, padding_y_px=look.padding_y_px,
                   accent_gap_px=look.accent_gap_px, leaning=leaning)


def _placed(rows: Sequence[tuple[str, Part, float]], look: TextLook, levels: Sequence[Level]) -> Block:
    """Rows one under the other, aligned, with the panel around them."""
    widest = max(part.font.width_px(text, size) for text, part, size in rows)
    left, top = look.padding_x_px + _beside(look), look.padding_y_px
    lines: list[SetLine] = []
    baseline, before, below = top, None, 0.0
    for text, part, size in rows:
        cap = part.font.cap_height_px(size)
        if before is None:
            baseline += cap
        elif part is before:
            baseline += levels[part.level].line_pitch * size
        else:
            baseline += max(look.gap_px, below + UNDER * look.gap_px) + cap
        before, below = part, part.font.ink_px(text, size)[1]
        width = part.font.width_px(text, size)
        pen = left if look.align == "left" else left + (widest - width) / 2
        level = levels[part.level]
        lines.append(_line(text, part, size, pen, baseline, level.outline_px * size / level.size_px))
    text_box = Box(x0=left, y0=top, x1=left + widest, y1=baseline)
    return _framed(lines, text_box, look)


def _line(text: str, part: Part, size: float, pen: float, baseline: float, outline: float) -> SetLine:
    width, (ascent, line_height) = part.font.width_px(text, size), part.font.line_px(text, size)
    top, bottom = part.font.ink_px(text, size)
    box = Box(x0=pen - outline - OVERHANG_PX, y0=baseline + top - outline, x1=pen + width + outline + OVERHANG_PX,
              y1=baseline + bottom + outline)
    drawn = ink_parts(text, part.font, from_the_right=begins_right(text, part.language))
    return SetLine(text, drawn, part.level, part.font.ass_name, pen + width / 2, baseline - ascent + line_height / 2,
                   part.font.ass_size(size), outline, baseline - part.font.cap_height_px(size), baseline, box)


def _framed(lines: Sequence[SetLine], text: Box, look: TextLook) -> Block:
    """The block whose box holds panel, accent and all ink, its corner at the origin."""
    under = look.accent_gap_px + look.accent_px if look.align == "centre" else 0.0
    boxes = [line.box for line in lines]
    x0 = min(text.x0 - OVERHANG_PX - look.padding_x_px - _beside(look), *(box.x0 for box in boxes))
    y0 = min(text.y0 - look.padding_y_px, *(box.y0 for box in boxes))
    x1 = max(text.x1 + OVERHANG_PX + look.padding_x_px, *(box.x1 for box in boxes))
    y1 = max(text.y1 + look.padding_y_px + under, *(box.y1 + under for box in boxes))
    return Block(tuple(lines), Box(x0=x0, y0=y0, x1=x1, y1=y1), text).moved(-x0, -y0)


def _beside(look: TextLook) -> float:
    """Room for the accent at the left."""
    return look.accent_px + look.accent_gap_px if look.align == "left" else 0.0


def _outline(look: TextLook) -> float:
    return max(level.outline_px for level in look.levels)


def _tied(words: Sequence[str], leaning: frozenset[str]) -> list[bool]:
    """Whether each word leans on the next."""
    plain = [word.casefold() for word in words]
    return [leans(word, following, leaning) for word, following in zip(plain, [*plain[1:], ""], strict=True)]


def _ways(words: int, lines: int) -> Iterator[list[range]]:
    """All ways to cut words into lines."""
    for cuts in itertools.combinations(range(1, words), lines - 1):
        yield [range(first, last) for first, last in itertools.pairwise((0, *cuts, words))]


def _width(widths: Sequence[float], line: range, space_px: float) -> float:
    return sum(widths[index] for index in line) + space_px * (len(line) - 1)


def _cost(tied: Sequence[bool], widths: Sequence[float], way: Sequence[range], room_px: float) -> float:
    return (max(widths) - min(widths)) / room_px + LEANING_COST * sum(tied[line[-1]] for line in way[:-1])


def _mirrored(box: Box, width: float) -> Box:
    return Box(x0=width - box.x1, y0=box.y0, x1=width - box.x0, y1=box.y1)


def _moved(box: Box, x: float, y: float) -> Box:
    return Box(x0=box.x0 + x, y0=box.y0 + y, x1=box.x1 + x, y1=box.y1 + y)
