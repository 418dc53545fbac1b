"""A stand-in for a generator: the puppet, filmed, or a picture that comes nearer. It needs no model, and what it makes of a
face can be spoken on.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from tasks.domain.errors import AvatarError
from tasks.domain.generation import ClipOrder
from tasks.domain.timeline import FPS, frame_count
from tasks.generation.base import Follows, Made, Material, Progress, Source
from tasks.media.curves import Curves
from tasks.media.drawing.planes import to_frame
from tasks.media.drawing.puppet import Puppet
from tasks.media.encoding import encode_film
from tasks.media.ffmpeg import find_ffmpeg
from tasks.media.landmarks import FaceMesh
from tasks.media.rig.build import find_face, rig_of
from tasks.media.rig.model import load_image

SIZE_PX = (540, 960)
"""Of its films, (width, height): as large as models make them, about."""
LONGEST_S = 4.0
"""Of one film."""
TURN_RAD, NOD_RAD = 0.08, 0.04
"""How far the head turns and nods."""
NEARER_PER_S = 0.04
"""A picture without a face comes nearer by so much of its size."""
BLINK = (0.5, 1.0, 1.0, 0.6)
"""How far the lids are closed on the frames of a blink."""


class DoubleFilms:
    """Films of a face that looks around, of a picture that comes nearer, or of colours."""

    name: ClassVar[str] = "double"
    version: ClassVar[str] = "1"
    sources: ClassVar[frozenset[Source]] = frozenset({"picture", "text"})
    follows: ClassVar[Follows] = "nothing"
    prompts: ClassVar[str | None] = "plain"
    model: ClassVar[str] = "none"
    size: ClassVar[tuple[int, int]] = SIZE_PX
    longest_s: ClassVar[float] = LONGEST_S

    @property
    def identity(self) -> dict[str, Any]:
        """All that decides a clip besides the order."""
        return {"size": SIZE_PX}

    def generate(self, order: ClipOrder, material: Material, target: Path, progress: Progress) -> Made:
        """Makes one clip; see `tasks.generation.base.ClipGenerator`.

        Raises:
            AvatarError: the file is no picture.
        """
        frames = frame_count(min(order.duration_s, LONGEST_S))
        pictures = _moved(material.picture, order, frames) if material.picture else _colours(order, frames)
        encode_film(pictures, program=find_ffmpeg(os.environ.get("FFMPEG_BINARY")), frame_count=frames, size=SIZE_PX,
                    target=target, progress=lambda done: progress(done, "filming"))
        if order.duration_s <= LONGEST_S:
            return Made()
        return Made((f"the film lasts {LONGEST_S:.2f} s where {order.duration_s:.2f} s are ordered: this stand-in makes no"
                     " longer ones",))


def _moved(path: Path, order: ClipOrder, frames: int) -> Iterator[NDArray[np.uint8]]:
    """A portrait, its head turning to and fro, its eyes closing once; any other picture under a camera."""
    picture, digest = load_image(path)
    try:
        with FaceMesh() as finder:
            rig = rig_of(picture, find_face(picture, finder, path.stem), digest)
    except AvatarError:
        return _nearer(picture, frames)
    puppet, motion = Puppet(picture, rig, SIZE_PX), _motion(order.seed, frames)
    return (puppet.frame(motion.at(index)) for index in range(frames))


def _nearer(picture: NDArray[np.uint8], frames: int) -> Iterator[NDArray[np.uint8]]:
    """A picture that fills the frame, and comes nearer."""
    fills = max(seen / own for seen, own in zip(SIZE_PX, picture.shape[1::-1], strict=True))
    for index in range(frames):
        scale = fills * (1 + NEARER_PER_S * index / FPS)
        columns, rows = (((np.arange(seen) + 0.5 - seen / 2) / scale + own / 2).astype(int).clip(0, own - 1)
                         for seen, own in zip(SIZE_PX, picture.shape[1::-1], strict=True))
        yield to_frame(picture[rows][:, columns])


def _motion(seed: int, frames: int) -> Curves:
    """From the portrait's own pose, one way or the other."""
    dice = np.random.default_rng(seed)
    phase = 2 * np.pi * np.arange(frames) / (FPS * LONGEST_S)
    side = 1 if dice.random() < 0.5 else -1
    blink, first = np.zeros(frames), int(frames * dice.uniform(0.3, 0.6))
    blink[first:first + len(BLINK)] = BLINK[:max(frames - first, 0)]
    curves = {"yaw": side * TURN_RAD * np.sin(phase), "pitch": NOD_RAD * np.sin(2 * phase) / 2, "blink": blink}
    return Curves({name: values.astype(np.float32) for name, values in curves.items()}, FPS)


def _colours(order: ClipOrder, frames: int) -> Iterator[NDArray[np.uint8]]:
    """A slope of colours that the text decides, moving slowly."""
    tone = np.frombuffer(hashlib.sha256(f"{order.seed}/{order.prompt}".encode()).digest()[:3], np.uint8).astype(float)
    rows = np.linspace(0, np.pi, SIZE_PX[1])[:, None, None]
    for index in range(frames):
        bright = 0.6 + 0.4 * np.sin(rows + index / FPS)
        row = np.clip(bright * tone, 0, 255).astype(np.uint8)
        yield to_frame(np.tile(row, (1, SIZE_PX[0], 1)))
