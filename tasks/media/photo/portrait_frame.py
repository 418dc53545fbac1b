"""Brings a photo to the shape of a reel: cropped where there is room, extended where there is none."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.domain.timeline import SIZE_PX
from tasks.media.landmarks import Landmarks
from tasks.media.matte import find_person
from tasks.media.photo.clothes import clothes_colour
from tasks.media.photo.extension import Known, Torso, extend
from tasks.media.photo.layout import Layout, lay_out
from tasks.media.photo.open_photo import Photo
from tasks.media.rig.geometry import face_width
from tasks.media.rig.topology import CHIN, FACE_OVAL

SOFT_ZOOM = 2.0
"""Enlargement from which its owner is told."""
TOLD_SHARE = 0.03
"""What is added is told from this share of the portrait's height or width on."""
NECK = 0.25
"""Length of the neck below the chin, where clothes may begin, in widths of the face."""
GLOW, SHADE, GLOW_RADIUS = 0.10, 0.30, 0.62
"""How much lighter the ground behind a cut-out head is, how much darker the corners, and the glow's radius in heights."""


@dataclass(frozen=True)
class Framed:
    """A photo in the shape of a reel.

    Attributes:
        image: (1920, 1080, 3) uint8, BGR.
        landmarks: (478, 3) pixels of `image`.
        told: what was done to the photo, a sentence each.
    """

    image: NDArray[np.uint8]
    landmarks: Landmarks
    told: tuple[str, ...] = ()


def frame_portrait(photo: Photo, landmarks: Landmarks) -> Framed:
    """A portrait of 1080 x 1920 pixels with the face where a reel wants it.

    A photo that is large enough is only cropped. Otherwise its background goes on above and beside it, and the torso below.
    A person cut out with transparency stands before a calm ground in harmony with it.

    Args:
        photo: what `open_photo` gives.
        landmarks: (478, 3) the face in pixels of the photo, from `examine`.

    Raises:
        MissingTool: mediapipe is not installed.
    """
    size = photo.image.shape[1::-1]
    matte = find_person(photo.image) if photo.alpha is None else photo.alpha
    layout = lay_out(landmarks, matte, size)
    known, moved = Known(*layout.seen()), layout.move(landmarks)
    image, cover = (fit(part, layout) for part in (photo.image, cv2.resize(matte, size, interpolation=cv2.INTER_LINEAR)))
    backdrop = None
    if photo.ground is not None:
        backdrop = graded(photo.ground, moved)
        lighter = (backdrop - photo.ground) * (1 - cover[..., None])
        image = np.clip(image + lighter + 0.5, 0, 255).astype(np.uint8)
    if not known.fills(SIZE_PX):
        image = extend(image, cover, known, _torso(photo, matte, landmarks, moved), grain_px=layout.zoom, backdrop=backdrop)
    return Framed(image, moved, tuple(_told(layout, known)))


def fit(picture: NDArray[Any], layout: Layout) -> NDArray[Any]:
    """A photo, or its matte, where it lies in the portrait; beyond its edges they go on as they end."""
    zoom, matrix = layout.zoom, layout.matrix()
    if zoom < 1:
        small = round(picture.shape[1] * zoom), round(picture.shape[0] * zoom)
        across, down = (part / full for part, full in zip(small, picture.shape[1::-1], strict=True))
        picture = cv2.resize(picture, small, interpolation=cv2.INTER_AREA)
        matrix = np.array([[zoom / across, 0, layout.left], [0, zoom / down, layout.top]])
    how = cv2.INTER_LINEAR if picture.ndim == 2 else cv2.INTER_LANCZOS4 if zoom > 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.warpAffine(picture, matrix, SIZE_PX, flags=how, borderMode=cv2.BORDER_REPLICATE))


def graded(ground: NDArray[np.float32], landmarks: Landmarks) -> NDArray[np.float32]:
    """(1920, 1080, 3) a plain ground with a soft light behind the head.

    Args:
        ground: (3,) its colour, BGR.
        landmarks: (478, 3) the face, pixels of the portrait.
    """
    x, y = landmarks[list(FACE_OVAL), :2].mean(axis=0)
    rows, columns = np.ogrid[:SIZE_PX[1], :SIZE_PX[0]]
    away = np.hypot(rows - y, columns - x).astype(np.float32) / (GLOW_RADIUS * SIZE_PX[1])
    light = 1 + GLOW - (GLOW + SHADE) * (1 - np.exp(-(away**2)))
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, light.shape).astype(np.float32)
    return np.asarray(np.clip(light[..., None] * ground + noise[..., None], 0, 255), np.float32)


def _torso(photo: Photo, matte: NDArray[np.float32], landmarks: Landmarks, moved: Landmarks) -> Torso:
    """How the person goes on below the photo."""
    cover = cv2.resize(matte, photo.image.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    wide = face_width(moved[:, :2])
    return Torso(float(moved[CHIN, 1]) + NECK * wide, clothes_colour(photo.image, cover, landmarks),
                 float(moved[list(FACE_OVAL), 0].mean()), wide)


def _told(layout: Layout, known: Known) -> Iterator[str]:
    """What the owner of a photo should know about its portrait."""
    width, height = SIZE_PX
    if layout.zoom > SOFT_ZOOM:
        yield (f"the photo is enlarged {layout.zoom:.1f} times and will look soft: one with a face of"
               f" {0.36 * width / SOFT_ZOOM:.0f} pixels or more would be sharp")
    added = {"above": known.top / height, "below": (height - known.bottom) / height,
             "beside": (width - known.right + known.left) / width}
    told = [f"{share:.0%} {where}" for where, share in added.items() if share > TOLD_SHARE]
    if told:
        yield (f"the photo does not fill the portrait, so its surroundings were continued ({', '.join(told)} it): a tall"
               " photo with head room and shoulders needs none of this")
    if layout.hair_cut:
        yield "the photo cuts off the hair, so the portrait does too: a photo with room above the head looks better"
