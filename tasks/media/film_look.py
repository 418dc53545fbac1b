"""How a film looks on each frame, next to one of them: softer, since head or camera moved or the focus wandered; brighter.

What is painted into a frame must be as soft and as bright as what is around it. Softness is that of the eyes' and brows'
edges, brightness that of the skin; both are steadied, since a film goes in and out of focus and light without trembling.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.drawing.softness import softness_near
from tasks.media.landmarks import Landmarks
from tasks.media.rig.build import sample_colour
from tasks.media.rig.geometry import face_scale
from tasks.media.rig.topology import LEFT_BROW, LEFT_EYE_LOWER, RIGHT_BROW, RIGHT_EYE_LOWER, SKIN_SAMPLES

PAD = 0.08
"""How far around eyes and brows edges are looked at, in units of the scale."""
STEADY_SOFT, STEADY_LIGHT = 1.5, 4.0
"""Width of the averages, frames: a shaken camera blurs for three or four frames, light goes up and down more slowly."""
NEIGHBOURS = 5
"""Frames whose median a frame's softness is taken from first, so that a blink is no blur."""
FAINT = 0.25
"""Softness that is not told from none, in units of a sharp edge's."""
LIGHTS = (0.5, 1.6)
"""Least and most light relative to the reference frame's; beyond, something else than light has changed."""


class LookWatch:
    """Looks at eyes and skin while a film goes by; a frame leaves three numbers."""

    def __init__(self) -> None:
        self._seen: list[tuple[float, float]] = []
        self._scale = 1.0

    def look(self, picture: NDArray[np.uint8], face: Landmarks | None) -> None:
        """Keeps how soft and bright a face is, points in pixels of the picture; None: there is none."""
        if face is None:
            self._seen.append((np.nan, np.nan))
            return
        flat = face[:, :2]
        features = flat[[*LEFT_BROW, *RIGHT_BROW, *LEFT_EYE_LOWER, *RIGHT_EYE_LOWER]]
        skin = sample_colour(picture, flat[list(SKIN_SAMPLES)])
        self._seen.append((softness_near(picture, features, PAD * face_scale(flat)), float(skin.mean())))

    def beside(self, reference: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """How each frame differs from one of them.

        Returns:
            (n,) blur that makes that frame as soft, pixels of the pictures seen; (n,) how many times as bright each is.
        """
        soft, bright = (known(column) for column in np.array(self._seen, np.float64).reshape(-1, 2).T)
        sure = blurred(median(soft), STEADY_SOFT)
        here = max(float(sure[reference]), 1e-6)
        extra = np.sqrt(np.maximum(sure**2 - here**2, 0))
        light = blurred(bright, STEADY_LIGHT)
        return (np.where(extra < FAINT * here, 0, extra).astype(np.float32),
                np.clip(light / max(float(light[reference]), 1e-6), *LIGHTS).astype(np.float32))


def known(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,): values with what is not known filled in from what is nearest; 1 where nothing is known."""
    places = np.arange(len(values))
    sure = ~np.isnan(values)
    return np.interp(places, places[sure], values[sure]) if sure.any() else np.ones(len(values))


def median(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,): of each value and its neighbours."""
    reach = NEIGHBOURS // 2
    padded = np.pad(values, reach, mode="edge")
    return np.asarray(np.median(np.lib.stride_tricks.sliding_window_view(padded, NEIGHBOURS), axis=1))


def blurred(values: NDArray[np.float64], sigma: float) -> NDArray[np.float64]:
    """(n,): averaged over neighbours, forwards and backwards alike."""
    soft = cv2.GaussianBlur(values.astype(np.float32)[None], (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(soft[0], np.float64)
