"""The embedded lip-sync: mouth shapes from phonemes, blended as speech blends them.

Every sound pulls each part of the mouth towards its target, most while it lasts, less before and after it (dominance
blending). Rounded lips begin early, so "two" starts with the mouth of its vowel. Loudness drives the jaw of vowels.
Where lips must meet, `closures` has the last word. Stretches whose phonemes are not known take the mouth that `sound` hears.

Source: Cohen and Massaro 1993, "Modeling coarticulation in synthetic visual speech"; Gaussian flanks instead of exponential
ones, whose corner at the apex shows as a jerk.
"""

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from tasks.domain.speech import Phoneme
from tasks.domain.timeline import FPS
from tasks.lipsync.base import Heard
from tasks.lipsync.closures import contact, speaking
from tasks.lipsync.dynamics import LEAD_S, QUIET_JAW, Flank, flank_of, limited, press_to
from tasks.lipsync.sound import sound_mouth
from tasks.lipsync.sounds import Sound, sounds_of
from tasks.lipsync.unknown import outside, share_of
from tasks.lipsync.viseme_table import STRENGTHS, VISEMES, VOWELS
from tasks.media.audio.voice_features import listen
from tasks.media.curves import MOUTH, Curves

REACH_S = 0.30
"""Beyond this distance from a sound its pull is nothing."""
TEETH_CONTACT = 0.95
"""Greatest hold of an f or v: the lip touches the teeth, a breath goes through."""


class VisemeLipSync:
    """Mouth curves from phonemes and loudness, and from the sound where phonemes are missing."""

    name: ClassVar[str] = "visemes"
    version: ClassVar[str] = "3"
    listens: ClassVar[Literal["never", "where unknown", "always"]] = "where unknown"
    draws: ClassVar[bool] = True

    def mouth(self, phonemes: Sequence[Phoneme], loudness: NDArray[np.float32], heard: Heard | None = None) -> Curves:
        """The mouth of a whole reel; where no phonemes are known it listens. See `tasks.lipsync.base.LipSync`."""
        unknown_s = heard.unknown_s if heard and len(heard.samples) else ()
        mouth = phoneme_mouth(outside(phonemes, unknown_s), loudness)
        if heard and unknown_s:
            listening = share_of(unknown_s, np.arange(len(loudness)) / FPS + LEAD_S)
            for name, curve in sound_mouth(listen(heard.samples, heard.rate_hz), loudness).items():
                mouth[name] += (curve - mouth[name]) * listening
        return Curves({name: limited(name, curve) for name, curve in mouth.items()}, FPS)


def phoneme_mouth(phonemes: Sequence[Phoneme], loudness: NDArray[np.float32]) -> dict[str, NDArray[np.float64]]:
    """Mouth curve -> (frames,), not yet limited, from phonemes and the loudness of each frame."""
    frames = len(loudness)
    instants_s = np.arange(frames) / FPS + LEAD_S
    voice = np.interp(instants_s * FPS - 0.5, np.arange(frames), loudness)
    mouth = blend(sounds_of(phonemes), instants_s, QUIET_JAW + (1 - QUIET_JAW) * voice)
    active = speaking(phonemes, instants_s)
    mouth = {name: curve * active for name, curve in mouth.items()}
    for viseme, hold in (("fv", TEETH_CONTACT), ("pbm", 1.0)):
        press_to(mouth, viseme, hold * contact(phonemes, viseme, frames, fps=FPS, lead_s=LEAD_S))
    return mouth


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


def _pulls(sound: Sound, instants_s: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """How strongly a sound pulls each part of the mouth at each instant."""
    strength = STRENGTHS[sound.viseme]
    pulls = {}
    for name in MOUTH:
        insists = strength.jaw if name in ("jaw", "tongue") else strength.lips
        pulls[name] = insists * _flanks(sound, instants_s, flank_of(name, sound.viseme))
    return pulls


def _flanks(sound: Sound, instants_s: NDArray[np.float64], flank: Flank) -> NDArray[np.float64]:
    before = np.maximum(sound.start_s - instants_s, 0) / flank.before_s
    after = np.maximum(instants_s - sound.end_s, 0) / flank.after_s
    return np.asarray(np.exp(-(before**2) - after**2))
