"""Mel cepstra: what each moment of a voice sounds like, put so that two voices can be compared (Davis and Mermelstein 1980).

Each voice is measured against itself: every coefficient relative to its own mean and spread while it speaks, so that pitch,
level, microphone and room count for little. A shorter throat sounds higher in all its resonances, not in its pitch alone: a
voice can be listened to as if it had another's (vocal tract length normalisation, Lee and Rose 1996).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import soxr
from numpy.typing import NDArray

Frames = NDArray[np.float32]

HOP_S = 0.010
"""From one look to the next: a third of a video frame."""
WINDOW_S = 0.025
"""Length of a look: two periods of a low voice."""
RATE_HZ = 16_000
"""Sounds are brought to this rate: above half of it little tells one sound of speech from another."""
LOWEST_HZ, HIGHEST_HZ = 80.0, 7600.0
"""Range of the mel bands; telephone and hum lie outside."""
BANDS, COEFFICIENTS = 26, 11
"""Mel bands, and cepstra kept of them: the shape of the throat without the voice's pitch."""
FFT = 512
PRE_EMPHASIS = 0.97
"""Takes off the fall of every voice towards high frequencies."""
LEAST_POWER = 1e-7
"""Power of a band below which it is silent; a full-scale sine has about 1e4 in its band."""
LOUD_PERCENTILE, FLOOR_PERCENTILE = 95, 5
"""Of all looks, the one called loud, and the noise between words."""
SPEAKS_DB, SURELY_DB, ABOVE_FLOOR_DB = 35.0, 15.0, 6.0
"""A voice speaks at most this far below its loud moments; surely down to here, farther below only so far above the noise."""
SOUND_DB = -75.0
"""Below it there is no sound at all."""
BENT_HZ = 4800.0
"""Up to here a throat stretches all frequencies alike; above, what is left up to half the rate."""
CHANGE_LOOKS = 2
"""Looks on either side from which the change is taken."""
CHANGE_WEIGHT = 0.5
"""What the change counts beside the state: half gave the most exact word times over four voices."""


@dataclass(frozen=True)
class Cepstra:
    """A voice at every `HOP_S`; look `n` is about the sound around `n * HOP_S`."""

    features: Frames
    """(n, 2 * COEFFICIENTS) state and weighted change, each in units of the voice's own spread."""
    level_db: NDArray[np.float64]
    """(n,) relative to a full-scale square wave."""
    speaks: NDArray[np.bool_]
    """(n,) whether the voice speaks."""


def cepstra(samples: NDArray[np.float32], rate_hz: int) -> Cepstra:
    """Looks at a voice as it is.

    Args:
        samples: (n,) mono, -1 to 1, at least one.
        rate_hz: samples a second.
    """
    return cepstra_of_throats(samples, rate_hz, (1.0,))[0]


def cepstra_of_throats(samples: NDArray[np.float32], rate_hz: int, throats: Sequence[float]) -> list[Cepstra]:
    """Looks at a voice as if its throat were shorter or longer.

    Args:
        samples: (n,) mono, -1 to 1, at least one.
        rate_hz: samples a second.
        throats: for each result, by how much resonances lie higher.
    """
    sound = np.asarray(soxr.resample(samples, rate_hz, RATE_HZ), np.float32) if rate_hz != RATE_HZ else samples
    level_db = _levels_db(sound)
    loud_db, floor_db = np.percentile(level_db, (LOUD_PERCENTILE, FLOOR_PERCENTILE))
    least_db = max(loud_db - SPEAKS_DB, min(floor_db + ABOVE_FLOOR_DB, loud_db - SURELY_DB), SOUND_DB)
    speaks = level_db > least_db
    power = _powers(sound)
    return [Cepstra(_features(power @ _mel_bands(throat), speaks), level_db, speaks) for throat in throats]


def _looks(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, window) the sound around each instant."""
    window, hop = round(WINDOW_S * RATE_HZ), round(HOP_S * RATE_HZ)
    padded = np.pad(sound, (window // 2, window))
    count = -(-len(sound) // hop)
    return np.lib.stride_tricks.sliding_window_view(padded, window)[::hop][:count]


def _levels_db(sound: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.asarray(10 * np.log10(np.mean(_looks(sound) ** 2, axis=1, dtype=np.float64) + 1e-9))


def _powers(sound: NDArray[np.float32]) -> Frames:
    """(n, bins) the power spectrum of each look."""
    bright = np.append(sound[:1], sound[1:] - np.float32(PRE_EMPHASIS) * sound[:-1])
    looks = _looks(bright) * np.hanning(round(WINDOW_S * RATE_HZ)).astype(np.float32)
    return np.asarray(np.abs(np.fft.rfft(looks, FFT)).astype(np.float32) ** 2)


def _features(bands: Frames, speaks: NDArray[np.bool_]) -> Frames:
    """State and change from the power in each mel band."""
    state = np.asarray(np.log(bands + np.float32(LEAST_POWER)) @ _cosines(), np.float32)
    return np.hstack([_relative(state, speaks), np.float32(CHANGE_WEIGHT) * _relative(_changes(state), speaks)])


@cache
def _mel_bands(throat: float) -> Frames:
    """(bins, BANDS) triangles of equal width on the mel scale, read where a throat of 1 has what another has there."""
    lowest, highest = (2595 * np.log10(1 + hz / 700) for hz in (LOWEST_HZ, HIGHEST_HZ))
    corners = 700 * (10 ** (np.linspace(lowest, highest, BANDS + 2) / 2595) - 1)
    corners = np.interp(corners, (0, BENT_HZ, RATE_HZ / 2), (0, BENT_HZ / throat, RATE_HZ / 2))
    bins = np.arange(FFT // 2 + 1)[:, None] * RATE_HZ / FFT
    rising = (bins - corners[:-2]) / (corners[1:-1] - corners[:-2])
    falling = (corners[2:] - bins) / (corners[2:] - corners[1:-1])
    return np.maximum(0, np.minimum(rising, falling)).astype(np.float32)


@cache
def _cosines() -> Frames:
    """(BANDS, COEFFICIENTS) the discrete cosine transform, the one that is loudness last."""
    orders = np.r_[1:COEFFICIENTS, 0]
    return np.asarray(np.cos(np.pi / BANDS * (np.arange(BANDS)[:, None] + 0.5) * orders) * np.sqrt(2 / BANDS), np.float32)


def _changes(state: Frames) -> Frames:
    """The slope of each coefficient, by least squares over the looks around."""
    reach, count = CHANGE_LOOKS, len(state)
    padded = np.pad(state, ((reach, reach), (0, 0)), mode="edge")
    slopes = sum(far * (padded[reach + far:reach + far + count] - padded[reach - far:reach - far + count])
                 for far in range(1, reach + 1))
    return np.asarray(slopes / (2 * sum(far * far for far in range(1, reach + 1))), np.float32)


def _relative(values: Frames, speaks: NDArray[np.bool_]) -> Frames:
    spoken = values[speaks] if speaks.any() else values
    return np.asarray((values - spoken.mean(axis=0)) / (spoken.std(axis=0) + 1e-6), np.float32)
