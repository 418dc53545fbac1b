"""Finds the shoulders of a portrait: by a model of bodies where it sees them, else where a face lets expect them."""

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.landmarks import Landmarks, Model
from tasks.media.rig.geometry import face_scale
from tasks.media.rig.topology import CHIN

RIGHT_SHOULDER, LEFT_SHOULDER = 12, 11
"""The model's numbers of them; sides are the person's own."""
LOOKED_AT_PX = 480
"""Height at which a picture is searched: bodies that fill a picture are found surely in small ones."""
CERTAIN = 0.5
"""How visible the model must think both, 0 to 1."""
ASIDE, BELOW = 1.3, 0.8
"""Where shoulders are expected: aside of the chin and below it, in distances of the outer eye corners. What the model finds
on the portraits of avatars/ is 1.23 to 1.37 and 0.65 to 0.88."""
NARROWEST, WIDEST = 0.7, 2.2
"""Half the distance of shoulders, in the same measure: what the model finds outside is no upright pair."""

Shoulders = NDArray[np.float32]
"""(2, 2): the person's right and left shoulder, (x, y) in pixels."""


class BodyFinder(Model):
    """The model of bodies that mediapipe carries in its package."""

    def __init__(self) -> None:
        """Loads the model.

        Raises:
            MissingTool: mediapipe is not installed.
        """
        super().__init__(lambda solutions: solutions.pose.Pose(static_image_mode=True, model_complexity=1))

    def find(self, image: NDArray[np.uint8]) -> Shoulders | None:
        """The shoulders in `image`, (height, width, 3) uint8 BGR; None where it is not certain of both."""
        found = self.see(image).pose_landmarks
        pair = [found.landmark[index] for index in (RIGHT_SHOULDER, LEFT_SHOULDER)] if found else []
        if not pair or min(point.visibility for point in pair) < CERTAIN:
            return None
        height, width = image.shape[:2]
        return np.array([(point.x * width, point.y * height) for point in pair], np.float32)


def find_shoulders(image: NDArray[np.uint8], face: Landmarks) -> Shoulders:
    """Where the shoulders of a portrait are.

    Args:
        image: (height, width, 3) uint8, BGR.
        face: its face.

    Raises:
        MissingTool: mediapipe is not installed.
    """
    zoom = LOOKED_AT_PX / image.shape[0]
    small = cv2.resize(image, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR)
    with BodyFinder() as finder:
        seen = finder.find(np.asarray(small, np.uint8))
    found = None if seen is None else seen / np.float32(zoom)
    return found if found is not None and fit_together(found, face) else expected_shoulders(face)


def fit_together(shoulders: Shoulders, face: Landmarks) -> bool:
    """Whether shoulders can be those of a face: below its chin, on either side of it, and not too far."""
    (right, right_below), (left, left_below) = (shoulders - face[CHIN, :2]) / face_scale(face[:, :2])
    return bool(right < 0 < left and min(right_below, left_below) > 0 and NARROWEST <= (left - right) / 2 <= WIDEST)


def expected_shoulders(face: Landmarks) -> Shoulders:
    """Where a face lets expect the shoulders, however it leans."""
    away = face_scale(face[:, :2]) * np.array([[-ASIDE, BELOW], [ASIDE, BELOW]], np.float32)
    return np.asarray(face[CHIN, :2] + away, np.float32)
