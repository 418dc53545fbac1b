"""Likeness: faces that only moved, and faces that changed."""

import numpy as np
import pytest

from tasks.media.landmarks import POINT_COUNT
from tasks.media.metrics.head_pose import RIGID
from tasks.media.metrics.likeness import looks, shape_distances, steady
from tasks.media.rig.topology import LEFT_EYE_OUTER, RIGHT_EYE_OUTER

TIMES_S = np.arange(60) / 30


def face() -> np.ndarray:
    points = np.random.default_rng(5).uniform(-80, 80, (POINT_COUNT, 3)).astype(np.float32)
    points[LEFT_EYE_OUTER], points[RIGHT_EYE_OUTER] = (-50, -20, -20), (50, -20, -20)
    return points


def swaying(degrees: float) -> np.ndarray:
    """(60, 478, 3) that face tilting to and fro at twice its size."""
    frames = []
    for angle in np.radians(degrees * np.sin(TIMES_S * 5)):
        turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
        frames.append(2 * face() @ turn.T + (500, 300, 0))
    return np.stack(frames).astype(np.float32)


class TestShapeDistances:
    def test_movement_and_size_are_no_change(self) -> None:
        assert np.nanmax(shape_distances(TIMES_S, swaying(8.0), face())) < 1e-4

    def test_trembling_points_are_no_change(self) -> None:
        """Two thousandths of an eye distance of noise on every point is almost gone over a second."""
        points = swaying(3.0) + np.random.default_rng(1).normal(0, 0.4, (60, POINT_COUNT, 3)).astype(np.float32)
        assert np.nanmedian(shape_distances(TIMES_S, points, face())) < 0.001

    def test_a_face_that_swells_on_one_side_is_told_by_how_much(self) -> None:
        """Every other rigid point moves by 6 px of 200 between the eyes; what a shift can explain is not counted."""
        points = swaying(3.0)
        points[:, list(RIGID[::2]), 0] += 6
        assert np.nanmedian(shape_distances(TIMES_S, points, face())) == pytest.approx(0.03 / 2, rel=0.15)

    def test_frames_without_a_face_stay_unknown(self) -> None:
        points = swaying(3.0)
        points[20:25] = np.nan
        found = np.isnan(shape_distances(TIMES_S, points, face()))
        assert found[20:25].all()
        assert not found[:20].any()
        assert np.isnan(shape_distances(TIMES_S, points * np.nan, face())).all()


class TestLooks:
    def test_brightness_and_contrast_do_not_matter(self) -> None:
        picture = np.random.default_rng(1).integers(0, 200, (40, 40)).astype(np.uint8)
        assert looks(picture, (picture // 2 + 60).astype(np.uint8), np.ones((40, 40), bool)) > 0.999

    def test_another_picture_is_not_alike(self) -> None:
        first, second = np.random.default_rng(1).integers(0, 255, (2, 40, 40)).astype(np.uint8)
        assert abs(looks(first, second, np.ones((40, 40), bool))) < 0.15

    def test_only_the_mask_counts(self) -> None:
        first, second = np.random.default_rng(1).integers(0, 255, (2, 40, 40)).astype(np.uint8)
        second[:20] = first[:20]
        mask = np.zeros((40, 40), bool)
        mask[:20] = True
        assert looks(first, second, mask) == pytest.approx(1.0)

    def test_a_plain_face_is_like_nothing(self) -> None:
        plain = np.full((40, 40), 90, np.uint8)
        assert looks(plain, plain, np.ones((40, 40), bool)) == 0.0


class TestSteady:
    def test_it_is_the_mean_of_about_a_second(self) -> None:
        values = np.where(np.arange(60) % 2, 1.0, 0.0)
        assert steady(TIMES_S, values)[20:40] == pytest.approx(np.full(20, 0.5), abs=0.02)
