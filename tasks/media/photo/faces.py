"""Finds the faces of a photo: their 478 points, and how sure a second model is that each is a human one.

The face mesh alone is content with animals and patterns. The full-range face detector, another model, is not; so a face is
one that both see. Where the whole picture shows nothing, overlapping tiles of it are searched.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.landmarks import LandmarkFinder, Landmarks
from tasks.media.photo.detector import FaceDetector
from tasks.media.rig.geometry import extent, face_roll

TILE_SHARES = (0.6, 0.4, 0.28)
"""Sizes of the tiles searched when the whole picture shows no face, as shares of its longer side."""
CLOSE_UP_PX = 512
"""Longer side of the crop in which a face is looked at again, at least."""
CERTAIN = 0.5
"""Detections of the whole picture that are believed: people measure more, cats and dogs 0."""
DETECTOR_PX, DETECTOR_REACH = 384, 1.4
"""Side of the square in which the detector looks at one face again, and its half in extents of the face."""
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
        return middle_of(self.points)


def find_faces(image: NDArray[np.uint8], finder: LandmarkFinder, detector: FaceDetector) -> list[Face]:
    """Every face of a picture, the leftmost first.

    Args:
        image: (height, width, 3) uint8, BGR.
        finder: the face mesh.
        detector: the detector of human faces.
    """
    detected = [one for one in detector.find(image) if one.score >= CERTAIN]
    meshes = find_meshes(image, finder)
    meshes += [mesh for one in detected if not any(one.holds(middle_of(mesh)) for mesh in meshes)
               for mesh in search_window(image, finder, one.window())]
    faces = [Face(points, max([one.score for one in detected if one.holds(middle_of(points))]
                              + [closest_score(image, detector, points)]))
             for points in (look_closer(image, finder, mesh) for mesh in meshes)]
    return sorted(distinct(faces), key=lambda face: float(face.middle[0]))


def find_meshes(image: NDArray[np.uint8], finder: LandmarkFinder) -> list[Landmarks]:
    """The faces as first seen: on the whole picture, or else on tiles of it."""
    return finder.find(image) or [face for share in TILE_SHARES for face in search_tiles(image, finder, share)]


def closest_score(image: NDArray[np.uint8], detector: FaceDetector, points: Landmarks) -> float:
    """How sure the detector is of a face when it sees little else, and sees it upright."""
    centre, side = middle_of(points), 2 * DETECTOR_REACH * extent(points)
    zoom = DETECTOR_PX / side
    matrix = cv2.getRotationMatrix2D((float(centre[0]), float(centre[1])), float(np.degrees(face_roll(points))), zoom)
    matrix[:, 2] += DETECTOR_PX / 2 - centre
    crop = cv2.warpAffine(image, matrix, (DETECTOR_PX, DETECTOR_PX), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    middle = np.full(2, DETECTOR_PX / 2)
    return max((one.score for one in detector.find(crop.astype(np.uint8)) if one.holds(middle)), default=0.0)


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


def search_window(image: NDArray[np.uint8], finder: LandmarkFinder, window: tuple[int, int, int, int]) -> list[Landmarks]:
    """Faces found in the part of a picture within (left, top, right, bottom), enlarged where it is small.

    A face that fills its picture is not found; then the picture's border is continued to fill the window.
    """
    left, top, right, bottom = window
    height, width = image.shape[:2]
    inside = image[max(top, 0):bottom, max(left, 0):right]
    if not inside.size:
        return []
    around = max(-top, 0), max(bottom - height, 0), max(-left, 0), max(right - width, 0)
    found = _search_enlarged(inside, finder, (max(left, 0), max(top, 0)))
    if found or not any(around):
        return found
    return _search_enlarged(cv2.copyMakeBorder(inside, *around, cv2.BORDER_REPLICATE), finder, (left, top))


def _search_enlarged(crop: NDArray[Any], finder: LandmarkFinder, corner: tuple[int, int]) -> list[Landmarks]:
    """Faces found in a crop whose top left corner lies at `corner`."""
    zoom = max(1.0, CLOSE_UP_PX / max(crop.shape[:2]))
    found = finder.find(cv2.resize(crop, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC).astype(np.uint8))
    return [face / np.float32(zoom) + np.array([*corner, 0], np.float32) for face in found]


def look_closer(image: NDArray[np.uint8], finder: LandmarkFinder, face: Landmarks, *, reach: float = 1.0) -> Landmarks:
    """The same face, found again in an enlarged crop, where lips and lids are finer; `face` if it is lost there.

    Args:
        image: (height, width, 3) uint8, BGR.
        finder: the face mesh.
        face: where the face is.
        reach: from the face's middle to the crop's sides, in extents of the face.
    """
    (x, y), half = middle_of(face), reach * extent(face)
    found = search_window(image, finder, (int(x - half), int(y - half), int(x + half), int(y + half)))
    return max(found, key=extent) if found else face


def distinct(faces: list[Face]) -> list[Face]:
    """The faces without those found twice; of two the larger stays."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda face: -extent(face.points)):
        if all(np.linalg.norm(face.middle - other.middle) > SAME_FACE * extent(other.points) for other in kept):
            kept.append(face)
    return kept


def middle_of(points: Landmarks) -> NDArray[Any]:
    """(2,) middle of the face's box, pixels."""
    return np.asarray((points[:, :2].min(axis=0) + points[:, :2].max(axis=0)) / 2)
