"""Sets words as pages of a few lines, the way a person reads them aloud.

All ways to cut the words into pages are weighed against each other: a page ends best where the speech does (end of a
beat, of a sentence, a comma, a pause), its lines are of like length, it is neither crowded nor a lone scrap. No word is
split and no line is wider than allowed; a word that is too wide by itself stands on a line of its own, which is set
smaller.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tasks.media.text.leaning import leans
from tasks.media.text.reading_length import is_wide, reading_length

BEAT, SENTENCE, PAUSE, CLAUSE = 1.0, 0.9, 0.8, 0.65
"""How well a page may end there, 0 to 1."""
SENTENCE_ENDS = (".", "!", "?", "…", "。", "．", "！", "？", "؟", "۔", "।", "॥")
"""A sentence ends with one of these."""
CLAUSE_ENDS = (",", ";", ":", "—", "–", "，", "、", "；", "：", "،", "؛")
"""A part of a sentence ends with one of these."""
CLOSERS = "\"'”’»)]}›」』）】》〉〕］｝"
"""May follow the mark that ends a sentence."""
OPENERS = "\"'“‘„«([{‹¿¡「『（【《〈〔［｛"
"""May stand before the first word of one."""
BREATH_S = 0.05
"""A full stop followed by less silence ends an abbreviation, not a sentence."""
ABBREVIATION_LETTERS = 4
"""Longest abbreviation: 'Prof.'."""
SHORT_LETTERS = 5
"""A word of fewer letters leans on the next one, the more the shorter it is, and does not stand alone well."""
UNLISTED_LEANS = 0.3
"""How much of that is left where the language's leaning words are known and the word is none of them."""

WEIGHT_CUT = 3.0
"""For a page that ends inside a phrase."""
WEIGHT_RUN_ON = 5.0
"""For a phrase end inside a page."""
WEIGHT_LEAN = 2.4
"""For a page or line that ends with a word that leans on the next."""
NUMBER_LEANS = 3.0
"""How much a number leans on what it counts, where the shortest word leans by 1."""
WEIGHT_FILL = 1.2
"""For a page that holds much less or more than is comfortable."""
WEIGHT_ORPHAN = 1.5
"""For a single word torn from its phrase, up to twice for a short one."""
WEIGHT_HASTE = 5.0
"""For a page that is gone before it is read."""
WEIGHT_RAGGED = 1.0
"""For lines of unlike length."""
WEIGHT_SECOND_LINE = 0.1
"""For each line more than one."""
BONUS_PHRASE_LINE = 0.4
"""Taken off for a line that ends where a phrase does."""


@dataclass(frozen=True)
class Piece:
    """One word to set."""

    text: str
    """As written; its punctuation says where phrases end."""
    width_px: float
    """At full size; 0 if nothing of it is drawn."""
    start_s: float
    end_s: float
    beat: int
    spaced: bool = True
    """False where the next word follows without a space."""


@dataclass(frozen=True)
class Room:
    """What a page may hold."""

    width_px: float
    """Widest line."""
    lone_width_px: float
    """Widest line of one word that is too long for `width_px` at full size; the line is set smaller until it fits."""
    space_px: float
    """Between two words that a space parts, at full size."""
    lines: int = 2
    words: int = 5
    comfortable_letters: int = 20
    """Length of a page that reads best."""
    pause_s: float = 0.3
    """A silence from which on a phrase ends."""
    shortest_s: float = 0.7
    """A page should stay at least so long."""
    letters_per_s: float = 22.0
    """How fast people read, spaces and signs included; a page should not stay shorter than its letters need."""
    leaning: frozenset[str] = frozenset()
    """Words of the language that belong to the word after them, small letters; empty where they are not known."""


@dataclass(frozen=True)
class Line:
    """One line: its words, and how much smaller than full size it is set."""

    words: range
    scale: float = 1.0


@dataclass(frozen=True)
class PageLines:
    """One page: its lines from top to bottom."""

    lines: tuple[Line, ...]

    @property
    def words(self) -> range:
        """All words of the page."""
        return range(self.lines[0].words.start, self.lines[-1].words.stop)


def lay_out(pieces: Sequence[Piece], room: Room) -> tuple[PageLines, ...]:
    """Cuts words into pages and lines.

    Returns:
        pages in order; every word is on exactly one.
    """
    setting = _Setting(pieces, room)
    best: list[tuple[float, int]] = [(0.0, 0)]
    for stop in range(1, len(pieces) + 1):
        starts = range(max(0, stop - room.words), stop)
        best.append(min((best[start][0] + setting.cost(start, stop), start) for start in starts))
    pages: list[PageLines] = []
    stop = len(pieces)
    while stop:
        start = best[stop][1]
        page = setting.page(start, stop)
        assert page is not None  # noqa: S101  a page that cannot be set costs infinitely much
        pages.append(page)
        stop = start
    return tuple(reversed(pages))


class _Setting:
    """Weighs pages of one text in one room."""

    def __init__(self, pieces: Sequence[Piece], room: Room) -> None:
        self.pieces = pieces
        self.room = room
        self.ends = [phrase_end(pieces, index, room.pause_s) for index in range(len(pieces))]

    def cost(self, start: int, stop: int) -> float:
        """How bad a page of the words from `start` to before `stop` would be; infinite if it cannot be."""
        if self.pieces[start].beat != self.pieces[stop - 1].beat:
            return math.inf
        page = self.page(start, stop)
        return math.inf if page is None else self._page_cost(page.words) + self._lines_cost(page)

    def page(self, start: int, stop: int) -> PageLines | None:
        """The page of these words with the best lines; None if they do not fit."""
        ways = [self._fitted(lines) for lines in _ways(start, stop, self.room.lines)]
        return min((page for page in ways if page), key=self._lines_cost, default=None)

    def _fitted(self, lines: Sequence[range]) -> PageLines | None:
        """The lines as a page; None if one with several words is too wide."""
        fitted: list[Line] = []
        for line in lines:
            width = self._width(line)
            if width <= self.room.width_px + 1e-6:
                fitted.append(Line(line))
            elif sum(self.pieces[index].width_px > 0 for index in line) == 1:
                fitted.append(Line(line, min(1.0, self.room.lone_width_px / width)))
            else:
                return None
        return PageLines(tuple(fitted))

    def _page_cost(self, page: range) -> float:
        pieces, room = self.pieces, self.room
        last = page[-1]
        letters = sum(_letters(pieces[index].text) for index in page)
        signs = sum(reading_length(pieces[index].text) + pieces[index].spaced for index in page) - pieces[last].spaced
        until_s = pieces[last + 1].start_s if last + 1 < len(pieces) else math.inf
        wanted_s = max(room.shortest_s, signs / room.letters_per_s)
        haste = max(0.0, 1 - (until_s - pieces[page.start].start_s) / wanted_s)
        fill = min(letters, 2 * room.comfortable_letters) / room.comfortable_letters
        cost = WEIGHT_CUT * (1 - self.ends[last]) + WEIGHT_HASTE * haste + WEIGHT_FILL * (1 - fill) ** 2
        cost += WEIGHT_RUN_ON * sum(self.ends[index] ** 2 for index in page[:-1])
        cost += WEIGHT_LEAN * self._leaning(last)
        whole = self.ends[last] >= SENTENCE and (page.start == 0 or self.ends[page.start - 1] >= SENTENCE)
        if len(page) == 1 and not whole:
            cost += WEIGHT_ORPHAN * (1 + _shortness(pieces[last].text))
        return cost

    def _lines_cost(self, page: PageLines) -> float:
        widths = [self._width(line.words) * line.scale for line in page.lines]
        cost = WEIGHT_SECOND_LINE * (len(widths) - 1) + WEIGHT_RAGGED * (1 - min(widths) / max(*widths, 1.0))
        for line in page.lines[:-1]:
            last = line.words[-1]
            cost += WEIGHT_LEAN * self._leaning(last) - BONUS_PHRASE_LINE * self.ends[last]
        lone = [line.words[0] for line in page.lines if len(line.words) == 1 and len(page.lines) > 1]
        return cost + WEIGHT_ORPHAN * sum(_shortness(self.pieces[index].text) for index in lone)

    def _leaning(self, index: int) -> float:
        """How much a word belongs to the next one: articles and the like up to 1, a number to what it counts."""
        if self.ends[index] > 0:
            return 0.0
        text, counted = self.pieces[index].text, index > 0 and _is_number(self.pieces[index - 1].text)
        if _is_number(text):
            return NUMBER_LEANS
        if leans(_plain(text), _plain(self.pieces[index + 1].text), self.room.leaning):
            return 1.0
        if counted or _plain(text) in self.room.leaning:
            return 0.0
        return _shortness(text) * (UNLISTED_LEANS if self.room.leaning else 1.0)

    def _width(self, line: range) -> float:
        return line_width(self.pieces, line, self.room.space_px)


def line_width(pieces: Sequence[Piece], line: range, space_px: float) -> float:
    """Width of a line at full size; a word of which nothing is drawn takes no space."""
    drawn = [pieces[index] for index in line if pieces[index].width_px]
    return sum(piece.width_px for piece in drawn) + space_px * sum(piece.spaced for piece in drawn[:-1])


def phrase_end(pieces: Sequence[Piece], index: int, pause_s: float) -> float:
    """How well a page may end after a word, 0 to 1."""
    if index + 1 == len(pieces) or pieces[index + 1].beat != pieces[index].beat:
        return BEAT
    text, following = pieces[index].text.rstrip(CLOSERS), pieces[index + 1].text
    silence_s = pieces[index + 1].start_s - pieces[index].end_s
    if text.endswith(SENTENCE_ENDS) and not (silence_s < BREATH_S and _may_be_abbreviation(text)):
        return SENTENCE
    if silence_s >= pause_s - 1e-9:
        return PAUSE
    within_date = _is_number(text) and _is_number(following)
    return CLAUSE if text.endswith(CLAUSE_ENDS) and not within_date else 0.0


def _ways(start: int, stop: int, most: int) -> Iterator[tuple[range, ...]]:
    """All ways to cut the words into one to `most` lines."""
    for count in range(1, min(most, stop - start) + 1):
        for cuts in itertools.combinations(range(start + 1, stop), count - 1):
            edges = (start, *cuts, stop)
            yield tuple(range(first, last) for first, last in itertools.pairwise(edges))


def _is_number(text: str) -> bool:
    """True for '384,400', '$355' or '1969,': digits, and no letters but a currency's."""
    return any(character.isdigit() for character in text) and not any(character.isalpha() for character in text)


def _may_be_abbreviation(text: str) -> bool:
    """True for 'Dr.' or 'U.S.': short, with a capital, ending in one full stop."""
    return text.endswith(".") and not text.endswith("..") and text[0].isupper() and _letters(text) <= ABBREVIATION_LETTERS


def _plain(text: str) -> str:
    """A word in small letters, without quotes and brackets."""
    return text.lower().strip(CLOSERS + OPENERS)


def _letters(text: str) -> int:
    return sum(character.isalnum() + is_wide(character) for character in text)


def _shortness(text: str) -> float:
    """0 for an ordinary word, 0.4 to 1 for one of four letters or fewer."""
    return max(0.0, min(1.0, (SHORT_LETTERS - _letters(text)) * 0.4))
