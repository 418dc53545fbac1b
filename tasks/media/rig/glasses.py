"""Finds the rims of glasses: how far above and below an eye they lie.

A rim is a dark or bright line that crosses the skin over an eye, or under it, from side to side, while another crosses the
nose between the eyes. Creases and shadows are softer or do not cross the nose; a brow crosses neither.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.rig.tracing import sample_grid

BRIDGE = (0.05, 0.16)
"""Half width and half height of the part of the nose that is searched for the bridge, in units of the scale."""
ABOVE, BELOW = (0.10, 0.36), (0.10, 0.50)
"""Where rims are searched, from the lids, in units of the scale; one that is not found there lies nearer, or nowhere."""
THICKEST = 0.11
"""A rim is no thicker than this, in units of the scale."""
CLEAR = 0.16
"""How much a rim differs from the skin on both of its sides, as a share of its light."""
CROSSED = 0.75
"""Share of the columns over an eye that a rim crosses."""
STEPS = 64
"""Resolution of the search."""


def find_rims(image: NDArray[np.uint8], eyes: list[tuple[NDArray[Any], NDArray[Any]]], right: NDArray[Any], scale_px: float
              ) -> list[tuple[float, float] | None]:
    """Distances from each eye's lids to the rims above and below it.

    Args:
        image: (height, width, 3) uint8, BGR.
        eyes: edges of the upper and the lower lid of each eye, (n, 2) pixels.
        right: (2,) unit vector across the face.
        scale_px: the scale of the rig.

    Returns:
        For each eye, pixels above and below it that are free of a rim; None for everyone without glasses.
    """
    between = np.mean([line.mean(axis=0) for lids in eyes for line in lids], axis=0)
    bridge = crossing(image, between, right, np.linspace(-1, 1, 9) * BRIDGE[0] * scale_px,
                      np.linspace(-1, 1, STEPS) * BRIDGE[1] * scale_px, scale_px)
    if bridge is None:
        return [None] * len(eyes)
    rims: list[tuple[float, float] | None] = []
    for upper, lower in eyes:
        centre = (upper[0] + upper[-1]) / 2
        along = np.linspace(-0.3, 0.3, 13) * float(np.linalg.norm(upper[-1] - upper[0]))
        down = np.array([-right[1], right[0]])
        top, bottom = float(((upper - centre) @ down).min()), float(((lower - centre) @ down).max())
        above = crossing(image, centre, right, along, top - np.linspace(*ABOVE, STEPS) * scale_px, scale_px)
        below = crossing(image, centre, right, along, bottom + np.linspace(*BELOW, STEPS) * scale_px, scale_px)
        if above is None and below is None:
            return [None] * len(eyes)
        rims.append((ABOVE[0] * scale_px + (above or 0.0), BELOW[0] * scale_px + (below or 0.0)))
    return rims


def crossing(image: NDArray[np.uint8], centre: NDArray[Any], right: NDArray[Any], along: NDArray[Any], way: NDArray[Any],
             scale_px: float) -> float | None:
    """How far along `way` the first line begins that crosses most columns, pixels; None where none does."""
    seen = sample_grid(image, centre, right, along, way).mean(axis=2)
    step = abs(float(way[1] - way[0]))
    thick = max(3, round(THICKEST * scale_px / step) | 1)
    column = np.ones((thick, 1), np.uint8)
    skin = np.maximum(seen, 1)
    dark = cv2.morphologyEx(seen, cv2.MORPH_BLACKHAT, column) / skin.max(axis=0)
    light = cv2.morphologyEx(seen, cv2.MORPH_TOPHAT, column) / skin.max(axis=0)
    line = np.maximum(dark, light) > CLEAR
    inner = line[1:-1]
    if float(inner.any(axis=0).mean()) < CROSSED:
        return None
    return float(np.percentile(inner.argmax(axis=0)[inner.any(axis=0)], 15) * step)
