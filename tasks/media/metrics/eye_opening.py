"""How far eyes are open, read off the points of a face: the eye aspect ratio.

Mean height between the lids over the distance of the eye's corners, the mean of both eyes; a number without unit, about 0.25
to 0.35 for open eyes and under 0.12 for closed ones. Source: Soukupová and Čech 2016, "Real-time eye blink detection using
facial landmarks", 21st Computer Vision Winter Workshop, which takes two heights an eye; three steady the mean.
"""

import numpy as np

from tasks.media.landmarks import Landmarks
from tasks.media.rig.topology import LEFT_EYE_LOWER, LEFT_EYE_UPPER, RIGHT_EYE_LOWER, RIGHT_EYE_UPPER

MIDDLE = slice(3, 6)
"""The three pairs of lid points in the middle of an eye, of nine."""


def eye_opening(landmarks: Landmarks) -> float:
    """Eye aspect ratio, mean of both eyes.

    Args:
        landmarks: (478, 3) points of a face, pixels.
    """
    eyes = ((LEFT_EYE_UPPER, LEFT_EYE_LOWER), (RIGHT_EYE_UPPER, RIGHT_EYE_LOWER))
    return float(np.mean([_ratio(landmarks[list(upper), :2], landmarks[list(lower), :2]) for upper, lower in eyes]))


def _ratio(upper: Landmarks, lower: Landmarks) -> float:
    heights = np.linalg.norm(upper[MIDDLE] - lower[MIDDLE], axis=1)
    return float(heights.mean() / max(np.linalg.norm(upper[0] - upper[-1]), 1e-6))
