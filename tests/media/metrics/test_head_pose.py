"""Head pose: a face of our own points turned by known angles."""

import numpy as np
import pytest

from tasks.media.landmarks import POINT_COUNT
from tasks.media.metrics.head_pose import RIGID, head_angles, spread_degrees
from tasks.media.metrics.jitter import angle_jitter, position_jitter
from tasks.media.rig.topology import LEFT_EYE_OUTER, RIGHT_EYE_OUTER


def turned(yaw: float, pitch: float, roll: float) -> np.ndarray:
    """(3, 3) the nose, nearest to the camera, goes right with yaw and down with pitch; the forehead goes right with roll."""
    y, p, r = np.radians([-yaw, pitch, roll])
    around_x = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    around_y = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    around_z = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    return np.asarray(around_z @ around_y @ around_x)


def face() -> np.ndarray:
    """(478, 3) points of a bowl with its eyes 100 px apart."""
    dice = np.random.default_rng(5)
    points = dice.uniform(-80, 80, (POINT_COUNT, 3)).astype(np.float32)
    points[:, 2] = -40 + (points[:, 0] ** 2 + points[:, 1] ** 2) / 160
    points[LEFT_EYE_OUTER], points[RIGHT_EYE_OUTER] = (-50, -20, -20), (50, -20, -20)
    return points


def film(angles: np.ndarray, *, noise_px: float = 0.0) -> np.ndarray:
    """(n, 478, 3) that face turned by each row of angles and moved away from the corner."""
    dice = np.random.default_rng(6)
    points = np.stack([face() @ turned(*row).T + (300, 400, 0) for row in angles])
    return (points + dice.normal(0, noise_px, points.shape) if noise_px else points).astype(np.float32)


class TestHeadAngles:
    @pytest.mark.parametrize("axis", [0, 1, 2])
    def test_each_angle_is_found_by_itself(self, axis: int) -> None:
        """A swing of 12 degrees about one axis; the others stay."""
        angles = np.zeros((61, 3))
        angles[:, axis] = 6 * np.sin(np.linspace(0, 4 * np.pi, 61))
        found = head_angles(film(angles))
        assert np.abs(found[:, axis] - angles[:, axis]).max() < 0.1
        assert np.abs(np.delete(found, axis, axis=1)).max() < 0.1

    def test_size_of_the_face_does_not_matter(self) -> None:
        angles = np.column_stack([np.zeros(21), np.zeros(21), np.linspace(-4, 4, 21)])
        assert head_angles(0.3 * film(angles))[:, 2] == pytest.approx(angles[:, 2], abs=0.1)

    def test_frames_without_a_face_stay_unknown(self) -> None:
        points = film(np.zeros((5, 3)))
        points[2] = np.nan
        assert np.isnan(head_angles(points)[:, 0]).tolist() == [False, False, True, False, False]
        assert np.isnan(spread_degrees(head_angles(points * np.nan))).all()

    def test_range_leaves_out_the_tenth_at_the_ends(self) -> None:
        angles = np.column_stack([np.linspace(-10, 10, 401)] * 3)
        assert spread_degrees(angles) == pytest.approx([18, 18, 18])


class TestJitter:
    def test_a_smooth_movement_costs_nothing(self) -> None:
        """A nod of a third of a second."""
        times_s = np.arange(90) / 30
        angles = np.column_stack([0 * times_s, 4 * np.exp(-(((times_s - 1.5) / 0.25) ** 2)), 0 * times_s])
        assert angle_jitter(head_angles(film(angles))) < 0.06

    def test_trembling_is_told_in_thousandths_of_an_eye_distance(self) -> None:
        """The whole face jumps by 2 px of 100 in both directions; a parabola over 7 frames takes up a third of it."""
        dice = np.random.default_rng(8)
        points = film(np.zeros((400, 3)))
        points[..., :2] += dice.normal(0, 2.0, (400, 1, 2)).astype(np.float32)
        left = 1 - 1 / 3
        assert position_jitter(points) == pytest.approx(1000 * 0.02 * np.sqrt(2 * left), rel=0.08)

    def test_too_short_a_stretch_says_nothing(self) -> None:
        points = film(np.zeros((12, 3)))
        points[5:7] = np.nan
        assert np.isnan(position_jitter(points[:6]))
        assert np.isnan(position_jitter(points * np.nan))


def test_rigid_points_are_told_once() -> None:
    assert len(set(RIGID)) == len(RIGID)
