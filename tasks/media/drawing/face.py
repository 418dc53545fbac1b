"""The portrait and its rig, brought to the size of a frame."""

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.drawing.softness import extra_blur
from tasks.media.easing import smooth_step
from tasks.media.rig.model import Rig
from tasks.media.rig.topology import (
    CHIN,
    FACE_LEFT,
    FACE_RIGHT,
    FOREHEAD,
    LEFT_EYE_OUTER,
    LOWER_LIP_OUTER,
    MOUTH_LEFT,
    MOUTH_RIGHT,
    RIGHT_EYE_OUTER,
    UPPER_LIP_OUTER,
)

FACE_SHARE = 0.36
"""Width of the face, as a share of the frame's width, up to which a small face is brought nearer."""
EYE_HEIGHT = 0.40
"""Where the eyes lie if the portrait leaves a choice, as a share of the frame's height."""
LARGEST_ZOOM = 4.0
"""A portrait is never enlarged more than this."""
SMILING, SMILED = (0.27, 0.36), 0.65
"""Half widths of a mouth that does not smile, and of one that smiles broadly, in units of the scale; and the part of a smile
for which the latter has no room."""
FEATURE_PAD = 0.05
"""How far around lips and lids a picture's sharpness is looked at, in units of the scale."""
SHARPEN_FROM, SHARPEN_BY = 1.3, 0.3
"""Zoom from which an enlarged portrait is sharpened, and how much."""


@dataclass(frozen=True)
class EyeLines:
    """One eye in frame pixels; where glasses are worn, how much skin is free above and below it."""

    upper: NDArray[np.float32]
    lower: NDArray[np.float32]
    iris: NDArray[np.float32]
    iris_radius: float
    moves: bool
    free_above: float | None
    free_below: float | None


@dataclass(frozen=True)
class Face:
    """A rig in frame pixels, with the picture it belongs to.

    Attributes:
        image: (height, width, 3) uint8, BGR, as large as the frame.
        points: (478, 3) landmarks.
        scale: the unit of movement, the distance of the outer corners of the eyes.
        right, down: (2,) unit vectors of the face's own axes.
        lip_upper, lip_lower: (n, 2) edges of the lips where they meet, left to right.
        blur: how much softer than a sharp picture the face is, pixels.
        matte, depth: (height, width) float32; 1 where the person is, pixels towards the camera.
    """

    image: NDArray[np.uint8]
    points: NDArray[np.float32]
    scale: float
    right: NDArray[np.float32]
    down: NDArray[np.float32]
    lip_upper: NDArray[np.float32]
    lip_lower: NDArray[np.float32]
    mouth_open: bool
    eyes: tuple[EyeLines, ...]
    blur: float
    matte: NDArray[np.float32]
    depth: NDArray[np.float32]
    rig: Rig


def room_to_smile(face: Face) -> float:
    """How much of a smile the portrait has room for: 1 for a mouth at rest, little for one that smiles already."""
    half_width = float(np.linalg.norm(face.points[MOUTH_LEFT, :2] - face.points[MOUTH_RIGHT, :2])) / (2 * face.scale)
    return 1 - SMILED * float(smooth_step(half_width, *SMILING))


def frame_face(image: NDArray[np.uint8], rig: Rig, size: tuple[int, int]) -> Face:
    """Crops and scales a portrait to `size`, (width, height), and its rig with it."""
    zoom, offset = choose_crop(rig, size)
    place = np.array([[zoom, 0, (zoom - 1) / 2 - offset[0]], [0, zoom, (zoom - 1) / 2 - offset[1]]])
    matte, depth = rig.matte(), rig.depth() * np.float32(zoom)
    return with_blur(place_face(rig, place, fit_picture(image, place, zoom, size), matte=fit_map(matte, rig, place, size),
                                depth=fit_map(depth, rig, place, size)))


def with_blur(face: Face) -> Face:
    """The face, known to be as soft as its picture."""
    features = [face.points[list(UPPER_LIP_OUTER + LOWER_LIP_OUTER), :2],
                *(np.vstack([eye.upper, eye.lower]) for eye in face.eyes)]
    return replace(face, blur=extra_blur(face.image, features, FEATURE_PAD * face.scale))


def place_face(rig: Rig, place: NDArray[Any], picture: NDArray[np.uint8], *, matte: NDArray[np.float32],
               depth: NDArray[np.float32]) -> Face:
    """A rig brought to a frame by `place`, (2, 3) without turning; taken to be as sharp as can be."""
    zoom = float(place[0, 0])

    def move(points: Any) -> NDArray[np.float32]:
        result: NDArray[np.float32] = (np.asarray(points, float) @ place[:, :2].T + place[:, 2]).astype(np.float32)
        return result

    points = rig.points()
    points = np.hstack([move(points[:, :2]), points[:, 2:] * np.float32(zoom)])
    across = points[RIGHT_EYE_OUTER, :2] - points[LEFT_EYE_OUTER, :2]
    right = across / np.float32(np.linalg.norm(across))
    eyes = tuple(EyeLines(move(eye.upper), move(eye.lower), move(eye.iris), eye.iris_radius_px * zoom, eye.moves,
                          *(None if free is None else free * zoom for free in (eye.rim_above_px, eye.rim_below_px)))
                 for eye in rig.eyes)
    return Face(
        image=picture, blur=0.0, points=points, scale=rig.scale_px * zoom, right=right,
        down=np.array([-right[1], right[0]], np.float32), lip_upper=move(rig.mouth.upper), lip_lower=move(rig.mouth.lower),
        mouth_open=rig.mouth.is_open, eyes=eyes, matte=matte, depth=depth, rig=rig)


def choose_crop(rig: Rig, size: tuple[int, int]) -> tuple[float, NDArray[Any]]:
    """Zoom and the frame's top left corner in the zoomed portrait: it covers the frame, with the face in a good place."""
    width, height = size
    points = rig.points()[:, :2]
    face_width = max(float(np.linalg.norm(points[FACE_LEFT] - points[FACE_RIGHT])),
                     0.72 * float(np.linalg.norm(points[FOREHEAD] - points[CHIN])))
    covering = max(width / rig.width_px, height / rig.height_px)
    zoom = max(covering, min(FACE_SHARE * width / face_width, LARGEST_ZOOM * width / 1080))
    eyes = (points[LEFT_EYE_OUTER] + points[RIGHT_EYE_OUTER]) / 2 * zoom
    room = np.array([rig.width_px, rig.height_px]) * zoom - [width, height]
    return zoom, np.clip(eyes - [width / 2, EYE_HEIGHT * height], 0, np.maximum(room, 0))


def fit_picture(image: NDArray[np.uint8], place: NDArray[Any], zoom: float, size: tuple[int, int]) -> NDArray[np.uint8]:
    """The portrait resampled for the frame; untouched where it fits as it is."""
    if zoom == 1 and not place[:, 2].any() and image.shape[1::-1] == size:
        return image
    if zoom < 1:
        image = cv2.resize(image, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA).astype(np.uint8)
        place = np.array([[1, 0, place[0, 2] + (1 - zoom) / 2], [0, 1, place[1, 2] + (1 - zoom) / 2]])
    picture = cv2.warpAffine(image, place, size, flags=cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT_101)
    if zoom > SHARPEN_FROM:
        soft = cv2.GaussianBlur(picture, (0, 0), 0.8 * zoom)
        picture = cv2.addWeighted(picture, 1 + SHARPEN_BY, soft, -SHARPEN_BY, 0)
    result: NDArray[np.uint8] = picture.astype(np.uint8, copy=False)
    return result


def fit_map(small: NDArray[np.float32], rig: Rig, place: NDArray[Any], size: tuple[int, int]) -> NDArray[np.float32]:
    """A small map that covers the portrait, resampled for the frame."""
    grow = np.array([rig.width_px / small.shape[1], rig.height_px / small.shape[0]])
    matrix = np.hstack([place[:, :2] * grow, place[:, :2] @ ((grow - 1) / 2)[:, None] + place[:, 2:]])
    fitted = cv2.warpAffine(small, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(fitted, np.float32)
