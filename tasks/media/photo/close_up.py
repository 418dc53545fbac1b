"""A face seen from close by, upright and always of one size: what is measured there means the same on every photo."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.landmarks import Landmarks
from tasks.media.rig.geometry import face_roll, face_width
from tasks.media.rig.topology import (
    FACE_OVAL,
    LEFT_EYE_LOWER,
    LEFT_EYE_OUTER,
    LEFT_EYE_UPPER,
    LOWER_LIP_OUTER,
    RIGHT_EYE_LOWER,
    RIGHT_EYE_OUTER,
    RIGHT_EYE_UPPER,
    UPPER_LIP_OUTER,
)

WIDTH_PX = 256
"""Width of the face in its close-up."""
SIZE_PX = 384, 480
"""Width and height of a close-up."""
EYES_AT = 192.0, 176.0
"""Where the middle between the eyes is."""
EYES = (LEFT_EYE_UPPER + LEFT_EYE_LOWER[::-1], RIGHT_EYE_UPPER + RIGHT_EYE_LOWER[::-1])
"""Outlines of both eyes."""
LIPS = UPPER_LIP_OUTER + LOWER_LIP_OUTER[::-1]
"""Outline of the lips."""


@dataclass(frozen=True)
class CloseUp:
    """A face 256 pixels wide, its eyes level.

    Attributes:
        image: (480, 384, 3) uint8, BGR.
        points: (478, 2) landmarks, pixels of the close-up.
        width_px: width of the face in the photo.
    """

    image: NDArray[np.uint8]
    points: NDArray[np.float32]
    width_px: float

    def grey(self) -> NDArray[np.float32]:
        """(480, 384) luma, 0 to 255."""
        return np.asarray(cv2.cvtColor(self.image, cv2.COLOR_BGR2GRAY), np.float32)

    def lab(self) -> NDArray[np.float32]:
        """(480, 384, 3) CIE L*a*b*, L* from 0 to 100."""
        return np.asarray(cv2.cvtColor(self.image.astype(np.float32) / 255, cv2.COLOR_BGR2LAB), np.float32)

    def inside(self, *outline: int) -> NDArray[np.bool_]:
        """(480, 384): what lies within a polygon of landmarks."""
        mask = np.zeros(self.image.shape[:2], np.uint8)
        cv2.fillPoly(mask, [np.round(self.points[list(outline)]).astype(np.int32)], 1)
        return mask > 0

    def face(self) -> NDArray[np.bool_]:
        """(480, 384): the face."""
        return self.inside(*FACE_OVAL)


def look_at_face(image: NDArray[np.uint8], points: Landmarks) -> CloseUp:
    """The close-up of a face.

    Args:
        image: (height, width, 3) uint8, BGR.
        points: (478, 3) its landmarks, pixels of `image`.
    """
    flat = points[:, :2].astype(float)
    width = face_width(flat)
    zoom, roll = WIDTH_PX / width, face_roll(points)
    turn = zoom * np.array([[np.cos(roll), np.sin(roll)], [-np.sin(roll), np.cos(roll)]])
    shift = np.array(EYES_AT) - turn @ flat[[LEFT_EYE_OUTER, RIGHT_EYE_OUTER]].mean(axis=0)
    picture = cv2.warpAffine(_smoothed(image, zoom), np.hstack([turn, shift[:, None]]), SIZE_PX, flags=cv2.INTER_LINEAR,
                             borderMode=cv2.BORDER_REPLICATE)
    return CloseUp(np.asarray(picture, np.uint8), (flat @ turn.T + shift).astype(np.float32), width)


def _smoothed(image: NDArray[np.uint8], zoom: float) -> NDArray[Any]:
    """The picture without the details that a smaller one cannot show."""
    sigma = 0.5 / zoom - 0.4
    return cv2.GaussianBlur(image, (0, 0), sigma) if sigma > 0.1 else image
