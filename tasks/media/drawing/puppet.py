"""The puppet: a portrait that moves as its curves say.

A frame is made in two steps, both warps of the still portrait. First mouth and eyes are drawn into a copy of the portrait;
then head and body are moved and laid over the still background. Nothing is carried from one frame to the next, so frames
can be drawn in any order and by several threads.
"""

import threading
from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.drawing.background import Background
from tasks.media.drawing.camera import Camera
from tasks.media.drawing.coverage import Band, Coverage
from tasks.media.drawing.eyes import Eye
from tasks.media.drawing.face import Face, frame_face
from tasks.media.drawing.grid import Field, Grid, double, enlarge, halve
from tasks.media.drawing.mouth import Mouth
from tasks.media.drawing.planes import Planes, enlarge_twice, new_frame, part_of, sharpen, to_planes, view_planes
from tasks.media.drawing.plate import separate
from tasks.media.drawing.pose import Pose
from tasks.media.rig.model import Rig
from tasks.media.rig.topology import CHIN, LEFT_EYE_OUTER, MOUTH_LEFT, MOUTH_RIGHT, RIGHT_EYE_OUTER

STEP_SHARE = 1 / 36
"""Grid step in units of the face's scale; rounded down to a power of two."""
NO_MAP = np.empty(0)
"""What `cv2.remap` wants as its second map when the first holds both coordinates."""


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
        self._portrait = sharpen(to_planes(face.image))
        self._opacity = cv2.resize(opacity, (size[0] // 2, size[1] // 2), interpolation=cv2.INTER_AREA)
        self._background = Background(to_planes(plate), self._opacity)
        self._coverage = Coverage(opacity, self._grid)
        self._camera = Camera(size, size, middle_of_mouth(face))
        self._pose = Pose(face, self._grid)
        self._mouth = Mouth(face, self._portrait, step)
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
        moved = self._express(values)
        view = self._camera.look(values).lifted(lift)
        places = self._pose.places(values, None if view.at_rest else view)
        bands = self._coverage.plan(places, len(target.y))
        if view.at_rest:
            self._background.copy_into(target)
        else:
            self._background.film_into(target, view, (self._pixels(band, run, target)
                                                      for band in bands for run in band.background))
        fine_places, half_places = double(places), halve(places)
        for band in bands:
            for run in band.person:
                self._warp(target, moved, band, run, fine_places, half_places)

    def middle_of_head(self) -> float:
        """Row halfway between the eyes and the chin."""
        return float(self._face.points[[LEFT_EYE_OUTER, RIGHT_EYE_OUTER, CHIN, CHIN], 1].mean())

    def _pixels(self, band: Band, run: tuple[int, int], target: Planes) -> tuple[slice, slice]:
        """Rows and columns of the chroma planes that a run of nodes covers."""
        half, (height, width) = self._grid.step // 2, target.u.shape
        return (slice(band.top * half, min(band.bottom * half, height)),
                slice(run[0] * half, min(run[1] * half, width)))

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

    def _warp(self, target: Planes, source: Planes, band: Band, run: tuple[int, int], fine_places: Field,
              half_places: Field) -> None:
        """Moves a run of one band and lays it over the background where the person's edge is soft."""
        step, half = self._grid.step, self._grid.step // 2
        rows, columns = self._pixels(band, run, target)
        window = (run[0], band.top, run[1], band.bottom)
        maps = enlarge(half_places, half, window)[:rows.stop - rows.start, :columns.stop - columns.start]
        fine = enlarge(fine_places, step, window)[:2 * maps.shape[0], :2 * maps.shape[1]]
        spans = [self._pixels(band, span, target)[1] for span in band.soft if run[0] <= span[0] < run[1]]
        behind = [part_of(target, rows, span).copy() for span in spans]
        moved = part_of(target, rows, columns)
        for plane, picture, places in zip(moved, source, (fine, maps, maps), strict=True):
            cv2.remap(picture, places, NO_MAP, cv2.INTER_LINEAR, dst=plane, borderMode=cv2.BORDER_REFLECT_101)
        for span, background in zip(spans, behind, strict=True):
            part = maps[:, span.start - columns.start:span.stop - columns.start]
            cover = cv2.remap(self._opacity, part, NO_MAP, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            lay_over(part_of(target, rows, span), background, cover)


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
