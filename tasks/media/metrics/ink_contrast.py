"""How well letters stand off from what is around them, on finished pixels.

Letters are known by their colour; what counts is the ring of pixels around them, whatever drew it: an outline, a box, or the
picture itself.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.text.contrast import colour_luminance, luminance, luminance_contrast

NEAR_INK = 40
"""Greatest difference of a channel, of 255, at which a pixel counts as ink; coding and chroma of half size shift it."""
LEAST_INK = 0.02
"""Part of a word's box that must be ink; a thin 'i' has 0.1."""
EDGE_PX, RING_PX = 1, 3
"""The ring begins outside the blended edge of a letter, and is so wide."""
WORST = 70
"""Percentile of the ring's pixels, from unlike the ink to like it, that is compared: most of the ring must stand off."""


def ink_contrast(picture: NDArray[np.uint8], inks: Sequence[str]) -> float:
    """Contrast of the letters in a picture to what is around them, of the ink that stands off best; 1.0 without letters.

    Args:
        picture: (height, width, 3) uint8 BGR, the box of a word.
        inks: colours the letters may have, #rrggbb.
    """
    return max((_standing_off(picture, ink) for ink in inks), default=1.0)


def _standing_off(picture: NDArray[np.uint8], ink: str) -> float:
    mask = _near(picture, ink)
    ring = _grown(mask, EDGE_PX + RING_PX) & ~_grown(mask, EDGE_PX)
    if mask.mean() < LEAST_INK or not ring.any():
        return 1.0
    level = colour_luminance(ink)
    around = luminance(picture[..., ::-1])[ring]
    likest_last = around[np.argsort(-np.abs(around - level))]
    return luminance_contrast(level, float(likest_last[int((len(around) - 1) * WORST / 100)]))


def _near(picture: NDArray[np.uint8], colour: str) -> NDArray[np.bool_]:
    """Pixels of about that colour."""
    wanted = np.array([int(colour[place:place + 2], 16) for place in (5, 3, 1)], np.int16)
    return np.asarray(np.abs(picture.astype(np.int16) - wanted).max(axis=2) <= NEAR_INK)


def _grown(mask: NDArray[np.bool_], reach_px: int) -> NDArray[np.bool_]:
    """A mask and all pixels near it."""
    side = 2 * reach_px + 1
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((side, side), np.uint8))).astype(bool)
