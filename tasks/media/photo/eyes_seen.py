"""Whether the eyes are open, and whether something dark is before them."""

import numpy as np

from tasks.media.photo.close_up import EYES, CloseUp
from tasks.media.rig.topology import (
    LEFT_EYE_LOWER,
    LEFT_EYE_UPPER,
    RIGHT_EYE_LOWER,
    RIGHT_EYE_UPPER,
    SKIN_SAMPLES,
)

UNDER_EYES = (119, 120, 100, 348, 349, 329)
"""Points of skin under the eyes that glasses cover too."""
NEAR_PX = 3
"""Half side of the squares sampled, pixels of the close-up."""
WHITE_PERCENTILE = 90
"""What counts as the white of an eye."""


def eye_opening(view: CloseUp) -> float:
    """Mean of both eyes' height relative to their width."""
    return (_opening(view, LEFT_EYE_UPPER, LEFT_EYE_LOWER) + _opening(view, RIGHT_EYE_UPPER, RIGHT_EYE_LOWER)) / 2


def eye_brightness(view: CloseUp) -> float:
    """How bright the eyes and the skin under them are, relative to cheeks and nose.

    Brightness is that of the largest channel. The white of an eye counts as bright as skin at most, else the light eyes
    of a dark face would shine through dark glasses.
    """
    bright = view.image.max(axis=2)
    skin = max(_around(view, bright, SKIN_SAMPLES), 1.0)
    whites = max(float(np.percentile(bright[view.inside(*eye)], WHITE_PERCENTILE)) for eye in EYES)
    return (min(whites / skin, 1.0) + min(_around(view, bright, UNDER_EYES) / skin, 1.0)) / 2


def _opening(view: CloseUp, upper: tuple[int, ...], lower: tuple[int, ...]) -> float:
    """Height of one eye relative to its width."""
    above, below = view.points[list(upper)], view.points[list(lower)]
    return float(np.linalg.norm(above - below, axis=1).max() / np.linalg.norm(above[-1] - above[0]))


def _around(view: CloseUp, values: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], points: tuple[int, ...]) -> float:
    """Median of what lies around landmarks."""
    squares = [values[max(int(y) - NEAR_PX, 0):int(y) + NEAR_PX + 1, max(int(x) - NEAR_PX, 0):int(x) + NEAR_PX + 1].ravel()
               for x, y in view.points[list(points)]]
    return float(np.median(np.concatenate(squares)))
