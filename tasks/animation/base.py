"""What every animation engine is: a take in, curves of face and camera out."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from tasks.domain.speech import BeatSpan, Phoneme, Word, beat_spans
from tasks.domain.timeline import FPS
from tasks.media.curves import Curves
from tasks.media.easing import Samples


class Room(NamedTuple):
    """How far a camera at no zoom may look aside before it would see beyond the picture, in frame widths."""

    left: float = 0.0
    right: float = 0.0
    up: float = 0.0
    down: float = 0.0


STILL: Sequence[float] = (0.0,)
"""A film of one frame."""
NO_ROOM = Room()
"""The frame shows all of the picture."""


@dataclass(frozen=True)
class Take:
    """One take of one text: what is heard when, who says it, and the chance that makes it this take."""

    words: Sequence[Word]
    """In order, not overlapping."""
    phonemes: Sequence[Phoneme]
    """In order, not overlapping; may be empty where the voice knows none."""
    loudness: NDArray[np.float32]
    """(n,) 0 silent to about 1 loud, one value a frame of the reel, end card included."""
    seed: int
    """Another seed is another take."""
    content: str = ""
    """Digest of portrait and text: the same seed moves another face, or another text, otherwise."""
    face_yaw_rad: float = 0.0
    """How far the portrait looks to the side; 0 where no face is known."""
    directions: Sequence[str | None] = ()
    """What each beat asks of the avatar, in its author's words."""
    tail_s: float = 0.0
    """Last part of the reel, after the voice, while an end card is shown."""
    film_moves: Sequence[float] = STILL
    """How far the avatar moves from each frame of its film to the next, where it has one."""
    comes_back: bool = False
    """Whether the film ends on its first frame, as another one of the same beginning follows."""
    in_time: bool = False
    """Whether each of the film's frames belongs to its own moment: it is shown forwards, and once."""
    room: Room = NO_ROOM
    """What of the picture lies beside the frame, where that may be shown: none of it where a face must stay in view."""

    @property
    def instants_s(self) -> Samples:
        """(n,) the instant of each frame."""
        return np.arange(len(self.loudness)) / FPS

    @property
    def duration_s(self) -> float:
        """Length of the reel."""
        return len(self.loudness) / FPS

    @property
    def voice_s(self) -> float:
        """When the voice is over and the end card begins; the end of the reel where there is none."""
        return max(self.duration_s - self.tail_s, 0.0)

    def beats(self) -> list[BeatSpan]:
        """The beats in order: each from just before its first word up to the next; they cover the reel up to its tail."""
        return beat_spans(self.words, self.voice_s)

    def dice(self, part: str) -> np.random.Generator:
        """The chance of one part of the face: always the same for the same take, independent of the other parts."""
        digest = hashlib.sha256(f"{self.seed}/{self.content}/{part}".encode()).digest()
        return np.random.default_rng(int.from_bytes(digest[:16], "little"))


class Animation(Protocol):
    """An engine that moves the avatar, or the camera alone."""

    name: ClassVar[str]
    version: ClassVar[str]
    shot: ClassVar[Literal["puppet", "still", "clip"]]
    """What its curves move: a face, a picture under a camera, or the avatar's film."""

    def motion(self, take: Take) -> Curves:
        """The movement of a whole reel.

        Returns:
            Curves of (n,) each. Of a clip `frame`, which of its film's frames is shown. Of every other shot the camera: zoom
            (natural logarithm of the enlargement, from 0), pan_x pan_y (frame widths to the right and down). Of a puppet
            also yaw pitch roll (radians; positive turns to the right of the picture, nods down, tilts to the right), sway
            (eye distances to the right), brow (-0.8 to 1.2), blink (0 open to 1 closed), gaze_x gaze_y (where the eyes look
            beside the camera, right and down: glances within 1, directed looks within 3), breath (0 to 1) and smile (-1
            serious to 1 broad).
        """
        ...
