"""How well two recordings of one text fit each other: the greatest correlation of their levels, and at which shift.

Pearson's correlation of the speech envelopes, -1 to 1, over shifts up to `FARTHEST_S`. The same voice reading the same words
scores above 0.95, another voice or another text below 0.7: sounds may then not be taken from one for the other.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from tasks.media.audio.sound_level import HOP_S, SoundLevel

FARTHEST_S = 1.0
"""Greatest shift looked at."""
SMOOTH_S = 0.02
"""Standard deviation of the smoothing of both."""
POWER = 0.6
"""Levels are raised to this power, so that soft sounds count too."""


def sound_match(film: SoundLevel, reference: SoundLevel) -> tuple[float, float]:
    """How much later than the reference the film's sound comes, seconds, and the correlation there."""
    heard, wanted = _prepared(film.level), _prepared(reference.level)
    reach = round(FARTHEST_S / HOP_S)
    padded = np.pad(heard, (reach, reach + max(0, len(wanted) - len(heard))))
    scores = [_correlation(padded[shift:shift + len(wanted)], wanted) for shift in range(2 * reach + 1)]
    best = int(np.argmax(scores))
    return (best - reach) * HOP_S + film.start_s - reference.start_s, float(scores[best])


def _prepared(level: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(gaussian_filter1d(level**POWER, SMOOTH_S / HOP_S))


def _correlation(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    first, second = first - first.mean(), second - second.mean()
    size = float(np.sqrt((first @ first) * (second @ second)))
    return float(first @ second) / size if size > 1e-12 else 0.0
