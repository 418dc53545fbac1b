"""What a model that copies a performance is shown of it: a film of the face from close by, and one of the pose.

The performance is watched once, to find the face on every frame. Then both films can be had picture by picture, so that a
film of any length takes no more memory than one picture and the places of the face.

The close-up is a square that stays where it is for the whole film: the face fills it, and still moves in it. It leaves as
much room around brows, ears and chin as the preparation of Wan Animate's own driving films does. The pose is a skeleton of
head and shoulders: eyes, nose and ears where they are on each frame, shoulders where the portrait has them, which follow the
head a little, and a camera that comes nearer.

Source: Wan 2.2, `wan/modules/animate/preprocess`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tasks.domain.errors import FixRequest
from tasks.media.drawing.face import frame_face
from tasks.media.drawing.planes import to_image
from tasks.media.drawing.pose import BODY_SWAY
from tasks.media.landmarks import FaceMesh, LandmarkFinder, Landmarks
from tasks.media.mouth_track import ANCHORS, across
from tasks.media.rig.build import find_face, rig_of
from tasks.media.rig.model import load_image
from tasks.media.rig.topology import (
    CHIN,
    FACE_LEFT,
    FACE_RIGHT,
    JAW_LINE,
    LEFT_BROW,
    LEFT_EYE_LOWER,
    LEFT_EYE_UPPER,
    MOUTH_LEFT,
    MOUTH_RIGHT,
    NOSE_TIP,
    RIGHT_BROW,
    RIGHT_EYE_LOWER,
    RIGHT_EYE_UPPER,
)
from tasks.media.shoulders import Shoulders, find_shoulders
from tasks.media.skeleton import Body, draw_skeleton

FRAMED = (*LEFT_BROW, *RIGHT_BROW, *JAW_LINE, FACE_LEFT, FACE_RIGHT, CHIN)
"""Points of a face that its close-up is to show, on all frames."""
ROOM = 1.3
"""How many times the area of the box around these points is shown."""
ROOM_ABOVE = 0.75
"""Part of the room over and under the face that is over it."""

Picture = NDArray[np.uint8]
"""(height, width, 3) uint8, BGR."""


@dataclass(frozen=True)
class Square:
    """Part of a picture: its left and top edge and its side, pixels."""

    left: int
    top: int
    side: int

    def larger(self, times: int) -> "Square":
        """The same part of the picture at a multiple of its size."""
        return Square(self.left * times, self.top * times, self.side * times)


@dataclass(frozen=True)
class Portrait:
    """Who is to move: the portrait, framed as the puppet is.

    Attributes:
        image: the picture, as large as the film.
        face: its landmarks there.
        shoulders: where they are.
    """

    image: Picture
    face: Landmarks
    shoulders: Shoulders


def frame_portrait(path: Path, size: tuple[int, int]) -> Portrait:
    """Reads a portrait and frames it as drawing frames the puppet.

    Args:
        path: the picture.
        size: of the film, (width, height), even numbers.

    Raises:
        AvatarError: it is no picture, or shows no face that could move.
        MissingTool: mediapipe is not installed.
    """
    picture, digest = load_image(path)
    with FaceMesh() as finder:
        rig = rig_of(picture, find_face(picture, finder, path.stem), digest)
    face = frame_face(picture, rig, size)
    return Portrait(face.image, face.points, find_shoulders(face.image, face.points))


def watch(frames: Iterable[NDArray[np.uint8]], finder: LandmarkFinder) -> NDArray[np.float32]:
    """Where the face is on every frame of a performance.

    Args:
        frames: I420; each is forgotten when it has been looked at.
        finder: finds it.

    Returns:
        (n, 478, 3) landmarks, pixels; where no face was found, those of the last frame that had one.

    Raises:
        FixRequest: no frame shows a face.
    """
    found = [next(iter(finder.find(to_image(frame))), None) for frame in frames]
    known = [index for index, face in enumerate(found) if face is not None]
    if not known:
        raise FixRequest(f"none of the {len(found)} frames that the film is to follow shows a face: choose a generator that"
                         " follows none, with --engine generation=NAME (`reels engines` lists them)")
    nearest = np.maximum.accumulate([index if face is not None else known[0] for index, face in enumerate(found)])
    return np.stack([np.asarray(found[index], np.float32) for index in nearest])


def pose_film(faces: NDArray[np.float32], portrait: Portrait) -> Iterator[Picture]:
    """The skeleton on every frame, as large as the portrait.

    Args:
        faces: (n, 478, 3) from `watch`, of frames as large as the portrait.
        portrait: says where the shoulders are while the head is as in it.
    """
    height, width = portrait.image.shape[:2]
    return (draw_skeleton(body_of(face, portrait), (width, height)) for face in faces)


def face_film(frames: Iterable[NDArray[np.uint8]], square: Square, side_px: int) -> Iterator[Picture]:
    """The close-up on every frame.

    Args:
        frames: I420.
        square: the part of them that it shows.
        side_px: its size.
    """
    return (close_up(to_image(frame), square, side_px) for frame in frames)


def body_of(face: Landmarks, portrait: Portrait) -> Body:
    """The points of a body whose face is known; of its shoulders it is known where the portrait has them.

    A face that is larger than the portrait's is seen by a camera that came nearer, which keeps the mouth in place.
    """
    mouth = portrait.face[[MOUTH_LEFT, MOUTH_RIGHT], :2].mean(axis=0)
    nearer = np.float32(np.abs(across(face[list(ANCHORS), :2]) / across(portrait.face[list(ANCHORS), :2])))
    ears, right, left = mouth + nearer * (np.vstack([_ears(portrait.face), portrait.shoulders]) - mouth)
    sway = np.array([BODY_SWAY * (_ears(face) - ears)[0], 0], np.float32)
    return {"nose": face[NOSE_TIP, :2], "neck": (right + left) / 2 + sway, "right shoulder": right + sway,
            "left shoulder": left + sway, "right eye": face[[*LEFT_EYE_UPPER, *LEFT_EYE_LOWER], :2].mean(axis=0),
            "left eye": face[[*RIGHT_EYE_UPPER, *RIGHT_EYE_LOWER], :2].mean(axis=0),
            "right ear": face[FACE_LEFT, :2], "left ear": face[FACE_RIGHT, :2]}


def face_square(faces: NDArray[np.float32], size: tuple[int, int]) -> Square:
    """The square that shows the face on every frame and hardly more.

    Args:
        faces: (n, 478, 3) from `watch`.
        size: of the frames, (width, height).
    """
    points = faces[:, list(FRAMED), :2].reshape(-1, 2)
    first, last = points.min(axis=0), points.max(axis=0)
    grown = (last - first) * np.float32(np.sqrt(ROOM) - 1)
    centre = (first + last) / 2 - [0, grown[1] * (ROOM_ABOVE - 0.5)]
    side = min(round(float((last - first + grown).max())), *size)
    left, top = np.clip(np.round(centre - side / 2), 0, np.array(size) - side).astype(int)
    return Square(int(left), int(top), side)


def close_up(picture: Picture, square: Square, side_px: int) -> Picture:
    """A part of a picture at another size."""
    part = picture[square.top:square.top + square.side, square.left:square.left + square.side]
    smooth = cv2.INTER_AREA if square.side > side_px else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(part, (side_px, side_px), interpolation=smooth), np.uint8)


def for_pillow(picture: Picture) -> Image.Image:
    """A picture as models of the diffusers library take it."""
    return Image.fromarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))


def _ears(face: Landmarks) -> NDArray[np.float32]:
    """(2,) the middle between the ears, about where the head turns."""
    return np.asarray(face[[FACE_LEFT, FACE_RIGHT], :2].mean(axis=0), np.float32)
