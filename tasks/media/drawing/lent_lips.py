"""Lips lent by the frame of a film that shows them closed, where its own are open.

Lips that were filmed wide open can be pulled together, but what lies around them is stretched then, and between them is no
seam. There, lips and the skin next to them are taken from the reference frame instead. They come into the same place, are
brought to the frame's own light where both meet, and fade into its own skin.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.drawing.contours import KNOTS, Contours
from tasks.media.drawing.grid import Field
from tasks.media.drawing.lips import MouthFrame
from tasks.media.drawing.planes import Planes
from tasks.media.easing import smooth_step

OPENED = (0.035, 0.080)
"""Gaps between the filmed lips, units of the scale as `contours.py` sees them, from which lips are lent, and wholly."""
AROUND_FRAMES, EASE_FRAMES = 3, 2.0
"""Frames before and after on which they are lent too, and width of the average over which they come and go."""
SIDE, UP, DOWN = 1.55, 0.27, 0.44
"""Half axes of the ellipse in which lent skin lies: half widths of the mouth to the sides, units of the scale up and down.
It ends under the nose and on the chin, well before the edge of the jaw, which lies elsewhere in a head that is turned."""
FADES = 0.72
"""Part of the way to the ellipse's edge from which lent skin fades."""
MEETING = (0.05, 0.6)
"""Weights between which both are compared to bring them to one light."""
OTHER = 12.0
"""What differs by so much more or less than most, of 255, is no skin in another light but something else: hair, a fold."""
LARGEST_STEP = 40.0
"""Greatest correction of light, of 255."""
SPARSE = 4
"""Every so many pixels are compared."""


@dataclass(frozen=True)
class Lent:
    """Where lent skin lies in a patch: rows and columns of its nodes, [start, end), and the weight of each node there."""

    rows: tuple[int, int]
    columns: tuple[int, int]
    weight: NDArray[np.float32]


def lending(filmed: Contours, strength: NDArray[np.float32], unit: float) -> NDArray[np.float32]:
    """(n,): how much of the lips is lent on each frame, without a jump."""
    gap = (filmed.lower[:, :len(KNOTS)] - filmed.upper[:, :len(KNOTS)]).max(axis=1) / unit
    wanted = smooth_step(gap, *OPENED).astype(np.float32)[None]
    around = cv2.dilate(wanted, np.ones((1, 2 * AROUND_FRAMES + 1), np.uint8))
    eased = cv2.GaussianBlur(around, (0, 0), EASE_FRAMES, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(eased[0] * strength, np.float32)


def lend(places: tuple[Field, Field], frame: MouthFrame, share: float) -> Lent | None:
    """Where skin is lent.

    Args:
        places: where each node of a patch finds its content above and below the cut, in the reference frame.
        frame: the mouth's axes there.
        share: how much is lent.
    """
    weight = share * np.maximum(*(weigh(frame.locate(field)) for field in places))
    rows, columns = (np.flatnonzero(weight[1:-1, 1:-1].any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return None
    span, across = (int(rows[0]), int(rows[-1]) + 1), (int(columns[0]), int(columns[-1]) + 1)
    return Lent(span, across, weight[span[0]:span[1] + 2, across[0]:across[1] + 2].astype(np.float32))


def weigh(local: NDArray[Any]) -> NDArray[Any]:
    """1 on and near the lips to 0 on cheeks, nose and chin; places in the mouth's axes."""
    x, y = local[..., 0], local[..., 1]
    away = np.hypot(x / SIDE, y / np.where(y < 0, UP, DOWN))
    return np.asarray(1 - smooth_step(away, FADES, 1))


def lay_over(own: Planes, lent: Planes, weight: NDArray[np.float32]) -> None:
    """Lays lent skin over a frame's own, in its light; `weight` is (height, width) of luma."""
    small = cv2.resize(weight, own.u.shape[::-1], interpolation=cv2.INTER_AREA)
    for plane, other, share in zip(own, lent, (weight, small, small), strict=True):
        seen = other.astype(np.float32) + difference(plane, other, share)
        plane[:] = np.round(plane + (seen - plane) * share)


def difference(own: NDArray[np.uint8], lent: NDArray[np.uint8], share: NDArray[np.float32]) -> NDArray[np.float32]:
    """(height, width): how much brighter a frame is than what is lent to it, as it is where both meet, evenly between."""
    rows, columns = np.mgrid[:own.shape[0]:SPARSE, :own.shape[1]:SPARSE] / np.float32(max(own.shape))
    weights = share[::SPARSE, ::SPARSE]
    meets = (weights > MEETING[0] * weights.max()) & (weights < MEETING[1] * weights.max())
    if meets.sum() < SPARSE:
        return np.zeros(own.shape, np.float32)
    known = np.stack([np.ones(int(meets.sum())), rows[meets], columns[meets]], axis=1)
    steps = (own[::SPARSE, ::SPARSE].astype(np.float64) - lent[::SPARSE, ::SPARSE])[meets]
    same = np.abs(steps - np.median(steps)) <= OTHER
    plane = np.linalg.lstsq(known[same], steps[same], rcond=None)[0]
    rest = np.float32(1 / max(own.shape))
    tall = plane[0] + plane[1] * rest * np.arange(own.shape[0])[:, None]
    whole = np.clip(tall + plane[2] * rest * np.arange(own.shape[1]), -LARGEST_STEP, LARGEST_STEP)
    return np.asarray(whole, np.float32)
