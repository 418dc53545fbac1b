"""Mouth opening: a ratio of two distances, on points of known place."""

import numpy as np
import pytest

from tasks.media.landmarks import POINT_COUNT
from tasks.media.metrics.mouth_opening import LIP_PAIRS, mouth_opening
from tasks.media.rig.topology import LEFT_EYE_OUTER, RIGHT_EYE_OUTER


def face(gap_px: float, *, eyes_px: float = 200.0, turn_rad: float = 0.0, scale: float = 1.0) -> np.ndarray:
    """Points with the eyes' outer corners and the inner lips that far apart, turned and scaled in the picture."""
    points = np.zeros((POINT_COUNT, 3), np.float32)
    points[LEFT_EYE_OUTER, 0], points[RIGHT_EYE_OUTER, 0] = -eyes_px / 2, eyes_px / 2
    for place, (upper, lower) in enumerate(LIP_PAIRS):
        points[upper, :2] = (place * 10, 150)
        points[lower, :2] = (place * 10, 150 + gap_px)
    turn = np.array([[np.cos(turn_rad), np.sin(turn_rad)], [-np.sin(turn_rad), np.cos(turn_rad)]])
    points[:, :2] = scale * points[:, :2] @ turn
    return points


class TestMouthOpening:
    @pytest.mark.parametrize("gap_px", [0.0, 1.0, 20.0])
    def test_it_is_the_gap_in_eye_distances(self, gap_px: float) -> None:
        """20 px between lips, 200 px between eyes: 0.1."""
        assert mouth_opening(face(gap_px)) == pytest.approx(gap_px / 200, abs=1e-6)

    def test_size_and_tilt_do_not_matter(self) -> None:
        """Half the size, tilted by 0.3 rad."""
        assert mouth_opening(face(20.0, turn_rad=0.3, scale=0.5)) == pytest.approx(0.1, abs=1e-5)

    def test_depth_does_not_matter(self) -> None:
        """The third coordinate is a guess of the model and is left out."""
        points = face(20.0)
        points[:, 2] = np.arange(POINT_COUNT)
        assert mouth_opening(points) == pytest.approx(0.1, abs=1e-6)
