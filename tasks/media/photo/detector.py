"""Two more models that look at a photo: one finds human faces from near and far, one finds hands."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.media.landmarks import Model, load_solutions, quiet_stderr

LEAST_SCORE = 0.1
"""Detections below this are not reported."""
WINDOW = 0.9
"""A detection is searched for a mesh within this many of its widths to every side."""
MOST_HANDS, HAND_CERTAIN = 4, 0.5
"""How many hands are looked for, and how sure the model must be of one."""


@dataclass(frozen=True)
class Detection:
    """What the detector takes for a human face: its box in pixels, and how sure it is, 0 to 1."""

    left: float
    top: float
    width: float
    height: float
    score: float

    def holds(self, place: NDArray[Any]) -> bool:
        """True where (x, y) lies in the box."""
        return bool(0 <= place[0] - self.left <= self.width and 0 <= place[1] - self.top <= self.height)

    def window(self) -> tuple[int, int, int, int]:
        """(left, top, right, bottom) of a square around it, pixels."""
        x, y, half = self.left + self.width / 2, self.top + self.height / 2, WINDOW * max(self.width, self.height)
        return int(x - half), int(y - half), int(x + half), int(y + half)


class FaceDetector(Model):
    """The full-range face detector. Animals are none of its faces."""

    def __init__(self) -> None:
        """Loads the model.

        Raises:
            MissingTool: mediapipe is not installed.
        """
        super().__init__(lambda solutions: solutions.face_detection.FaceDetection(
            model_selection=1, min_detection_confidence=LEAST_SCORE))

    def find(self, image: NDArray[np.uint8]) -> list[Detection]:
        """The faces in `image`, (height, width, 3) uint8 BGR."""
        height, width = image.shape[:2]
        boxes = [(one.location_data.relative_bounding_box, float(one.score[0])) for one in self.see(image).detections or []]
        return [Detection(box.xmin * width, box.ymin * height, box.width * width, box.height * height, score)
                for box, score in boxes]


def find_hands(image: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
    """The hands in a picture.

    Args:
        image: (height, width, 3) uint8, BGR.

    Returns:
        (21, 2) joints of each, pixels.

    Raises:
        MissingTool: mediapipe is not installed.
    """
    height, width = image.shape[:2]
    with quiet_stderr(), load_solutions().hands.Hands(
            static_image_mode=True, max_num_hands=MOST_HANDS, model_complexity=0,
            min_detection_confidence=HAND_CERTAIN) as model:
        found = model.process(np.ascontiguousarray(image[..., ::-1])).multi_hand_landmarks or []
    return [np.array([(joint.x * width, joint.y * height) for joint in hand.landmark], np.float32) for hand in found]
