"""Builds the rig of a portrait.

`python -m tasks.media.rig avatars/ada` writes `rig.json` beside the portrait.
"""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.domain.errors import AvatarError
from tasks.domain.photo import Finding
from tasks.media.landmarks import FaceMesh, LandmarkFinder, Landmarks
from tasks.media.matte import find_person
from tasks.media.photo.faces import find_meshes, look_closer
from tasks.media.photo.rules import FACE, SIZE, TURNED
from tasks.media.rig.corrections import corrected_landmarks, keep_corrections, rounded, with_record
from tasks.media.rig.depth import estimate_depth
from tasks.media.rig.geometry import distance, extent, face_scale, face_width, face_yaw, turn_deg
from tasks.media.rig.glasses import find_rims
from tasks.media.rig.lids import trace_eyes
from tasks.media.rig.lips import trace_lips
from tasks.media.rig.model import Colour, EyeRig, Rig, encode_picture, load_image
from tasks.media.rig.topology import (
    FACE_OVAL,
    LEFT_EYE_LOWER,
    LEFT_EYE_OUTER,
    LEFT_EYE_UPPER,
    LIP_SAMPLES,
    RIGHT_EYE_LOWER,
    RIGHT_EYE_OUTER,
    RIGHT_EYE_UPPER,
    SKIN_SAMPLES,
)

LARGEST_PIXELS = 64_000_000
"""Largest portrait that is analysed."""


def build_rig(portrait: Path, *, finder: LandmarkFinder | None = None, near: Landmarks | None = None,
              before: Rig | None = None) -> Rig:
    """Analyses a portrait.

    Args:
        portrait: a picture file with one face that looks towards the camera.
        finder: what finds the face; the face mesh unless given.
        near: about where the face is, for a picture with several; None: where it was `before`, or else the largest.
        before: an earlier rig of the same portrait: what was corrected in it by hand stays. One of another portrait counts
            for nothing.

    Raises:
        AvatarError: no picture, no face, or one that cannot be animated; the message says which and what to use.
        MissingTool: mediapipe is not installed.
    """
    image, digest = load_image(portrait)
    if image.shape[0] * image.shape[1] > LARGEST_PIXELS:
        raise AvatarError(f"the portrait {portrait.name!r} is larger than 64 megapixels: use a smaller copy")
    known = before if before and before.portrait_sha256 == digest else None
    place = near if near is not None else known.points() if known else None
    if finder is not None:
        return rig_of(image, find_face(image, finder, portrait.name, near=place), digest, before=known)
    with FaceMesh(face_count=4) as mesh:
        return rig_of(image, find_face(image, mesh, portrait.name, near=place), digest, before=known)


def rig_of(image: NDArray[np.uint8], found: Landmarks, digest: str, *, before: Rig | None = None) -> Rig:
    """The rig of a portrait whose face is known; what was corrected by hand in the rig `before` stays."""
    points = corrected_landmarks(found, before)
    rig = with_record(_traced(image, points, digest), found)
    return keep_corrections(rig, before)


def _traced(image: NDArray[np.uint8], points: Landmarks, digest: str) -> Rig:
    """What landmarks and picture say together."""
    height, width = image.shape[:2]
    flat = points[:, :2]
    scale, yaw = face_scale(flat), face_yaw(points)
    skin = sample_colour(image, flat[list(SKIN_SAMPLES)])
    matte = cover_face(find_person(image), flat, (width, height))
    eyes = trace_eyes(image, points, skin)
    right = (flat[RIGHT_EYE_OUTER] - flat[LEFT_EYE_OUTER]) / distance(flat, LEFT_EYE_OUTER, RIGHT_EYE_OUTER)
    rims = find_rims(image, [(np.array(eye.upper), np.array(eye.lower)) for eye in eyes], right, scale)
    depth = estimate_depth(points, matte, (width, height), scale)
    return Rig(
        portrait_sha256=digest, width_px=width, height_px=height, scale_px=round(scale, 2), yaw_rad=round(yaw, 4),
        landmarks=tuple((x, y, z) for x, y, z in rounded(points)),
        mouth=trace_lips(image, points, scale), eyes=(behind_rim(eyes[0], rims[0]), behind_rim(eyes[1], rims[1])),
        matte_png=encode_picture(np.round(matte * 255).astype(np.uint8)),
        depth_png=encode_picture(np.round(depth / depth.max() * 65535).astype(np.uint16)),
        depth_px=round(float(depth.max()), 2), skin=as_colour(skin),
        lip=as_colour(sample_colour(image, flat[list(LIP_SAMPLES)])), eye_white=as_colour(sample_eye_white(image, flat)),
        warnings=tuple(finding.sentence for finding in judge_shape(points) if finding.verdict == "warned"))


def behind_rim(eye: EyeRig, rim: tuple[float, float] | None) -> EyeRig:
    """The eye with what is known of the glasses before it."""
    return eye.model_copy(update={"rim_above_px": round(rim[0], 2), "rim_below_px": round(rim[1], 2)}) if rim else eye


def find_face(image: NDArray[np.uint8], finder: LandmarkFinder, name: str, *, near: Landmarks | None = None) -> Landmarks:
    """The largest face, or the one nearest to `near`: found on the whole picture or else on tiles of it, then once more
    from close by.

    Raises:
        AvatarError: no face, or one too small or too far turned away.
    """
    faces = find_meshes(image, finder)
    if not faces:
        raise AvatarError(f"the portrait {name!r} cannot be animated: {FACE.judge(0).sentence}")
    face = look_closer(image, finder, max(faces, key=extent) if near is None else nearest(faces, near))
    for finding in judge_shape(face):
        if finding.verdict == "refused":
            raise AvatarError(f"the portrait {name!r} cannot be animated: {finding.sentence}")
    return face


def judge_shape(face: Landmarks) -> tuple[Finding, Finding]:
    """Whether a face is large enough, and turned towards the camera."""
    return SIZE.judge(face_width(face[:, :2])), TURNED.judge(turn_deg(face))


def nearest(faces: list[Landmarks], near: Landmarks) -> Landmarks:
    """The face whose points lie nearest to those of `near`, on average."""
    return min(faces, key=lambda face: float(np.linalg.norm((face - near)[:, :2], axis=1).mean()))


def cover_face(matte: NDArray[Any], points: NDArray[Any], size: tuple[int, int]) -> NDArray[np.float32]:
    """The matte with the face itself surely inside."""
    shrink = np.array([matte.shape[1] / size[0], matte.shape[0] / size[1]])
    face = np.zeros(matte.shape, np.uint8)
    cv2.fillPoly(face, [np.round(points[list(FACE_OVAL)] * shrink).astype(np.int32)], 255)
    result: NDArray[np.float32] = np.maximum(matte, cv2.GaussianBlur(face, (0, 0), 1.5).astype(np.float32) / 255)
    return result


def sample_colour(image: NDArray[np.uint8], places: NDArray[Any]) -> NDArray[Any]:
    """(3,) median colour of small squares around `places`, BGR."""
    squares = [image[max(0, int(y) - 2):int(y) + 3, max(0, int(x) - 2):int(x) + 3].reshape(-1, 3) for x, y in places]
    return np.median(np.concatenate(squares), axis=0)


def sample_eye_white(image: NDArray[np.uint8], points: NDArray[Any]) -> NDArray[Any]:
    """(3,) colour of the brightest fifth inside the lids, without the very brightest, which are reflections; BGR."""
    mask = np.zeros(image.shape[:2], np.uint8)
    for upper, lower in ((LEFT_EYE_UPPER, LEFT_EYE_LOWER), (RIGHT_EYE_UPPER, RIGHT_EYE_LOWER)):
        cv2.fillPoly(mask, [np.round(points[list(upper + lower[::-1])]).astype(np.int32)], 1)
    inside = image[mask > 0].astype(np.float32)
    bright = inside.mean(axis=1)
    low, high = np.percentile(bright, [80, 97])
    result: NDArray[Any] = inside[(bright >= low) & (bright <= high)].mean(axis=0)
    return result


def as_colour(colour: NDArray[Any]) -> Colour:
    """A BGR colour as red, green, blue."""
    blue, green, red = (round(float(channel)) for channel in colour)
    return red, green, blue
