"""Separates the person from the background of a portrait."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.landmarks import Model

MATTE_SIZE = (270, 480)
"""Size of a matte, (width, height), for a portrait of 9:16; others keep their own aspect at this height."""
GUIDE_RADIUS_PX = 15
"""Window of the guided filter, in matte pixels."""
GUIDE_EPSILON = 1e-4
"""How faint an edge of the picture (variance, 0 to 1) still shapes the matte."""


class PersonFinder(Model):
    """The segmentation model."""

    def __init__(self) -> None:
        """Loads the model.

        Raises:
            MissingTool: mediapipe is not installed.
        """
        super().__init__(lambda solutions: solutions.selfie_segmentation.SelfieSegmentation(model_selection=0))

    def find(self, image: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(height, width) float32, 0 background to 1 person, coarse, for `image` (height, width, 3) uint8 BGR."""
        return np.asarray(self.see(image).segmentation_mask, np.float32)


def find_person(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How much of each pixel belongs to the person.

    The segmentation model is coarse; a guided filter lets its border follow the edges of the picture.

    Args:
        image: (height, width, 3) uint8, BGR.

    Returns:
        (480, about 480 * width / height) float32, 0 background to 1 person.

    Raises:
        MissingTool: mediapipe is not installed.

    Source: He, Sun, Tang, Guided Image Filtering, TPAMI 2013, doi:10.1109/TPAMI.2012.213.
    """
    height, width = image.shape[:2]
    size = (max(2, round(MATTE_SIZE[1] * width / height)), MATTE_SIZE[1])
    with PersonFinder() as finder:
        mask = finder.find(image)
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    return guide(cv2.resize(mask, size), small.mean(axis=2) / 255)


def guide(matte: NDArray[Any], picture: NDArray[Any]) -> NDArray[np.float32]:
    """Makes `matte` follow the edges of `picture`, both (height, width) float32 from 0 to 1."""
    def mean(values: NDArray[Any]) -> NDArray[Any]:
        result: NDArray[Any] = cv2.blur(values, (GUIDE_RADIUS_PX, GUIDE_RADIUS_PX))
        return result

    picture_mean, matte_mean = mean(picture), mean(matte)
    covariance = mean(picture * matte) - picture_mean * matte_mean
    variance = mean(picture * picture) - picture_mean**2
    slope = covariance / (variance + GUIDE_EPSILON)
    guided = mean(slope) * picture + mean(matte_mean - slope * picture_mean)
    result: NDArray[np.float32] = np.clip(guided, 0, 1).astype(np.float32)
    return result
