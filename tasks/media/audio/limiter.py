"""A look-ahead limiter that keeps the true peak, the peak between samples, under a ceiling.

The gain falls smoothly before a loud moment and rises smoothly after it: a running minimum of the gain each sample needs is
averaged by a window of the same length, and an average of values that are all small enough is small enough.
"""

from collections.abc import Iterator

import numpy as np
import soxr
from numpy.typing import NDArray

from tasks.media.audio.filters import convolve, running_minimum
from tasks.media.audio.pieces import Spool

REACH_S = 0.008
"""How long before and after a peak the gain moves: long enough not to crackle, short enough not to pump."""
OVERSAMPLING = 4
"""Points looked at per sample, as BS.1770-5, annex 2, does; a tone near half the rate may peak 0.7 dB higher."""
BLOCK = 1 << 17
"""Samples limited at once, so that memory stays small however long the sound is."""
MARGIN = 128
"""Samples of context on either side of a block for oversampling: longer than its filter."""


def limit(samples: NDArray[np.float32], rate: int, *, ceiling_db: float, gain_db: float = 0.0) -> NDArray[np.float32]:
    """Turns a sound up, and down again where it would exceed the ceiling.

    Args:
        samples: (n,) or (n, channels) float32, full scale 1.0; all channels get the same gain.
        rate: samples a second.
        ceiling_db: highest true peak wanted, dBTP.
        gain_db: how much louder before limiting.

    Returns:
        Array of the same shape.
    """
    return np.concatenate([samples[:0], *limit_blocks(samples, rate, ceiling_db=ceiling_db, gain_db=gain_db)])


def limit_blocks(samples: NDArray[np.float32] | Spool, rate: int, *, ceiling_db: float, gain_db: float = 0.0
                 ) -> Iterator[NDArray[np.float32]]:
    """What `limit` gives, in blocks one after the other, for sounds too long to be held."""
    reach = max(1, round(REACH_S * rate))
    level, ceiling = np.float32(10 ** (gain_db / 20)), np.float32(10 ** (ceiling_db / 20))
    for start in range(0, len(samples), BLOCK):
        first, end = max(0, start - 2 * reach - MARGIN), min(start + BLOCK, len(samples))
        around = samples[first:end + 2 * reach + MARGIN] * level
        needed: NDArray[np.float32] = np.divide(ceiling, np.maximum(true_envelope(around), ceiling), dtype=np.float32)
        own = slice(start - first, end - first)
        if needed.min() < 1:
            gain = smooth_gain(needed, reach)[own]
            yield around[own] * (gain if samples.ndim == 1 else gain[:, None])
        else:
            yield around[own]


def smooth_gain(needed: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """A smooth gain that is nowhere above what is needed.

    Args:
        needed: (n,) float32, highest gain each sample allows, at most 1.
        reach: samples before and after a dip in which the gain moves.
    """
    lowest = running_minimum(needed, reach)
    window = np.hanning(2 * reach + 3)[1:-1].astype(np.float32)
    padded = np.pad(lowest, reach, mode="edge")
    smooth = convolve(padded, window / window.sum())[2 * reach:]
    return np.asarray(np.minimum(smooth, needed))


def true_envelope(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The highest level at and around each sample, between samples included.

    Args:
        samples: (n,) or (n, channels) float32.

    Returns:
        (n,) float32, over all channels.
    """
    channels = [samples] if samples.ndim == 1 else [np.ascontiguousarray(channel) for channel in samples.T]
    fine = np.max([np.abs(soxr.resample(channel, 1, OVERSAMPLING)) for channel in channels], axis=0)
    own = np.max([np.abs(channel) for channel in channels], axis=0)
    here = np.maximum(fine.reshape(-1, OVERSAMPLING).max(axis=1), own)  # a click loses height when it is oversampled
    return np.asarray(np.negative(running_minimum(-here, 1)))
