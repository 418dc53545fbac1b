"""A round picture of the avatar, as on its profile: head and hair in a ring, for the end card."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.rig.model import Rig, read_portrait
from tasks.media.rig.topology import CHIN, FACE_OVAL

AROUND = 0.84
"""Radius of what is seen, in heights of the face from forehead to chin: hair and neck are in it."""
RAISED = 0.06
"""How far above the face's middle its middle is, in the same measure: hair is higher than necks are long."""
FINER = 2
"""Drawn so many times larger, then made smaller, so that the ring has no steps."""


def draw_likeness(portrait: Path, rig: Rig, *, width_px: int, ring_px: float, colour: str) -> NDArray[np.uint8]:
    """Cuts the avatar's head out of its portrait as a disc with a ring around it.

    Args:
        portrait: the picture that the rig was made for.
        rig: where the face is.
        width_px: width and height of the result.
        ring_px: thickness of the ring.
        colour: of the ring, #rrggbb.

    Returns:
        (width_px, width_px, 4) uint8, BGRA, not premultiplied.

    Raises:
        AvatarError: the portrait cannot be read, or is not the rig's.
    """
    points, side = rig.points()[:, :2], FINER * width_px
    top, chin = float(points[list(FACE_OVAL), 1].min()), float(points[CHIN, 1])
    middle = float(points[list(FACE_OVAL), 0].mean()), (top + chin) / 2 - RAISED * (chin - top)
    disc = cv2.resize(_square(read_portrait(portrait, rig), middle, AROUND * (chin - top)), (side, side),
                      interpolation=cv2.INTER_AREA)
    rows, columns = np.ogrid[:side, :side]
    distance = np.hypot(rows + 0.5 - side / 2, columns + 0.5 - side / 2)
    disc[distance > side / 2 - FINER * ring_px] = tuple(bytes.fromhex(colour.removeprefix("#")))[::-1]
    opacity = np.clip(side / 2 - FINER - distance, 0, 1) * 255
    whole = np.dstack([disc, opacity.astype(np.uint8)])
    return np.asarray(cv2.resize(whole, (width_px, width_px), interpolation=cv2.INTER_AREA), np.uint8)


def save_likeness(picture: NDArray[np.uint8], target: Path) -> None:
    """Writes it as PNG with transparency."""
    target.write_bytes(cv2.imencode(".png", picture)[1].tobytes())


def _square(image: NDArray[np.uint8], middle: tuple[float, float], radius: float) -> NDArray[np.uint8]:
    """The part of a picture around a point, its border continued where it ends."""
    left, top, side = round(middle[0] - radius), round(middle[1] - radius), round(2 * radius)
    wider = cv2.copyMakeBorder(image, side, side, side, side, cv2.BORDER_REPLICATE)
    return np.asarray(wider[side + top:2 * side + top, side + left:2 * side + left], np.uint8)
