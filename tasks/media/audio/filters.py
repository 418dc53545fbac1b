"""Filters for long sounds: convolution piece by piece, second-order sections as impulse responses, running extremes.

scipy.signal has all of it; importing that takes as long as all the sound of a reel, so a reel does without.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

PIECE = 1 << 17
"""Samples filtered at once, which bounds memory however long the sound is."""


def convolve(samples: NDArray[Any], taps: ArrayLike) -> NDArray[Any]:
    """A whole sound through a filter, as `convolve_pieces`; (n,) or (n, channels) in and out, of the same type."""
    starts = range(0, len(samples), PIECE)
    found = np.empty_like(samples)
    for start, piece in zip(starts, convolve_pieces((samples[at:at + PIECE] for at in starts), taps), strict=True):
        found[start:start + PIECE] = piece
    return found


def convolve_pieces(pieces: Iterable[NDArray[Any]], taps: ArrayLike) -> Iterator[NDArray[Any]]:
    """A sound, piece by piece, through a filter given by its impulse response.

    Args:
        pieces: (n,) or (n, channels) float, one after the other.
        taps: (m,) impulse response, or (m, channels), one for each channel.

    Returns:
        As many pieces of the same lengths and type; what rings on after the last one is left out.

    Source: overlap-add, Oppenheim and Schafer, Discrete-Time Signal Processing, section 8.7.
    """
    response = np.asarray(taps, np.float64)
    ringing: NDArray[Any] | None = None
    size, spectrum = 0, np.fft.rfft(response, axis=0)
    for piece in pieces:
        wanted = 1 << (len(piece) + len(response) - 2).bit_length()
        if wanted != size:
            size, spectrum = wanted, np.fft.rfft(response, wanted, axis=0)
        whole = np.fft.irfft((np.fft.rfft(piece, size, axis=0).T * spectrum.T).T, size, axis=0)
        whole = whole[:len(piece) + len(response) - 1]
        if ringing is not None:
            whole[:len(ringing)] += ringing
        ringing = whole[len(piece):]
        yield whole[:len(piece)].astype(piece.dtype)


def impulse_response(sections: ArrayLike, length: int) -> NDArray[np.float64]:
    """What second-order sections in a row answer to a click.

    Args:
        sections: (k, 6), each b0 b1 b2 a0 a1 a2, stable.
        length: samples wanted; the response must have died away in four times as many.
    """
    late = np.exp(-2j * np.pi * np.arange(2 * length + 1) / (4 * length))
    powers = np.stack([np.ones_like(late), late, late**2])
    coefficients = np.asarray(sections, np.float64)
    response = np.prod((coefficients[:, :3] @ powers) / (coefficients[:, 3:] @ powers), axis=0)
    return np.asarray(np.fft.irfft(response, 4 * length)[:length])


def running_minimum(values: NDArray[Any], reach: int) -> NDArray[Any]:
    """The smallest value from `reach` samples before each sample to `reach` after it; at the ends, of those there are.

    Args:
        values: (n,) float.
        reach: samples, 0 or more.

    Source: van Herk 1992, doi:10.1016/0167-8655(92)90069-C: two passes whatever the reach.
    """
    width = 2 * reach + 1
    padded = np.full(-(-(len(values) + 2 * reach) // width) * width, np.inf, values.dtype)
    padded[reach:reach + len(values)] = values
    blocks = padded.reshape(-1, width)
    forward = np.minimum.accumulate(blocks, axis=1).ravel()
    backward = np.minimum.accumulate(blocks[:, ::-1], axis=1)[:, ::-1].ravel()
    return np.minimum(backward[:len(values)], forward[2 * reach:2 * reach + len(values)])
