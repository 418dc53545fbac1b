"""Words, lines and pages on the picture, as the templates of the styles see them."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks.captions.timing import Frames
from tasks.domain.box import Box
from tasks.domain.captions import CaptionPage, CaptionWord
from tasks.media.text.ink import InkPart


@dataclass(frozen=True)
class Spot:
    """A text at its place: its middle and its size."""

    text: str
    x: float
    y: float
    ass_size: float
    outline_px: float
    parts: tuple[InkPart, ...]
    """The text as it is drawn, in parts of one font each; none where nothing is drawn."""


@dataclass(frozen=True)
class State(Spot):
    """A word as it is for some frames."""

    start: int
    stop: int
    lit: bool
    """True while the word is spoken."""
    settled: bool
    """True at its full size."""


@dataclass(frozen=True)
class PlacedWord(Spot):
    """One word on the picture."""

    index: int
    key: bool
    """True for a word that stands out."""
    spoken: Frames
    box: Box
    """Around its ink, outline included."""
    states: tuple[State, ...]
    """How it looks from frame to frame, without gaps, while its page is shown."""


@dataclass(frozen=True)
class PlacedLine(Spot):
    """One line on the picture, as one text; its spaces are the font's."""

    words: tuple[PlacedWord, ...]


@dataclass(frozen=True)
class PlacedEmoji:
    """One emoji picture beside its word, shown with its page, so that lines stay in the middle."""

    picture: Path
    box: Box
    shown: Frames


@dataclass(frozen=True)
class Panel:
    """A box behind a page."""

    box: Box
    shape: str
    """The box as ASS drawing commands."""


@dataclass(frozen=True)
class PlacedPage:
    """One page on the picture."""

    shown: Frames
    lines: tuple[PlacedLine, ...]
    emoji: tuple[PlacedEmoji, ...]
    panel: Panel | None

    @property
    def words(self) -> tuple[PlacedWord, ...]:
        """All words of the page, in order."""
        return tuple(word for line in self.lines for word in line.words)

    def caption_page(self) -> CaptionPage:
        """The page as other stages know it."""
        words = self.words
        seen = [word.box for word in words if word.text] or [word.box for word in words]
        seen += [emoji.box for emoji in self.emoji] + ([self.panel.box] if self.panel else [])
        return CaptionPage(
            start_s=self.shown.start_s, end_s=self.shown.end_s, box=around(seen),
            words=tuple(CaptionWord(word=word.index, text=word.text, box=word.box) for word in words))


def around(boxes: Sequence[Box]) -> Box:
    """The smallest box that holds all of them."""
    return Box(x0=min(box.x0 for box in boxes), y0=min(box.y0 for box in boxes),
               x1=max(box.x1 for box in boxes), y1=max(box.y1 for box in boxes))


def state_frames(shown: Frames, spoken: Frames, steps: int) -> Iterator[tuple[Frames, bool, int | None]]:
    """Parts the time a word is shown where it changes.

    Args:
        shown: when its page is shown.
        spoken: when it is lit, within that.
        steps: how many of the page's first frames have a size of their own.

    Yields:
        Frames, whether the word is lit, and which of the sizes it has; None for its full size.
    """
    settled = min(shown.start + steps, shown.stop)
    edges = {shown.start, shown.stop, *range(shown.start, settled + 1)} | {edge for edge in spoken if edge in range(*shown)}
    for start, stop in itertools.pairwise(sorted(edges)):
        yield Frames(start, stop), spoken.start <= start < spoken.stop, start - shown.start if start < settled else None
