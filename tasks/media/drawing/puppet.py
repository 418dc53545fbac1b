"""The puppet: a portrait that moves as its curves say.

A frame is a warp of the still portrait. Eyes and folds are drawn into a copy of it; then head and body are moved, the lips
parted and the inside of the mouth painted, and all is laid over the background. Nothing is carried from one frame to the
next, so frames can be drawn in any order and by several threads.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.drawing.background import Background
from tasks.media.drawing.camera import Camera
from tasks.media.drawing.coverage import Band, Coverage
from tasks.media.drawing.eyes import Eye
from tasks.media.drawing.face import Face, frame_face
from tasks.media.drawing.folds import Folds
from tasks.media.drawing.grid import Axes, Field, Grid, apart, double, enlarge, grid_step, halve
from tasks.media.drawing.lips import mouth_frame
from tasks.media.drawing.mouth import Mouth
from tasks.media.drawing.open_mouth import take_out_inside
from tasks.media.drawing.planes import Planes, enlarge_twice, new_frame, part_of, sharpen, to_planes, view_planes
from tasks.media.drawing.plate import separate
from tasks.media.drawing.pose import Pose
from tasks.media.rig.model import Rig
from tasks.media.rig.topology import CHIN, LEFT_EYE_OUTER, MOUTH_LEFT, MOUTH_RIGHT, RIGHT_EYE_OUTER

CUT_RIM = 3
"""Pixels beside the cut between the lips in which both sides show."""


@dataclass(frozen=True)
class Maps:
    """Where the nodes of a frame find their content: in the luma plane of twice the size, and in the chroma planes."""

    fine: Axes
    half: Axes

    @classmethod
    def of(cls, places: Field) -> "Maps":
        """The maps of places in the luma plane."""
        return cls(apart(double(places)), apart(halve(places)))


@dataclass(frozen=True)
class Flow:
    """Where one frame finds its content.

    Attributes:
        upper, lower: above and below the cut between the lips.
        outline: of the chroma planes, for what has no cut: the person's edge, which a chin or a cheek may be.
        cut: (n, 2) the line between the lips, pixels of the frame.
    """

    upper: Maps
    lower: Maps
    outline: Axes
    cut: NDArray[Any]


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
        lips = mouth_frame(face)
        picture = take_out_inside(face.image, lips, face.blur) if lips.is_open else face.image
        step = grid_step(face.scale)
        self._grid = Grid(0, 0, -(-size[0] // step), -(-size[1] // step), step)
        plate, opacity = separate(face.image, face.matte, face.scale, blur=face.blur)
        self._portrait = sharpen(to_planes(picture))
        self._opacity = cv2.resize(opacity, (size[0] // 2, size[1] // 2), interpolation=cv2.INTER_AREA)
        self._background = Background(to_planes(plate), self._opacity)
        self._coverage = Coverage(opacity, self._grid)
        self._camera = Camera(size, size, middle_of_mouth(face))
        self._pose = Pose(face, self._grid)
        self._mouth = Mouth(face, step)
        self._folds = Folds(face, self._mouth.window, enlarge_twice(self._portrait.y))
        self._eyes = [Eye(face, eye, self._portrait) for eye in face.eyes]
        self._scratch = threading.local()

    def frame(self, values: Mapping[str, float]) -> NDArray[np.uint8]:
        """Draws one frame.

        Args:
            values: of the motion, camera and mouth curves; a curve left out is at rest.

        Returns:
            (height * 3 / 2, width) uint8, I420, BT.709 limited range.
        """
        frame = new_frame(self.size)
        self.draw(view_planes(frame), values)
        return frame

    def draw(self, target: Planes, values: Mapping[str, float], *, lift: float = 0.0) -> None:
        """Draws one frame, or its upper part, into planes.

        Args:
            target: planes as wide as the frame; where they are less high, the rest is left out.
            values: of the curves.
            lift: how many rows further down the first row looks.
        """
        source = self._express(values)
        view = self._camera.look(values).lifted(lift)
        places = self._pose.places(values, None if view.at_rest else view)
        forward = partial(self._grid.forward, self._grid.seen(view) - places, view)
        lips = self._mouth.shape(values)
        upper, lower = self._mouth.part(lips, places)
        cut = forward(self._mouth.cut_line(lips))
        outline = self._uncut(upper, lower, cut)
        bands = self._coverage.plan(outline, len(target.y))
        if view.at_rest:
            self._background.copy_into(target)
        else:
            self._background.film_into(target, view, (self._pixels(band, run, target)
                                                      for band in bands for run in band.background))
        flow = Flow(Maps.of(upper), Maps.of(lower), apart(halve(outline)), cut)
        for band in bands:
            for run in band.person:
                self._draw_run(target, source, band, run, flow)
        self._mouth.fill(target, lips, values, forward)

    def middle_of_head(self) -> float:
        """Row halfway between the eyes and the chin."""
        return float(self._face.points[[LEFT_EYE_OUTER, RIGHT_EYE_OUTER, CHIN, CHIN], 1].mean())

    def _uncut(self, upper: Field, lower: Field, cut: NDArray[Any]) -> Field:
        """Where each node fetches its content, from above or below the cut as it lies."""
        x, y = self._grid.lines()
        return np.asarray(np.where((y[:, None] < np.interp(x, *cut.T))[..., None], upper, lower))

    def _pixels(self, band: Band, run: tuple[int, int], target: Planes) -> tuple[slice, slice]:
        """Rows and columns of the chroma planes that a run of nodes covers."""
        half, (height, width) = self._grid.step // 2, target.u.shape
        return (slice(band.top * half, min(band.bottom * half, height)),
                slice(run[0] * half, min(run[1] * half, width)))

    def _express(self, values: Mapping[str, float]) -> Planes:
        """The portrait with eyes and folds drawn into it, in this thread's own copy; its luma is of twice the size."""
        if not hasattr(self._scratch, "planes"):
            self._scratch.planes = self._portrait.copy()
            self._scratch.fine = enlarge_twice(self._portrait.y)
        planes: Planes = self._scratch.planes
        fine: NDArray[np.uint8] = self._scratch.fine
        self._folds.draw(fine, values)
        for eye in self._eyes:
            eye.draw(planes, values)
            left, top, right, bottom = eye.window
            fine[2 * top:2 * bottom, 2 * left:2 * right] = enlarge_twice(planes.y[top:bottom, left:right])
        return Planes(fine, planes.u, planes.v)

    def _draw_run(self, target: Planes, source: Planes, band: Band, run: tuple[int, int], flow: Flow) -> None:
        """Draws the person in a run of one band, over the background where the person's edge is soft."""
        spans = [span for span in band.soft if run[0] <= span[0] < run[1]]
        parts = [part_of(target, *self._pixels(band, span, target)) for span in spans]
        behind = [part.copy() for part in parts]
        top, bottom = flow.cut[:, 1].min() - CUT_RIM, flow.cut[:, 1].max() + CUT_RIM
        step = self._grid.step
        maps = flow.upper if band.top * step < bottom else flow.lower
        self._fetch(part_of(target, *self._pixels(band, run, target)), source, (run[0], band.top, run[1], band.bottom), maps)
        if band.top * step < bottom and band.bottom * step > top:
            self._draw_below_cut(target, source, band, run, flow)
        for span, part, background in zip(spans, parts, behind, strict=True):
            places = self._enlarge(flow.outline, step // 2, (span[0], band.top, span[1], band.bottom), part.u.shape)
            cover = cv2.remap(self._opacity, *places, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            lay_over(part, background, cover)

    def _draw_below_cut(self, target: Planes, source: Planes, band: Band, run: tuple[int, int], flow: Flow) -> None:
        """Draws the lower lip's side of a run that the cut between the lips passes through."""
        step, cut = self._grid.step, flow.cut
        first = max(band.top, int((cut[:, 1].min() - CUT_RIM) // step))
        left, right = max(run[0], int(cut[:, 0].min() // step)), min(run[1], int(cut[:, 0].max() // step) + 1)
        part = part_of(target, *self._pixels(replace(band, top=first), (left, right), target)) if left < right else None
        if part is None or not part.u.size:
            return
        lower = Planes(*(np.empty(plane.shape, np.uint8) for plane in part))
        self._fetch(lower, source, (left, first, right, band.bottom), flow.lower)
        corner = (left * step, first * step)
        below = self._mouth.below(cut, (*corner, corner[0] + part.y.shape[1], corner[1] + part.y.shape[0]))
        small = cv2.resize(below, part.u.shape[::-1], interpolation=cv2.INTER_AREA)
        for plane, other, weight in zip(part, lower, (below, small, small), strict=True):
            cv2.blendLinear(other, plane, weight, 1 - weight, dst=plane)

    def _fetch(self, target: Planes, source: Planes, window: tuple[int, int, int, int], maps: Maps) -> None:
        """Fetches the content of a window of nodes."""
        step = self._grid.step
        fine = self._enlarge(maps.fine, step, window, target.y.shape)
        half = self._enlarge(maps.half, step // 2, window, target.u.shape)
        for plane, picture, places in zip(target, source, (fine, half, half), strict=True):
            cv2.remap(picture, *places, cv2.INTER_LINEAR, dst=plane, borderMode=cv2.BORDER_REFLECT_101)

    def _enlarge(self, places: Axes, step: int, window: tuple[int, int, int, int], shape: tuple[int, ...]) -> Axes:
        """The map of a window of nodes, cut to `shape`, (height, width)."""
        x, y = enlarge(places, step, window)
        return x[:shape[0], :shape[1]], y[:shape[0], :shape[1]]


def lay_over(moved: Planes, behind: Planes, cover: NDArray[np.float32]) -> None:
    """Lets `behind` show through `moved` where `cover`, of chroma's size, is below 1."""
    full = cv2.resize(cover, (2 * cover.shape[1], 2 * cover.shape[0]), interpolation=cv2.INTER_LINEAR)
    free, free_full = 1 - cover, 1 - full
    cv2.blendLinear(moved.y, behind.y, full, free_full, dst=moved.y)
    cv2.blendLinear(moved.u, behind.u, cover, free, dst=moved.u)
    cv2.blendLinear(moved.v, behind.v, cover, free, dst=moved.v)


def middle_of_mouth(face: Face) -> tuple[float, float]:
    """Halfway between the corners of the mouth: what a camera coming nearer keeps in place."""
    x, y = face.points[[MOUTH_LEFT, MOUTH_RIGHT], :2].mean(axis=0)
    return float(x), float(y)
