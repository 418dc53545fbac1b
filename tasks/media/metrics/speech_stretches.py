"""Where somebody speaks, read off the level of the sound alone, where nothing better is known.

A value sounds when it is above `QUIET_DB` below the film's loud speech (its 92nd percentile); stretches less than the
shortest pause apart belong together, shorter ones than a syllable do not count. Music under the voice fills its pauses: then
there are none.
"""

import numpy as np
from numpy.typing import NDArray

from tasks.media.metrics.lip_closure import LEAST_PAUSE_S, Stretch

LOUD_PERCENTILE = 92
"""Of the level: loud speech, not its peaks."""
QUIET_DB = 30.0
"""So much softer than loud speech is silence; soft consonants are at 25."""
LEAST_SPEECH_S = 0.08
"""Shorter sounds are clicks."""
SILENCE = 1e-4
"""Amplitude below which nothing sounds at all."""


def heard_stretches(times_s: NDArray[np.float64], level: NDArray[np.float64]) -> list[Stretch]:
    """Stretches of speech in order.

    Args:
        times_s: (n,) the middles of evenly spaced values, seconds.
        level: (n,) amplitude.
    """
    if len(level) < 2:
        return []
    limit = max(float(np.percentile(level, LOUD_PERCENTILE)) * 10 ** (-QUIET_DB / 20), SILENCE)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], (level > limit).astype(np.int8), [0]]))).reshape(-1, 2)
    half = (times_s[1] - times_s[0]) / 2
    stretches: list[Stretch] = []
    for first, last in edges:
        start_s, end_s = float(times_s[first] - half), float(times_s[last - 1] + half)
        if stretches and start_s - stretches[-1][1] < LEAST_PAUSE_S:
            stretches[-1] = (stretches[-1][0], end_s)
        else:
            stretches.append((start_s, end_s))
    return [stretch for stretch in stretches if stretch[1] - stretch[0] >= LEAST_SPEECH_S]
