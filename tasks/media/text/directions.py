"""Right to left: where the words of a line stand, and how libass is told to draw each.

The order of words follows the Unicode Bidirectional Algorithm (UAX #9) as far as words go. A word has the direction of its
first letter that has one; a number goes with the words before it. Words in the other direction than the line keep their own
order among themselves, e.g. two English words in an Arabic line.

Inside a text in one font libass follows the algorithm itself; it takes every text for one from left to right unless `drawn`
tells it otherwise. Where the font changes it begins anew and puts what follows at the right, so parts in several fonts are
ordered like words (`ink.py`).
"""

import unicodedata
from collections.abc import Sequence
from itertools import groupby

from tasks.media.text.languages import from_the_right

EMBEDDED_FROM_THE_RIGHT = "\u202b"
"""Tells a renderer that what follows is a text from right to left; draws nothing."""
OPENERS, CLOSERS = "([{«“\"'", ")]}»”\"'"
"""Signs around several words in the other direction, which go with these words."""


def visual_order(words: Sequence[str], *, right: bool) -> list[int]:
    """The indices of a line's words as they stand on the picture, from left to right.

    Args:
        words: of the line, in the order in which they are read.
        right: True if the line begins at the right.
    """
    found: list[int] = []
    for run_right, run in _runs(words, right):
        found += run if run_right == right else run[::-1]
    return found[::-1] if right else found


def word_directions(words: Sequence[str], *, right: bool) -> list[bool]:
    """For each word of a line whether it is drawn as a text from right to left; this decides where its signs go.

    Signs at the end of words in the other direction belong to the line, unless they close what opened before these words.
    """
    found: list[bool] = []
    for run_right, run in _runs(words, right):
        first, last = words[run[0]], words[run[-1]]
        enclosed = len(run) > 1 and first[:1] in OPENERS and last[-1:] in CLOSERS and bool(first and last)
        found += [run_right] * len(run)
        if not enclosed:
            found[-1] = right
    return found


def begins_right(text: str, language: str) -> bool:
    """True for a whole text that is read from right to left: in such a language, unless all its letters go the other way."""
    kinds = {unicodedata.bidirectional(character) for character in text}
    return from_the_right(language) and ("L" not in kinds or not kinds.isdisjoint({"R", "AL"}))


def drawn(text: str, *, right: bool) -> str:
    """A text as libass must be given it."""
    return EMBEDDED_FROM_THE_RIGHT + text if right and text else text


def _runs(words: Sequence[str], right: bool) -> list[tuple[bool, list[int]]]:
    """Neighbouring words of one direction, with that direction."""
    directions: list[bool] = []
    for word in words:
        before = directions[-1] if directions else right
        directions.append(_direction(word, before, right))
    return [(direction, [index for index, _ in run])
            for direction, run in groupby(enumerate(directions), key=lambda pair: pair[1])]


def _direction(word: str, before: bool, line: bool) -> bool:
    """True for a word from right to left; a number goes with the word before it, signs alone with the line."""
    kinds = [unicodedata.bidirectional(character) for character in word]
    strong = next((kind for kind in kinds if kind in ("L", "R", "AL")), None)
    if strong is not None:
        return strong != "L"
    return line if {"EN", "AN"}.isdisjoint(kinds) else before
