"""What the sound of a voice tells about the mouth that makes it: bands, resonances, and where it speaks at all.

Everything is relative to the recording's own loud speech, so that neither its level nor the microphone's distance counts;
steady noise is measured where nobody speaks and taken off each spectrum.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.media.audio.formants import first_formants
from tasks.media.easing import Samples

HOP_S = 0.010
"""From one look to the next: a third of a frame, finer than any closure."""
WINDOW_S = 0.030
"""Length of a look: two or three periods of a low voice."""
LOOKS_AT_ONCE = 500
"""Spectra made at once, which bounds memory."""
HIGHEST_HZ = 9000.0
"""Above it a voice tells nothing of the mouth."""
BANDS_HZ = {"level": (100, 8000), "low": (80, 400), "mid": (400, 3500), "lower_mid": (900, 1600), "upper_mid": (1600, 2600),
            "bright": (2000, 4000), "sharp": (4500, 9000), "high": (3500, 9000)}
"""Bands: `low` a murmur behind closed lips, `mid` what open vowels have, `lower_mid` and `upper_mid` tell lips from tongue,
`bright` and `sharp` sh from s, `high` all hisses."""
DIGITAL_SILENCE_DB = -85.0
"""Below it there is no sound."""
LOUD_PERCENTILE, FLOOR_PERCENTILE = 90, 5
"""Of all looks that sound, the one called loud; of all looks, the noise between words."""
QUIETEST_DB = -70.0
"""A recording whose loud speech is below this is silent."""
LEAST_RANGE_DB = 8.0
"""One whose loud and faint moments are no farther apart is steady noise, not speech."""
NEAR_FLOOR_DB, NOISE_SHARE = 3.0, 1.5
"""Looks this near the floor are noise; so much of its mean is taken off."""
SOUNDING_DB, ABOVE_FLOOR_DB = -32.0, 6.0
"""A look sounds from this level on, relative to loud speech, and this far above the noise."""


@dataclass(frozen=True)
class VoiceFeatures:
    """A voice at every `HOP_S`: arrays of (n,) float64, decibels relative to its loud speech."""

    bands: dict[str, Samples]
    """By name as in `BANDS_HZ`; `mid` relative to its own loud moments."""
    f1_hz: Samples
    """First resonance; NaN where there is none."""
    f2_hz: Samples
    """Second resonance."""
    sounding: NDArray[np.bool_]
    """Whether anything is heard above the noise; nowhere in a recording without a voice."""

    @property
    def instants_s(self) -> Samples:
        """(n,) the middle of each look."""
        return np.asarray(np.arange(len(self.sounding)) * HOP_S)


def listen(samples: NDArray[np.float32], rate_hz: int) -> VoiceFeatures:
    """Analyses a voice.

    Args:
        samples: (n,) mono, -1 to 1, at least one.
        rate_hz: samples a second, 16,000 or more.
    """
    power, bins_hz = _spectra(samples, rate_hz)
    levels_db = _band_db(power, bins_hz, "level")
    loud_db, floor_db = _range_db(levels_db)
    voiced = loud_db > QUIETEST_DB and loud_db - floor_db > LEAST_RANGE_DB
    noise = power[levels_db <= floor_db + NEAR_FLOOR_DB].mean(axis=0)
    clean = np.maximum(power - np.float32(NOISE_SHARE) * noise, np.float32(1e-13))
    bands = {name: _band_db(clean, bins_hz, name) - loud_db for name in BANDS_HZ}
    bands["mid"] -= _range_db(bands["mid"] + loud_db)[0] - loud_db
    f1_hz, f2_hz = first_formants(clean, bins_hz)
    sounding = bands["level"] > max(SOUNDING_DB, floor_db - loud_db + ABOVE_FLOOR_DB)
    return VoiceFeatures(bands, f1_hz, f2_hz, sounding & voiced)


def _spectra(samples: NDArray[np.float32], rate_hz: int) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """(n, bins) power of each look, 1 for a full-scale square wave in all bins together, and the bins in Hz."""
    length = round(WINDOW_S * rate_hz)
    starts = np.round(np.arange(int(np.ceil(len(samples) / rate_hz / HOP_S))) * HOP_S * rate_hz).astype(np.int64)
    padded = np.pad(samples, (length // 2, length))
    window = np.hanning(length)
    bins_hz = np.arange(length // 2 + 1) * rate_hz / length
    kept = bins_hz <= HIGHEST_HZ
    power = np.empty((len(starts), np.count_nonzero(kept)), np.float32)
    for first in range(0, len(starts), LOOKS_AT_ONCE):
        part = starts[first:first + LOOKS_AT_ONCE]
        spectra = np.fft.rfft(padded[part[:, None] + np.arange(length)] * window, axis=1)[:, kept]
        power[first:first + LOOKS_AT_ONCE] = np.abs(spectra) ** 2 * (2 / length / (window**2).sum())
    return power, bins_hz[kept]


def _band_db(power: NDArray[np.float32], bins_hz: NDArray[np.float64], name: str) -> Samples:
    low_hz, high_hz = BANDS_HZ[name]
    inside = (bins_hz >= low_hz) & (bins_hz < high_hz)
    return np.asarray(10 * np.log10(power[:, inside].sum(axis=1, dtype=np.float64) + 1e-9))


def _range_db(levels_db: Samples) -> tuple[float, float]:
    """The level of loud speech, and that of the noise between words."""
    heard = levels_db[levels_db > DIGITAL_SILENCE_DB]
    loud_db = float(np.percentile(heard, LOUD_PERCENTILE)) if heard.size else DIGITAL_SILENCE_DB
    return loud_db, float(np.percentile(np.maximum(levels_db, DIGITAL_SILENCE_DB), FLOOR_PERCENTILE))
