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
from tasks.media.drawing.grid import Field, Grid, double, enlarge, halve
from tasks.media.drawing.mouth import Mouth
from tasks.media.drawing.planes import Planes, new_frame, to_planes, view_planes
from tasks.media.drawing.plate import separate
from tasks.media.drawing.pose import Pose
from tasks.media.rig.model import Rig

STEP_SHARE = 1 / 36
"""Grid step in units of the face's scale; rounded down to a power of two."""
BAND_NODES = 12
"""Height of the bands in which a frame is warped, in nodes: small enough to stay in the processor's cache."""
SHARPEN_SIGMA, SHARPEN_BY = 0.6, 0.35
"""Unsharp mask on luma that makes up for the softness of reading it from a plane of twice the size: with these, no pixel of
the resting default portraits differs by more than 8 of 255."""
NO_MAP = np.empty(0)
"""What `cv2.remap` wants as its second map when the first holds both coordinates."""
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

    def pixels(self, step: int, size: tuple[int, int]) -> tuple[slice, slice]:
        """Rows and columns of a plane of `size`, (width, height), with `step` pixels a node."""
        return (slice(self.top * step, min(self.bottom * step, size[1])),
                slice(self.left * step, min(self.right * step, size[0])))


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
        self._plate = to_planes(plate)
        self._portrait = sharpen(to_planes(face.image))
        self._opacity = cv2.resize(opacity, (size[0] // 2, size[1] // 2), interpolation=cv2.INTER_AREA)
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
        self._move(planes, moved, self._pose.places(values))
        return frame

    def _move(self, target: Planes, source: Planes, places: Field) -> None:
        """Moves the whole picture and lays it over the background, band by band."""
        fine_places, half_places = double(places), halve(places)
        for band in self._bands:
            self._warp(target, source, band, fine_places, half_places)

    def _express(self, values: Mapping[str, float]) -> Planes:
        """The portrait with mouth and eyes drawn into it, in this thread's own copy; its luma is of twice the size."""
        if not hasattr(self._scratch, "planes"):
            self._scratch.planes = self._portrait.copy()
            self._scratch.fine = enlarge_twice(self._portrait.y)
        planes: Planes = self._scratch.planes
        fine: NDArray[np.uint8] = self._scratch.fine
        self._mouth.draw(planes, values)
        for eye in self._eyes:
            eye.draw(planes, values)
        for left, top, right, bottom in (self._mouth.window, *(eye.window for eye in self._eyes)):
            fine[2 * top:2 * bottom, 2 * left:2 * right] = enlarge_twice(planes.y[top:bottom, left:right])
        return Planes(fine, planes.u, planes.v)

    def _warp(self, target: Planes, source: Planes, band: Band, fine_places: Field, half_places: Field) -> None:
        """Moves one band and lays it over the background where the person's edge is soft."""
        step, half = self._grid.step, self._grid.step // 2
        height, width = self._opacity.shape
        rows, columns = band.pixels(half, (width, height))
        window = (band.left, band.top, band.right, band.bottom)
        maps = enlarge(half_places, half, window)[:rows.stop - rows.start, :columns.stop - columns.start]
        fine = enlarge(fine_places, step, window)[:2 * maps.shape[0], :2 * maps.shape[1]]
        remap_into(target.y[twice(rows), twice(columns)], source.y, fine)
        remap_into(target.u[rows, columns], source.u, maps)
        remap_into(target.v[rows, columns], source.v, maps)
        for first, last in band.soft:
            span = slice(first * half, min(last * half, width))
            part = maps[:, span.start - columns.start:span.stop - columns.start]
            cover = cv2.remap(self._opacity, part, NO_MAP, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            full = cv2.resize(cover, (2 * cover.shape[1], 2 * cover.shape[0]), interpolation=cv2.INTER_LINEAR)
            lay_over(target.y[twice(rows), twice(span)], self._plate.y[twice(rows), twice(span)], full)
            lay_over(target.u[rows, span], self._plate.u[rows, span], cover)
            lay_over(target.v[rows, span], self._plate.v[rows, span], cover)


def sharpen(planes: Planes) -> Planes:
    """Sharpens luma by as much as reading it between its pixels softens it."""
    soft = cv2.GaussianBlur(planes.y, (0, 0), SHARPEN_SIGMA)
    return Planes(cv2.addWeighted(planes.y, 1 + SHARPEN_BY, soft, -SHARPEN_BY, 0), planes.u, planes.v)


def enlarge_twice(plane: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The plane at twice its size. Read from there, a moving picture keeps its sharpness between two pixels."""
    size = (2 * plane.shape[1], 2 * plane.shape[0])
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def twice(part: slice) -> slice:
    """The same part of a plane of twice the size."""
    return slice(2 * part.start, 2 * part.stop)


def remap_into(target: NDArray[Any], source: NDArray[Any], maps: NDArray[np.float32]) -> None:
    """Fetches `target` from `source`."""
    cv2.remap(source, maps, NO_MAP, cv2.INTER_LINEAR, dst=target, borderMode=cv2.BORDER_REFLECT_101)


def lay_over(moved: NDArray[Any], still: NDArray[Any], cover: NDArray[np.float32]) -> None:
    """Lets `still` show through `moved` where `cover` is below 1."""
    cv2.blendLinear(moved, still, cover, 1 - cover, dst=moved)


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
