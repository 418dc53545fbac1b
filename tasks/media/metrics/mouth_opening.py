"""How far a mouth is open, read off the points of a face.

The mean gap between the inner lips at three places around the middle, over the distance of the outer corners of the eyes: a
number without unit, about 0.00 for closed lips and 0.10 to 0.13 for a spoken "ah". Being a ratio of two distances in one
picture it does not depend on the size of the face; a head turned by 6 degrees shortens the eyes' distance by 0.5 %.
"""

import numpy as np

from tasks.media.landmarks import Landmarks
from tasks.media.rig.topology import LEFT_EYE_OUTER, RIGHT_EYE_OUTER

LIP_PAIRS = ((82, 87), (13, 14), (312, 317))
"""Points of the upper and lower inner lip that face each other, around the middle."""


def mouth_opening(landmarks: Landmarks) -> float:
    """Gap between the lips in eye distances.

    Args:
        landmarks: (478, 3) points of a face, pixels.
    """
    plane = landmarks[:, :2]
    eyes = float(np.linalg.norm(plane[LEFT_EYE_OUTER] - plane[RIGHT_EYE_OUTER]))
    gaps = [float(np.linalg.norm(plane[upper] - plane[lower])) for upper, lower in LIP_PAIRS]
    return float(np.mean(gaps)) / eyes
