"""The syllables a speaker underlines with head and brows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tasks.animation.base import Take
from tasks.animation.phrases import Phrase
from tasks.domain.speech import Word
from tasks.domain.timeline import FPS
from tasks.media.text.emphasis import is_emphasised

SPACING_S = 0.80
"""Two accents are at least this far apart; closer nods look nervous."""
CLEARLY_LOUD = 0.55
"""Loudness from which a stressed syllable is an accent of its own, besides the strongest of its phrase."""
EMPHASIS_BONUS = 0.6
"""Added to the strength of words that the author emphasised, and of those that count."""
EXCLAMATION_BONUS = 0.3
"""Added in exclamations."""
LOUDEST_SHARE = 0.9
"""Of a word's greatest loudness, what still counts as loudest."""
STRENGTHS = (0.5, 1.9)
"""Weakest and strongest accent."""


@dataclass(frozen=True)
class Accent:
    """An underlined syllable."""

    time_s: float
    """Middle of its vowel."""
    strength: float
    """About 1 for an ordinary one."""
    emphasised: bool
    """True where the author emphasised the word, counts or exclaims."""
    phrase: int
    """Index of its phrase."""


def find_accents(take: Take, phrases: Sequence[Phrase]) -> list[Accent]:
    """The accents of a take, in order: the strongest stressed syllable of each phrase and other clearly loud ones."""
    candidates = [accent for index, phrase in enumerate(phrases) for accent in _candidates(take, index, phrase)]
    best = {index: max((accent for accent in candidates if accent.phrase == index), key=lambda accent: accent.strength)
            for index in {accent.phrase for accent in candidates}}
    wanted = [accent for accent in candidates
              if accent is best[accent.phrase] or accent.emphasised or accent.strength > CLEARLY_LOUD]
    chosen: list[Accent] = []
    for accent in sorted(wanted, key=lambda accent: (-accent.strength, accent.time_s)):
        if all(abs(accent.time_s - other.time_s) >= SPACING_S for other in chosen):
            chosen.append(accent)
    return sorted(chosen, key=lambda accent: accent.time_s)


def _candidates(take: Take, index: int, phrase: Phrase) -> Iterator[Accent]:
    bonus = EXCLAMATION_BONUS if phrase.mood == "exclamation" else 0.0
    counting = take.words[phrase.counted] if phrase.counted is not None else None
    for time_s, word in _stressed(take, phrase):
        emphasised = is_emphasised(word.text) or word is counting
        strength = _loudness_at(take, time_s) + bonus + EMPHASIS_BONUS * emphasised
        yield Accent(time_s, min(max(strength, STRENGTHS[0]), STRENGTHS[1]), emphasised or bonus > 0, index)


def _stressed(take: Take, phrase: Phrase) -> Iterator[tuple[float, Word]]:
    """Stressed syllables with their word; where the voice tells no stress, the loudest moment of each longer word."""
    inside = [phoneme for phoneme in take.phonemes if phrase.first <= phoneme.word <= phrase.last and phoneme.stress == 1]
    for phoneme in inside:
        yield (phoneme.start_s + phoneme.end_s) / 2, take.words[phoneme.word]
    if not inside:
        spoken = take.words[phrase.first:phrase.last + 1]
        usual_s = sum(word.end_s - word.start_s for word in spoken) / len(spoken)
        for word in spoken:
            if word.end_s - word.start_s >= usual_s - 1e-9:
                yield _loudest_moment(take, word), word


def _loudest_moment(take: Take, word: Word) -> float:
    """The middle of what is loudest in a word: all of it, where it is even."""
    first, last = int(word.start_s * FPS), max(int(word.end_s * FPS), int(word.start_s * FPS) + 1)
    inside = take.loudness[first:last]
    if not len(inside):
        return (word.start_s + word.end_s) / 2
    loudest = np.flatnonzero(inside >= LOUDEST_SHARE * inside.max())
    return float((first + loudest.mean() + 0.5) / FPS)


def _loudness_at(take: Take, time_s: float) -> float:
    if not len(take.loudness):
        return 0.0
    frame = min(int(time_s * FPS), len(take.loudness) - 1)
    return float(take.loudness[max(frame - 1, 0):frame + 2].max())
