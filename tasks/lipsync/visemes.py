"""The embedded lip-sync: mouth shapes from phonemes, blended as speech blends them.

Every sound pulls each part of the mouth towards its target, most while it lasts, less before and after it (dominance
blending). Rounded lips begin early, so "two" starts with the mouth of its vowel. Loudness drives the jaw of vowels.
Where lips must meet, `closures` has the last word.

Source: Cohen and Massaro 1993, "Modeling coarticulation in synthetic visual speech"; Gaussian flanks instead of exponential
ones, whose corner at the apex shows as a jerk.
"""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tasks.domain.speech import Phoneme
from tasks.domain.timeline import FPS
from tasks.lipsync.closures import contact, speaking
from tasks.lipsync.sounds import Sound, sounds_of
from tasks.lipsync.viseme_table import STRENGTHS, VISEMES, VOWELS
from tasks.media.curves import MOUTH, Curves

LEAD_S = 0.035
"""The mouth runs this much ahead of the voice: articulation precedes sound, and early looks right where late does not."""
REACH_S = 0.30
"""Beyond this distance from a sound its pull is nothing."""
QUIET_JAW = 0.55
"""Jaw opening of a whisper as part of that of a loud voice."""
TEETH_CONTACT = 0.95
"""Greatest hold of an f or v: the lip touches the teeth, a breath goes through."""
ROUND_FROM = -0.4
"""A target this rounded or more anticipates."""


class Flank(NamedTuple):
    """Width of the pull before and after a sound."""

    before_s: float
    after_s: float


JAW_FLANK = Flank(0.042, 0.050)
"""The jaw: heavy, but driven by strong muscles."""
LIP_FLANK = Flank(0.055, 0.055)
"""Lips and tongue."""
ROUND_FLANK = Flank(0.078, 0.058)
"""Lips that round: they start a sound ahead."""


class VisemeLipSync:
    """Mouth curves from phonemes and loudness."""

    name: ClassVar[str] = "visemes"
    version: ClassVar[str] = "2"

    def mouth(self, phonemes: Sequence[Phoneme], loudness: NDArray[np.float32]) -> Curves:
        """The mouth of a whole reel; see `tasks.lipsync.base.LipSync`."""
        frames = len(loudness)
        instants_s = np.arange(frames) / FPS + LEAD_S
        heard = np.interp(instants_s * FPS - 0.5, np.arange(frames), loudness)
        mouth = blend(sounds_of(phonemes), instants_s, QUIET_JAW + (1 - QUIET_JAW) * heard)
        active = speaking(phonemes, instants_s)
        mouth = {name: curve * active for name, curve in mouth.items()}
        for viseme, hold in (("fv", TEETH_CONTACT), ("pbm", 1.0)):
            press_to(mouth, viseme, hold * contact(phonemes, viseme, frames, fps=FPS, lead_s=LEAD_S))
        return Curves({name: _limited(name, curve) for name, curve in mouth.items()}, FPS)


def blend(sounds: Sequence[Sound], instants_s: NDArray[np.float64],
          vowel_jaw: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """The mouth that all sounds together pull into shape, before contacts.

    Args:
        sounds: in order, as `sounds_of` gives them.
        instants_s: (n,) ascending and even.
        vowel_jaw: (n,) factor for the jaw of vowels; consonants need their place, however soft they are.

    Returns:
        Mouth curve -> (n,).
    """
    pulled = {name: np.zeros(len(instants_s)) for name in MOUTH}
    weights = {name: np.full(len(instants_s), 1e-9) for name in MOUTH}
    for sound in sounds:
        near = slice(*np.searchsorted(instants_s, (sound.start_s - REACH_S, sound.end_s + REACH_S)))
        for name, weight in _pulls(sound, instants_s[near]).items():
            driven = vowel_jaw[near] if name == "jaw" and sound.viseme in VOWELS else 1.0
            pulled[name][near] += weight * VISEMES[sound.viseme][name] * sound.reach * driven
            weights[name][near] += weight
    return {name: pulled[name] / weights[name] for name in MOUTH}


def press_to(mouth: dict[str, NDArray[np.float64]], viseme: str, hold: NDArray[np.float64]) -> None:
    """Moves the mouth towards a viseme, all the way where `hold` is 1; rounding is left alone, it does not part lips.

    Args:
        mouth: changed in place.
        viseme: whose target is approached.
        hold: (n,) 0 to 1.
    """
    for name in MOUTH:
        if name != "wide":
            mouth[name] += (VISEMES[viseme][name] - mouth[name]) * hold


def _pulls(sound: Sound, instants_s: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """How strongly a sound pulls each part of the mouth at each instant."""
    strength = STRENGTHS[sound.viseme]
    rounded = VISEMES[sound.viseme]["wide"] <= ROUND_FROM
    jaw = strength.jaw * _flanks(sound, instants_s, JAW_FLANK)
    lips = strength.lips * _flanks(sound, instants_s, LIP_FLANK)
    width = strength.lips * _flanks(sound, instants_s, ROUND_FLANK) if rounded else lips
    tongue = strength.jaw * _flanks(sound, instants_s, LIP_FLANK)
    return dict.fromkeys(MOUTH, lips) | {"jaw": jaw, "wide": width, "tongue": tongue}


def _flanks(sound: Sound, instants_s: NDArray[np.float64], flank: Flank) -> NDArray[np.float64]:
    before = np.maximum(sound.start_s - instants_s, 0) / flank.before_s
    after = np.maximum(instants_s - sound.end_s, 0) / flank.after_s
    return np.asarray(np.exp(-(before**2) - after**2))


def _limited(name: str, curve: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.clip(curve, -1.0 if name == "wide" else 0.0, 1.0).astype(np.float32)
