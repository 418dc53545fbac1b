"""Mouth shapes from the sound alone: for a recorded voice, in any language, without a text.

Every hundredth of a second is heard as a mixture of visemes, and each pulls the mouth as it does in `visemes`, before and
after its time. Where lips are heard to shut they meet on whole frames, and in silence the mouth rests, by the same rules.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from tasks.domain.speech import Phoneme
from tasks.domain.timeline import FPS
from tasks.lipsync.base import Heard
from tasks.lipsync.closures import contact, speaking
from tasks.lipsync.dynamics import LEAD_S, flank_of, limited, press_to
from tasks.lipsync.sound_shapes import lips_shut, shape_weights
from tasks.lipsync.viseme_table import STRENGTHS, VISEMES, VOWELS
from tasks.media.audio.voice_features import HOP_S, VoiceFeatures, listen
from tasks.media.curves import MOUTH, Curves
from tasks.media.easing import Samples

QUICKER = 0.85
"""Flanks as part of those that phonemes have: the look at the sound has blurred it already."""
FLANK_REACH_S = 0.2
"""Beyond this distance a look pulls nothing."""
EARLY_S = 0.013
"""A vowel is heard from its first period on, in which the jaw is still opening: shapes come this much later than heard."""
QUIET_JAW = 0.45
"""Jaw opening of a faint vowel as part of that of a loud one: loudness stands for stress and length too."""
VOWEL_JAW = 0.88
"""Jaw opening of a loud vowel as part of its viseme's, which is one spoken slowly and alone."""
SHUT_FROM = 0.4
"""How surely lips must be shut to meet."""
SHORTEST_SHUT_S, LONGEST_SHUT_S = 0.015, 0.25
"""Shut longer is a pause, shorter a flaw of the sound."""
JOINED_S = 0.025
"""Closures this near to each other are one."""
SHORTEST_STRETCH_S = 0.03
"""What sounds for less is a click, no speech."""
FAINT_STRETCH_DB = -22.0
"""A stretch that is nowhere louder than this beside loud speech is room, breath or rustle: the mouth stays shut."""


class SoundLipSync:
    """Mouth curves from the voice, whatever it says."""

    name: ClassVar[str] = "sound"
    version: ClassVar[str] = "1"
    listens: ClassVar[Literal["never", "where unknown", "always"]] = "always"
    draws: ClassVar[bool] = True

    def mouth(self, phonemes: Sequence[Phoneme], loudness: NDArray[np.float32],  # noqa: ARG002  listens instead
              heard: Heard | None = None) -> Curves:
        """The mouth of a whole reel; at rest without `heard`. See `tasks.lipsync.base.LipSync`."""
        if heard is None or not len(heard.samples):
            return Curves({name: np.zeros(len(loudness), np.float32) for name in MOUTH}, FPS)
        mouth = sound_mouth(listen(heard.samples, heard.rate_hz), loudness)
        return Curves({name: limited(name, curve) for name, curve in mouth.items()}, FPS)


def sound_mouth(features: VoiceFeatures, loudness: NDArray[np.float32]) -> dict[str, Samples]:
    """Mouth curve -> (frames,), not yet limited.

    Args:
        features: of the voice, from the start of the reel.
        loudness: (frames,) of each frame.
    """
    frames = len(loudness)
    instants_s = np.arange(frames) / FPS + LEAD_S
    loud = np.interp(features.instants_s, (np.arange(frames) + 0.5) / FPS, loudness)
    shapes = blend_weights(shape_weights(features), loud)
    active = speaking(list(stretches(features)), instants_s)
    mouth = {name: np.interp(instants_s - EARLY_S, features.instants_s, curve) * active for name, curve in shapes.items()}
    shut = contact(list(closures(features)), "pbm", frames, fps=FPS, lead_s=LEAD_S)
    press_to(mouth, "pbm", shut * (active > 0))
    return mouth


def blend_weights(weights: Mapping[str, Samples], loudness: Samples) -> dict[str, Samples]:
    """The mouth that all visemes together pull into shape, at each look.

    Args:
        weights: viseme -> (n,) how much it is heard.
        loudness: (n,) 0 to about 1; it drives the jaw of vowels.
    """
    vowel_jaw = VOWEL_JAW * (QUIET_JAW + (1 - QUIET_JAW) * loudness)
    mouth = {}
    for name in MOUTH:
        pulled, pulls = np.zeros(len(loudness)), np.full(len(loudness), 1e-9)
        for viseme, weight in weights.items():
            strength = STRENGTHS[viseme].jaw if name in ("jaw", "tongue") else STRENGTHS[viseme].lips
            driven = vowel_jaw if name == "jaw" and viseme in VOWELS else 1.0
            kernel = _flanks(name, viseme)
            pulled += VISEMES[viseme][name] * _spread(strength * weight * driven, kernel)
            pulls += _spread(strength * weight, kernel)
        mouth[name] = pulled / pulls
    return mouth


def stretches(features: VoiceFeatures) -> Iterator[Phoneme]:
    """Where somebody speaks, as neutral vowels: their gaps are the silences."""
    for first, last in _runs(features.sounding, 1):
        loudest_db = features.bands["level"][first:last].max()
        if (last - first) * HOP_S >= SHORTEST_STRETCH_S and loudest_db > FAINT_STRETCH_DB:
            yield Phoneme(ipa="ə", start_s=first * HOP_S, end_s=last * HOP_S, word=0)


def closures(features: VoiceFeatures) -> Iterator[Phoneme]:
    """Where the lips are heard to be shut, as sounds that need contact."""
    for first, last in _runs(lips_shut(features) > SHUT_FROM, round(JOINED_S / HOP_S)):
        if SHORTEST_SHUT_S <= (last - first) * HOP_S <= LONGEST_SHUT_S:
            yield Phoneme(ipa="m", start_s=first * HOP_S, end_s=last * HOP_S, word=0)


def _runs(marked: NDArray[np.bool_], joined: int) -> Iterator[tuple[int, int]]:
    """Runs of looks that are marked, `[first, last)`; those at most `joined` looks apart are one."""
    places = np.flatnonzero(marked)
    for run in np.split(places, np.flatnonzero(np.diff(places) > joined) + 1):
        if run.size:
            yield int(run[0]), int(run[-1]) + 1


def _flanks(curve: str, viseme: str) -> NDArray[np.float64]:
    """How a look pulls the ones before and after it."""
    flank = flank_of(curve, viseme)
    reach = round(FLANK_REACH_S / HOP_S)
    away_s = np.arange(-reach, reach + 1) * HOP_S
    return np.asarray(np.exp(-((away_s / (QUICKER * np.where(away_s < 0, flank.before_s, flank.after_s))) ** 2)))


def _spread(values: Samples, kernel: NDArray[np.float64]) -> Samples:
    reach = len(kernel) // 2
    return np.convolve(np.pad(values, reach, mode="edge"), kernel / kernel.sum(), "valid")
