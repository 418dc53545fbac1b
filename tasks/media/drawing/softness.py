"""How soft a picture is, and what fine texture lies over it: what is painted into it must not be sharper or smoother."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

SHARP = 1.2
"""Softness of a picture that is sharp for its size, pixels; what is painted is as soft as that already."""
CALM = 0.7
"""Blur before edges are looked at, so that grain and canvas do not count as edges, pixels."""
STEEPEST, CLEAREST = 95, 10
"""Per cent: edges are the steepest pixels, and softness is that of the clearest of them."""
REACH = 6
"""How far both sides of an edge lie from it, pixels."""
GRAIN = 2.0
"""Texture is what is finer than this, pixels, in a picture that is sharp for its size."""
LEAST_GRAIN = 1.3
"""Texture fainter than this, levels of luma, is not seen."""


def extra_blur(image: NDArray[np.uint8], areas: list[NDArray[Any]], pad: float) -> float:
    """How much softer than a sharp picture the edges in some areas are.

    An edge of height h that is blurred by s rises by no more than h / (2.5 s) a pixel.

    Args:
        image: (height, width, 3) uint8, BGR.
        areas: points, (n, 2) pixels, around which is looked.
        pad: how far around them, pixels.

    Returns:
        Standard deviation of the blur that makes a sharp picture so soft, pixels; 0 if it is sharp.
    """
    softness = float(np.median([softness_near(image, area, pad) for area in areas]))
    return float(np.sqrt(max(softness**2 - SHARP**2, 0)))


def softness_near(image: NDArray[np.uint8], area: NDArray[Any], pad: float) -> float:
    """Standard deviation of the blur of the clearest edges around `area`, pixels."""
    left, top = np.maximum(area.min(axis=0) - pad, 0).astype(int)
    right, bottom = np.ceil(area.max(axis=0) + pad).astype(int)
    part = cv2.cvtColor(image[top:bottom, left:right], cv2.COLOR_BGR2GRAY).astype(np.float32)
    if min(part.shape) < 4 * REACH:
        return SHARP
    calm = cv2.GaussianBlur(part, (0, 0), CALM)
    down, across = np.gradient(calm)
    slope = np.hypot(down, across)
    around = np.ones((2 * REACH + 1,) * 2, np.uint8)
    height = np.asarray(cv2.dilate(calm, around)) - np.asarray(cv2.erode(calm, around))
    inside = np.s_[REACH:-REACH, REACH:-REACH]
    slope, height = slope[inside], height[inside]
    edges = slope >= max(float(np.percentile(slope, STEEPEST)), 1e-3)
    return float(np.percentile(height[edges] / (np.sqrt(2 * np.pi) * slope[edges]), CLEAREST)) if edges.any() else SHARP


def find_grain(luma: NDArray[Any], blur: float) -> NDArray[np.float32]:
    """The fine texture of a patch of skin: grain, canvas, cracks.

    Args:
        luma: (height, width).
        blur: see `extra_blur`.

    Returns:
        (height, width) float32 around zero; all zero where there is none.
    """
    plane = luma.astype(np.float32)
    fine = plane - cv2.GaussianBlur(plane, (0, 0), np.hypot(GRAIN, 1.5 * blur))
    spread = 1.48 * float(np.median(np.abs(fine)))
    return np.clip(fine, -3 * spread, 3 * spread) if spread > LEAST_GRAIN else np.zeros_like(fine)
