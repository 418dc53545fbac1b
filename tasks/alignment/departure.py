"""Whether a recording says its script, and where it departs from it.

A look that is like its own column is much less like all others; where other words are said, it is hardly nearer to its own
than to any. And where words are missing or too many, the path has to run or to stand still. Both together, relative to the
recording itself, tell a wrong recording from a right one in another voice (`benchmarks/align.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.alignment.warping import Warp, distances
from tasks.domain.errors import FixRequest
from tasks.domain.speech import Phoneme, Word
from tasks.media.audio.cepstra import HOP_S, Cepstra
from tasks.media.text.words import join_words

SAMPLE = 10
"""Every so manieth column stands for all others."""
STRAIN = 0.3
"""What a look counts besides at which the path stands still or leaves a column out."""
LIMITS = ((0.8, 0.92), (3.0, 0.82))
"""Seconds of speech, and the mean doubt over them from which on it is a departure: a short one must be flagrant, a long one
less so. Right recordings in four voices of flite and of a person reach 0.89 and 0.79."""
SURE, LOST = 0.55, 1.15
"""Mean doubt over a word at which its confidence is full, and at which there is none."""
MOST_CONFIDENT = 0.99
"""Only a voice itself is certain."""
QUOTED_WORDS = 4
"""Words quoted from where a recording departs."""


@dataclass(frozen=True)
class Doubt:
    """How much every look of a recording speaks against the script."""

    values: NDArray[np.float64]
    """(looks,) about 0.6 where the script is said, 1 where anything else is."""
    words: NDArray[np.intp]
    """(looks,) the word each look belongs to; -1 in pauses."""

    def confidence(self, word: int) -> float:
        """How sure the times of a word are, 0 to 1."""
        own = self.values[self.words == word]
        doubt = float(own.mean()) if own.size else LOST
        return round(float(np.clip((LOST - doubt) / (LOST - SURE), 0, 1)) * MOST_CONFIDENT, 3)

    def departure(self, readable: Sequence[bool]) -> int | None:
        """A look at which the recording first departs from the script, None where it nowhere does.

        Args:
            readable: for each word whether there is but one way to say it; others, like numbers, are no evidence.
        """
        evidence = np.flatnonzero((self.words >= 0) & np.array([*readable, False])[self.words])
        places = []
        for seconds, limit in LIMITS if evidence.size else ():
            window = min(round(seconds / HOP_S), len(evidence))
            first = first_beyond(np.convolve(self.values[evidence], np.ones(window) / window, "valid"), limit, window)
            places += [] if first is None else [int(evidence[first + window // 2])]
        return min(places, default=None)


def first_beyond(means: NDArray[np.float64], limit: float, window: int) -> int | None:
    """The first stretch whose mean is beyond a limit, and of those that overlap it the worst; None where none is.

    Args:
        means: of the stretches of `window` values that begin at each value.
        limit: what is more is beyond it.
        window: length of a stretch.
    """
    beyond = np.flatnonzero(means > limit)
    return int(beyond[0] + means[beyond[0]:beyond[0] + window].argmax()) if beyond.size else None


def doubts(looks: Cepstra, warp: Warp, phonemes: Sequence[Phoneme]) -> Doubt:
    """How much every look speaks against the script.

    Args:
        looks: the recording.
        warp: how it goes along with the reference.
        phonemes: of the reference, with their words.
    """
    columns = warp.reference
    others = columns.features[~columns.silent][::SAMPLE]
    usual = np.concatenate([distances(part, others).mean(axis=1)
                            for part in np.array_split(looks.features, len(looks.features) // 1000 + 1)])
    steps = np.diff(warp.path, prepend=warp.path[0])
    silent = columns.silent[warp.path]
    ran = (steps == 2) & ~columns.silent[np.maximum(warp.path - 1, 0)]
    values = warp.costs / np.maximum(usual, 1e-6) + STRAIN * ((steps == 0) | ran)
    word_of = np.array([phoneme.word for phoneme in phonemes] + [-1])
    words = np.where(silent | ~looks.speaks, -1, word_of[columns.sound[warp.path]])
    return Doubt(values, words)


def is_readable(text: str) -> bool:
    """Whether there is but one way to read a word: numbers and signs are read in several, capitals may be spelt."""
    letters = "".join(sign for sign in text if sign.isalnum())
    return letters.isalpha() and not (len(letters) > 1 and letters.isupper())


def departed(words: Sequence[Word], at: int, time_s: float, language: str) -> FixRequest:
    """The error of a recording that says something else.

    Args:
        words: the author's.
        at: the word that is not heard.
        time_s: when something else is.
        language: BCP 47 tag.
    """
    quoted = join_words([word.text for word in words[at:at + QUOTED_WORDS]], language)
    return FixRequest(f"the recording does not say the script: at {time_s:.1f} s something else is heard than word"
                      f" {at + 1}, {quoted!r}; give the recording of this script, or correct the script to what is said")
