"""Examines a photo: every check, its number and what it means."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.domain.errors import AvatarError
from tasks.domain.photo import Finding
from tasks.media.landmarks import FaceMesh, LandmarkFinder, Landmarks
from tasks.media.photo import rules
from tasks.media.photo.clarity import disagreement, sharpness
from tasks.media.photo.close_up import look_at_face
from tasks.media.photo.detector import FaceDetector, find_hands
from tasks.media.photo.eyes_seen import eye_brightness, eye_opening
from tasks.media.photo.faces import CERTAIN, Face, find_faces
from tasks.media.photo.light import blown_share, bright_parts
from tasks.media.photo.mouth_seen import hand_on_mouth, mouth_signs
from tasks.media.photo.open_photo import Photo
from tasks.media.rig.geometry import face_pitch, face_roll, face_width, turn_deg
from tasks.media.rig.topology import CHIN, FACE_OVAL

MOST_FACES = 8
"""How many faces of a photo are looked at."""
LYING_CERTAIN = 0.8
"""How sure the detector must be of a face in a turned copy: faces measure 0.88 to 0.95, halves and ripples up to 0.71."""
SURER = 0.15
"""How much surer than of the picture as it stands: upside-down faces measure up to 0.67."""


@dataclass(frozen=True)
class Examination:
    """What was found out about a photo.

    Attributes:
        findings: one a check, in the order of the rules, also those passed; of what is no human face, nor upright, only
            those that make sense.
        landmarks: (478, 3) pixels of the photo: the face that is meant; None without one.
    """

    findings: tuple[Finding, ...]
    landmarks: Landmarks | None

    @property
    def refused(self) -> bool:
        """True where the photo cannot be used."""
        return any(finding.verdict == "refused" for finding in self.findings)


def examine(photo: Photo, *, face: int | None = None) -> Examination:
    """Checks a photo by every rule.

    Args:
        photo: what `open_photo` gives.
        face: which face is meant, 1 for the leftmost; None for the only or by far the largest one.

    Raises:
        AvatarError: `face` is no number of a face.
        MissingTool: mediapipe is not installed.
    """
    with FaceMesh(face_count=MOST_FACES) as mesh, FaceDetector() as detector:
        faces = find_faces(photo.image, mesh, detector)
        meant = _choose(faces, face, photo.name) if faces or face is not None else None
        score = 0.0 if meant is None else meant.score
        if score < LYING_CERTAIN and (angle := lying_angle(photo.image, detector, score)):
            return Examination((rules.TILT.judge(angle),), None)
        if meant is None:
            return Examination((rules.FACE.judge(0),), None)
        findings = [rules.FACE.judge(len(faces)), _alone(faces, meant, chosen=face is not None),
                    rules.HUMAN.judge(meant.score), *_shape(photo.image, meant.points)]
        if meant.score >= CERTAIN:
            findings += _look(photo.image, meant.points, mesh)
        return Examination(tuple(findings), meant.points)


def lying_angle(image: NDArray[np.uint8], detector: FaceDetector, score: float) -> float:
    """By how many degrees a picture must be turned until it shows a human face more surely; 0 where that does not help.

    Args:
        image: (height, width, 3) uint8, BGR.
        detector: the detector of human faces.
        score: how sure it is of a face in the picture as it stands.
    """
    scores = [max((one.score for one in detector.find(np.ascontiguousarray(np.rot90(image, quarter)))), default=0.0)
              for quarter in (1, 2, 3)]
    best = int(np.argmax(scores))
    return (90.0, 180.0, 90.0)[best] if scores[best] >= max(LYING_CERTAIN, score + SURER) else 0.0


def _choose(faces: list[Face], number: int | None, name: str) -> Face:
    """The face that is meant."""
    if number is None:
        return max(faces, key=lambda face: face_width(face.points[:, :2]))
    if not 1 <= number <= len(faces):
        raise AvatarError(f"there is no face {number!r} in the photo {name!r}: {len(faces)} found, counted from the left")
    return faces[number - 1]


def _alone(faces: list[Face], meant: Face, *, chosen: bool) -> Finding:
    """Whether it is plain which face is meant; what is no human face does not count."""
    others = [face_width(face.points[:, :2]) for face in faces if face is not meant and face.score >= CERTAIN]
    ratio = 0.0 if chosen else max(others, default=0.0) / face_width(meant.points[:, :2])
    return rules.ALONE.judge(ratio, places=", ".join(
        f"face {number} at {face.middle[0]:.0f}, {face.middle[1]:.0f}" for number, face in enumerate(faces, 1)))


def _shape(image: NDArray[np.uint8], points: Landmarks) -> Iterator[Finding]:
    """What the points alone say: size, direction, and whether the face lies within the picture."""
    flat, (height, width) = points[:, :2], image.shape[:2]
    wide = face_width(flat)
    oval = flat[list(FACE_OVAL)]
    yield rules.SIZE.judge(wide)
    yield rules.TURNED.judge(turn_deg(points))
    yield rules.NOD.judge(abs(float(np.degrees(face_pitch(points)))))
    yield rules.TILT.judge(abs(float(np.degrees(face_roll(points)))))
    yield rules.CHIN_SEEN.judge(float(height - flat[CHIN, 1]) / wide)
    yield rules.FOREHEAD_SEEN.judge(float(oval[:, 1].min()) / wide)
    yield rules.SIDES_SEEN.judge(float(min(oval[:, 0].min(), width - oval[:, 0].max())) / wide)


def _look(image: NDArray[np.uint8], points: Landmarks, mesh: LandmarkFinder) -> Iterator[Finding]:
    """What is seen of the face from close by."""
    view, moved = look_at_face(image, points), disagreement(image, mesh, points)
    yield rules.SHARP.judge(sharpness(view))
    yield rules.CLEAR.judge(moved)
    yield rules.DARK.judge(bright_parts(view))
    yield rules.BLOWN.judge(blown_share(view))
    yield rules.EYES_OPEN.judge(eye_opening(view))
    yield rules.GLASSES.judge(eye_brightness(view))
    hand = hand_on_mouth(points, find_hands(image))
    yield rules.MOUTH.judge(mouth_signs(view, disagreement=moved, pitch_rad=face_pitch(points), hand=hand).total)
