"""Sizes and directions of a face, read off its landmarks."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.media.landmarks import Landmarks
from tasks.media.rig.topology import CHIN, FACE_LEFT, FACE_RIGHT, FOREHEAD, LEFT_EYE_OUTER, RIGHT_EYE_OUTER

WIDE_AS_HIGH = 0.72
"""Width of a face seen from the front, as a share of its height from forehead to chin."""
EYES_AS_HIGH = 0.52
"""Distance of the outer eye corners of a face seen from the front, in the same measure."""
LEVEL_PITCH_DEG = 11.0
"""How far the chin of the mesh lies behind its forehead when a head is held level: 7 to 15 over seven portraits."""

TRUE_TURN = 1.55
"""The mesh flattens heads: portraits turned by 20, 35, 50 and 65 degrees read 12, 22, 31 and 41."""


def extent(face: Landmarks) -> float:
    """Longer side of a face's box, pixels."""
    return float(np.ptp(face[:, :2], axis=0).max())


def distance(points: NDArray[Any], first: int, second: int) -> float:
    """Distance between two landmarks, pixels."""
    return float(np.linalg.norm(points[first] - points[second]))


def face_width(points: NDArray[Any]) -> float:
    """Width of the face, pixels; guessed from its height where the head is turned."""
    return max(distance(points, FACE_LEFT, FACE_RIGHT), WIDE_AS_HIGH * distance(points, FOREHEAD, CHIN))


def face_scale(points: NDArray[Any]) -> float:
    """The unit of all movements: distance of the outer eye corners, pixels; guessed from the height where it is turned."""
    return max(distance(points, LEFT_EYE_OUTER, RIGHT_EYE_OUTER), EYES_AS_HIGH * distance(points, FOREHEAD, CHIN))


def face_yaw(points: Landmarks) -> float:
    """How far the mesh says that the face looks to the side, radians; 0 is towards the camera."""
    across = points[RIGHT_EYE_OUTER] - points[LEFT_EYE_OUTER]
    return float(np.arctan2(across[2], np.hypot(across[0], across[1])))


def turn_deg(points: Landmarks) -> float:
    """How far the head is truly turned to either side, about, degrees."""
    return abs(float(np.degrees(TRUE_TURN * face_yaw(points))))


def face_roll(points: Landmarks) -> float:
    """How far the head leans to its side, radians; 0 is upright, positive is clockwise in the picture."""
    across = points[RIGHT_EYE_OUTER] - points[LEFT_EYE_OUTER]
    return float(np.arctan2(across[1], across[0]))


def face_pitch(points: Landmarks) -> float:
    """How far the face looks up (negative) or down (positive), radians; 0 is towards the camera."""
    down = points[CHIN] - points[FOREHEAD]
    return float(np.arctan2(down[2], np.hypot(down[0], down[1])) - np.radians(LEVEL_PITCH_DEG))
