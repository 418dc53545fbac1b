"""Examines a photo: every check, its number and what it means."""

from dataclasses import dataclass

import numpy as np

from tasks.domain.errors import AvatarError
from tasks.domain.photo import Finding
from tasks.media.landmarks import FaceMesh, LandmarkFinder, Landmarks
from tasks.media.photo.faces import Face, find_faces
from tasks.media.photo.open_photo import Photo
from tasks.media.photo.rules import ALONE, FACE, HUMAN, NOD, SIZE, TILT, TURNED
from tasks.media.rig.geometry import face_pitch, face_roll, face_width, face_yaw

MOST_FACES = 8
"""How many faces of a photo are looked at."""


@dataclass(frozen=True)
class Examination:
    """What was found out about a photo.

    Attributes:
        findings: one a check, in the order of the rules, also those passed.
        landmarks: (478, 3) pixels of the photo: the face that is meant; None without one.
    """

    findings: tuple[Finding, ...]
    landmarks: Landmarks | None

    @property
    def refused(self) -> bool:
        """True where the photo cannot be used."""
        return any(finding.verdict == "refused" for finding in self.findings)


def examine(photo: Photo, *, face: int | None = None, finder: LandmarkFinder | None = None) -> Examination:
    """Checks a photo by every rule.

    Args:
        photo: what `open_photo` gives.
        face: which face is meant, 1 for the leftmost; None for the only or by far the largest one.
        finder: what finds faces; the face mesh unless given.

    Raises:
        AvatarError: `face` is no number of a face.
        MissingTool: mediapipe is not installed.
    """
    if finder is None:
        with FaceMesh(face_count=MOST_FACES) as mesh:
            return examine(photo, face=face, finder=mesh)
    faces = find_faces(photo.image, finder)
    if not faces:
        return Examination((FACE.judge(0),), None)
    meant = _choose(faces, face, photo.name)
    findings = [FACE.judge(len(faces)), _alone(faces, meant, chosen=face is not None), HUMAN.judge(meant.score),
                SIZE.judge(face_width(meant.points[:, :2])), TURNED.judge(abs(float(np.degrees(face_yaw(meant.points))))),
                NOD.judge(abs(float(np.degrees(face_pitch(meant.points))))),
                TILT.judge(abs(float(np.degrees(face_roll(meant.points)))))]
    return Examination(tuple(findings), meant.points)


def _choose(faces: list[Face], number: int | None, name: str) -> Face:
    """The face that is meant."""
    if number is None:
        return max(faces, key=lambda face: face_width(face.points[:, :2]))
    if not 1 <= number <= len(faces):
        raise AvatarError(f"there is no face {number!r} in the photo {name!r}: {len(faces)} found, counted from the left")
    return faces[number - 1]


def _alone(faces: list[Face], meant: Face, *, chosen: bool) -> Finding:
    """Whether it is plain which face is meant."""
    others = [face_width(face.points[:, :2]) for face in faces if face is not meant]
    ratio = 0.0 if chosen else max(others, default=0.0) / face_width(meant.points[:, :2])
    return ALONE.judge(ratio, places=", ".join(
        f"face {number} at {face.middle[0]:.0f}, {face.middle[1]:.0f}" for number, face in enumerate(faces, 1)))
