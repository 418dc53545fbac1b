"""The background behind the person, seen by a camera that rests or moves."""

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.drawing.camera import FROM_CHROMA, TO_CHROMA, TO_FINE, Matrix, View, film, rescale
from tasks.media.drawing.planes import Planes, enlarge_twice, part_of, sharpen

SMALLER = 4
"""A blurred background is read at this part of its size, which nobody sees and takes a third of the time."""
BLURRED, ALL_BUT = 4, 0.005
"""A background is blurred if that changes no more than a share of `ALL_BUT` of its luma by more than `BLURRED` levels; left
are the rims of the hole where the person stands."""


class Background:
    """The background of one portrait."""

    def __init__(self, plate: Planes, opacity: NDArray[np.float32]) -> None:
        """Looks once how much detail there is.

        Args:
            plate: the background.
            opacity: (height / 2, width / 2) float32; where the person hides it, detail does not count.
        """
        self._plate = plate
        size = plate.y.shape[1::-1]
        small = Planes(*(shrink(plane) for plane in plate))
        off = cv2.absdiff(cv2.resize(small.y, size, interpolation=cv2.INTER_LINEAR), plate.y)
        hidden = cv2.resize(opacity, size, interpolation=cv2.INTER_NEAREST) > 0.99
        self._small = small if float(((off > BLURRED) & ~hidden).mean()) <= ALL_BUT else None
        self._fine = plate.y[:0] if self._small else enlarge_twice(sharpen(plate).y)

    def copy_into(self, target: Planes) -> None:
        """Shows it to a camera at rest, down to where the target ends."""
        for plane, still in zip(target, self._plate, strict=True):
            np.copyto(plane, still[:len(plane)])

    def film_into(self, target: Planes, view: View, parts: Iterable[tuple[slice, slice]]) -> None:
        """Shows a camera's view of it.

        Args:
            target: planes as wide as the frame.
            view: where the frame looks.
            parts: rows and columns, in chroma pixels, where it is seen; elsewhere it may be drawn too.
        """
        luma, chroma = view.matrix(), TO_CHROMA @ view.matrix() @ FROM_CHROMA
        if self._small is not None:
            lowest = max((rows.stop for rows, _ in parts), default=0) + SMALLER
            upper = part_of(target, slice(0, min(lowest, len(target.u))), slice(0, target.u.shape[1]))
            for plane, small, matrix in zip(upper, self._small, (luma, chroma, chroma), strict=True):
                film_enlarged(plane, small, matrix)
            return
        for rows, columns in parts:
            part, corner = part_of(target, rows, columns), (columns.start, rows.start)
            film(part.y, self._fine, TO_FINE @ luma, (2 * corner[0], 2 * corner[1]))
            film(part.u, self._plate.u, chroma, corner)
            film(part.v, self._plate.v, chroma, corner)


def shrink(plane: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A plane at a part of its size."""
    size = (-(-plane.shape[1] // SMALLER), -(-plane.shape[0] // SMALLER))
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8)


def film_enlarged(target: NDArray[np.uint8], small: NDArray[np.uint8], matrix: Matrix) -> None:
    """Draws what a camera sees of a plane that is kept small; `matrix` is that of the whole plane."""
    height, width = target.shape
    seen = np.empty((-(-height // SMALLER), -(-width // SMALLER)), np.uint8)
    film(seen, small, rescale(1 / SMALLER) @ matrix @ rescale(SMALLER))
    size = (SMALLER * seen.shape[1], SMALLER * seen.shape[0])
    if size == (width, height):
        cv2.resize(seen, size, dst=target, interpolation=cv2.INTER_LINEAR)
    else:
        np.copyto(target, cv2.resize(seen, size, interpolation=cv2.INTER_LINEAR)[:height, :width])
