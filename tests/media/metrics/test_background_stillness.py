"""Stillness of a background: a camera may move, the background by itself may not."""

import cv2
import numpy as np
import pytest

from tasks.media.metrics.background_stillness import background_change, background_of

HEIGHT, WIDTH = 240, 135


def wall() -> np.ndarray:
    """(240, 135) uint8 soft spots."""
    noise = np.random.default_rng(1).normal(size=(HEIGHT, WIDTH)).astype(np.float32)
    return np.clip(128 + 300 * cv2.GaussianBlur(noise, (0, 0), 3), 0, 255).astype(np.uint8)


def seen(x: float = 0.0, y: float = 0.0, *, turn_deg: float = 0.0, zoom: float = 1.0) -> np.ndarray:
    """The wall under a camera."""
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), turn_deg, zoom)
    matrix[:, 2] += (x, y)
    return np.asarray(cv2.warpAffine(wall(), matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT), np.uint8)


@pytest.fixture
def background() -> np.ndarray:
    """Everything but somebody in the middle."""
    person = np.zeros((HEIGHT, WIDTH), np.float32)
    person[60:, 40:95] = 1.0
    return background_of(person)


class TestBackgroundChange:
    def test_a_still_wall_is_still(self, background: np.ndarray) -> None:
        assert background_change(wall(), wall(), background) == pytest.approx(0.0, abs=1e-6)

    @pytest.mark.parametrize("camera", [{"x": 2.0}, {"y": -1.5}, {"zoom": 1.01}, {"turn_deg": 0.5}])
    def test_a_camera_is_no_movement_of_the_wall(self, camera: dict[str, float], background: np.ndarray) -> None:
        """Less than two pixels of 1080, which is a quarter of a pixel here."""
        assert background_change(seen(**camera), wall(), background) < 2.0

    def test_a_wall_dragged_along_by_somebody_shows(self, background: np.ndarray) -> None:
        """The left half moves by 2 px, 16 of 1080, and the right half does not: more than any camera costs."""
        dragged = np.where(np.arange(WIDTH) < WIDTH / 2, seen(x=2.0), wall()).astype(np.uint8)
        assert background_change(dragged, wall(), background) > 3.0

    def test_light_that_changes_is_no_movement(self, background: np.ndarray) -> None:
        lighter = np.clip(wall().astype(int) + 4, 0, 255).astype(np.uint8)
        assert background_change(lighter, wall(), background) < 0.5

    def test_somebody_who_fills_the_picture_leaves_nothing_to_measure(self) -> None:
        nobody_else = background_of(np.ones((HEIGHT, WIDTH), np.float32))
        assert np.isnan(background_change(wall(), wall(), nobody_else))

    def test_edges_of_hair_are_left_out(self, background: np.ndarray) -> None:
        assert not background[100, 38]
        assert background[100, 20]
