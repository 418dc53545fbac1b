"""Draws where a body is, as models that follow a pose were shown it: bones and joints in known colours, on black.

The body points, their order and their colours are those of OpenPose, of which head and shoulders are what a portrait shows;
limbs are spindles at six tenths of their colour with discs over them, as thick as the preparation of Wan Animate's own
driving films makes them.

Source: Cao et al., OpenPose, TPAMI 2019, doi:10.1109/TPAMI.2019.2929257; Wan 2.2, `wan/modules/animate/preprocess`.
"""

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

JOINTS = {"nose": (255, 0, 0), "neck": (255, 85, 0), "right shoulder": (255, 170, 0), "left shoulder": (85, 255, 0),
          "right eye": (170, 0, 255), "left eye": (255, 0, 255), "right ear": (255, 0, 170), "left ear": (255, 0, 85)}
"""The points of a body that are drawn, and their colours, red green blue. Sides are the person's own: the right shoulder is
on the left of the screen."""
LIMBS = {("neck", "right shoulder"): (255, 0, 0), ("neck", "left shoulder"): (255, 85, 0), ("neck", "nose"): (0, 0, 255),
         ("nose", "right eye"): (85, 0, 255), ("right eye", "right ear"): (170, 0, 255),
         ("nose", "left eye"): (255, 0, 255), ("left eye", "left ear"): (255, 0, 170)}
"""Which points are joined, and the colour of what joins them, red green blue."""
LIMB_LIGHT = 0.6
"""How bright limbs are, so that joints stand out from them."""
SLIMNESS = 200
"""A limb is half as thick as this part of the picture's shorter side, less a pixel."""
FRACTION_BITS = 4
"""Of a pixel's place: what moves slowly is not drawn in steps."""
CORNERS = 24
"""Of the polygon that a spindle is drawn as."""

Body = Mapping[str, NDArray[Any]]
"""Name of a point, as `JOINTS` has it -> (2,) its place, (x, y) in pixels."""


def draw_skeleton(body: Body, size: tuple[int, int]) -> NDArray[np.uint8]:
    """A body's bones and joints on black.

    Args:
        body: what is known; points outside of the picture are left out, and limbs that end there.
        size: of the picture, (width, height).

    Returns:
        (height, width, 3) uint8, BGR.
    """
    picture = np.zeros((size[1], size[0], 3), np.uint8)
    seen = {name: np.asarray(place, float) for name, place in body.items() if _is_inside(place, size)}
    half_px = max(min(size) // SLIMNESS - 1, 1)
    for (begin, end), colour in LIMBS.items():
        if begin in seen and end in seen:
            spindle = _spindle(seen[begin], seen[end], half_px)
            cv2.fillConvexPoly(picture, _fine(spindle), _bgr(colour, LIMB_LIGHT), cv2.LINE_8, FRACTION_BITS)
    for name, colour in JOINTS.items():
        if name in seen:
            centre = tuple(int(value) for value in _fine(seen[name]))
            cv2.circle(picture, centre, half_px << FRACTION_BITS, _bgr(colour), cv2.FILLED, cv2.LINE_8, FRACTION_BITS)
    return picture


def _is_inside(place: NDArray[Any], size: tuple[int, int]) -> bool:
    return bool(0 <= place[0] < size[0] and 0 <= place[1] < size[1])


def _spindle(begin: NDArray[Any], end: NDArray[Any], half_px: float) -> NDArray[np.float64]:
    """(n, 2) an ellipse from one point to the other, twice `half_px` thick in its middle."""
    along = (end - begin) / 2
    length = max(float(np.hypot(*along)), 1e-6)
    aside = np.array([-along[1], along[0]]) * half_px / length
    angles = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)[:, None]
    return np.asarray((begin + end) / 2 + np.cos(angles) * along + np.sin(angles) * aside)


def _fine(places: NDArray[Any]) -> NDArray[np.int32]:
    """Places in the parts of a pixel that OpenCV counts in."""
    return np.round(places * (1 << FRACTION_BITS)).astype(np.int32)


def _bgr(colour: tuple[int, int, int], light: float = 1.0) -> tuple[int, int, int]:
    red, green, blue = (int(part * light) for part in colour)
    return (blue, green, red)
