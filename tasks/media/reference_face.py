"""The face of a portrait, found the way a film's face is, so that only the faces differ and not the finding."""

from pathlib import Path

import cv2
import numpy as np

from tasks.media.face_film import Reference
from tasks.media.landmarks import FaceMesh
from tasks.media.portrait import check_portrait
from tasks.media.rig.build import find_face
from tasks.media.rig.geometry import face_width
from tasks.media.rig.model import load_image

FACE_PX = 220
"""Width at which the face is searched again: about that of a face in a film."""
ROUNDS = 4
"""A finder that follows faces settles within so many looks at one picture."""


def read_reference(portrait: Path) -> Reference:
    """Reads a portrait and finds its face.

    Raises:
        AvatarError: no picture, too large or small, or no face in it.
        MissingTool: mediapipe is not installed.
    """
    check_portrait(portrait)
    image, _ = load_image(portrait)
    with FaceMesh(face_count=4) as finder:
        face = find_face(image, finder, portrait.name)
    shrink = FACE_PX / face_width(face[:, :2])
    small = np.asarray(cv2.resize(image, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA if shrink < 1
                                  else cv2.INTER_CUBIC), np.uint8)
    with FaceMesh(still=False) as follower:
        followed = [follower.find(small) for _ in range(ROUNDS)][-1]
    again = followed[0] / np.float32(shrink) if followed else face
    same = float(np.abs(again - face)[:, :2].max()) < face_width(face[:, :2]) / 4
    return Reference(image, again if same else face)
