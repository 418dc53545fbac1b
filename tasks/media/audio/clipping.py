"""Sound that was too loud for what recorded it: crests cut off flat."""

import numpy as np
from numpy.typing import NDArray

FULL_SCALE, FLAT, FLAT_SAMPLES = 0.985, 1e-5, 6
"""A clip: this many samples in a row no lower than full scale and no further apart than `FLAT`."""
LEAST_PEAK = 0.1
"""Sound that stays below is not looked at: in few bits its rounded crests are flat too."""
LOUDEST_PERCENTILE, NEAR = 99.9, 0.9
"""The samples called loudest, and what is near them, as a share of their level."""


def clips(channel: NDArray[np.float32]) -> int:
    """How many runs of a channel are cut off flat at full scale."""
    flat = _flat(channel, FULL_SCALE)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flat.astype(np.int8), [0]])))
    return int(np.count_nonzero(edges[1::2] - edges[::2] >= FLAT_SAMPLES - 1))


def clipped_samples(channel: NDArray[np.float32]) -> int:
    """How many samples are cut off flat, wherever it was that they were: what is made softer later stays cut."""
    peak = float(np.abs(channel).max(initial=0.0))
    return int(np.count_nonzero(_flat(channel, FULL_SCALE * peak))) if peak >= LEAST_PEAK else 0


def crowd_at_the_top(samples: NDArray[np.float32]) -> float:
    """Share of the samples that lie near the loudest: about 0.002 of a voice, 0.01 of one that a limiter holds down.

    Where a codec has rounded crests that were cut off, they are no longer flat, but still too many are alike.
    """
    level = np.abs(samples)
    return float(np.mean(level > NEAR * np.percentile(level, LOUDEST_PERCENTILE))) if len(level) else 0.0


def _flat(channel: NDArray[np.float32], least: float) -> NDArray[np.bool_]:
    """(n - 1,) whether a sample and the next are both at least so loud, and alike."""
    level = np.abs(channel)
    return np.asarray((level[1:] >= least) & (level[:-1] >= least) & (np.abs(np.diff(channel)) <= FLAT))
