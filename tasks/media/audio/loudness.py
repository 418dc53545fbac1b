"""Loudness and true peak after ITU-R BS.1770-5.

Source: Recommendation ITU-R BS.1770-5 (2023): K weighting as two biquads (annex 1, tables 1 and 2, given for 48 kHz; here
from the analogue filters they stand for, so that any rate will do), gated blocks of 400 ms with 75 % overlap, absolute gate
-70 LUFS, relative gate -10 LU; true peak by four-fold oversampling (annex 2).
"""

import functools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import soxr
from numpy.typing import ArrayLike, NDArray

from tasks.media.audio.filters import convolve_pieces, impulse_response
from tasks.media.audio.pieces import as_columns, in_pieces

RINGING = 1 << 14
"""Samples after which the response of the K weighting to a click has died away, at 48 kHz and below."""
STEP_S = 0.1
"""Distance of gating blocks."""
BLOCK_STEPS = 4
"""Length of a gating block in such distances."""
PIECE_STEPS = 50
"""Distances measured at once, which bounds memory."""
ABSOLUTE_GATE_LUFS = -70.0
"""Blocks below this are silence."""
RELATIVE_GATE_LU = -10.0
"""Blocks further than this below the mean are left out."""
OFFSET = -0.691
"""Makes a 997 Hz sine at full scale in one channel -3.01 LUFS."""
OVERSAMPLING = 4
"""Times the rate at which true peaks are looked for."""
PIECE = 1 << 17
"""Samples whose peak is looked for at once."""


@dataclass(frozen=True)
class Heard:
    """How a sound sounds as a whole.

    Attributes:
        integrated_lufs: gated loudness; -inf for silence.
        true_peak_dbtp: highest level between and on the samples; -inf for silence.
    """

    integrated_lufs: float
    true_peak_dbtp: float


def measure(pieces: Iterable[NDArray[Any]], rate_hz: int) -> Heard:
    """Loudness and true peak of a sound of any length, in one pass.

    Args:
        pieces: (n,) or (n, channels) float, one after the other.
        rate_hz: samples a second.
    """
    peaks = _Peaks()
    powers = step_powers(peaks.watch(pieces), rate_hz)
    return Heard(gated_lufs(powers), peaks.dbtp())


def integrated_lufs(samples: ArrayLike, rate_hz: int) -> float:
    """Gated loudness of a whole programme.

    Args:
        samples: (n,) mono or (n, channels) float, full scale 1.0; channels are weighted as left and right.
        rate_hz: samples a second.

    Returns:
        LUFS; -inf for silence. A programme shorter than a block counts as one block, padded with silence.
    """
    return gated_lufs(step_powers([np.asarray(samples)], rate_hz))


def true_peak_dbtp(samples: ArrayLike) -> float:
    """Highest level between and on the samples, dB below full scale; -inf for silence.

    Args:
        samples: (n,) mono or (n, channels) float, full scale 1.0.
    """
    peaks = _Peaks()
    for _ in peaks.watch([np.asarray(samples)]):
        pass
    return peaks.dbtp()


def step_powers(pieces: Iterable[NDArray[Any]], rate_hz: int) -> NDArray[np.float64]:
    """Weighted power of every tenth of a second, all channels together; read piece by piece, so that memory stays small.

    Returns:
        (steps,) float64, at least four: a shorter sound is padded with silence. A last part of a step is left out.
    """
    step = round(STEP_S * rate_hz)
    channels = (as_columns(piece) for piece in pieces)
    whole = in_pieces(_padded(channels, BLOCK_STEPS * step), PIECE_STEPS * step)
    weighted = convolve_pieces(whole, _k_response(rate_hz))
    return np.concatenate([np.square(piece[:len(piece) // step * step], dtype=np.float64)
                           .reshape(-1, step * piece.shape[1]).sum(axis=1) / step for piece in weighted])


def gated_lufs(powers: NDArray[np.float64]) -> float:
    """Integrated loudness of what `step_powers` gives; -inf for silence."""
    blocks = np.convolve(powers, np.full(BLOCK_STEPS, 1 / BLOCK_STEPS), "valid")
    loud = blocks[lufs(blocks) > ABSOLUTE_GATE_LUFS]
    if not loud.size:
        return -math.inf
    gate = float(lufs(loud.mean())) + RELATIVE_GATE_LU
    return float(lufs(loud[lufs(loud) > gate].mean()))


def lufs(power: ArrayLike) -> NDArray[np.float64]:
    """Weighted power as loudness; silence is -200."""
    return np.asarray(OFFSET + 10 * np.log10(np.maximum(power, 1e-20)))


class _Peaks:
    """Looks for true peaks in pieces on their way to somewhere else."""

    def __init__(self) -> None:
        self._highest = 0.0

    def watch(self, pieces: Iterable[NDArray[Any]]) -> Iterator[NDArray[Any]]:
        """The same pieces, each measured before it is handed on."""
        finer: Any = None
        for piece in pieces:
            channels = as_columns(piece)
            finer = finer or soxr.ResampleStream(1, OVERSAMPLING, channels.shape[1])
            for start in range(0, len(piece), PIECE):
                part = channels[start:start + PIECE].astype(np.float32)
                self._look(part)
                self._look(finer.resample_chunk(part))
            yield piece
        if finer:
            self._look(finer.resample_chunk(channels[:0].astype(np.float32), last=True))

    def dbtp(self) -> float:
        """The highest so far."""
        return 20 * math.log10(self._highest) if self._highest > 0 else -math.inf

    def _look(self, values: NDArray[Any]) -> None:
        self._highest = max(self._highest, float(np.abs(values).max(initial=0.0)))


def k_weighting(rate_hz: int) -> NDArray[np.float64]:
    """The two biquads of K weighting as second-order sections, (2, 6)."""
    return np.array([_high_shelf(rate_hz), _high_pass(rate_hz)])


@functools.cache
def _k_response(rate_hz: int) -> NDArray[np.float64]:
    """What K weighting answers to a click."""
    return impulse_response(k_weighting(rate_hz), RINGING)


def _padded(pieces: Iterable[NDArray[Any]], least: int) -> Iterator[NDArray[Any]]:
    """The same pieces, and silence where they are fewer samples than `least`."""
    length, silence = 0, np.zeros((1, 1))
    for piece in pieces:
        length += len(piece)
        silence = np.zeros((1, piece.shape[1]), piece.dtype)
        yield piece
    if length < least:
        yield np.repeat(silence, least - length, axis=0)


def _high_shelf(rate_hz: int) -> list[float]:
    """The shelf that stands for the head: +4 dB above about 1.7 kHz."""
    gain = 10 ** (3.999843853973347 / 20)
    quality = 0.7071752369554196
    k = math.tan(math.pi * 1681.974450955533 / rate_hz)
    middle = gain ** 0.4996667741545416
    norm = 1 + k / quality + k * k
    edge = middle * k / quality
    return [(gain + edge + k * k) / norm, 2 * (k * k - gain) / norm, (gain - edge + k * k) / norm,
            1.0, 2 * (k * k - 1) / norm, (1 - k / quality + k * k) / norm]


def _high_pass(rate_hz: int) -> list[float]:
    """The second stage: a high pass at 38 Hz whose numerator is 1, -2, 1."""
    quality = 0.5003270373238773
    k = math.tan(math.pi * 38.13547087602444 / rate_hz)
    norm = 1 + k / quality + k * k
    return [1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / norm, (1 - k / quality + k * k) / norm]
