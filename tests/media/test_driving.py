"""What a model that copies a performance is shown: the close-up and the pose."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from tasks.domain.errors import AvatarError, FixRequest
from tasks.media.drawing.camera import Camera
from tasks.media.drawing.planes import to_frame, to_image
from tasks.media.drawing.pose import BODY_SWAY
from tasks.media.drawing.puppet import Puppet
from tasks.media.driving import (
    FRAMED,
    ROOM,
    Portrait,
    Square,
    body_of,
    close_up,
    face_film,
    face_square,
    frame_portrait,
    pose_film,
    watch,
)
from tasks.media.landmarks import POINT_COUNT, FaceMesh
from tasks.media.rig.model import Rig, read_portrait
from tasks.media.rig.topology import FACE_LEFT, FACE_RIGHT, MOUTH_LEFT, MOUTH_RIGHT, NOSE_TIP
from tasks.media.skeleton import JOINTS

ADA = Path(__file__).parents[2] / "avatars" / "ada"
SIZE = (288, 512)
SIDE = 40
"""Of the square that stands for a face, pixels."""
WAY = (0, 6, 12, -8)
"""How far it is moved to the right on each frame."""
LIT = 235
"""Brightness of what is nearly white."""


class SquareFinder:
    """Finds a bright square, and takes it for a face whose points are spread over it."""

    def find(self, image: np.ndarray) -> list[np.ndarray]:
        """Its points, a grid from its left upper to its right lower corner."""
        rows, columns = np.nonzero(image[..., 1] > LIT)
        if not len(rows):
            return []
        spread = np.linspace(0, 1, POINT_COUNT)
        x, y = columns.min() + spread * (np.ptp(columns) + 1), rows.min() + spread[::-1] * (np.ptp(rows) + 1)
        return [np.stack([x, y, 0 * x], axis=1).astype(np.float32)]


def frames(way: tuple[int | None, ...] = WAY, size: tuple[int, int] = (160, 240)) -> Iterator[np.ndarray]:
    """A bright square that moves; None: it is away."""
    for shift in way:
        picture = np.zeros((size[1], size[0], 3), np.uint8)
        if shift is not None:
            picture[80:80 + SIDE, 60 + shift:60 + shift + SIDE] = 255
        yield to_frame(picture)


def drawn(size: tuple[int, int], *poses: dict[str, float]) -> Iterator[np.ndarray]:
    """Ada in some poses."""
    rig = Rig.read(ADA / "rig.json")
    puppet = Puppet(read_portrait(ADA / "portrait.png", rig), rig, size)
    return (puppet.frame(pose) for pose in poses)


@pytest.fixture(scope="module")
def portrait() -> Portrait:
    """Ada as large as a small film."""
    return frame_portrait(ADA / "portrait.png", SIZE)


class TestWatch:
    def test_follows_the_face(self) -> None:
        """To where it was drawn."""
        faces = watch(frames(), SquareFinder())
        assert faces.shape == (len(WAY), POINT_COUNT, 3)
        assert (faces[:, 0, 0] - faces[0, 0, 0]).tolist() == list(WAY)

    def test_takes_the_last_known_face_where_none_is_seen(self) -> None:
        """At the beginning the first that is known."""
        faces = watch(frames((None, 4, None, None, 9)), SquareFinder())
        assert (faces[:, 0, 0] - 60).tolist() == [4, 4, 4, 4, 9]

    def test_refuses_a_film_without_a_face(self) -> None:
        with pytest.raises(FixRequest, match="none of the 2 frames that the film is to follow shows a face"):
            watch(frames((None, None)), SquareFinder())


class TestFaceSquare:
    def faces(self, *boxes: tuple[float, float, float, float]) -> np.ndarray:
        """Faces whose brows, jaws and ears fill a box (left, top, right, bottom); the forehead is far above."""
        faces = np.full((len(boxes), POINT_COUNT, 3), -500, np.float32)
        for face, box in zip(faces, boxes, strict=True):
            face[list(FRAMED), :2] = np.mean([box[:2], box[2:]], axis=0)
            face[FRAMED[0], :2], face[FRAMED[-1], :2] = box[:2], box[2:]
        return faces

    def test_shows_the_face_on_every_frame_and_hardly_more(self) -> None:
        """The box around all of them, with its share of room; three quarters of that above."""
        square = face_square(self.faces((100, 200, 200, 300), (140, 200, 240, 340)), (400, 800))
        side = 140 * ROOM ** 0.5
        assert square.side == round(side)
        assert square.left == pytest.approx(170 - side / 2, abs=1)
        assert square.top == pytest.approx(200 - 0.75 * (side - 140), abs=1)

    def test_stays_in_the_picture(self) -> None:
        """At its edge, and where the face is larger than the picture."""
        assert face_square(self.faces((0, 0, 100, 100)), (400, 800)).left == 0
        middle = 400 - 0.25 * 600 * (ROOM ** 0.5 - 1)
        assert face_square(self.faces((-50, 100, 450, 700)), (400, 800)) == Square(0, round(middle) - 200, 400)


class TestFaceFilm:
    def test_square_stays_and_the_face_moves_in_it(self) -> None:
        """By its own way, times the enlargement."""
        square = Square(40, 60, 80)
        pictures = list(face_film(frames(), square, 160))
        assert {picture.shape for picture in pictures} == {(160, 160, 3)}
        lefts = [int(np.flatnonzero(picture[80, :, 1] > 127)[0]) for picture in pictures]
        assert lefts == pytest.approx([2 * (60 - 40 + shift) for shift in WAY], abs=1)

    def test_larger_frames_show_the_same_part(self) -> None:
        """Twice the size, twice the square."""
        square, picture = Square(40, 60, 80), to_image(next(frames()))
        twice = cv2.resize(picture, None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST)
        small, large = close_up(picture, square, 160), close_up(twice, square.larger(2), 160)
        assert np.abs(small.astype(int) - large).mean() < 3

    def test_open_and_closed_mouth_can_be_told_apart(self) -> None:
        """Of the real puppet: in the lower half of the close-up, and hardly elsewhere."""
        with FaceMesh() as mesh:
            square = face_square(watch(drawn(SIZE, {}, {"jaw": 0.8}), mesh), SIZE)
        closed, opened = face_film(drawn(SIZE, {}, {"jaw": 0.8}), square, 128)
        change = np.abs(closed.astype(int) - opened).mean(axis=2)
        assert change[64:, 32:96].mean() > 8
        assert change[:48].mean() < 1


class TestFramePortrait:
    def test_portrait_is_framed_as_the_puppet_is(self, portrait: Portrait) -> None:
        """The puppet at rest is the portrait, but for its lips and eyes; its face is where the portrait's is."""
        rest = next(drawn(SIZE, {}))
        assert np.abs(to_image(rest).astype(int) - portrait.image).mean() < 2
        with FaceMesh() as mesh:
            face = watch([rest], mesh)[0]
        assert np.abs(face - portrait.face)[:, :2].mean() < 2

    def test_picture_without_a_face_is_refused(self, tmp_path: Path) -> None:
        cv2.imwrite(str(tmp_path / "grey.png"), np.full((400, 240, 3), 120, np.uint8))
        with pytest.raises(AvatarError, match="'grey' cannot be animated"):
            frame_portrait(tmp_path / "grey.png", SIZE)


class TestPoseFilm:
    def test_head_is_where_the_landmarks_are(self, portrait: Portrait) -> None:
        """As large as the portrait, the nose on the nose."""
        shift = np.array([7, -3, 0], np.float32)
        pictures = list(pose_film(np.stack([portrait.face, portrait.face + shift]), portrait))
        for picture, face in zip(pictures, (portrait.face, portrait.face + shift), strict=True):
            x, y = np.round(face[NOSE_TIP, :2]).astype(int)
            assert picture.shape == portrait.image.shape
            assert tuple(picture[y, x][::-1]) == JOINTS["nose"]

    def test_shoulders_follow_the_head_a_little_and_sideways_only(self, portrait: Portrait) -> None:
        """As those of the puppet do."""
        moved = body_of(portrait.face + np.array([10, 20, 0], np.float32), portrait)
        assert moved["right shoulder"] == pytest.approx(portrait.shoulders[0] + [10 * BODY_SWAY, 0], abs=1e-3)
        assert moved["left shoulder"] == pytest.approx(portrait.shoulders[1] + [10 * BODY_SWAY, 0], abs=1e-3)
        assert moved["neck"] == pytest.approx((moved["right shoulder"] + moved["left shoulder"]) / 2)

    def test_shoulders_go_outwards_as_the_camera_comes_nearer(self, portrait: Portrait) -> None:
        """To where the puppet's camera sees them."""
        near = {"zoom": 0.09}
        with FaceMesh() as mesh:
            body = body_of(watch(drawn(SIZE, near), mesh)[0], portrait)
        mouth = portrait.face[[MOUTH_LEFT, MOUTH_RIGHT], :2].mean(axis=0)
        view = Camera(SIZE, SIZE, (float(mouth[0]), float(mouth[1]))).look(near)
        for name, shoulder in zip(("right shoulder", "left shoulder"), portrait.shoulders, strict=True):
            assert view.places(body[name]) == pytest.approx(shoulder, abs=1.5)
        assert body["left shoulder"][0] - portrait.shoulders[1][0] > 5

    def test_the_persons_right_is_on_the_left_of_the_screen(self, portrait: Portrait) -> None:
        body = body_of(portrait.face, portrait)
        order = ("right shoulder", "right ear", "right eye", "nose", "left eye", "left ear", "left shoulder")
        across = [float(body[name][0]) for name in order]
        assert across == sorted(across)
        assert body["right ear"][0] == portrait.face[FACE_LEFT, 0]
        assert body["left ear"][0] == portrait.face[FACE_RIGHT, 0]

    def test_turn_of_the_real_head_is_seen(self, portrait: Portrait) -> None:
        """The nose goes to the side that it turns to, the ears hardly, the mouth's corner with the nose."""
        with FaceMesh() as mesh:
            left, right = watch(drawn(SIZE, {"yaw": -0.11}, {"yaw": 0.11}), mesh)
        ways = {index: float(right[index, 0] - left[index, 0]) for index in (NOSE_TIP, MOUTH_LEFT, FACE_LEFT)}
        assert ways[NOSE_TIP] > ways[MOUTH_LEFT] > ways[FACE_LEFT]
        assert ways[NOSE_TIP] > 5
