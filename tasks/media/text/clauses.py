"""A script parted into clauses: what is said in one breath, and how long the silence after it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tasks.domain.script import Script
from tasks.media.text.pronouncing import pronounced
from tasks.media.text.readings import words_as_said
from tasks.media.text.spoken import Spoken, spoken_words

PAUSES_S = {"": 0.0, ",": 0.15, ";": 0.26, ":": 0.24, "—": 0.24, ".": 0.38, "!": 0.38, "?": 0.40, "…": 0.45}
"""Silence after each mark, seconds at rate 1."""
LONGEST_CLAUSE = 40
"""Words after which a clause without punctuation takes a breath."""
LONGEST_WORD = 60
"""Letters of the longest word a voice is given; a longer one is cut, as nobody could say it."""


@dataclass(frozen=True)
class Clause:
    """What is said in one breath."""

    words: tuple[tuple[int, str], ...]
    """Spoken words, each with the index of the author's word it belongs to, counted through the whole script."""
    mark: str
    """The mark that ends it, one of the keys of `PAUSES_S`, never ''."""
    pause_s: float
    """Silence after it, seconds at rate 1; 0 at the end of the script."""
    beat: int


def clauses(script: Script, language: str, *, between_beats_s: float = 0.45,
            pronunciations: Mapping[str, str] | None = None) -> tuple[Clause, ...]:
    """Parts a script into clauses.

    Args:
        script: what is said.
        language: BCP 47 tag.
        between_beats_s: least silence between two beats.
        pronunciations: words that are said in another way than they are written.

    Raises:
        UnknownName: nothing here can tell the language's words apart.
        ScriptError: a reading does not fit what its beat says.
    """
    found: list[Clause] = []
    first = 0
    for beat, part in enumerate(script.beats):
        words = words_as_said(part, beat + 1, language)
        spoken = spoken_words(pronounced(words, pronunciations or {}), language)
        if found and words:
            last = found[-1]
            found[-1] = Clause(last.words, last.mark, max(last.pause_s, between_beats_s), last.beat)
        found += _clauses_of(spoken, first, beat)
        first += len(words)
    if found:
        last = found[-1]
        found[-1] = Clause(last.words, last.mark, 0.0, last.beat)
    return tuple(found)


def _clauses_of(spoken: Sequence[Spoken], first: int, beat: int) -> Iterator[Clause]:
    gathered: list[tuple[int, str]] = []
    for index, (word, text, mark) in enumerate(pieces := list(_pieces(spoken, first))):
        gathered.append((word, text))
        last = index == len(pieces) - 1
        if mark or last or len(gathered) >= LONGEST_CLAUSE:
            mark = mark or ("." if last else ",")
            yield Clause(tuple(gathered), mark, PAUSES_S[mark], beat)
            gathered = []


def _pieces(spoken: Sequence[Spoken], first: int) -> Iterator[tuple[int, str, str]]:
    """Every spoken word with its author's word and the mark after it."""
    for word, entry in enumerate(spoken, start=first):
        parts = entry.text.split() or [entry.text]
        for part in parts[:-1]:
            yield word, part.rstrip(",")[:LONGEST_WORD], "," if part.endswith(",") else ""
        yield word, parts[-1].rstrip(",")[:LONGEST_WORD], entry.mark
