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
FAINTEST = 0.01
"""Relief that changes no level of luma."""
BY_SPREAD, BY_JAW, BY_UPPER, BY_SMILE = 0.75, 0.45, 0.50, 0.60
"""How much spread lips, an open jaw, a raised upper lip and a smile deepen the folds."""


class Folds:
    """The folds of one face, painted into luma of twice the portrait's size."""

    def __init__(self, face: Face, window: tuple[int, int, int, int], fine: NDArray[np.uint8]) -> None:
        """Paints the deepest folds.

        Args:
            face: the face.
            window: where folds may be, pixels of the portrait.
            fine: (2 * height, 2 * width) the portrait's luma at twice its size.
        """
        self._sides = []
        for relief in paint_relief(face, window):
            rows, columns = (np.flatnonzero(np.abs(relief).max(axis=axis) > FAINTEST) for axis in (1, 0))
            if not len(rows):
                continue
            box = np.s_[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1]
            place = np.s_[2 * (window[1] + rows[0]):2 * (window[1] + rows[-1] + 1),
                          2 * (window[0] + columns[0]):2 * (window[0] + columns[-1] + 1)]
            luma = fine[place].copy()
            large = cv2.resize(relief[box], luma.shape[::-1], interpolation=cv2.INTER_LINEAR)
            darker, lighter = (np.round(np.clip(sign * large, 0, 1) * DEPTH * luma).astype(np.uint8) for sign in (-1, 1))
            self._sides.append((place, luma, darker, lighter))

    def draw(self, fine: NDArray[np.uint8], values: Mapping[str, float]) -> None:
        """Draws the folds as deep as the mouth makes them."""
        strength = (BY_SPREAD * max(values.get("wide", 0.0), 0.0) + BY_JAW * values.get("jaw", 0.0)
                    + BY_UPPER * values.get("upper", 0.0) + BY_SMILE * max(values.get("smile", 0.0), 0.0))
        strength = min(strength, 1.0) if strength >= 0.02 else 0.0
        for place, luma, darker, lighter in self._sides:
            if strength:
                shaded = cv2.addWeighted(luma, 1.0, darker, -strength, 0)
                cv2.addWeighted(shaded, 1.0, lighter, strength, 0, dst=fine[place])
            else:
                np.copyto(fine[place], luma)


def paint_relief(face: Face, window: tuple[int, int, int, int]) -> list[NDArray[Any]]:
    """For each side (height, width) float32: -1 in the fold, up to 1 on the cheek beside it, 0 elsewhere."""
    left, top, right, bottom = window
    sides = []
    for points, outwards in ((LEFT_FOLD, -1), (RIGHT_FOLD, 1)):
        line = face.points[list(points), :2] - [left, top]
        cheek, width = line + outwards * CHEEK * face.scale * face.right, WIDTH * face.scale
        shape = (bottom - top, right - left)
        sides.append(0.6 * stroke(shape, cheek, 1.6 * width) - stroke(shape, line, width))
    return sides


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
