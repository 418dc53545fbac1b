"""The background behind the person, and how the person lies over it.

When the head moves, a little of what was hidden beside it comes into view. The hole where the person stands is filled from
around: smoothly everywhere, and with the edges of the picture carried in along the silhouette, as deep as a head may move.

The person is laid over it with a soft edge that lies *outside* the silhouette: the pixels that fade are background in both
layers, so a resting portrait is reproduced exactly and no hair is cut.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.drawing.easing import ease

PERSON_FROM = 0.08
"""Matte value from which a pixel may show the person."""
CLEARANCE, SOFTNESS = 0.022, 0.075
"""Width of background kept with the person, and of the soft edge outside it, in units of the scale."""
REVEALED = 0.20
"""How deep behind the silhouette the background is filled with care, in units of the scale."""
NEARLY_ALL = 0.93
"""Share of person from which a matte is not believed."""


def separate(image: NDArray[np.uint8], matte: NDArray[np.float32], scale: float
             ) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """The background without the person, and the opacity of the person over it.

    Args:
        image: (height, width, 3) uint8, BGR.
        matte: (height, width) float32, 1 where the person is.
        scale: the face's unit, pixels.

    Returns:
        The plate, like `image`, and the opacity, (height, width) float32 from 0 to 1. A picture that is all person has
        opacity 1 everywhere.
    """
    if float(matte.mean()) > NEARLY_ALL:
        return image, np.ones(image.shape[:2], np.float32)
    person = (matte > PERSON_FROM).astype(np.uint8)
    away = cv2.distanceTransform(1 - person, cv2.DIST_L2, cv2.DIST_MASK_5)
    opacity = 1 - ease(away, CLEARANCE * scale, (CLEARANCE + SOFTNESS) * scale)
    hole = (away < CLEARANCE * scale).astype(np.uint8)
    return fill_hole(image, hole, REVEALED * scale), opacity.astype(np.float32)


def fill_hole(image: NDArray[np.uint8], hole: NDArray[np.uint8], depth: float) -> NDArray[np.uint8]:
    """The picture with the pixels where `hole` is 1 made up; with care up to `depth` pixels behind the rim."""
    half = (image.shape[1] // 2, image.shape[0] // 2)
    small = cv2.resize(image, half, interpolation=cv2.INTER_AREA)
    missing = cv2.resize(hole, half, interpolation=cv2.INTER_AREA)
    missing = cv2.dilate(missing, np.ones((3, 3), np.uint8))
    smooth = fill_smoothly(small, missing)
    inside = cv2.distanceTransform(missing, cv2.DIST_L2, cv2.DIST_MASK_3)
    band = ((missing > 0) & (inside < depth / 2)).astype(np.uint8)
    made_up = cv2.inpaint(smooth, band, 3, cv2.INPAINT_TELEA)
    made_up = cv2.resize(made_up, image.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return np.where(hole[..., None] > 0, made_up, image).astype(np.uint8)


def fill_smoothly(image: NDArray[Any], missing: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Missing pixels as averages of known ones, near ones counting most.

    Source: the pull-push interpolation of Gortler et al., The Lumigraph, SIGGRAPH 1996, doi:10.1145/237170.237200.
    """
    known = (1 - missing).astype(np.float32)
    levels = [np.dstack([image.astype(np.float32) * known[..., None], known])]
    while min(levels[-1].shape[:2]) > 2:
        height, width = levels[-1].shape[:2]
        levels.append(cv2.resize(levels[-1], ((width + 1) // 2, (height + 1) // 2), interpolation=cv2.INTER_AREA))
    filled = levels[-1][..., :3] / np.maximum(levels[-1][..., 3:], 1e-6)
    for level in reversed(levels[:-1]):
        filled = cv2.resize(filled, level.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        filled = level[..., :3] + filled * (1 - level[..., 3:])
    return np.clip(np.round(filled), 0, 255).astype(np.uint8)
