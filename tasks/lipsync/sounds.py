"""Phonemes as mouth sounds: diphthongs and affricates in two, silences as rest, vowels long, short and unstressed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tasks.domain.speech import Phoneme
from tasks.lipsync.viseme_table import is_vowel, visemes_of

FIRST_SHARE = 0.55
"""Part of a diphthong's or affricate's time that its first sound keeps."""
PAUSE_S = 0.18
"""Shortest gap in which a mouth heads for rest; in shorter ones, between words, lips go straight to the next sound: closing
for a frame or two would look like a flap."""
LONG_VOWEL_S = 0.16
"""A vowel from this length on relaxes towards its end, as a held mouth does."""
HELD_REACH = 0.85
"""Reach of the second half of a long vowel."""
SHORT_VOWEL_S = 0.05
"""A vowel this short or shorter is as reduced as it gets."""
FULL_VOWEL_S = 0.10
"""A vowel of this length reaches its whole target."""
SHORT_REACH = 0.75
"""Reach of a vowel at `SHORT_VOWEL_S`: fast speech undershoots. Source: Lindblom 1963, "Spectrographic study of vowel
reduction"."""
UNSTRESSED_REACH = 0.85
"""Reach of a vowel without stress, on top of its shortness."""


@dataclass(frozen=True)
class Sound:
    """One viseme held for a while."""

    viseme: str
    start_s: float
    end_s: float
    reach: float = 1.0
    """Part of the target it goes for, 0 to 1."""


def sounds_of(phonemes: Sequence[Phoneme]) -> list[Sound]:
    """The sounds of a reel in order, rest included; the first and last are rests without end."""
    sounds: list[Sound] = []
    heard_until_s = float("-inf")
    for phoneme in phonemes:
        if phoneme.start_s - heard_until_s >= PAUSE_S:
            sounds.append(Sound("rest", heard_until_s, phoneme.start_s))
        sounds.extend(_parts(phoneme))
        heard_until_s = phoneme.end_s
    return [*sounds, Sound("rest", heard_until_s, float("inf"))]


def _parts(phoneme: Phoneme) -> Iterator[Sound]:
    visemes = visemes_of(phoneme.ipa) or ("rest",)
    start_s, length_s = phoneme.start_s, phoneme.end_s - phoneme.start_s
    reach = _reach(phoneme) if is_vowel(phoneme.ipa) else 1.0
    if len(visemes) == 1 and is_vowel(phoneme.ipa) and length_s >= LONG_VOWEL_S:
        middle_s = start_s + length_s / 2
        yield Sound(visemes[0], start_s, middle_s, reach)
        yield Sound(visemes[0], middle_s, phoneme.end_s, reach * HELD_REACH)
        return
    for (begin, end), viseme in zip(_shares(len(visemes)), visemes, strict=True):
        yield Sound(viseme, start_s + begin * length_s, start_s + end * length_s, reach)


def _shares(count: int) -> list[tuple[float, float]]:
    """Start and end of each part as fractions of the whole."""
    edges = [0.0, FIRST_SHARE, 1.0] if count == 2 else [index / count for index in range(count + 1)]
    return list(pairwise(edges))


def _reach(vowel: Phoneme) -> float:
    fullness = (vowel.end_s - vowel.start_s - SHORT_VOWEL_S) / (FULL_VOWEL_S - SHORT_VOWEL_S)
    length_reach = SHORT_REACH + (1 - SHORT_REACH) * min(max(fullness, 0.0), 1.0)
    return length_reach * (1.0 if vowel.stress else UNSTRESSED_REACH)
