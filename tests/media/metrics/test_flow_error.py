"""Flow-warped error: a texture that moves costs nothing, one that changes does."""

import cv2
import numpy as np
import pytest

from tasks.media.metrics.flow_error import dense_flow, flow_error


def texture(*, seed: int = 1) -> np.ndarray:
    """(160, 160) uint8 soft spots."""
    noise = np.random.default_rng(seed).normal(size=(160, 160)).astype(np.float32)
    return np.clip(128 + 400 * cv2.GaussianBlur(noise, (0, 0), 4), 0, 255).astype(np.uint8)


def moved(picture: np.ndarray, x: float, y: float) -> np.ndarray:
    matrix = np.array([[1.0, 0.0, x], [0.0, 1.0, y]])
    return np.asarray(cv2.warpAffine(picture, matrix, picture.shape[::-1], borderMode=cv2.BORDER_REFLECT))


INSIDE = np.pad(np.ones((120, 120), bool), 20)


class TestFlowError:
    @pytest.mark.parametrize(("x", "y"), [(3.0, 0.0), (0.0, -2.5), (2.0, 1.5)])
    def test_flow_is_where_a_pixel_was(self, x: float, y: float) -> None:
        flow = dense_flow(moved(texture(), x, y), texture())
        assert np.median(flow[INSIDE], axis=0) == pytest.approx([-x, -y], abs=0.15)

    def test_movement_costs_little_and_change_costs_its_size(self) -> None:
        """A shifted texture against the same with 10 levels added to it."""
        after = moved(texture(), 2.0, 1.0)
        unchanged = flow_error(after, texture(), INSIDE)
        assert unchanged < 1.0
        lighter = np.clip(after.astype(int) + 10, 0, 255).astype(np.uint8)
        assert flow_error(lighter, texture(), INSIDE) > 5.0

    def test_equal_pictures_cost_nothing(self) -> None:
        assert flow_error(texture(), texture()) == pytest.approx(0.0, abs=0.05)

    def test_a_film_that_boils_costs_more_than_one_that_moves(self) -> None:
        grain = np.random.default_rng(4).normal(0, 6, (160, 160))
        boiling = np.clip(moved(texture(), 1.0, 0.0) + grain, 0, 255).astype(np.uint8)
        assert flow_error(boiling, texture(), INSIDE) > 3 * flow_error(moved(texture(), 1.0, 0.0), texture(), INSIDE)
