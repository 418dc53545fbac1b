"""Films of a portrait that moves and speaks with a voice, as a talking-portrait model makes them: for tests and benchmarks.

All comes from the sound alone. Where wanted, a patch in the upper left corner is as bright as the voice is loud at that
moment, so that any frame of a reel tells to which moment of the voice it belongs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.domain.timeline import FPS
from tasks.lipsync.base import Heard
from tasks.lipsync.sound import SoundLipSync
from tasks.media.audio.envelope import frame_loudness
from tasks.media.audio.wav import read_wav
from tasks.media.curves import Curves
from tasks.media.drawing.planes import view_planes
from tasks.media.drawing.puppet import Puppet
from tasks.media.encoding import encode_film
from tasks.media.ffmpeg import find_ffmpeg
from tasks.media.rig.model import Rig, read_portrait

SIZE_PX = (540, 960)
"""Of the films, (width, height), unless another is wanted."""
PATCH_SHARE = 15
"""The patch's side as a part of the film's width: one of so many."""
DARK, BRIGHT = 60, 220
"""Luma of the patch in silence, and while somebody speaks loudly."""
TURN_RAD, NOD_RAD, TURN_S = 0.08, 0.03, 4.0
"""How far the head turns and nods, and how long it takes there and back."""
BLINK_S = 2.7
"""From one blink to the next."""
BLINK = (0.5, 1.0, 1.0, 0.6)
"""How far the lids are closed on the frames of a blink."""


@dataclass(frozen=True)
class HeardFilms:
    """Makes such films of one avatar.

    Attributes:
        puppet: of its portrait.
        size: (width, height) of the films.
        late_s: how much later than the voice the mouth moves.
        marked: whether they have the patch.
    """

    puppet: Puppet
    size: tuple[int, int] = SIZE_PX
    late_s: float = 0.0
    marked: bool = False

    @classmethod
    def of(cls, avatar: Path, *, size: tuple[int, int] = SIZE_PX, late_s: float = 0.0, marked: bool = False) -> "HeardFilms":
        """Of the avatar in a folder."""
        rig = Rig.read(avatar / "rig.json")
        return cls(Puppet(read_portrait(avatar / "portrait.png", rig), rig, size), size, late_s, marked)

    def make(self, voice: Path, target: Path, *, fps: int, frames: int, seed: int = 0) -> None:
        """Writes a film.

        Args:
            voice: WAV.
            target: MP4 to write.
            fps: frames a second.
            frames: how many.
            seed: moves the head otherwise.
        """
        encode_film(self._frames(voice, fps, frames, seed), program=find_ffmpeg(), frame_count=frames, size=self.size,
                    target=target, progress=lambda _: None, fps=fps)

    def _frames(self, voice: Path, fps: int, frames: int, seed: int) -> Iterator[NDArray[np.uint8]]:
        samples, rate_hz = read_wav(voice)
        count = round(frames * FPS / fps) + 1
        loudness = frame_loudness(samples, rate_hz, FPS, count)
        mouth = SoundLipSync().mouth([], loudness, Heard(samples, rate_hz))
        motion = moved(count, seed)
        for index in range(frames):
            now = round(index * FPS / fps)
            frame = self.puppet.frame(motion.at(now) | mouth.at(now - round(self.late_s * FPS)))
            if self.marked:
                patch_of(frame)[:] = luma_of(float(loudness[min(now, count - 1)]))
            yield frame


def moved(frames: int, seed: int) -> Curves:
    """A head that begins as in the portrait, then turns and nods as chance has it, and blinks."""
    dice, times_s = np.random.default_rng(seed), np.arange(frames) / FPS
    phase = 2 * np.pi * times_s / (TURN_S * dice.uniform(0.8, 1.2))
    side = 1 if dice.random() < 0.5 else -1
    blink = np.zeros(frames + len(BLINK))
    for start_s in np.arange(dice.uniform(1, 2), times_s[-1], BLINK_S):
        blink[round(start_s * FPS):][:len(BLINK)] = BLINK
    curves = {"yaw": side * TURN_RAD * np.sin(phase), "pitch": NOD_RAD * np.sin(phase * dice.uniform(0.6, 0.9)),
              "blink": blink[:frames]}
    return Curves({name: curve.astype(np.float32) for name, curve in curves.items()}, FPS)


def luma_of(loudness: float) -> int:
    """How bright the patch is."""
    return round(DARK + (BRIGHT - DARK) * min(max(loudness, 0.0), 1.0))


def patch_of(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The patch of an I420 frame that shows such a film, of any size."""
    luma = view_planes(frame).y
    side = luma.shape[1] // PATCH_SHARE
    return np.asarray(luma[:side, :side])
