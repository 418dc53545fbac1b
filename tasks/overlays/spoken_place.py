"""Where in a beat the words stand that a show names: `at` and `until`.

Words are compared as written, ignoring case and punctuation, so `at: drink` finds "Drink," and `at: "a glass"` two words.
"""

import difflib
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

from tasks.domain.errors import FixRequest
from tasks.domain.script import Script, Show
from tasks.media.text.comparing import bare
from tasks.media.text.phrases import is_native
from tasks.media.text.words import caption_words

NEAREST = 3
"""Words of the beat that an error offers."""


def check_shows(script: Script, language: str) -> None:
    """Makes sure, before anything is made, that every show hangs on words that its beat says.

    Raises:
        FixRequest: a word is not spoken there, or the last one comes before the first; with the nearest words that are.
    """
    for beat, part in enumerate(script.beats):
        words = caption_words(part.say, language)
        for show in part.show:
            find_places(show, words, beat)


def find_places(show: Show, words: Sequence[str], beat: int) -> tuple[range | None, range | None]:
    """The words a show begins with and leaves after.

    Args:
        show: what its author wrote.
        words: the words of its beat.
        beat: its index, for messages.

    Returns:
        indices into `words` for `at` and `until`; None where the show does not say.

    Raises:
        FixRequest: as `check_shows`.
    """
    first = _place(show.at, "at", words, beat, 0) if show.at is not None else None
    begin = first.start if first else 0
    last = _place(show.until, "until", words, beat, begin) if show.until is not None else None
    return first, last


def find_words(wanted: str, words: Sequence[str], begin: int = 0) -> range | None:
    """The first run of words from `begin` on that reads as `wanted`, in Chinese and Japanese that holds it; None without."""
    spoken = [_bare(word) for word in words]
    goal = "".join(_bare(word) for word in wanted.split())
    for start in range(begin, len(spoken)):
        read = ""
        for stop in range(start, len(spoken)):
            read += spoken[stop]
            if spoken[start] and read == goal:
                return range(start, stop + 1)
            if not goal.startswith(read):
                break
    return _within(goal, spoken, begin) if is_native(goal) else None


def _within(goal: str, spoken: Sequence[str], begin: int) -> range | None:
    """The words that hold a text of a language without spaces, whose author does not know where phrases end."""
    place = "".join(spoken[begin:]).find(goal)
    if place < 0:
        return None
    ends = list(accumulate(map(len, spoken[begin:])))
    return range(begin + bisect_right(ends, place), begin + bisect_left(ends, place + len(goal)) + 1)


def _place(wanted: str, field: str, words: Sequence[str], beat: int, begin: int) -> range:
    found = find_words(wanted, words, begin)
    if found is not None:
        return found
    if begin and find_words(wanted, words) is not None:
        raise FixRequest(f"beat {beat + 1} shows something until {wanted!r}, which is said before the word it appears"
                         " with: exchange 'at' and 'until', or name a later word")
    raise FixRequest(f"beat {beat + 1} has {field}: {wanted!r}, and says nothing like it; the nearest words are"
                     f" {', '.join(map(repr, nearest(wanted, words)))}: write one of them, as it is spoken")


def nearest(wanted: str, words: Sequence[str]) -> list[str]:
    """The words of a beat, or runs of as many as wanted, most alike first."""
    count = min(len(wanted.split()), len(words))
    runs = list(dict.fromkeys(" ".join(words[start:start + count]) for start in range(len(words) - count + 1)))
    goal = _bare(wanted)
    return sorted(runs, key=lambda run: -difflib.SequenceMatcher(a=_bare(run), b=goal).ratio())[:NEAREST]


def _bare(word: str) -> str:
    """A word without case and punctuation; a sign that is a word by itself stays."""
    return bare(word) or word.strip()
