"""Pictures as the encoder wants them: I420 planes, BT.709, limited range.

Everything is drawn in these planes, so no frame is ever converted. An I420 frame is one array (height * 3 / 2, width)
uint8: the luma rows, then the two quarter-size chroma planes. Convention: a chroma sample stands for the middle
of its 2 x 2 pixels.
"""

from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

LUMA_BLACK, CHROMA_GREY = 16, 128
"""Values of black and of no colour."""
BGR_TO_YUV = np.array([[0.0620, 0.6142, 0.1826, LUMA_BLACK],
                       [0.4392, -0.3386, -0.1006, CHROMA_GREY],
                       [-0.0403, -0.3989, 0.4392, CHROMA_GREY]], np.float32)
"""From blue, green, red (0 to 255) to Y', Cb, Cr; ITU-R BT.709-6 scaled to the limited range."""

SHARPEN_SIGMA, SHARPEN_BY = 0.6, 0.35
"""Unsharp mask on luma that makes up for the softness of reading it from a plane of twice the size: with these, no pixel of
the resting default portraits differs by more than 8 of 255."""


class Planes(NamedTuple):
    """Three planes: y (height, width), u and v (height / 2, width / 2)."""

    y: NDArray[Any]
    u: NDArray[Any]
    v: NDArray[Any]

    def crop(self, left: int, top: int, right: int, bottom: int) -> "Planes":
        """Views of a part; all four numbers are even."""
        half = np.s_[top // 2:bottom // 2, left // 2:right // 2]
        return Planes(self.y[top:bottom, left:right], self.u[half], self.v[half])

    def copy(self) -> "Planes":
        """Planes of their own memory."""
        return Planes(self.y.copy(), self.u.copy(), self.v.copy())


def to_planes(image: NDArray[np.uint8]) -> Planes:
    """An image, (height, width, 3) uint8 BGR with even sides, as planes."""
    small = cv2.resize(image, (image.shape[1] // 2, image.shape[0] // 2), interpolation=cv2.INTER_AREA)
    return Planes(cv2.transform(image, BGR_TO_YUV[:1]), cv2.transform(small, BGR_TO_YUV[1:2]),
                  cv2.transform(small, BGR_TO_YUV[2:]))


def to_yuv(rgb: tuple[float, float, float]) -> NDArray[np.float32]:
    """(3,) float32: a colour, red green blue 0 to 255, as luma above black and chroma around zero."""
    return (BGR_TO_YUV[:, :3] @ np.array(rgb[::-1], np.float32)).astype(np.float32)


def new_frame(size: tuple[int, int]) -> NDArray[np.uint8]:
    """An I420 frame of `size` (width, height), contents undefined."""
    return np.empty((size[1] * 3 // 2, size[0]), np.uint8)


def view_planes(frame: NDArray[np.uint8]) -> Planes:
    """The planes of an I420 frame, as views into it."""
    width, height = frame.shape[1], frame.shape[0] * 2 // 3
    flat, luma, quarter = frame.reshape(-1), width * height, width * height // 4
    chroma = (height // 2, width // 2)
    return Planes(flat[:luma].reshape(height, width), flat[luma:luma + quarter].reshape(chroma),
                  flat[luma + quarter:].reshape(chroma))


def to_frame(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """An image, (height, width, 3) uint8 BGR with even sides, as an I420 frame."""
    return np.concatenate([plane.reshape(-1) for plane in to_planes(image)]).reshape(-1, image.shape[1])


def to_image(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """An I420 frame as an image, (height, width, 3) uint8 BGR; for looking at, not for the encoder."""
    return planes_to_image(view_planes(frame))


def planes_to_image(planes: Planes) -> NDArray[np.uint8]:
    """Planes as an image, (height, width, 3) uint8 BGR."""
    size = planes.y.shape[::-1]
    stack = np.dstack([planes.y, cv2.resize(planes.u, size), cv2.resize(planes.v, size)]).astype(np.float32)
    inverse = np.linalg.inv(BGR_TO_YUV[:, :3].astype(float))
    offset = -inverse @ BGR_TO_YUV[:, 3]
    image = cv2.transform(stack, np.column_stack([inverse, offset]).astype(np.float32))
    result: NDArray[np.uint8] = np.clip(np.round(image), 0, 255).astype(np.uint8)
    return result


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


def part_of(planes: Planes, rows: slice, columns: slice) -> Planes:
    """Views of a part, given in chroma pixels."""
    return Planes(planes.y[twice(rows), twice(columns)], planes.u[rows, columns], planes.v[rows, columns])
