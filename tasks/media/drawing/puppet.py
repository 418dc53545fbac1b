"""The puppet: a portrait that moves as its curves say.

A frame is made in two steps, both warps of the still portrait. First mouth and eyes are drawn into a copy of the portrait;
then head and body are moved and laid over the still background. Nothing is carried from one frame to the next, so frames
can be drawn in any order and by several threads.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.drawing.eyes import Eye
from tasks.media.drawing.face import frame_face
from tasks.media.drawing.grid import Field, Grid, enlarge, halve
from tasks.media.drawing.mouth import Mouth
from tasks.media.drawing.planes import Planes, new_frame, to_planes, view_planes
from tasks.media.drawing.plate import separate
from tasks.media.drawing.pose import Pose
from tasks.media.rig.model import Rig

STEP_SHARE = 1 / 36
"""Grid step in units of the face's scale; rounded down to a power of two."""
BAND_NODES = 8
"""Height of the bands in which a frame is warped, in nodes: small enough to stay in the processor's cache."""
FARTHEST = 0.16
"""No part of the head moves further than this from its place, in units of the scale."""


@dataclass(frozen=True)
class Band:
    """A horizontal strip of the frame: what of it may move, and where the person's soft edge may pass. All in nodes."""

    top: int
    bottom: int
    left: int
    right: int
    soft: tuple[tuple[int, int], ...]


class Puppet:
    """One portrait at one frame size."""

    def __init__(self, image: NDArray[np.uint8], rig: Rig, size: tuple[int, int]) -> None:
        """Prepares everything that does not change from frame to frame.

        Args:
            image: (height, width, 3) uint8, BGR; the portrait `rig` was made for.
            rig: the portrait's rig.
            size: (width, height) of the frames, both even.

        Raises:
            ValueError: an odd size, or an image that is not as large as the rig says.
        """
        if min(size) < 16 or size[0] % 2 or size[1] % 2:
            raise ValueError(f"cannot draw frames of {size!r} pixels: use even numbers, at least 16")
        if image.shape[1::-1] != (rig.width_px, rig.height_px):
            raise ValueError(f"the rig is for a portrait of {rig.width_px}x{rig.height_px} pixels, not "
                             f"{image.shape[1::-1]!r}")
        self.size = size
        self._face = face = frame_face(image, rig, size)
        step = 2 ** max(1, int(np.log2(max(face.scale * STEP_SHARE, 2))))
        self._grid = Grid(0, 0, -(-size[0] // step), -(-size[1] // step), step)
        plate, opacity = separate(face.image, face.matte, face.scale)
        self._portrait, self._plate = to_planes(face.image), to_planes(plate)
        self._opacity = (opacity, cv2.resize(opacity, (size[0] // 2, size[1] // 2), interpolation=cv2.INTER_AREA))
        self._bands = plan_bands(opacity, self._grid, FARTHEST * face.scale)
        self._pose = Pose(face, self._grid)
        self._mouth = Mouth(face, self._portrait, step)
        self._eyes = [Eye(face, eye, self._portrait) for eye in face.eyes]
        self._scratch = threading.local()

    def frame(self, values: Mapping[str, float]) -> NDArray[np.uint8]:
        """Draws one frame.

        Args:
            values: of the motion and mouth curves; a curve left out is at rest.

        Returns:
            (height * 3 / 2, width) uint8, I420, BT.709 limited range.
        """
        moved = self._express(values)
        frame = new_frame(self.size)
        planes = view_planes(frame)
        for plane, still in zip(planes, self._plate, strict=True):
            np.copyto(plane, still)
        places = self._pose.places(values)
        half_places = halve(places)
        for band in self._bands:
            self._warp(planes.y, moved.y, 0, places, band)
            self._warp(planes.u, moved.u, 1, half_places, band)
            self._warp(planes.v, moved.v, 2, half_places, band)
        return frame

    def _express(self, values: Mapping[str, float]) -> Planes:
        """The portrait with mouth and eyes drawn into it, in this thread's own copy."""
        if not hasattr(self._scratch, "planes"):
            self._scratch.planes = self._portrait.copy()
        planes: Planes = self._scratch.planes
        self._mouth.draw(planes, values)
        for eye in self._eyes:
            eye.draw(planes, values)
        return planes

    def _warp(self, target: NDArray[Any], source: NDArray[Any], index: int, places: Field, band: Band) -> None:
        """Moves one band of one plane and lays it over the background."""
        step = self._grid.step if index == 0 else self._grid.step // 2
        top, bottom = band.top * step, min(band.bottom * step, target.shape[0])
        left, right = band.left * step, min(band.right * step, target.shape[1])
        maps = enlarge(places, step, (band.left, band.top, band.right, band.bottom))[:bottom - top, :right - left]
        moved = cv2.remap(source, maps, np.empty(0), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
        opacity = self._opacity[min(index, 1)]
        for first, last in band.soft:
            a, b = first * step - left, min(last * step, right) - left
            cover = cv2.remap(opacity, maps[:, a:b], np.empty(0), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            still = target[top:bottom, left + a:left + b]
            moved[:, a:b] = cv2.blendLinear(moved[:, a:b], still, cover, 1 - cover)
        target[top:bottom, left:right] = moved


def plan_bands(opacity: NDArray[np.float32], grid: Grid, reach: float) -> tuple[Band, ...]:
    """Which nodes may ever show the person, and which the person's soft edge, if content moves up to `reach` pixels."""
    kernel = np.ones((2 * int(reach) + 1,) * 2, np.uint8)
    seen = cv2.dilate((opacity > 0).astype(np.uint8), kernel)
    solid = cv2.erode((opacity > 0.999).astype(np.uint8), kernel)
    bands = []
    for top in range(0, grid.rows, BAND_NODES):
        bottom = min(top + BAND_NODES, grid.rows)
        rows = slice(top * grid.step, bottom * grid.step)
        columns = by_node(seen[rows].any(axis=0), grid)
        if columns.any():
            left, right = int(columns.argmax()), len(columns) - int(columns[::-1].argmax())
            soft = by_node((seen[rows] > solid[rows]).any(axis=0), grid)
            bands.append(Band(top, bottom, left, right, runs(soft)))
    return tuple(bands)


def by_node(flags: NDArray[np.bool_], grid: Grid) -> NDArray[np.bool_]:
    """(columns,): whether any pixel of a node's column is flagged."""
    padded = np.pad(flags, (0, grid.columns * grid.step - len(flags)))
    return np.asarray(padded.reshape(grid.columns, grid.step).any(axis=1))


def runs(flags: NDArray[np.bool_]) -> tuple[tuple[int, int], ...]:
    """Half open intervals of true values."""
    edges = np.flatnonzero(np.diff(np.r_[0, flags.astype(np.int8), 0]))
    return tuple((int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True))
