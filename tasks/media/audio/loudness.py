"""Loudness and true peak after ITU-R BS.1770-5.

Source: Recommendation ITU-R BS.1770-5 (2023): K weighting as two biquads (annex 1, tables 1 and 2, given for 48 kHz; here
from the analogue filters they stand for, so that any rate will do), gated blocks of 400 ms with 75 % overlap, absolute gate
-70 LUFS, relative gate -10 LU; true peak by four-fold oversampling (annex 2).
"""

import math

import numpy as np
import soxr
from numpy.typing import ArrayLike, NDArray

from tasks.media.audio.filters import convolve_pieces, impulse_response

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
_OVERLAP = 128
"""Samples of context on either side of a piece: longer than the oversampling's filter."""


def integrated_lufs(samples: ArrayLike, rate_hz: int) -> float:
    """Gated loudness of a whole programme.

    Args:
        samples: (n,) mono or (n, channels) float, full scale 1.0; channels are weighted as left and right.
        rate_hz: samples a second.

    Returns:
        LUFS; -inf for silence. A programme shorter than a block counts as one block, padded with silence.
    """
    powers = _block_powers(np.asarray(samples), rate_hz)
    loud = powers[_lufs(powers) > ABSOLUTE_GATE_LUFS]
    if not loud.size:
        return -math.inf
    gate = float(_lufs(loud.mean())) + RELATIVE_GATE_LU
    return float(_lufs(loud[_lufs(loud) > gate].mean()))


def true_peak_dbtp(samples: ArrayLike) -> float:
    """Highest level between and on the samples, dB below full scale; -inf for silence.

    Args:
        samples: (n,) mono or (n, channels) float, full scale 1.0.
    """
    values = np.asarray(samples)
    peak = 0.0
    for start in range(0, len(values), PIECE):
        piece = values[max(0, start - _OVERLAP):start + PIECE + _OVERLAP].astype(np.float64)
        between = soxr.resample(piece, 1, OVERSAMPLING)
        peak = max(peak, float(np.abs(between).max(initial=0.0)), float(np.abs(piece).max(initial=0.0)))
    return 20 * math.log10(peak) if peak > 0 else -math.inf


def k_weighting(rate_hz: int) -> NDArray[np.float64]:
    """The two biquads of K weighting as second-order sections, (2, 6)."""
    return np.array([_high_shelf(rate_hz), _high_pass(rate_hz)])


def _block_powers(samples: NDArray[np.floating], rate_hz: int) -> NDArray[np.float64]:
    """Weighted power of every gating block, all channels together; read piece by piece, so that memory stays small."""
    channels = samples.reshape(len(samples), -1)
    step = round(STEP_S * rate_hz)
    if len(channels) < BLOCK_STEPS * step:
        channels = np.pad(channels, ((0, BLOCK_STEPS * step - len(channels)), (0, 0)))
    whole = channels[:len(channels) // step * step]
    pieces = (whole[start:start + PIECE_STEPS * step] for start in range(0, len(whole), PIECE_STEPS * step))
    weighted = convolve_pieces(pieces, impulse_response(k_weighting(rate_hz), RINGING))
    steps = np.concatenate([np.square(piece, dtype=np.float64).reshape(len(piece) // step, -1).sum(axis=1) / step
                            for piece in weighted])
    return np.asarray(np.convolve(steps, np.full(BLOCK_STEPS, 1 / BLOCK_STEPS), "valid"))


def _lufs(power: ArrayLike) -> NDArray[np.float64]:
    return OFFSET + 10 * np.log10(np.maximum(power, 1e-20))


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
