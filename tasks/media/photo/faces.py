"""Finds the faces of a photo: their 478 points, and how sure a second model is that each is a human one.

The face mesh alone is content with animals and patterns. The full-range face detector, another model, is not; so a face is
one that both see. Where the whole picture shows nothing, overlapping tiles of it are searched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.landmarks import LandmarkFinder, Landmarks, load_solutions, quiet_stderr
from tasks.media.rig.geometry import extent

TILE_SHARES = (0.6, 0.4, 0.28)
"""Sizes of the tiles searched when the whole picture shows no face, as shares of its longer side."""
CLOSE_UP_PX = 512
"""Longer side of the crop in which a face is looked at again, at least."""
LEAST_SCORE = 0.1
"""Detections below this are not even reported by the detector."""
SAME_FACE = 0.35
"""Centres of two findings nearer than this, in extents of the larger, are one face found twice."""


@dataclass(frozen=True)
class Face:
    """One face of a photo.

    Attributes:
        points: (478, 3) pixels of the photo.
        score: how sure the detector is that it is a human face, 0 to 1; 0 where it sees none.
    """

    points: Landmarks
    score: float

    @property
    def middle(self) -> NDArray[Any]:
        """(2,) middle of the face's box, pixels."""
        return np.asarray((self.points[:, :2].min(axis=0) + self.points[:, :2].max(axis=0)) / 2)


def find_faces(image: NDArray[np.uint8], finder: LandmarkFinder) -> list[Face]:
    """Every face of a picture, the leftmost first.

    Args:
        image: (height, width, 3) uint8, BGR.
        finder: the face mesh.

    Raises:
        MissingTool: mediapipe is not installed.
    """
    meshes = find_meshes(image, finder)
    scored = [(box, score) for box, score in detect(image)]
    faces = [Face(points, _score(points, scored)) for points in (look_closer(image, finder, mesh) for mesh in meshes)]
    return sorted(_distinct(faces), key=lambda face: float(face.middle[0]))


def find_meshes(image: NDArray[np.uint8], finder: LandmarkFinder) -> list[Landmarks]:
    """The faces as first seen: on the whole picture, or else on tiles of it."""
    return finder.find(image) or [face for share in TILE_SHARES for face in search_tiles(image, finder, share)]


def detect(image: NDArray[np.uint8]) -> list[tuple[tuple[float, float, float, float], float]]:
    """What the full-range detector takes for human faces: ((left, top, width, height) in pixels, score from 0 to 1)."""
    height, width = image.shape[:2]
    with quiet_stderr(), load_solutions().face_detection.FaceDetection(
            model_selection=1, min_detection_confidence=LEAST_SCORE) as detector:
        found = detector.process(np.ascontiguousarray(image[..., ::-1])).detections or []
    boxes = [(one.location_data.relative_bounding_box, float(one.score[0])) for one in found]
    return [((box.xmin * width, box.ymin * height, box.width * width, box.height * height), score) for box, score in boxes]


def search_tiles(image: NDArray[np.uint8], finder: LandmarkFinder, share: float) -> list[Landmarks]:
    """Faces found in overlapping square tiles."""
    height, width = image.shape[:2]
    side = min(round(max(height, width) * share), height, width)
    faces = []
    for top in tile_starts(height, side):
        for left in tile_starts(width, side):
            offset = np.array([left, top, 0], np.float32)
            faces += [face + offset for face in finder.find(image[top:top + side, left:left + side])]
    return faces


def tile_starts(length: int, side: int) -> list[int]:
    """Starts of tiles of `side` that overlap by half and cover `length`."""
    count = int(np.ceil((length - side) / (side / 2))) + 1
    return sorted(set(np.linspace(0, length - side, count).astype(int).tolist()))


def look_closer(image: NDArray[np.uint8], finder: LandmarkFinder, face: Landmarks, *, reach: float = 1.0) -> Landmarks:
    """The same face, found again in an enlarged crop, where lips and lids are finer; `face` if it is lost there.

    Args:
        image: (height, width, 3) uint8, BGR.
        finder: the face mesh.
        face: where the face is.
        reach: from the face's middle to the crop's sides, in extents of the face.
    """
    centre, half = (face.min(axis=0) + face.max(axis=0))[:2] / 2, reach * extent(face)
    left, top = np.maximum(centre - half, 0).astype(int)
    crop = image[top:int(centre[1] + half), left:int(centre[0] + half)]
    zoom = max(1.0, CLOSE_UP_PX / max(crop.shape[:2]))
    found = finder.find(cv2.resize(crop, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC).astype(np.uint8))
    return max(found, key=extent) / np.float32(zoom) + np.array([left, top, 0], np.float32) if found else face


def _score(points: Landmarks, detected: Sequence[tuple[tuple[float, float, float, float], float]]) -> float:
    """Score of the detection whose box holds the middle of the face, 0 without one."""
    x, y = (points[:, :2].min(axis=0) + points[:, :2].max(axis=0)) / 2
    return max((score for (left, top, width, height), score in detected
                if left <= x <= left + width and top <= y <= top + height), default=0.0)


def _distinct(faces: list[Face]) -> list[Face]:
    """The faces without those found twice; of two the larger stays."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda face: -extent(face.points)):
        if all(np.linalg.norm(face.middle - other.middle) > SAME_FACE * extent(other.points) for other in kept):
            kept.append(face)
    return kept
