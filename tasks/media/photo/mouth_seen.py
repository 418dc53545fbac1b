"""Whether the mouth is seen, or a hand, a mask or a scarf is before it.

The face mesh draws lips where lips should be, whatever is there, and is as confident as ever. Four signs tell together:
lips are redder than what is around them; between them runs a dark line, or what is between them looks different; what the
mesh imagines moves when it looks again; and it imagines a covered chin too far ahead, as if the head looked up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.landmarks import Landmarks
from tasks.media.photo.close_up import LIPS, CloseUp
from tasks.media.rig.geometry import face_scale
from tasks.media.rig.topology import LOWER_LIP_INNER, UPPER_LIP_INNER

OPENING = UPPER_LIP_INNER + LOWER_LIP_INNER[::-1]
"""Outline of what is seen between them."""
NEAR_PX, FAR_PX = 7, 31
"""The ring around the lips that they are compared with, sizes of its rims in pixels of the close-up."""
RED, DARK = 8.0, 0.5
"""Redness of lips (a*), and darkness of their line, that are proof enough."""
GREY, TONE = 3.0, 10.0
"""Colour of a face below which a photo is grey, and the difference in L* of lips that is proof enough there."""
OPEN_GAP, INSIDE = 0.05, 12.0
"""Distance of open lips, in units of the scale, and the difference in L* of what is between them that is proof enough."""
STEADY, LEVEL_RAD = 0.06, 0.14
"""Disagreement at which the points are no proof any more, and the upward look at which the pose is none."""
LINE_REACH, LINE_NEAR = 0.14, 0.03
"""How far around the line between the lips is looked, and how far from the mesh it may be, in units of the scale."""
LINE_SAMPLES, LINE_ROWS = 41, 29
"""Resolution of that search."""
HAND_NEAR = 0.05
"""A hand nearer to the middle of the mouth than this, in units of the scale, is before it."""


@dataclass(frozen=True)
class MouthSigns:
    """What speaks for a mouth, each from 0 (nothing) to its full weight, or below 0 where it speaks against one."""

    red: float
    line: float
    steady: float
    level: float
    hand: float

    @property
    def total(self) -> float:
        """All signs together; a mouth that is seen has about 2 and more, a covered one less than 1."""
        return self.red + self.line + self.steady + self.level + self.hand


def mouth_signs(view: CloseUp, *, disagreement: float, pitch_rad: float, hand: bool) -> MouthSigns:
    """Weighs what speaks for a mouth that is seen.

    Args:
        view: the face from close by.
        disagreement: see `clarity.disagreement`.
        pitch_rad: how far the face looks down, as `face_pitch` gives it.
        hand: whether a hand was found before the mouth.
    """
    return MouthSigns(
        red=float(np.clip(redness(view), 0, 1)), line=float(np.clip(max(line_darkness(view) / DARK, inside(view)), 0, 1)),
        steady=0.5 * float(np.clip(1 - disagreement / STEADY, -1, 1)),
        level=0.5 * float(np.clip((pitch_rad + LEVEL_RAD) / LEVEL_RAD, -1, 1)), hand=-2.0 if hand else 0.0)


def redness(view: CloseUp) -> float:
    """How much redder the lips are than what is around them, 1 is proof; in a grey photo, how much darker or lighter."""
    lips = view.inside(*LIPS)
    near, far = (cv2.dilate(lips.astype(np.uint8), np.ones((size, size), np.uint8)) > 0 for size in (NEAR_PX, FAR_PX))
    lab = view.lab()
    lips &= ~view.inside(*OPENING)
    if not lips.any():
        return 0.0
    more = np.median(lab[lips], axis=0) - np.median(lab[far & ~near], axis=0)
    grey = np.hypot(*np.median(lab[view.face()], axis=0)[1:]) < GREY
    return float(abs(more[0]) / TONE if grey else more[1] / RED)


def inside(view: CloseUp) -> float:
    """How much what is between open lips differs from them, 1 is proof; 0 for closed lips."""
    gap = view.points[LOWER_LIP_INNER[5]] - view.points[UPPER_LIP_INNER[5]]
    if float(np.linalg.norm(gap)) < OPEN_GAP * face_scale(view.points):
        return 0.0
    between, light = view.inside(*OPENING), view.lab()[..., 0]
    lips = view.inside(*LIPS) & ~between
    return abs(float(np.median(light[between]) - np.median(light[lips]))) / INSIDE if lips.any() else 0.0


def line_darkness(view: CloseUp) -> float:
    """How much darker the line between the lips is than the lips, relative to what is there."""
    middle = (view.points[list(UPPER_LIP_INNER)] + view.points[list(LOWER_LIP_INNER)])[1:-1] / 2
    x = np.linspace(middle[0, 0], middle[-1, 0], LINE_SAMPLES)
    y = np.interp(x, middle[:, 0], middle[:, 1])
    offsets = np.linspace(-LINE_REACH, LINE_REACH, LINE_ROWS) * face_scale(view.points)
    rows = (y[None] + offsets[:, None]).astype(np.float32)
    columns = np.repeat(x[None], LINE_ROWS, axis=0).astype(np.float32)
    profile = np.median(cv2.remap(view.grey(), columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), axis=1)
    near = np.abs(offsets) <= LINE_NEAR * face_scale(view.points) + 1e-6
    return float((profile[~near].mean() - profile[near].min()) / max(float(profile.mean()), 8.0))


def hand_on_mouth(points: Landmarks, hands: Sequence[NDArray[Any]]) -> bool:
    """True where a hand reaches over the middle of the mouth.

    Args:
        points: (478, 3) the face.
        hands: (21, 2) joints of each hand, pixels of the same picture.
    """
    middle = points[list(LIPS), :2].mean(axis=0)
    near = HAND_NEAR * face_scale(points[:, :2])
    hulls = [cv2.convexHull(hand.astype(np.float32)) for hand in hands]
    return any(cv2.pointPolygonTest(hull, (float(middle[0]), float(middle[1])), True) > -near for hull in hulls)
