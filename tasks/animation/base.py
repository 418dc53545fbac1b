"""What every animation engine is: a take in, motion curves out."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from tasks.domain.speech import Phoneme, Word
from tasks.domain.timeline import FPS
from tasks.media.curves import Curves
from tasks.media.easing import Samples


@dataclass(frozen=True)
class Take:
    """One take of one text: what is heard when, who says it, and the chance that makes it this take."""

    words: Sequence[Word]
    """In order, not overlapping."""
    phonemes: Sequence[Phoneme]
    """In order, not overlapping; may be empty where the voice knows none."""
    loudness: NDArray[np.float32]
    """(n,) 0 silent to about 1 loud, one value a frame of the reel."""
    seed: int
    """Another seed is another take."""
    content: str = ""
    """Digest of portrait and text: the same seed moves another face, or another text, otherwise."""
    face_yaw_rad: float = 0.0
    """How far the portrait looks to the side."""

    @property
    def instants_s(self) -> Samples:
        """(n,) the instant of each frame."""
        return np.arange(len(self.loudness)) / FPS

    @property
    def duration_s(self) -> float:
        """Length of the reel."""
        return len(self.loudness) / FPS

    def dice(self, part: str) -> np.random.Generator:
        """The chance of one part of the face: always the same for the same take, independent of the other parts."""
        digest = hashlib.sha256(f"{self.seed}/{self.content}/{part}".encode()).digest()
        return np.random.default_rng(int.from_bytes(digest[:16], "little"))


class Animation(Protocol):
    """An engine that moves head, eyes and shoulders."""

    name: ClassVar[str]
    version: ClassVar[str]

    def motion(self, take: Take) -> Curves:
        """The movement of a whole reel.

        Returns:
            The curves yaw pitch roll (radians; positive turns to the right of the picture, nods down, tilts to the right),
            sway (eye distances to the right), brow (-0.3 to 1.2), blink (0 open to 1 closed), gaze_x gaze_y (-1 to 1, where
            the eyes look beside the camera, right and down) and breath (0 to 1), each (n,).
        """
        ...
