"""When pages and words are seen, in frames: a change falls on the frame that is on screen when it is heard."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from tasks.captions.style import CaptionStyle
from tasks.domain.speech import Word
from tasks.domain.timeline import FPS, frame_at, frame_time_s
from tasks.media.text.layout import PageLines
from tasks.media.text.reading_length import reading_length
from tasks.media.text.words import join_words

BRIEF_GAP_S = 0.25
"""A word stays lit through a shorter silence after it; otherwise it goes out when it has been said."""


class Frames(NamedTuple):
    """Frames from `start` to before `stop`."""

    start: int
    stop: int

    @property
    def start_s(self) -> float:
        """The instant of the first frame."""
        return frame_time_s(self.start)

    @property
    def end_s(self) -> float:
        """The half open end."""
        return frame_time_s(self.stop)


def page_frames(pages: Sequence[PageLines], words: Sequence[Word], style: CaptionStyle, language: str) -> list[Frames]:
    """When each page is on screen.

    A page comes shortly before its first word, unless the page before is still being said, and stays a little after its
    last; two pages with little silence between follow each other without a gap. A page that needs longer to be read stays
    into the silence after it.
    """
    lead = math.floor(style.lead_s * FPS + 1e-6)
    starts: list[int] = []
    for page in pages:
        said = last_frame(words[page.words.start - 1]) if page.words.start else 0
        first = frame_at(words[page.words.start].start_s)
        earliest = starts[-1] + 1 if starts else 0
        starts.append(max(earliest, min(first, max(first - lead, said))))
    shown: list[Frames] = []
    for number, page in enumerate(pages):
        last = words[page.words[-1]]
        signs = reading_length(join_words([words[index].text for index in page.words], language))
        read = starts[number] + math.ceil(signs / style.letters_per_s * FPS)
        stop = max(frame_at(last.end_s + style.hold_s), read, starts[number] + 1)
        if number + 1 < len(pages):
            follows = starts[number + 1]
            brief = frame_time_s(follows) - last.end_s <= style.bridge_s
            stop = follows if brief else min(stop, follows)
        shown.append(Frames(starts[number], stop))
    return shown


def spoken_frames(words: Sequence[Word], index: int, shown: Frames) -> Frames:
    """When a word is lit, within the time its page is shown."""
    word = words[index]
    stop = last_frame(word)
    if index + 1 < len(words) and words[index + 1].start_s - word.end_s < BRIEF_GAP_S:
        stop = frame_at(words[index + 1].start_s)
    start = max(frame_at(word.start_s), shown.start)
    return Frames(start, max(start, min(stop, shown.stop)))


def last_frame(word: Word) -> int:
    """The first frame after a word, at least one frame after its start."""
    return max(frame_at(word.end_s), frame_at(word.start_s) + 1)
