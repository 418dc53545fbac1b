"""Eye opening: a ratio of known distances."""

import numpy as np
import pytest

from tasks.media.landmarks import POINT_COUNT
from tasks.media.metrics.eye_opening import eye_opening
from tasks.media.rig.topology import LEFT_EYE_LOWER, LEFT_EYE_UPPER, RIGHT_EYE_LOWER, RIGHT_EYE_UPPER


def eyes(height_px: float, *, turn_rad: float = 0.0) -> np.ndarray:
    """Points with two eyes 80 px wide and so high in the middle."""
    points = np.zeros((POINT_COUNT, 3), np.float32)
    for upper, lower, left in ((LEFT_EYE_UPPER, LEFT_EYE_LOWER, 0), (RIGHT_EYE_UPPER, RIGHT_EYE_LOWER, 200)):
        for place, (top, bottom) in enumerate(zip(upper, lower, strict=True)):
            apart = height_px if 0 < place < 8 else 0.0
            points[top, :2], points[bottom, :2] = (left + 10 * place, -apart / 2), (left + 10 * place, apart / 2)
    turn = np.array([[np.cos(turn_rad), np.sin(turn_rad)], [-np.sin(turn_rad), np.cos(turn_rad)]])
    points[:, :2] = points[:, :2] @ turn
    return points


class TestEyeOpening:
    @pytest.mark.parametrize("height_px", [0.0, 6.0, 24.0])
    def test_it_is_the_height_over_the_width(self, height_px: float) -> None:
        assert eye_opening(eyes(height_px)) == pytest.approx(height_px / 80, abs=1e-6)

    def test_tilt_does_not_matter(self) -> None:
        assert eye_opening(eyes(24.0, turn_rad=0.4)) == pytest.approx(0.3, abs=1e-5)
