"""From a clause as it was spoken to timed words and phonemes of the reel."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Literal

from tasks.domain.speech import Phoneme, Word

SHORTEST_SOUND_S = 0.012
"""Least length of a sound; a voice reports some as instants."""
LONGEST_HOLD_S = 0.07
"""A silence inside a clause up to this long belongs to the sound before it: the mouth does not close for it."""
SHORTEST_WORD_S = 0.04
"""Least time of a word: a caption that lights up for less than a video frame would never be seen."""
SILENT_WORD_S = 0.15
"""Time given to a word a voice says nothing for."""
_STRESS: dict[str, Literal[1, 2]] = {"ˈ": 1, "ˌ": 2}


@dataclass(frozen=True)
class Sound:
    """One sound of a clause; times in seconds, from wherever the clause's times count."""

    ipa: str
    start_s: float
    end_s: float
    stress: Literal[0, 1, 2] = 0


@dataclass(frozen=True)
class Span:
    """The time of one author's word inside a clause, and its sounds."""

    word: int
    start_s: float
    end_s: float
    sounds: tuple[Sound, ...]


def read_sounds(marks: Sequence[tuple[float, str]], end_s: float) -> tuple[Sound, ...]:
    """Sounds from a voice's reports of where each begins.

    Args:
        marks: (start in seconds, name) in order; a name without a letter is silence.
        end_s: where the clause ends.
    """
    starts = [start for start, _ in marks]
    ends = [*starts, end_s][1:]
    sounds: list[Sound] = []
    for (start, name), end in zip(marks, ends, strict=True):
        ipa = ipa_of(name)
        if ipa:
            sounds.append(Sound(ipa, start, max(end, start), _stress_of(name)))
    held = [_held(sound, following) for sound, following in pairwise(sounds)]
    return _lengthened([*held, *sounds[-1:]], end_s)


def ipa_of(name: str) -> str:
    """A voice's name of a sound without stress marks, language switches and silence."""
    return re.sub(r"\([^)]*\)?|[ˈˌ_|\s\d]|[^\w\u0300-\u036f͡ːˑʰʲʷ]", "", name)


def spans_of(sounds: Sequence[Sound], ranges: Sequence[tuple[int, int]], words: Sequence[int], start_s: float,
             end_s: float) -> tuple[Span, ...]:
    """The time of each author's word of a clause.

    Args:
        sounds: all sounds of the clause, in order.
        ranges: for each spoken word, which sounds are its own.
        words: for each spoken word, the author's word it belongs to; never falling.
        start_s: start of the clause, for words without a sound.
        end_s: end of the clause.
    """
    owned = [(word, sounds[first:last]) for word, (first, last) in zip(words, ranges, strict=True)]
    merged = [(word, tuple(sound for _, part in parts for sound in part))
              for word, parts in groupby(owned, key=lambda pair: pair[0])]
    if any(not own for _, own in merged):
        return _spread(sounds, [word for word, _ in merged], start_s, end_s)
    return _widened([Span(word, own[0].start_s, own[-1].end_s, own) for word, own in merged])


def timed(spans: Sequence[Span], texts: Sequence[str], beats: Sequence[int]) -> tuple[tuple[Word, ...], tuple[Phoneme, ...]]:
    """Words and phonemes of the reel from the spans of all its clauses; a word over two clauses is made one.

    Args:
        spans: in order, in seconds from the start of the reel.
        texts: every word of the author.
        beats: its beat.
    """
    words: list[Word] = []
    phonemes: list[Phoneme] = []
    for index, parts_of in groupby(spans, key=lambda span: span.word):
        parts = list(parts_of)
        words.append(Word(text=texts[index], start_s=round(parts[0].start_s, 6), end_s=round(parts[-1].end_s, 6),
                          beat=beats[index]))
        phonemes += [Phoneme(ipa=sound.ipa, start_s=round(sound.start_s, 6), end_s=round(sound.end_s, 6),
                             stress=sound.stress, word=index) for part in parts for sound in part.sounds]
    return tuple(words), tuple(phonemes)


def _stress_of(name: str) -> Literal[0, 1, 2]:
    return next((stress for mark, stress in _STRESS.items() if mark in name), 0)


def _held(sound: Sound, following: Sound) -> Sound:
    """The sound lasting through a short silence after it."""
    if 0 < following.start_s - sound.end_s <= LONGEST_HOLD_S:
        return Sound(sound.ipa, sound.start_s, following.start_s, sound.stress)
    return sound


def _lengthened(sounds: Sequence[Sound], end_s: float) -> tuple[Sound, ...]:
    """Sounds none of which is an instant: one that is takes its time from the silence after it or the sound before it."""
    found: list[Sound] = []
    for index, sound in enumerate(sounds):
        start, end = sound.start_s, sound.end_s
        limit = sounds[index + 1].start_s if index + 1 < len(sounds) else end_s
        if end - start < SHORTEST_SOUND_S:
            end = min(max(end, start + SHORTEST_SOUND_S), max(limit, end))
        if end - start < SHORTEST_SOUND_S and found:
            before = found[-1]
            start = max(end - SHORTEST_SOUND_S, (before.start_s + end) / 2)
            found[-1] = Sound(before.ipa, before.start_s, min(before.end_s, start), before.stress)
        found.append(Sound(sound.ipa, start, end, sound.stress))
    return tuple(found)


def _widened(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Words none of which is too short to see: one that is takes its time from the silence or the sound after it.

    After the last word of a clause there is always a pause that is longer than what it may need.
    """
    found = list(spans)
    for index, span in enumerate(found):
        wanted_s = span.start_s + SHORTEST_WORD_S
        if span.end_s >= wanted_s:
            continue
        following = found[index + 1] if index + 1 < len(found) else None
        if following is None or wanted_s <= following.start_s:
            found[index] = replace(span, end_s=wanted_s)
            continue
        first = following.sounds[0]
        border_s = min(wanted_s, (first.start_s + first.end_s) / 2)
        last = replace(span.sounds[-1], end_s=border_s)
        found[index] = Span(span.word, span.start_s, border_s, (*span.sounds[:-1], last))
        later = (replace(first, start_s=border_s), *following.sounds[1:])
        found[index + 1] = Span(following.word, border_s, following.end_s, later)
    return tuple(found)


def _spread(sounds: Sequence[Sound], words: Sequence[int], start_s: float, end_s: float) -> tuple[Span, ...]:
    """Words over a clause that has fewer sounds than words: even shares of its time, each with the sounds inside it."""
    if sounds:
        start_s, end_s = sounds[0].start_s, sounds[-1].end_s
    share = (end_s - start_s) / len(words)
    found = []
    for index, word in enumerate(words):
        first, last = start_s + index * share, start_s + (index + 1) * share
        own = tuple(Sound(sound.ipa, max(sound.start_s, first), min(sound.end_s, last), sound.stress) for sound in sounds
                    if first <= (sound.start_s + sound.end_s) / 2 < last)
        found.append(Span(word, first, last, own))
    return tuple(found)
