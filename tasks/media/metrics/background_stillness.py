"""How still the background is, once a movement of the camera is taken away.

Two pictures a moment apart: the camera's shift, turn and zoom between them is estimated from the background alone and
undone, both are smoothed, and a change of brightness as a whole is taken out. What differs then, outside the person and a
margin around it and above the chin, is the background's own movement: mean absolute difference over mean gradient, which is
how far the texture has moved, in pixels of a picture 1080 wide. A background dragged along by the head shows here, and a
camera does not; a plain background hides both. Source of the estimate: robust fit of a similarity to tracked points, Lucas
and Kanade 1981; Fischler and Bolles 1981, doi:10.1145/358669.358692.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

MARGIN = 0.035
"""How far around the person nothing is looked at, as a part of the picture's width: soft edges of hair belong to both."""
LEAST_SHARE = 0.02
"""Part of the picture that must be background; with less, nothing is measured."""
CORNERS, QUALITY, APART_PX = 160, 0.01, 6
"""Points tracked to find the camera's movement."""
LEAST_CORNERS = 8
"""With fewer, the background is plain, and the camera is taken to rest."""
SIGMA_PX = 1.5
"""Smoothing before pictures are compared: grain, and texture read between two pixels, are no movement."""
PLAIN = 1.0
"""Levels a pixel added to the mean gradient, so that coding noise on a plain background is no movement."""
UNIT_PX = 1080
"""Width of the picture whose pixels are the unit."""
PERSON = 0.3
"""From this part on a pixel of the matte belongs to the person."""


def background_of(person: NDArray[np.float32]) -> NDArray[np.bool_]:
    """What is background beyond doubt.

    Args:
        person: (height, width) 0 background to 1 person.
    """
    reach = max(1, round(MARGIN * person.shape[1]))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    return np.asarray(cv2.dilate((person > PERSON).astype(np.uint8), kernel) == 0)


def background_change(after: NDArray[np.uint8], before: NDArray[np.uint8], background: NDArray[np.bool_]) -> float:
    """How far the background has moved by itself, pixels of a picture 1080 wide; NaN where there is too little of it.

    Args:
        after: (height, width) uint8 luma.
        before: the same, a moment earlier.
        background: (height, width) what is background in both.
    """
    if background.mean() < LEAST_SHARE:
        return float("nan")
    size = (after.shape[1], after.shape[0])
    camera = _camera(after, before, background)
    known = cv2.warpAffine(background.astype(np.uint8), camera, size, flags=cv2.INTER_NEAREST).astype(bool) & background
    if known.mean() < LEAST_SHARE:
        return float("nan")
    later, earlier = (cv2.GaussianBlur(picture.astype(np.float32), (0, 0), SIGMA_PX) for picture in (after, before))
    moved = cv2.warpAffine(earlier, camera, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    difference = (later - moved)[known]
    gradient = sum(float(np.abs(cv2.Sobel(later, cv2.CV_32F, *axis) / 8)[known].mean()) for axis in ((1, 0), (0, 1)))
    shift = float(np.abs(difference - np.median(difference)).mean()) / (gradient + PLAIN)
    return float(shift * UNIT_PX / after.shape[1])


def _camera(after: NDArray[np.uint8], before: NDArray[np.uint8], background: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(2, 3) the similarity that brings `before` onto `after`, from points of the background."""
    rest = np.eye(2, 3)
    corners = cv2.goodFeaturesToTrack(before, CORNERS, QUALITY, APART_PX, mask=background.astype(np.uint8))
    if corners is None or len(corners) < LEAST_CORNERS:
        return rest
    found, status, _ = cv2.calcOpticalFlowPyrLK(before, after, corners, None)
    good = status.ravel() == 1
    if good.sum() < LEAST_CORNERS:
        return rest
    fitted, _ = cv2.estimateAffinePartial2D(corners[good], found[good], method=cv2.RANSAC, ransacReprojThreshold=0.5)
    return rest if fitted is None else np.asarray(fitted, np.float64)
