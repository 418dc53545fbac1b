"""A portrait's file: checked before anything decodes it for real, written, compared, examined again."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.domain.errors import AvatarError
from tasks.media.image_file import ImageKind, open_image
from tasks.media.photo.examination import MOST_FACES, Examination, examine
from tasks.media.photo.open_photo import open_photo
from tasks.media.rig.geometry import extent
from tasks.media.rig.model import Rig, load_image

PORTRAIT = ImageKind("portrait", ("PNG", "JPEG", "WEBP"), AvatarError, "put a picture there", "PNG")
"""What a portrait may be."""
MIN_SIDE_PX = 256
"""A smaller side shows no face worth animating."""
SAME_FACE = 0.1
"""Landmarks nearer to the rig's than this on average, in extents of the face, are those of the rig's face."""


def check_portrait(path: Path) -> tuple[int, int]:
    """Makes sure that a portrait can be decoded, size and pixel count first.

    Returns:
        (width, height) in pixels.

    Raises:
        AvatarError: missing, no picture, too large or small, or damaged.
    """
    with open_image(path, PORTRAIT) as picture:
        width, height = picture.size
        if min(width, height) < MIN_SIDE_PX:
            raise AvatarError(f"the portrait {str(path)!r} has {width} x {height} pixels, each side needs at least"
                              f" {MIN_SIDE_PX}: take a larger picture")
        picture.load()
    return width, height


def write_portrait(image: NDArray[np.uint8], target: Path) -> None:
    """Writes a portrait, (height, width, 3) uint8 BGR, as PNG."""
    target.write_bytes(cv2.imencode(".png", image)[1].tobytes())


def shows(path: Path, image: NDArray[np.uint8]) -> bool:
    """Whether a portrait's file holds exactly this picture, (height, width, 3) uint8 BGR."""
    try:
        return np.array_equal(load_image(path)[0], image)
    except AvatarError:
        return False


def examine_portrait(path: Path, rig: Rig | None, *, chosen: bool = False) -> Examination:
    """The checks of a photo, repeated on the portrait that was made of it.

    Args:
        path: the portrait.
        rig: says which face is meant where there are several; None: the largest one.
        chosen: whether a person chose among several faces, so that further ones are no fault.

    Raises:
        AvatarError: it cannot be read.
        MissingTool: mediapipe is not installed.
    """
    photo = open_photo(path)
    found = examine(photo)
    if rig is None or found.landmarks is None or (not chosen and _is_of(rig, found)):
        return found
    for number in range(1, MOST_FACES + 1):
        try:
            other = examine(photo, face=number)
        except AvatarError:
            break
        if _is_of(rig, other):
            return other
    return found


def _is_of(rig: Rig, found: Examination) -> bool:
    """Whether the face that was examined is the rig's."""
    if found.landmarks is None:
        return False
    away = np.linalg.norm((found.landmarks - rig.points())[:, :2], axis=1).mean()
    return bool(away < SAME_FACE * extent(rig.points()))
