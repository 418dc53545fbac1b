"""Affine maps: known ones are found again, applied and undone."""

import numpy as np
import pytest

from tasks.media.affine import apply_affine, fit_affine, invert_affine

ROUNDING = 1e-9
"""Pixels that double precision loses on places of some hundred pixels."""


def scattered(count: int = 20) -> np.ndarray:
    """Points that lie anywhere in a picture."""
    return np.random.default_rng(1).uniform(0, 500, (count, 2))


def similarity(turn_deg: float, scale: float, shift: tuple[float, float]) -> np.ndarray:
    """Turned clockwise on the screen, as y points down, then scaled and moved."""
    cos, sin = scale * np.cos(np.radians(turn_deg)), scale * np.sin(np.radians(turn_deg))
    return np.array([[cos, -sin, shift[0]], [sin, cos, shift[1]]])


SHEARED = np.array([[1.2, 0.4, 30.0], [-0.1, 0.7, -12.0]])
MAPS = [similarity(0, 1, (0, 0)), similarity(30, 1.5, (40, -7)), similarity(-170, 0.2, (0, 900)), SHEARED]


class TestApplyAffine:
    def test_quarter_turn_takes_right_to_down(self) -> None:
        """(1, 0) is turned to (0, 1), doubled to (0, 2), moved to (10, 7)."""
        assert apply_affine(similarity(90, 2, (10, 5)), np.array([[1.0, 0.0]])) == pytest.approx(np.array([[10.0, 7.0]]))

    def test_each_frame_has_a_map_of_its_own(self) -> None:
        points = scattered()
        alone = [apply_affine(matrix, points) for matrix in MAPS]
        assert apply_affine(np.stack(MAPS), points) == pytest.approx(np.stack(alone))
        assert apply_affine(np.stack(MAPS), np.stack([points] * len(MAPS))) == pytest.approx(np.stack(alone))


class TestFitAffine:
    @pytest.mark.parametrize("matrix", MAPS)
    def test_known_map_is_found(self, matrix: np.ndarray) -> None:
        points = scattered()
        assert np.abs(fit_affine(points, apply_affine(matrix, points)) - matrix).max() < ROUNDING

    def test_three_points_are_enough(self) -> None:
        corners = np.array([[0.0, 0.0], [100.0, 0.0], [0.0, 50.0]])
        assert np.abs(fit_affine(corners, apply_affine(SHEARED, corners)) - SHEARED).max() < ROUNDING

    def test_many_targets_give_a_map_each(self) -> None:
        points = scattered()
        targets = np.stack([apply_affine(matrix, points) for matrix in MAPS])
        assert np.abs(fit_affine(points, targets) - np.stack(MAPS)).max() < ROUNDING

    def test_trembling_is_averaged_out(self) -> None:
        """Independent noise of 1 pixel on 400 points moves what is mapped by a few twentieths of one."""
        points = scattered(400)
        noisy = apply_affine(SHEARED, points) + np.random.default_rng(2).normal(0, 1, points.shape)
        found = fit_affine(points, noisy)
        assert np.abs(apply_affine(found, points) - apply_affine(SHEARED, points)).max() < 0.3


class TestInvertAffine:
    @pytest.mark.parametrize("matrix", MAPS)
    def test_there_and_back_is_where_it_was(self, matrix: np.ndarray) -> None:
        points = scattered()
        assert np.abs(apply_affine(invert_affine(matrix), apply_affine(matrix, points)) - points).max() < ROUNDING
        assert np.abs(apply_affine(matrix, apply_affine(invert_affine(matrix), points)) - points).max() < ROUNDING
