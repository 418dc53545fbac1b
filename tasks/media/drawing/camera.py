"""The camera that looks at a picture: it comes nearer and looks aside, and never sees beyond the picture's border.

Convention: places are pixels, whole numbers in the middle of a pixel. Zoom is the natural logarithm of the enlargement; a
pan says how far the camera looks to the right and down of where it would, in widths of the frame.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
"""(3, 3): places in one picture as places in another, (x, y, 1) as columns."""
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

    def matrix(self) -> Matrix:
        """From pixels of the frame to pixels of the picture."""
        return np.array([[self.step, 0, self.left], [0, self.step, self.top], [0, 0, 1]])

    def lifted(self, rows: float) -> "View":
        """The view with everything moved up by `rows` of the frame."""
        return replace(self, top=self.top + self.step * rows)


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


def rescale(across: float, down: float | None = None) -> Matrix:
    """From pixels of a picture to those of the same picture with `across` times the width and `down` times the height."""
    down = across if down is None else down
    return np.array([[across, 0, (across - 1) / 2], [0, down, (down - 1) / 2], [0, 0, 1]])


TO_FINE, TO_CHROMA, FROM_CHROMA = rescale(2), rescale(0.5), rescale(2)
"""From pixels to those of a plane of twice the size, to those of a chroma plane, and from there back."""


def film(target: NDArray[Any], source: NDArray[Any], matrix: Matrix, origin: tuple[int, int] = (0, 0)) -> None:
    """Draws what a camera sees into a part of a frame's plane.

    Args:
        target: (height, width) uint8, the part.
        source: the picture's plane.
        matrix: from pixels of the frame's plane to pixels of `source`.
        origin: (x, y) of the part's first pixel in the frame's plane.
    """
    start = np.array([[1, 0, origin[0]], [0, 1, origin[1]], [0, 0, 1]], float)
    cv2.warpAffine(source, (matrix @ start)[:2], target.shape[1::-1], dst=target,
                   flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE)
