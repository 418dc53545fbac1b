"""Makes a short film of a talking portrait, for benchmarks: rig, voice, motion, lip-sync, drawing, encoding; no flow."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.curves_plot import Rehearsal, rehearse
from tasks.domain.timeline import FPS, SIZE_PX
from tasks.media.audio.wav import write_wav
from tasks.media.curves import Curves
from tasks.media.drawing.performance import draw_ahead
from tasks.media.drawing.puppet import Puppet
from tasks.media.encoding import MP4, VIDEO
from tasks.media.ffmpeg import encoder, find_ffmpeg, local_file, raw_video
from tasks.media.rig.build import build_rig
from tasks.media.rig.model import Rig, read_portrait
from tasks.speech.base import RATE_HZ

Frame = NDArray[np.uint8]
"""I420: (height * 3 / 2, width) uint8."""


@dataclass(frozen=True)
class TalkingPortrait:
    """A portrait ready to be filmed."""

    name: str
    picture: Path
    puppet: Puppet
    size: tuple[int, int]
    yaw_rad: float

    @classmethod
    def of(cls, picture: Path, *, size: tuple[int, int] = SIZE_PX) -> "TalkingPortrait":
        """Analyses a picture; a rig beside it is used as it is."""
        beside = picture.with_name("rig.json")
        rig = Rig.read(beside) if beside.is_file() else build_rig(picture)
        return cls(name_of(picture), picture, Puppet(read_portrait(picture, rig), rig, size), size, rig.yaw_rad)

    def say(self, text: str, *, rate: float = 1.0, seed: int = 1) -> Rehearsal:
        """Speaks a text as it would in a reel: its name decides the take, and the way it looks how far it moves."""
        return rehearse(text, rate=rate, seed=seed, content=self.name, face_yaw_rad=self.yaw_rad)

    def frames(self, rehearsal: Rehearsal, *, mouth: Curves | None = None, motion: Curves | None = None) -> Iterator[Frame]:
        """Draws it speaking and moving; other curves may take the place of its own."""
        mouth, motion = mouth or rehearsal.mouth, motion or rehearsal.motion
        return draw_ahead(lambda index: self.puppet.frame(motion.at(index) | mouth.at(index)),
                          range(len(rehearsal.loudness)))

    def film(self, rehearsal: Rehearsal, target: Path, *, frames: Iterator[Frame] | None = None, sound_late_s: float = 0.0,
             change: Callable[[int, Frame], Frame] = lambda _, frame: frame) -> Path:
        """Encodes it with its voice.

        Args:
            rehearsal: what it says.
            target: mp4 to make.
            frames: drawn frames; its own unless given.
            sound_late_s: how much later than it should the sound comes.
            change: what becomes of each frame, by its index.
        """
        target.parent.mkdir(parents=True, exist_ok=True)
        sound = target.with_suffix(".wav")
        write_wav(sound, moved(rehearsal.samples, sound_late_s), RATE_HZ)
        arguments = [*raw_video(self.size, FPS), "-i", local_file(sound), "-map", "0:v", "-map", "1:a", *VIDEO,
                     "-c:a", "aac", "-b:a", "128k", *MP4, local_file(target)]
        with encoder(find_ffmpeg(), arguments, place=target) as write:
            for index, frame in enumerate(frames or self.frames(rehearsal)):
                write(np.ascontiguousarray(change(index, frame)))
        sound.unlink()
        return target


def name_of(picture: Path) -> str:
    """What a portrait is called: its file, or the folder of an avatar's."""
    return picture.parent.name if picture.stem == "portrait" else picture.stem


def still(curves: Curves) -> Curves:
    """Curves of equal length that never move."""
    return replace(curves, values={name: np.zeros_like(curve) for name, curve in curves.values.items()})


def stretched(curves: Curves, count: int) -> Curves:
    """Curves repeated or cut to `count` samples."""
    return replace(curves, values={name: np.resize(curve, count) for name, curve in curves.values.items()})


def moved(samples: NDArray[np.float32], late_s: float) -> NDArray[np.float32]:
    """Samples that come later, or earlier where negative; their length stays."""
    shift = round(late_s * RATE_HZ)
    padded = np.pad(samples, (max(shift, 0), max(-shift, 0)))
    return padded[:len(samples)] if shift >= 0 else padded[-len(samples):]
