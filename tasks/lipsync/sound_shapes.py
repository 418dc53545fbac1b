"""Which mouth a moment of sound belongs to, where nobody says which phoneme it is.

Open sounds are told apart by their resonances, against a table of vowels moved to the size of the speaker's vocal tract.
Hisses are told by their pitch. What is left, a dip between open sounds, is a closure: by the lips where the little that is
heard is dull, by the tongue where it is bright. Sounds that lips make, /w v f/ besides /p b m/, may be taken for each other;
so, more often, may /n/ and /m/.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from tasks.media.audio.voice_features import HOP_S, VoiceFeatures
from tasks.media.easing import Samples, smooth_step

VOWELS_HZ: Mapping[str, tuple[float, float]] = MappingProxyType({
    "ah": (680, 1230), "ae": (650, 1650), "eh": (540, 1750), "ee": (380, 2050), "er": (480, 1400), "aw": (560, 950),
    "oh": (470, 900), "oo": (350, 980)})
"""Viseme -> F1 and F2 of its vowel, a man's, as reduced as in running speech. Source of the full vowels: Hillenbrand and
others 1995, doi:10.1121/1.411872."""
SPREAD = (0.15, 0.13)
"""Standard deviations around those, natural logarithm."""
MIDDLE_HZ = (480.0, 1450.0)
"""Medians of F1 and F2 over running speech of the speaker that the table belongs to."""
VOICE_KNOWN_S = 1.5
"""So much of open sounds must be heard until the size of the vocal tract is believed; of less, a part."""
VOCAL_DB, HISSLESS_DB = -12.0, 6.0
"""Open sounds whose resonances count for that: middle band from here on, high band so far below the level."""
LOCAL_S, STEADY_S = 0.15, 0.05
"""A moment is compared with the loudest around it, this far; that reference is smoothed over the second."""
FAINTEST_DB = -14.0
"""Where all around is fainter than this, it stays the reference: faint ends of phrases are no vowels."""
OPEN_DB = (-16.0, -6.0)
"""From shut to open: level of the middle band beside its reference."""
SHUT_DB = (-12.0, -18.0)
"""From open to shut by the lips, the same measure."""
HISS_DB, AUDIBLE_HISS_DB = (-4.0, 6.0), (-34.0, -24.0)
"""From voice to hiss: high band over the rest; and beside loud speech."""
SH_DB = (-8.0, 2.0)
"""From s to sh: the bright band over the sharp one."""
MURMUR_DB, SILENT_DB = (3.0, 7.0), (-19.0, -24.0)
"""Lips shut are heard as a murmur (low band over middle), or not at all (level)."""
DULL_DB = (-1.0, 7.0)
"""From tongue to lips: a score of how dull the moment and the burst after it are."""
HIGH_SHARE, HIGH_REFERENCE_DB, BRIGHTEST_DB, DULLEST_DB = 0.6, -12.0, 30.0, -30.0
"""What the high band, beside the middle one, counts in that score, and from where on; its ends."""
USUAL_TILT_DB = -22.0
"""High band beside the middle one in open sounds: a microphone that differs is allowed for."""
BURST_SHARE, BURST_REFERENCE_DB, BURST_AFTER_S = 0.6, -2.0, 0.03
"""What the lower middle over the high band after the moment counts, from where on, and how long after."""
AUDIBLE_DB = (-55.0, -40.0)
"""From silence to a sound whose colour tells something, level of the middle band: in silence only the burst counts."""
SMOOTH_LOOKS, BURST_LOOKS = 5, 3
"""Looks over which those are averaged."""
UNTOLD = "td"
"""Viseme of a closure that is not the lips'."""


def shape_weights(features: VoiceFeatures) -> dict[str, Samples]:
    """How much each viseme is heard at each look.

    Returns:
        Viseme -> (n,), 0 to 1, together 1: vowels by resonance, `ss` and `sh`, and `pbm` and `td` for closures by lips and
        by tongue.
    """
    beside = beside_neighbours(features.bands["mid"])
    opened = smooth_step(beside, *OPEN_DB)
    hissing = hiss(features)
    hushed = smooth_step(features.bands["bright"] - features.bands["sharp"], *SH_DB)
    labial = dullness(features, beside)
    closed = (1 - opened) * (1 - hissing)
    weights = {name: opened * share for name, share in vowel_shares(features).items()}
    return weights | {"ss": (1 - opened) * hissing * (1 - hushed), "sh": (1 - opened) * hissing * hushed,
                      "pbm": closed * labial, UNTOLD: closed * (1 - labial)}


def lips_shut(features: VoiceFeatures) -> Samples:
    """(n,): how surely the lips are shut at each look, 0 to 1."""
    bands = features.bands
    beside = beside_neighbours(bands["mid"])
    quiet = np.maximum(smooth_step(bands["low"] - bands["mid"], *MURMUR_DB), smooth_step(bands["level"], *SILENT_DB))
    return np.asarray(smooth_step(beside, *SHUT_DB) * quiet * dullness(features, beside) * (1 - hiss(features)))


def beside_neighbours(band_db: Samples) -> Samples:
    """A band's level beside the loudest around each look, in decibels, at most about 0."""
    reach = round(LOCAL_S / HOP_S)
    loudest = sliding_window_view(np.pad(band_db, reach, mode="edge"), 2 * reach + 1).max(axis=1)
    kernel = np.hanning(2 * round(STEADY_S / HOP_S) + 1)
    return band_db - np.maximum(_averaged(loudest, kernel), FAINTEST_DB)


def hiss(features: VoiceFeatures) -> Samples:
    """(n,): 1 where a hiss sounds, 0 where a voice does or nothing."""
    high, rest = features.bands["high"], np.maximum(features.bands["mid"], features.bands["low"])
    return np.asarray(smooth_step(high - rest, *HISS_DB) * smooth_step(high, *AUDIBLE_HISS_DB))


def vowel_shares(features: VoiceFeatures) -> dict[str, Samples]:
    """Viseme of a vowel -> (n,), 0 to 1, together 1; by F1 and F2, whatever the size of the speaker."""
    bands = features.bands
    known = np.isfinite(features.f1_hz) & np.isfinite(features.f2_hz)
    formants = np.log([np.where(known, found, middle) for found, middle in
                       zip((features.f1_hz, features.f2_hz), MIDDLE_HZ, strict=True)])
    vocal = known & (bands["mid"] > VOCAL_DB) & (bands["high"] < bands["level"] - HISSLESS_DB)
    if vocal.any():
        size = float(np.mean(np.median(formants[:, vocal], axis=1) - np.log(MIDDLE_HZ)))
        formants -= size * min(np.count_nonzero(vocal) * HOP_S / VOICE_KNOWN_S, 1.0)
    steady = np.median(sliding_window_view(np.pad(formants, ((0, 0), (1, 1)), mode="edge"), 3, axis=1), axis=2)
    near = {}
    for name, places_hz in VOWELS_HZ.items():
        away = (steady - np.log(places_hz)[:, None]) / np.array(SPREAD)[:, None]
        near[name] = np.exp(-0.5 * np.minimum((away**2).sum(axis=0), 60)) + 1e-9
    together = np.sum(list(near.values()), axis=0)
    return {name: share / together for name, share in near.items()}


def dullness(features: VoiceFeatures, beside: Samples) -> Samples:
    """(n,): 0 where a closure sounds bright, as behind the tongue, to 1 dull, as behind the lips.

    Source: the spectra of bursts, Blumstein and Stevens 1979, doi:10.1121/1.383319; of murmurs, Fujimura 1962,
    doi:10.1121/1.1909142.
    """
    bands = features.bands
    open_sounds = beside > OPEN_DB[1]
    tilts = (bands["high"] - bands["mid"])[open_sounds]
    tilt = float(np.median(tilts)) if tilts.size else USUAL_TILT_DB
    balance = _averaged(bands["lower_mid"] - bands["upper_mid"], np.ones(SMOOTH_LOOKS))
    high = np.maximum(bands["high"] - bands["mid"] - (tilt - USUAL_TILT_DB), DULLEST_DB)
    ahead = round(BURST_AFTER_S / HOP_S)
    after = np.pad(_averaged(bands["lower_mid"] - bands["high"], np.ones(BURST_LOOKS)), (0, ahead), mode="edge")[ahead:]
    burst = np.clip(after - BURST_REFERENCE_DB, DULLEST_DB, BRIGHTEST_DB)
    heard = smooth_step(bands["mid"], *AUDIBLE_DB)
    return smooth_step(heard * (balance + HIGH_SHARE * (HIGH_REFERENCE_DB - high)) + BURST_SHARE * burst, *DULL_DB)


def _averaged(values: Samples, kernel: NDArray[np.float64]) -> Samples:
    reach = len(kernel) // 2
    return np.convolve(np.pad(values, reach, mode="edge"), kernel / kernel.sum(), "valid")
