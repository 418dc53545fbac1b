"""Brings a photo to the shape of a reel: cropped where there is room, extended where there is none."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.domain.timeline import SIZE_PX
from tasks.media.landmarks import Landmarks
from tasks.media.photo.open_photo import Photo
from tasks.media.rig.geometry import face_width
from tasks.media.rig.topology import LEFT_EYE_OUTER, RIGHT_EYE_OUTER

FACE_SHARE = 0.38
"""Width of the face, as a share of the portrait's width."""
EYE_HEIGHT = 0.40
"""Where the eyes are, as a share of the portrait's height: head room above, caption room below the chin."""
SOFT_ZOOM, LARGEST_ZOOM = 2.0, 6.0
"""Enlargement from which its owner is told, and the largest."""


@dataclass(frozen=True)
class Framed:
    """A photo in the shape of a reel.

    Attributes:
        image: (1920, 1080, 3) uint8, BGR.
        landmarks: (478, 3) pixels of `image`.
        told: what was done to the photo, a sentence each.
    """

    image: NDArray[np.uint8]
    landmarks: Landmarks
    told: tuple[str, ...] = ()


def frame_portrait(photo: Photo, landmarks: Landmarks) -> Framed:
    """A portrait of 1080 x 1920 pixels with the face where a reel wants it.

    Args:
        photo: what `open_photo` gives.
        landmarks: (478, 3) the face in pixels of the photo, from `examine`.
    """
    zoom, shift = place(landmarks)
    matrix = np.array([[zoom, 0, shift[0]], [0, zoom, shift[1]]])
    image = cv2.warpAffine(photo.image, matrix, SIZE_PX, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    moved = landmarks * np.float32(zoom) + np.array([*shift, 0], np.float32)
    told = (f"the photo is enlarged {zoom:.1f} times and will look soft",) if zoom > SOFT_ZOOM else ()
    return Framed(np.asarray(image, np.uint8), moved.astype(np.float32), told)


def place(landmarks: Landmarks) -> tuple[float, tuple[float, float]]:
    """How much larger the photo becomes, and where its top left corner comes to lie in the portrait."""
    width, height = SIZE_PX
    zoom = min(FACE_SHARE * width / face_width(landmarks[:, :2]), LARGEST_ZOOM)
    x, y = landmarks[[LEFT_EYE_OUTER, RIGHT_EYE_OUTER], :2].mean(axis=0) * zoom
    return zoom, (float(width / 2 - x), float(EYE_HEIGHT * height - y))
