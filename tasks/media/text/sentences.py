"""A script as sentences for a voice that takes text: what is sent, and which letters of it are whose word.

Every such voice gets the same text, made in the one place where words become what is said (`spoken.py`), so that numbers
and signs are read by all of them as they are timed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tasks.media.text.clauses import Clause

ENDS = ".!?…"
"""Marks after which a sentence is over."""
LONGEST_LETTERS = 400
"""Letters after which a sentence is parted at the end of a clause: voices lose their breath over longer ones."""


@dataclass(frozen=True)
class Sentence:
    """What a voice is given at once."""

    text: str
    """With the marks that shape the voice, e.g. 'It costs five dollars, not six.'"""
    words: tuple[tuple[int, int, int], ...]
    """(author's word, counted through the whole script; first letter, end) for each spoken word of `text`, in order."""
    pause_s: float
    """Silence after it, seconds at rate 1; 0 at the end of the script."""
    beat: int


def sentences(parts: Sequence[Clause], *, longest: int = LONGEST_LETTERS) -> tuple[Sentence, ...]:
    """Clauses gathered to sentences, which end with their mark, with their beat, or where they grow too long.

    Args:
        parts: a script's clauses, as `clauses` gives them.
        longest: letters of a sentence at most, unless a single clause has more.
    """
    return tuple(_sentence(group) for group in _groups(parts, longest))


def _groups(parts: Sequence[Clause], longest: int) -> Iterator[list[Clause]]:
    group: list[Clause] = []
    letters = 0
    for part in parts:
        size = sum(len(text) + 1 for _, text in part.words)
        if group and (part.beat != group[-1].beat or group[-1].mark in ENDS or letters + size > longest):
            yield group
            group, letters = [], 0
        group.append(part)
        letters += size
    if group:
        yield group


def _sentence(group: Sequence[Clause]) -> Sentence:
    text, words = "", []
    for part in group:
        for word, spoken in part.words:
            text += " " * bool(text)
            words.append((word, len(text), len(text) + len(spoken)))
            text += spoken
        text += f" {part.mark}" if part.mark == "—" else part.mark
    return Sentence(text, tuple(words), group[-1].pause_s, group[-1].beat)
