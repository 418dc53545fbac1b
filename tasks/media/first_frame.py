"""A picture as the first frame of a film that a model makes of it: cut to the film's shape, the face well placed in it."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tasks.media.focus import focus_of
from tasks.media.landmarks import FaceMesh
from tasks.media.photo.faces import find_meshes
from tasks.media.pictures import cover_scale, read_picture
from tasks.media.rig.geometry import extent
from tasks.media.rig.topology import LEFT_EYE_OUTER, RIGHT_EYE_OUTER

EYE_HEIGHT = 0.40
"""Where the eyes come to lie if the picture leaves a choice, as a share of the frame's height: where the puppet's lie."""
BEHIND = ("#ffffff",)
"""What is behind a picture's transparent parts."""


def first_frame(path: Path, size: tuple[int, int]) -> Image.Image:
    """The picture in RGB at a size, (width, height): as much of it as the frame's shape allows.

    Raises:
        FixRequest: it is no picture that can be read.
    """
    picture = read_picture(path, backgrounds=BEHIND, size=size).convert("RGB")
    box = place_cut(picture.size, size, anchor_of(np.asarray(picture)[..., ::-1]))
    return picture.resize(size, Image.Resampling.LANCZOS, box=box)


def anchor_of(image: NDArray[np.uint8]) -> tuple[float, float, float]:
    """What the cut is placed by, in an image, (height, width, 3) uint8 BGR.

    Returns:
        x and y of a point, as parts of width and height, and how high in the frame it should lie, as a part of that: the
        middle of the eyes of the largest face, else what the picture is about.
    """
    plain = np.ascontiguousarray(image)
    with FaceMesh() as finder:
        faces = find_meshes(plain, finder)
    if not faces:
        return *focus_of(cv2.cvtColor(plain, cv2.COLOR_BGR2GRAY).astype(np.uint8)), 0.5
    eyes = max(faces, key=extent)[[LEFT_EYE_OUTER, RIGHT_EYE_OUTER], :2].mean(axis=0)
    return float(eyes[0] / image.shape[1]), float(eyes[1] / image.shape[0]), EYE_HEIGHT


def place_cut(have: tuple[int, int], want: tuple[int, int], anchor: tuple[float, float, float]
              ) -> tuple[float, float, float, float]:
    """The largest part of a picture that has a frame's shape and shows the anchor where it should lie, if it can.

    Args:
        have: (width, height) of the picture.
        want: (width, height) of the frame.
        anchor: as `anchor_of` gives it.

    Returns:
        left, top, right, bottom, pixels of the picture.
    """
    scale = cover_scale(have, want)
    width, height = (min(wanted / scale, float(there)) for wanted, there in zip(want, have, strict=True))
    left = min(max(anchor[0] * have[0] - width / 2, 0.0), have[0] - width)
    top = min(max(anchor[1] * have[1] - anchor[2] * height, 0.0), have[1] - height)
    return left, top, left + width, top + height
