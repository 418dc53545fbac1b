"""Flicker: colours of known course."""

import numpy as np
import pytest

from tasks.media.metrics.flicker import flicker, flicker_trace


class TestFlicker:
    def test_slow_changes_cost_nothing(self) -> None:
        ramp = np.linspace(0, 60, 100)[:, None] + np.zeros(3)
        assert flicker(flicker_trace(ramp)) == pytest.approx(0.0, abs=1e-9)

    def test_every_other_frame_lighter_costs_the_difference(self) -> None:
        """100, 104, 100, …: each frame is 4 levels from the mean of its neighbours."""
        colours = np.full((50, 3), 100.0)
        colours[1::2, 1] += 4
        assert flicker(flicker_trace(colours)) == pytest.approx(4.0)

    def test_one_cut_is_no_flicker(self) -> None:
        colours = np.where(np.arange(100)[:, None] < 50, 80.0, 160.0) + np.zeros(3)
        assert flicker(flicker_trace(colours)) == 0.0

    def test_frames_without_a_face_are_left_out(self) -> None:
        colours = np.full((9, 3), 100.0)
        colours[4] = np.nan
        assert np.isnan(flicker_trace(colours)).tolist() == [True, False, False, True, True, True, False, False, True]
        assert np.isnan(flicker(flicker_trace(colours[:2])))
