"""Tracked points made steady: glitches, gaps and trembling go, the movement stays."""

import numpy as np
import pytest

from tasks.media.steadying import LONGEST_GAP, runs, steady

SCALE = 100.0
COUNT = 60


def moving() -> np.ndarray:
    """Ten points that swing by 15 pixels to either side, once in two seconds."""
    base = np.random.default_rng(0).uniform(0, 100, (10, 2))
    swing = np.stack([15 * np.sin(np.arange(COUNT) * np.pi / 30), np.zeros(COUNT)], axis=-1)
    return (base + swing[:, None]).astype(np.float32)


class TestSteady:
    def test_smooth_movement_stays_and_does_not_lag(self) -> None:
        assert np.abs(steady(moving(), SCALE) - moving()).max() < 0.15

    def test_trembling_is_halved(self) -> None:
        """Independent noise of 0.5 pixels is left with less than 0.33."""
        noise = np.random.default_rng(1).normal(0, 0.5, (COUNT, 10, 2)).astype(np.float32)
        assert (steady(moving() + noise, SCALE) - moving()).std() < 0.33

    def test_glitch_is_replaced_by_its_neighbours(self) -> None:
        points = moving()
        points[20] += 40
        assert np.abs(steady(points, SCALE) - moving()).max() < 0.5

    def test_short_gap_is_bridged_and_a_long_one_stays_open(self) -> None:
        points = moving()
        points[10:10 + LONGEST_GAP] = np.nan
        points[30:30 + LONGEST_GAP + 1] = np.nan
        points[:2] = np.nan
        done = steady(points, SCALE)
        open_frames = set(np.flatnonzero(np.isnan(done[:, 0, 0])).tolist())
        assert open_frames == {0, 1, *range(30, 30 + LONGEST_GAP + 1)}
        assert np.abs(done - moving())[10:10 + LONGEST_GAP].max() < 1.5


class TestRuns:
    @pytest.mark.parametrize(("flags", "wanted"), [([], []), ([1, 1], [(0, 2)]), ([0, 1, 0, 1, 1], [(1, 2), (3, 5)])])
    def test_unbroken_stretches(self, flags: list[int], wanted: list[tuple[int, int]]) -> None:
        assert runs(np.array(flags, bool)) == wanted
