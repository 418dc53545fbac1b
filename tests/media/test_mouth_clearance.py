"""Where a mouth may be drawn, on tracks and pictures in which it is known what hides it."""

from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

from tasks.media.affine import apply_affine
from tasks.media.metrics.mouth_opening import LIP_PAIRS
from tasks.media.mouth_clearance import EASE, MARGIN, WIDEST_OPENING, Clearance, MouthWatch, clear, surroundings
from tasks.media.rig.geometry import face_yaw
from tasks.media.rig.model import Rig
from tasks.media.rig.topology import CHIN, LEFT_EYE_OUTER, MOUTH_LEFT, MOUTH_RIGHT, NOSE_TIP, RIGHT_EYE_OUTER

ADA = Path(__file__).parents[2] / "avatars" / "ada" / "rig.json"
COUNT = 60
STEEPEST = 1.5 / EASE
"""Most that a cubic without corners changes on one of `EASE` frames."""
SIZE_PX = 300
"""Side of the pictures watched."""


@pytest.fixture(scope="module")
def face() -> np.ndarray:
    """Ada's points, seen exactly from the front, her eyes 100 pixels apart in the middle of a small picture."""
    points = Rig.read(ADA).points().astype(float)
    points = turned(points, -np.degrees(face_yaw(points.astype(np.float32))))
    points *= 100 / np.linalg.norm(points[RIGHT_EYE_OUTER, :2] - points[LEFT_EYE_OUTER, :2])
    return np.asarray(points - points[NOSE_TIP] + np.array([SIZE_PX / 2, SIZE_PX / 2 - 10, 0]), np.float32)


def turned(points: np.ndarray, yaw_deg: float, lean_deg: float = 0.0) -> np.ndarray:
    """A face whose head turns to its side around its own axis, then leans in the picture."""
    yaw, lean, middle = np.radians(yaw_deg), np.radians(lean_deg), points.mean(axis=0)
    aside = np.array([[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]])
    over = np.array([[np.cos(lean), -np.sin(lean), 0], [np.sin(lean), np.cos(lean), 0], [0, 0, 1]])
    return np.asarray((points - middle) @ (over @ aside).T + middle, points.dtype)


def opened(points: np.ndarray, opening: float) -> np.ndarray:
    """A face whose lips stand so many eye distances apart."""
    wide, eyes = points.copy(), np.linalg.norm(points[RIGHT_EYE_OUTER, :2] - points[LEFT_EYE_OUTER, :2])
    for upper, lower in LIP_PAIRS:
        wide[lower, :2] = wide[upper, :2] + [0, opening * eyes]
    return wide


def seen(face: np.ndarray, **frames: tuple[range, np.ndarray]) -> Clearance:
    """The clearance of a film of a face whose lips are closed, but for some frames."""
    points = np.stack([opened(face, 0.01)] * COUNT)
    for where, other in frames.values():
        points[list(where)] = other
    return clear(points, np.zeros(COUNT, bool))


class TestClear:
    def test_quiet_face_from_the_front_is_free(self, face: np.ndarray) -> None:
        clearance = seen(face)
        assert clearance.free.all()
        assert clearance.strength().min() == 1
        assert list(clearance.told()) == []

    @pytest.mark.parametrize("lean_deg", [-30, 0, 30])
    @pytest.mark.parametrize(("yaw_deg", "left_alone"), [(36, False), (-36, False), (40, True), (-40, True), (80, True)])
    def test_profile_is_left_alone(self, face: np.ndarray, yaw_deg: float, lean_deg: float, left_alone: bool) -> None:
        """From 38 degrees on, to either side, however much the head leans."""
        flags = seen(face, aside=(range(20, 30), turned(opened(face, 0.01), yaw_deg, lean_deg))).because["turned"]
        assert set(np.flatnonzero(flags)) == (set(range(20, 30)) if left_alone else set())

    @pytest.mark.parametrize(("beyond", "left_alone"), [(-0.01, False), (0.01, True), (0.2, True)])
    def test_grimace_is_left_alone(self, face: np.ndarray, beyond: float, left_alone: bool) -> None:
        """Lips that stand apart wider than they can be closed."""
        flags = seen(face, grimace=(range(20, 30), opened(face, WIDEST_OPENING + beyond))).because["open"]
        assert set(np.flatnonzero(flags)) == (set(range(20, 30)) if left_alone else set())

    def test_frames_without_a_face_are_hidden_and_nothing_else(self, face: np.ndarray) -> None:
        clearance = clear(np.stack([np.full_like(face, np.nan)] * 3), np.ones(3, bool))
        assert {reason: flags.tolist() for reason, flags in clearance.because.items()} == {
            "hidden": [True] * 3, "turned": [False] * 3, "open": [False] * 3, "covered": [False] * 3}

    def test_reasons_are_told_by_how_much_they_take(self, face: np.ndarray) -> None:
        """6 of 60 frames are 10 %, 15 are 25 %."""
        clearance = seen(face, gone=(range(6), np.full_like(face, np.nan)), wide=(range(40, 55), opened(face, 0.3)))
        assert list(clearance.told()) == ["has its mouth wide open on 25 % of its frames",
                                          "shows no face on 10 % of its frames"]


class TestStrength:
    def test_drawing_comes_and_goes_without_a_jump(self, face: np.ndarray) -> None:
        """None on the gap and four frames around it, all of it thirteen frames away, never a step between."""
        strength = seen(face, gone=(range(25, 28), np.full_like(face, np.nan))).strength()
        assert strength[25 - MARGIN:28 + MARGIN].max() == 0
        assert strength[:25 - MARGIN - EASE + 1].min() == strength[27 + MARGIN + EASE:].min() == 1
        assert np.abs(np.diff(strength)).max() <= STEEPEST

    def test_rises_and_falls_the_same(self, face: np.ndarray) -> None:
        strength = seen(face, gone=(range(30, 31), np.full_like(face, np.nan))).strength()
        assert np.array_equal(strength[30:], strength[30:0:-1])
        assert all(before <= after for before, after in pairwise(strength[30:]))

    def test_nothing_is_drawn_where_no_frame_is_free(self) -> None:
        assert Clearance({"hidden": np.ones(5, bool)}).strength().tolist() == [0.0] * 5


class TestSurroundings:
    def test_reach_past_the_corners_and_down_to_the_chin_at_most(self, face: np.ndarray) -> None:
        top_left, top_right, bottom_left = surroundings(face)
        assert top_left[0] < face[MOUTH_LEFT, 0] < face[MOUTH_RIGHT, 0] < top_right[0]
        assert top_left[1] < face[MOUTH_LEFT, 1] < bottom_left[1] <= face[CHIN, 1] + 1


def watched(face: np.ndarray, spoil: dict[int, tuple[float, float]] | None = None, *, lost: tuple[int, ...] = ()
            ) -> MouthWatch:
    """A watch over a textured face that sways, leans and comes nearer by known amounts.

    Args:
        face: its points.
        spoil: frame -> (part of the mouth's surroundings under a hand, factor of all light).
        lost: frames on which no face is found.
    """
    dice, watch = np.random.default_rng(3), MouthWatch()
    texture = cv2.GaussianBlur(dice.normal(0, 1, (SIZE_PX, SIZE_PX, 3)).astype(np.float32), (0, 0), 4)
    skin = 130 + 25 * texture / texture.std()
    for index in range(COUNT):
        share, light = (spoil or {}).get(index, (0.0, 1.0))
        picture, (low, right, bottom) = skin.copy(), surroundings(face)
        if share:
            end = int(low[0] + share * (right[0] - low[0])), int(bottom[1])
            cv2.rectangle(picture, (int(low[0]), int(low[1])), end, (40, 60, 90), -1)
        lean, near = 0.06 * np.sin(index / 5), 1 + 0.05 * np.sin(index / 9)
        place = np.array([[near, -lean, 6 * np.sin(index / 4)], [lean, near, -8.0]])
        moved = cv2.warpAffine(picture, place, (SIZE_PX, SIZE_PX), borderMode=cv2.BORDER_REFLECT) * light
        noisy = np.clip(moved + dice.normal(0, 2, moved.shape), 0, 255).astype(np.uint8)
        points = np.hstack([apply_affine(place, face[:, :2]), face[:, 2:]]).astype(np.float32)
        watch.look(noisy, None if index in lost else points)
    return watch


class TestMouthWatch:
    def test_moving_head_covers_nothing(self, face: np.ndarray) -> None:
        """Brought into one pose a face is always the same."""
        assert watched(face).unusual().max() < 0.02

    def test_light_that_changes_covers_nothing(self, face: np.ndarray) -> None:
        assert not watched(face, dict.fromkeys(range(20, 40), (0.0, 0.8))).covered().any()

    def test_hand_is_seen_from_where_it_comes_to_where_it_has_gone(self, face: np.ndarray) -> None:
        """A tenth of the surroundings alone says nothing; before and after half of them it is a hand on its way."""
        coming = {20: 0.1, 21: 0.3, 22: 0.5, 23: 0.1, 45: 0.1}
        covered = watched(face, {index: (share, 1.0) for index, share in coming.items()}).covered()
        assert np.flatnonzero(covered).tolist() == [20, 21, 22, 23]

    def test_frames_without_a_face_are_not_covered(self, face: np.ndarray) -> None:
        covered = watched(face, {30: (0.5, 1.0)}, lost=(0, 1, 29, 59)).covered()
        assert np.flatnonzero(covered).tolist() == [30]

    def test_too_few_faces_say_nothing_of_what_is_usual(self, face: np.ndarray) -> None:
        assert watched(face, {59: (0.5, 1.0)}, lost=tuple(range(58))).unusual().tolist() == [0.0] * COUNT
