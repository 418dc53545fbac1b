"""A mouth that opens on vowels and does nothing else: the stand-in for tests and drafts."""

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from tasks.domain.speech import Phoneme
from tasks.domain.timeline import FPS
from tasks.lipsync.base import Heard
from tasks.lipsync.viseme_table import is_vowel
from tasks.media.curves import MOUTH, Curves

JAW = 0.5
"""How far the jaw opens on every vowel."""


class FlapLipSync:
    """Jaw down while a vowel sounds, up otherwise; no blending, so that a test knows every frame."""

    name: ClassVar[str] = "flap"
    version: ClassVar[str] = "1"
    listens: ClassVar[Literal["never", "where unknown", "always"]] = "never"
    draws: ClassVar[bool] = True

    def mouth(self, phonemes: Sequence[Phoneme], loudness: NDArray[np.float32],
              heard: Heard | None = None) -> Curves:  # noqa: ARG002  is told, does not listen
        """The mouth of a whole reel; see `tasks.lipsync.base.LipSync`."""
        instants_s = np.arange(len(loudness)) / FPS
        curves = {name: np.zeros(len(loudness), np.float32) for name in MOUTH}
        for phoneme in phonemes:
            if is_vowel(phoneme.ipa):
                curves["jaw"][(instants_s >= phoneme.start_s) & (instants_s < phoneme.end_s)] = JAW
        return Curves(curves, FPS)
