"""How clearly a face is seen: how sharp it is, and whether its points are found where they were found before."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.landmarks import LandmarkFinder, Landmarks
from tasks.media.photo.close_up import EYES, LIPS, CloseUp
from tasks.media.photo.faces import look_closer
from tasks.media.rig.geometry import face_scale
from tasks.media.rig.topology import LOWER_LIP_INNER, LOWER_LIP_OUTER, UPPER_LIP_INNER, UPPER_LIP_OUTER

MOVING = tuple(sorted({*EYES[0], *EYES[1], *UPPER_LIP_INNER, *LOWER_LIP_INNER, *UPPER_LIP_OUTER, *LOWER_LIP_OUTER}))
"""The points that are moved: lids and lips."""
REACHES = 0.85, 1.25
"""The crops in which a face is found twice, in extents of the face."""
AROUND_PX = 15
"""How far around eyes and mouth edges are looked for, pixels of the close-up."""
DIRECTIONS = 8
"""In how many directions edges are measured: a shaken photo is sharp in one and blurred in another."""
EDGE_PERCENTILE, RANGE_PERCENTILES = 98, (2, 98)
"""What counts as a strong edge, and as the range of brightness that it could have crossed."""


def sharpness(view: CloseUp) -> float:
    """How steep the steepest edges around the eyes or the mouth are, in their weakest direction.

    Returns:
        Share of the range of brightness that an edge crosses within one pixel of the close-up, 1/256 of the face's width.
    """
    return max(_steepest(view.grey(), _around(view, *EYES)), _steepest(view.grey(), _around(view, LIPS)))


def disagreement(image: NDArray[np.uint8], finder: LandmarkFinder, points: Landmarks) -> float:
    """How far lids and lips move when the face is looked at in a narrower and in a wider crop.

    A face that is half hidden, cut off or in profile is filled in from the model's imagination, another one each time.

    Returns:
        The largest distance, in distances of the outer eye corners.
    """
    near, far = (look_closer(image, finder, points, reach=reach)[list(MOVING), :2] for reach in REACHES)
    return float(np.linalg.norm(near - far, axis=1).max()) / face_scale(points[:, :2])


def _steepest(grey: NDArray[np.float32], near: NDArray[Any]) -> float:
    """The sharpness of a part of the close-up."""
    across, down = (cv2.Sobel(grey, cv2.CV_32F, *order)[near] / 8 for order in ((1, 0), (0, 1)))
    low, high = np.percentile(grey[near], RANGE_PERCENTILES)
    angles = np.arange(DIRECTIONS) * np.pi / DIRECTIONS
    steepest = [float(np.percentile(np.abs(across * np.cos(angle) + down * np.sin(angle)), EDGE_PERCENTILE))
                for angle in angles]
    return min(steepest) / max(float(high - low), 1.0)


def _around(view: CloseUp, *outlines: tuple[int, ...]) -> NDArray[Any]:
    """(480, 384) bool: what lies within outlines, and a little around them."""
    parts = np.any([view.inside(*outline) for outline in outlines], axis=0).astype(np.uint8)
    return np.asarray(cv2.dilate(parts, np.ones((AROUND_PX, AROUND_PX), np.uint8)) > 0)
