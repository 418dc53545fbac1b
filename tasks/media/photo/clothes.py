"""What a person wears, as far as a photo shows it: the colour in which a torso is continued that the photo cuts off."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.landmarks import Landmarks
from tasks.media.rig.geometry import distance, face_width
from tasks.media.rig.topology import CHIN, FACE_OVAL, FOREHEAD, SKIN_SAMPLES

LOOKED_AT = 0.35
"""How high the strip at the photo's lower edge is in which clothes are looked for, in widths of the face."""
NOT_SKIN, NOT_HAIR = 16.0, 14.0
"""Distances in a* and b* from the face's skin, and in L*a*b* from the hair, from which a colour is that of clothes."""
LEAST_SHARE = 0.04
"""Share of the strip's person that must be clothes for their colour to be believed."""
LEAST_LIGHTNESS = 26.0
"""L* of clothes at least: what looks blacker is the shadow under hair and chin, and all black would be a hole."""
BESIDE = 0.4
"""Shoulders begin so far beside the middle, in widths of the face: between them are neck, collar and beard."""
PLAIN_LIGHTNESS, PLAIN_COLOUR = 36.0, 0.6
"""L* of clothes that are made up, and how much of the background's colour they have: dark, and in harmony with it."""


def clothes_colour(image: NDArray[np.uint8], matte: NDArray[np.float32], landmarks: Landmarks) -> NDArray[np.float32]:
    """The colour of what is worn at a photo's lower edge; a dark tone of the background where none is seen.

    Args:
        image: (height, width, 3) uint8, BGR.
        matte: (height, width) float32, 1 where the person is.
        landmarks: (478, 3) the face, pixels.

    Returns:
        (3,) float32, BGR.
    """
    lab = cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_BGR2LAB)
    strip = _strip(lab.shape[:2], landmarks) & (matte > 0.8)
    skin, hair = _skin_and_hair(lab, landmarks)
    worn = strip & (np.linalg.norm(lab[..., 1:] - skin[1:], axis=2) > NOT_SKIN)
    worn &= np.linalg.norm(lab - hair, axis=2) > NOT_HAIR
    aside = np.abs(np.arange(lab.shape[1]) - landmarks[CHIN, 0]) > BESIDE * face_width(landmarks[:, :2])
    for clothes in (lab[worn & aside], lab[worn]):
        if len(clothes) > LEAST_SHARE * max(int(strip.sum()), 1):
            light, *colour = np.median(clothes, axis=0)
            return _to_bgr(np.array([max(float(light), LEAST_LIGHTNESS), *colour]))
    behind = lab[matte < 0.2]
    colour = np.median(behind, axis=0)[1:] if len(behind) else np.zeros(2)
    return _to_bgr(np.array([PLAIN_LIGHTNESS, *(PLAIN_COLOUR * colour)]))


def _strip(shape: tuple[int, ...], landmarks: Landmarks) -> NDArray[np.bool_]:
    """(height, width): the lowest part of the photo, without the face."""
    allowed = np.ones(shape, np.uint8)
    cv2.fillPoly(allowed, [np.round(landmarks[list(FACE_OVAL), :2]).astype(np.int32)], 0)
    allowed[:max(0, int(shape[0] - LOOKED_AT * face_width(landmarks[:, :2])))] = 0
    return allowed > 0


def _skin_and_hair(lab: NDArray[Any], landmarks: Landmarks) -> tuple[NDArray[Any], NDArray[Any]]:
    """L*a*b* of the face's skin and of what is just above the forehead."""
    points = landmarks[:, :2]
    up = (points[FOREHEAD] - points[CHIN]) / max(distance(points, FOREHEAD, CHIN), 1.0)
    above = points[FOREHEAD] + up * 0.22 * face_width(points)
    return _median_near(lab, points[list(SKIN_SAMPLES)]), _median_near(lab, above[None])


def _median_near(lab: NDArray[Any], places: NDArray[Any]) -> NDArray[Any]:
    """(3,) median of small squares around places within the picture."""
    height, width = lab.shape[:2]
    inside = np.clip(places, 3, [max(width - 4, 3), max(height - 4, 3)]).astype(int)
    return np.asarray(np.median(np.concatenate([lab[y - 3:y + 4, x - 3:x + 4].reshape(-1, 3) for x, y in inside]), axis=0))


def _to_bgr(lab: NDArray[Any]) -> NDArray[np.float32]:
    """(3,) L*a*b* as BGR, 0 to 255."""
    return np.asarray(cv2.cvtColor(lab.astype(np.float32)[None, None], cv2.COLOR_LAB2BGR)[0, 0] * 255, np.float32)
