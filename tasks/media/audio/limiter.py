"""A look-ahead limiter that keeps the true peak, the peak between samples, under a ceiling.

The gain falls smoothly before a loud moment and rises smoothly after it: a running minimum of the gain each sample needs is
averaged by a window of the same length, and an average of values that are all small enough is small enough.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, signal

REACH_S = 0.008
"""How long before and after a peak the gain moves: long enough not to crackle, short enough not to pump."""
OVERSAMPLING = 4
"""Points looked at per sample, as BS.1770-5, annex 2, does; a tone near half the rate may peak 0.7 dB higher."""
BLOCK = 1 << 17
"""Samples oversampled at once, so that memory stays small however long the sound is."""
MARGIN = 64
"""Samples of context on either side of a block: longer than the oversampling filter."""


def limit(samples: NDArray[np.float32], rate: int, *, ceiling_db: float) -> NDArray[np.float32]:
    """Turns down what would exceed the ceiling, and nothing else.

    Args:
        samples: (n,) or (n, channels) float32, full scale 1.0; all channels get the same gain.
        rate: samples a second.
        ceiling_db: highest true peak wanted, dBTP.

    Returns:
        Array of the same shape.
    """
    needed = 10 ** (ceiling_db / 20) / np.maximum(true_envelope(samples), 1e-9)
    if needed.size == 0 or needed.min() >= 1:
        return samples
    gain = smooth_gain(np.minimum(needed, 1.0), max(1, round(REACH_S * rate)))
    return samples * (gain if samples.ndim == 1 else gain[:, None])


def smooth_gain(needed: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """A smooth gain that is nowhere above what is needed.

    Args:
        needed: (n,) float32, highest gain each sample allows, at most 1.
        reach: samples before and after a dip in which the gain moves.
    """
    lowest = ndimage.minimum_filter1d(needed, 2 * reach + 1, mode="nearest")
    window = np.hanning(2 * reach + 3)[1:-1].astype(np.float32)
    padded = np.pad(lowest, reach, mode="edge")
    smooth: NDArray[np.float32] = signal.oaconvolve(padded, window / window.sum(), mode="valid").astype(np.float32)
    return np.minimum(smooth, needed)


def true_envelope(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The highest level around each sample, between samples included.

    Args:
        samples: (n,) or (n, channels) float32.

    Returns:
        (n,) float32, over all channels.
    """
    if len(samples) == 0:
        return np.zeros(0, np.float32)
    return np.concatenate([_block_envelope(block, before, length) for block, before, length in _blocks(samples)])


def _blocks(samples: NDArray[np.float32]) -> Iterator[tuple[NDArray[np.float32], int, int]]:
    """Pieces with context: the piece, how many samples of it come before, and how many are its own."""
    for start in range(0, len(samples), BLOCK):
        first = max(0, start - MARGIN)
        yield samples[first:start + BLOCK + MARGIN], start - first, min(BLOCK, len(samples) - start)


def _block_envelope(block: NDArray[np.float32], before: int, length: int) -> NDArray[np.float32]:
    channels = [block] if block.ndim == 1 else [np.ascontiguousarray(channel) for channel in block.T]
    fine = np.max([np.abs(signal.resample_poly(channel, OVERSAMPLING, 1)) for channel in channels], axis=0)
    here = fine.reshape(-1, OVERSAMPLING).max(axis=1)
    later = np.append(here[1:], here[-1])
    earlier = np.append(here[0], here[:-1])
    around: NDArray[np.float32] = np.maximum(np.maximum(earlier, here), later)[before:before + length]
    return around.astype(np.float32)
