"""A picture under a moving camera.

The picture is cut to what the camera will see and brought to the size of its nearest view, smoothly; from there it is read
between pixels of a plane of twice the size, like the puppet. So a slow zoom neither shimmers nor changes its sharpness.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from tasks.domain.errors import StoreDamaged
from tasks.domain.performance import StillShot
from tasks.domain.timeline import frame_at
from tasks.media.curves import Curves, read_curves
from tasks.media.drawing.camera import FROM_CHROMA, TO_CHROMA, TO_FINE, Camera, Matrix, View, film, rescale
from tasks.media.drawing.kept import Kept
from tasks.media.drawing.planes import Planes, enlarge_twice, sharpen, to_planes
from tasks.media.drawing.scene import OpenMedia

SHARPEST = 1.25
"""A picture is made as fine as its nearest view needs, but not finer than this relative to its widest: read in larger steps
it would shimmer."""
MARGIN = 4
"""Pixels of the picture kept around what the camera sees, for reading between them."""


@dataclass(frozen=True)
class StillScene:
    """A still shot ready to draw."""

    picture: Path
    size: tuple[int, int]
    first_frame: int
    camera: Camera
    curves: Curves
    kept: Kept

    def draw(self, target: Planes, frame: int, *, lift: float = 0.0) -> None:
        """Draws one frame, or its upper part; see `Scene`."""
        view = self.camera.look(self.curves.at(frame - self.first_frame)).lifted(lift)
        ready = self.kept.get(id(self), self._make_ready)
        seen = ready.place @ view.matrix()
        chroma = TO_CHROMA @ seen @ FROM_CHROMA
        film(target.y, ready.fine, TO_FINE @ seen)
        film(target.u, ready.planes.u, chroma)
        film(target.v, ready.planes.v, chroma)

    def middle(self) -> float:
        """The row that should be in the middle where not all rows are seen: where the focus is."""
        return self.camera.anchor[1]

    def _make_ready(self) -> "ReadyPicture":
        return make_ready(self.picture, [self.camera.look(self.curves.at(frame)) for frame in range(len(self.curves))],
                          self.size)


@dataclass(frozen=True)
class ReadyPicture:
    """The part of a picture that its camera sees, in planes.

    Attributes:
        planes: its planes; luma is only kept in `fine`, of twice the size.
        place: from pixels of the whole picture to those of the part.
    """

    planes: Planes
    fine: NDArray[np.uint8]
    place: Matrix


def open_still(shot: StillShot, open_media: OpenMedia, *, size: tuple[int, int], fps: int, kept: Kept) -> StillScene:
    """The scene of a still shot; the picture itself is read when it is first drawn.

    Args:
        shot: what to show.
        open_media: gives paths for the shot's files.
        size: (width, height) the picture fills.
        fps: frames a second.
        kept: where the picture is kept while it is drawn from.

    Raises:
        StoreDamaged: the picture or the camera's curves cannot be read.
    """
    path = open_media(shot.picture)
    try:
        with Image.open(path) as picture:
            whole = picture.size
    except (OSError, UnidentifiedImageError) as error:
        raise StoreDamaged(f"{path.name!r} is no picture ({error}): delete it, it will be made again") from error
    camera = rest_over(whole, size, (shot.focus_x, shot.focus_y))
    return StillScene(path, size, frame_at(shot.start_s, fps=fps), camera, read_curves(open_media(shot.camera)), kept)


def rest_over(picture: tuple[int, int], frame: tuple[int, int], focus: tuple[float, float]) -> Camera:
    """The camera at whose rest a picture covers a frame, as near to having the focus in the middle as its borders allow."""
    step = min(have / want for have, want in zip(picture, frame, strict=True))
    corner, anchor = [], []
    for have, want, share in zip(picture, frame, focus, strict=True):
        free = have - step * want
        start = min(max(share * have - step * want / 2, 0.0), free)
        corner.append(start + (step - 1) / 2)
        anchor.append((share * have - start) / step - 0.5)
    return Camera(frame, picture, (anchor[0], anchor[1]), step, (corner[0], corner[1]))


def make_ready(path: Path, views: Sequence[View], size: tuple[int, int]) -> ReadyPicture:
    """Cuts a picture to what `views` see of it, in as many pixels as they need.

    Raises:
        StoreDamaged: the picture cannot be decoded.
    """
    nearest, widest = min(view.step for view in views), max(view.step for view in views)
    try:
        with Image.open(path) as picture:
            left, top, right, bottom = seen_by(views, size, picture.size)
            scale = 1 / max(nearest, widest / SHARPEST)
            wide, high = (2 * math.ceil(scale * side / 2) for side in (right - left, bottom - top))
            part = picture.convert("RGB").resize((wide, high), Image.Resampling.LANCZOS, box=(left, top, right, bottom))
    except (OSError, SyntaxError, ValueError) as error:
        raise StoreDamaged(f"{path.name!r} cannot be decoded ({error}): delete it, it will be made again") from error
    planes = sharpen(to_planes(np.asarray(cv2.cvtColor(np.asarray(part), cv2.COLOR_RGB2BGR), np.uint8)))
    shift = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]], float)
    place = rescale(wide / (right - left), high / (bottom - top)) @ shift
    return ReadyPicture(planes._replace(y=planes.y[:0]), enlarge_twice(planes.y), place)


def seen_by(views: Sequence[View], size: tuple[int, int], whole: tuple[int, int]) -> tuple[int, int, int, int]:
    """left, top, right, bottom: what of a picture is ever seen, in its pixels."""
    ends = []
    for axis, starts in enumerate(([view.left for view in views], [view.top for view in views])):
        last = max(start + view.step * (size[axis] - 1) for start, view in zip(starts, views, strict=True))
        ends.append((max(math.floor(min(starts)) - MARGIN, 0), min(math.ceil(last) + 1 + MARGIN, whole[axis])))
    return ends[0][0], ends[1][0], ends[0][1], ends[1][1]
