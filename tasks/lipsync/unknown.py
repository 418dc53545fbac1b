"""The stretches of a voice for which nobody knows the phonemes: there the mouth must listen."""

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from tasks.domain.speech import Phoneme, Word
from tasks.media.easing import Samples, smooth_step

TRUSTED = 0.5
"""Confidence from which a word's times, and those of its phonemes, are believed."""
CERTAIN = 1.0
"""A word whose voice knows its time and gives no phoneme is silent; with less confidence, they are not known."""
BLEND_S = 0.10
"""Over this time the mouth goes from one way to the other, half of it on either side of the border."""


def is_known(word: Word, phonemes: int) -> bool:
    """Whether a word's mouth can be told from its phonemes.

    Args:
        word: with its confidence.
        phonemes: how many of them it has.
    """
    return word.confidence >= CERTAIN or (word.confidence >= TRUSTED and phonemes > 0)


def unknown_words(words: Sequence[Word], phonemes: Sequence[Phoneme]) -> list[bool]:
    """For each word whether its phonemes are not known: all of them where there is no phoneme at all."""
    counts = np.bincount([phoneme.word for phoneme in phonemes], minlength=len(words)) if phonemes else np.zeros(len(words))
    return [not phonemes or not is_known(word, int(count)) for word, count in zip(words, counts, strict=False)]


def unknown_stretches(words: Sequence[Word], phonemes: Sequence[Phoneme], duration_s: float
                      ) -> tuple[tuple[float, float], ...]:
    """The stretches `[start_s, end_s)` of a voice in which the phonemes are not known, in order.

    Each reaches from the last word that is known to the next one, pauses included, since doubtful times may be off; without
    any known word it is the whole voice.
    """
    if not phonemes:
        return ((0.0, duration_s),)
    found = []
    runs = [(unknown, list(run)) for unknown, run in groupby(zip(unknown_words(words, phonemes), words, strict=True),
                                                            key=lambda pair: pair[0])]
    for index, (unknown, _) in enumerate(runs):
        if unknown:
            start_s = runs[index - 1][1][-1][1].end_s if index else 0.0
            end_s = runs[index + 1][1][0][1].start_s if index + 1 < len(runs) else duration_s
            found.append((start_s, end_s))
    return tuple(found)


def outside(phonemes: Sequence[Phoneme], stretches_s: Sequence[tuple[float, float]]) -> list[Phoneme]:
    """The phonemes whose middle lies in none of the stretches."""
    return [phoneme for phoneme in phonemes
            if not any(start_s <= (phoneme.start_s + phoneme.end_s) / 2 < end_s for start_s, end_s in stretches_s)]


def share_of(stretches_s: Sequence[tuple[float, float]], instants_s: Samples) -> Samples:
    """(n,): 1 inside the stretches, 0 outside, with soft borders."""
    share = np.zeros(len(instants_s))
    half_s = BLEND_S / 2
    for start_s, end_s in stretches_s:
        rise = smooth_step(instants_s, start_s - half_s, start_s + half_s)
        share = np.maximum(share, rise * (1 - smooth_step(instants_s, end_s - half_s, end_s + half_s)))
    return share
