"""The folds that run from the nose past the corners of the mouth and deepen when the mouth opens or smiles."""

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.drawing.face import Face
from tasks.media.rig.topology import LEFT_FOLD, RIGHT_FOLD

DEPTH = 0.10
"""How much of its light the deepest fold loses."""
WIDTH, CHEEK = 0.020, 0.055
"""Softness of the fold, and how far outside it the cheek bulges and catches light, in units of the scale."""
BY_SPREAD, BY_JAW, BY_UPPER, BY_SMILE = 0.75, 0.45, 0.50, 0.60
"""How much spread lips, an open jaw, a raised upper lip and a smile deepen the folds."""


class Folds:
    """The folds of one face, on the window around its mouth."""

    def __init__(self, face: Face, window: tuple[int, int, int, int], luma: NDArray[np.uint8]) -> None:
        relief = paint_relief(face, window)
        self._darker, self._lighter = (np.round(np.clip(sign * relief, 0, 1) * DEPTH * luma).astype(np.uint8)
                                       for sign in (-1, 1))
        self._luma = luma

    def shade(self, values: Mapping[str, float]) -> NDArray[np.uint8]:
        """The luma of the window with the folds as deep as the mouth makes them."""
        strength = (BY_SPREAD * max(values.get("wide", 0.0), 0.0) + BY_JAW * values.get("jaw", 0.0)
                    + BY_UPPER * values.get("upper", 0.0) + BY_SMILE * max(values.get("smile", 0.0), 0.0))
        if strength < 0.02:
            return self._luma
        strength = min(strength, 1.0)
        darker = cv2.addWeighted(self._luma, 1.0, self._darker, -strength, 0)
        return np.asarray(cv2.addWeighted(darker, 1.0, self._lighter, strength, 0), np.uint8)


def paint_relief(face: Face, window: tuple[int, int, int, int]) -> NDArray[Any]:
    """(height, width) float32: -1 in the fold, up to 1 on the cheek beside it, 0 elsewhere."""
    left, top, right, bottom = window
    relief = np.zeros((bottom - top, right - left), np.float32)
    for points, outwards in ((LEFT_FOLD, -1), (RIGHT_FOLD, 1)):
        line = face.points[list(points), :2] - [left, top]
        cheek, width = line + outwards * CHEEK * face.scale * face.right, WIDTH * face.scale
        relief += 0.6 * stroke(relief.shape, cheek, 1.6 * width) - stroke(relief.shape, line, width)
    return relief


def stroke(shape: tuple[int, ...], line: NDArray[Any], sigma: float) -> NDArray[Any]:
    """A soft stroke along `line`, 1 in its middle, fading at both ends."""
    picture = np.zeros(shape, np.float32)
    steps = np.linspace(0, 1, 40)
    knots = np.linspace(0, 1, len(line))
    path = np.stack([np.interp(steps, knots, line[:, axis]) for axis in (0, 1)], axis=-1)
    for start, end, t in zip(path[:-1], path[1:], steps, strict=False):
        weight = float(np.sin(np.pi * min(max(t, 0.02), 0.98)))
        cv2.line(picture, np.round(start).astype(int).tolist(), np.round(end).astype(int).tolist(), weight,
                 max(1, round(sigma)))
    soft = cv2.GaussianBlur(picture, (0, 0), sigma)
    return np.asarray(soft / max(float(soft.max()), 1e-6))
