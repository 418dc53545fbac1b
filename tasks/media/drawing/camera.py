"""The camera that looks at a picture: it comes nearer and looks aside, and never sees beyond the picture's border.

Convention: places are pixels, whole numbers in the middle of a pixel. Zoom is the natural logarithm of the enlargement; a
pan says how far the camera looks to the right and down of where it would, in widths of the frame.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

UNSEEN = 1e-4
"""A camera nearer than this to its place of rest, in pixels a pixel or pixels, is at rest."""


@dataclass(frozen=True)
class View:
    """Where each pixel of a frame looks: at (left + step * x, top + step * y) of the picture."""

    left: float
    top: float
    step: float

    @property
    def at_rest(self) -> bool:
        """Whether the frame is the picture itself."""
        return max(abs(self.left), abs(self.top), abs(self.step - 1)) < UNSEEN

    def places(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        """(..., 2): what of the picture is seen at `points` of the frame."""
        return points * np.float32(self.step) + np.array([self.left, self.top], np.float32)

    def matrix(self, origin: tuple[int, int] = (0, 0), *, density: float = 1.0) -> NDArray[np.float64]:
        """(2, 3): from pixels of a part of the frame to pixels of the picture.

        Args:
            origin: (x, y) of the part's first pixel.
            density: how many pixels of the wanted plane lie on one of the picture, along each side.
        """
        edge = (density - 1) / 2
        left, top = (density * (corner + self.step * start) + edge
                     for corner, start in zip((self.left, self.top), origin, strict=True))
        return np.array([[density * self.step, 0, left], [0, density * self.step, top]])

    def halved(self) -> "View":
        """The same view of planes of half the size, for chroma."""
        return View((self.left + self.step / 2 - 0.5) / 2, (self.top + self.step / 2 - 0.5) / 2, self.step)


@dataclass(frozen=True)
class Camera:
    """How a frame lies on a picture when the camera rests.

    Attributes:
        frame: (width, height) of the frame.
        picture: (width, height) of the picture, which covers the frame.
        anchor: (x, y) of the frame that stays where it is while the camera comes nearer.
        step: pixels of the picture a pixel of the frame.
        corner: (x, y) of the picture where the frame's first pixel looks.
    """

    frame: tuple[int, int]
    picture: tuple[int, int]
    anchor: tuple[float, float]
    step: float = 1.0
    corner: tuple[float, float] = (0.0, 0.0)

    def look(self, values: Mapping[str, float]) -> View:
        """The view for values of the curves `zoom`, `pan_x` and `pan_y`; curves left out are at rest."""
        nearer = math.exp(-max(values.get("zoom", 0.0), 0.0))
        step = self.step * nearer
        left, top = (self._start(axis, step, nearer, values.get(pan, 0.0)) for axis, pan in enumerate(("pan_x", "pan_y")))
        return View(left, top, step)

    def _start(self, axis: int, step: float, nearer: float, pan: float) -> float:
        """Where along `axis` the frame's first pixel looks, inside the picture."""
        wanted = self.corner[axis] + self.step * (self.anchor[axis] * (1 - nearer) + pan * self.frame[0])
        first = (step - 1) / 2
        last = self.picture[axis] - 0.5 - step * (self.frame[axis] - 0.5)
        return min(max(wanted, first), max(last, first))


def film(target: NDArray[Any], source: NDArray[Any], view: View, origin: tuple[int, int] = (0, 0), *,
         density: float = 1.0) -> None:
    """Draws what a view sees into a part of a frame.

    Args:
        target: (height, width) uint8, the part of the frame's plane.
        source: the picture's plane, `density` times as large as the picture.
        view: where the frame's pixels look.
        origin: (x, y) of the part's first pixel in the frame.
        density: pixels of `source` a pixel of the picture, along each side.
    """
    cv2.warpAffine(source, view.matrix(origin, density=density), target.shape[1::-1], dst=target,
                   flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE)
