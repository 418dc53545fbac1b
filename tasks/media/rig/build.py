"""Builds the rig of a portrait.

`python -m tasks.media.rig avatars/ada` writes `rig.json` beside the portrait.
"""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.domain.errors import AvatarError
from tasks.media.landmarks import FaceMesh, LandmarkFinder, Landmarks
from tasks.media.matte import find_person
from tasks.media.rig.depth import estimate_depth
from tasks.media.rig.glasses import find_rims
from tasks.media.rig.lids import trace_eyes
from tasks.media.rig.lips import trace_lips
from tasks.media.rig.model import Colour, EyeRig, Rig, encode_picture, load_image
from tasks.media.rig.topology import (
    CHIN,
    FACE_LEFT,
    FACE_OVAL,
    FACE_RIGHT,
    FOREHEAD,
    LEFT_EYE_LOWER,
    LEFT_EYE_OUTER,
    LEFT_EYE_UPPER,
    LIP_SAMPLES,
    RIGHT_EYE_LOWER,
    RIGHT_EYE_OUTER,
    RIGHT_EYE_UPPER,
    SKIN_SAMPLES,
)

SMALLEST_FACE_PX, SOFT_FACE_PX = 48, 96
"""Width of a face that cannot be moved well at all, and of one that will look soft."""
PROFILE_RAD, THREE_QUARTER_RAD = np.radians(45), np.radians(28)
"""Turn of the head that cannot be animated, and from which movements are made smaller."""
LARGEST_PIXELS = 64_000_000
"""Largest portrait that is analysed."""
TILE_SHARES = (0.6, 0.4, 0.28)
"""Sizes of the tiles searched when the whole picture shows no face, as shares of its longer side."""


def build_rig(portrait: Path, *, finder: LandmarkFinder | None = None) -> Rig:
    """Analyses a portrait.

    Args:
        portrait: a picture file with one face that looks towards the camera.
        finder: what finds the face; the face mesh unless given.

    Raises:
        AvatarError: no picture, no face, or one that cannot be animated; the message says which and what to use.
        MissingTool: mediapipe is not installed.
    """
    image, digest = load_image(portrait)
    if image.shape[0] * image.shape[1] > LARGEST_PIXELS:
        raise AvatarError(f"the portrait {portrait.name!r} is larger than 64 megapixels: use a smaller copy")
    if finder is not None:
        return rig_of(image, find_face(image, finder, portrait.name), digest)
    with FaceMesh(face_count=4) as mesh:
        return rig_of(image, find_face(image, mesh, portrait.name), digest)


def rig_of(image: NDArray[np.uint8], points: Landmarks, digest: str) -> Rig:
    """The rig of a portrait whose face is known."""
    height, width = image.shape[:2]
    flat = points[:, :2]
    scale = max(distance(flat, LEFT_EYE_OUTER, RIGHT_EYE_OUTER), 0.52 * distance(flat, FOREHEAD, CHIN))
    across = points[RIGHT_EYE_OUTER] - points[LEFT_EYE_OUTER]
    yaw = float(np.arctan2(across[2], across[0]))
    skin = sample_colour(image, flat[list(SKIN_SAMPLES)])
    matte = cover_face(find_person(image), flat, (width, height))
    eyes = trace_eyes(image, points, skin)
    right = (flat[RIGHT_EYE_OUTER] - flat[LEFT_EYE_OUTER]) / distance(flat, LEFT_EYE_OUTER, RIGHT_EYE_OUTER)
    rims = find_rims(image, [(np.array(eye.upper), np.array(eye.lower)) for eye in eyes], right, scale)
    depth = estimate_depth(points, matte, (width, height), scale)
    return Rig(
        portrait_sha256=digest, width_px=width, height_px=height, scale_px=round(scale, 2), yaw_rad=round(yaw, 4),
        landmarks=tuple((round(float(x), 2), round(float(y), 2), round(float(z), 2)) for x, y, z in points),
        mouth=trace_lips(image, points, scale), eyes=(behind_rim(eyes[0], rims[0]), behind_rim(eyes[1], rims[1])),
        matte_png=encode_picture(np.round(matte * 255).astype(np.uint8)),
        depth_png=encode_picture(np.round(depth / depth.max() * 65535).astype(np.uint16)),
        depth_px=round(float(depth.max()), 2), skin=as_colour(skin),
        lip=as_colour(sample_colour(image, flat[list(LIP_SAMPLES)])), eye_white=as_colour(sample_eye_white(image, flat)),
        warnings=tuple(warn_about(flat, yaw)))


def behind_rim(eye: EyeRig, rim: tuple[float, float] | None) -> EyeRig:
    """The eye with what is known of the glasses before it."""
    return eye.model_copy(update={"rim_above_px": round(rim[0], 2), "rim_below_px": round(rim[1], 2)}) if rim else eye


def find_face(image: NDArray[np.uint8], finder: LandmarkFinder, name: str) -> Landmarks:
    """The largest face, found on the whole picture or else on tiles of it, then once more from close by.

    Raises:
        AvatarError: no face, or one too small or too far turned away.
    """
    faces = finder.find(image) or [face for share in TILE_SHARES for face in search_tiles(image, finder, share)]
    if not faces:
        raise AvatarError(f"no face found in the portrait {name!r}: use a clear picture of one face, seen from the front")
    face = look_closer(image, finder, max(faces, key=extent))
    if face_width(face[:, :2]) < SMALLEST_FACE_PX:
        raise AvatarError(f"the face in {name!r} is only {face_width(face[:, :2]):.0f} pixels wide: use at least 100")
    across = face[RIGHT_EYE_OUTER] - face[LEFT_EYE_OUTER]
    if abs(np.arctan2(across[2], across[0])) > PROFILE_RAD:
        raise AvatarError(f"the face in {name!r} is in profile: use a portrait that looks towards the camera")
    return face


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


def look_closer(image: NDArray[np.uint8], finder: LandmarkFinder, face: Landmarks) -> Landmarks:
    """The same face, found again in an enlarged crop, where lips and lids are finer; `face` if it is lost there."""
    centre, reach = (face.min(axis=0) + face.max(axis=0))[:2] / 2, extent(face)
    left, top = np.maximum(centre - reach, 0).astype(int)
    crop = image[top:int(centre[1] + reach), left:int(centre[0] + reach)]
    zoom = max(1.0, 512 / max(crop.shape[:2]))
    found = finder.find(cv2.resize(crop, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC).astype(np.uint8))
    return max(found, key=extent) / np.float32(zoom) + np.array([left, top, 0], np.float32) if found else face


def extent(face: Landmarks) -> float:
    """Longer side of a face's box, pixels."""
    return float(np.ptp(face[:, :2], axis=0).max())


def distance(points: NDArray[Any], first: int, second: int) -> float:
    """Distance between two landmarks, pixels."""
    return float(np.linalg.norm(points[first] - points[second]))


def face_width(points: NDArray[Any]) -> float:
    """Width of the face, pixels; guessed from its height where the head is turned."""
    return max(distance(points, FACE_LEFT, FACE_RIGHT), 0.72 * distance(points, FOREHEAD, CHIN))


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


def warn_about(points: NDArray[Any], yaw_rad: float) -> list[str]:
    """What will not look its best."""
    warnings = []
    if face_width(points) < SOFT_FACE_PX:
        warnings.append("small face: the picture will look soft")
    if abs(yaw_rad) > THREE_QUARTER_RAD:
        warnings.append("three-quarter view: the head moves less")
    return warnings
