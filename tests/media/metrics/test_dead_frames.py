"""Longest runs of frames: at even and at uneven times."""

import numpy as np
import pytest

from tasks.media.metrics.dead_frames import longest_run_s

TIMES_S = np.array([0.0, 0.1, 0.2, 0.5, 0.6, 1.0])


class TestLongestRun:
    @pytest.mark.parametrize(("dead", "wanted_s"), [
        ([0, 0, 0, 0, 0, 0], 0.0), ([1, 1, 0, 0, 0, 0], 0.2), ([0, 0, 1, 0, 1, 0], 0.4), ([0, 0, 0, 0, 0, 1], 0.3),
        ([1, 1, 1, 1, 1, 1], 1.3),
    ])
    def test_a_run_lasts_until_the_next_frame(self, dead: list[int], wanted_s: float) -> None:
        assert longest_run_s(TIMES_S, np.array(dead, bool), 1.3) == pytest.approx(wanted_s)
