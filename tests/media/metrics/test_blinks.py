"""Blinks: dips of known time, speed and depth."""

import numpy as np
import pytest

from tasks.media.metrics.blinks import find_blinks

OPEN = 0.32
FRAME_S = 1 / 30


def eyes(times_s: np.ndarray, blinks_s: list[float], *, closing_s: float = 0.1, opening_s: float = 0.2, depth: float = 0.85
         ) -> np.ndarray:
    """Openings with straight flanks; shut at each instant for no time at all."""
    shut = np.zeros(len(times_s))
    for blink_s in blinks_s:
        before, after = (blink_s - times_s) / closing_s, (times_s - blink_s) / opening_s
        shut = np.maximum(shut, np.clip(1 - np.maximum(before, after), 0, 1))
    return OPEN * (1 - depth * shut)


class TestFindBlinks:
    def test_every_blink_is_found_at_its_time(self) -> None:
        """And a tremble of the landmarks is none."""
        times_s, wanted = np.arange(0, 12, FRAME_S), [1.5, 4.0, 7.2, 7.8, 10.9]
        trembling = eyes(times_s, wanted) + np.random.default_rng(1).normal(0, 0.008, len(times_s))
        found = find_blinks(times_s, trembling)
        assert [blink.time_s for blink in found] == pytest.approx(wanted, abs=FRAME_S)

    def test_course_is_told_between_frames(self) -> None:
        """From 88 % of the usual opening down to within 8 % of the lowest point, on straight flanks."""
        times_s = np.arange(0, 6, 1 / 240)
        blink, = find_blinks(times_s, eyes(times_s, [3.0], closing_s=0.1, opening_s=0.2, depth=0.8))
        share = (0.8 - 0.12 - 0.08) / 0.8
        assert blink.closing_s == pytest.approx(0.1 * share, abs=1 / 240)
        assert blink.opening_s == pytest.approx(0.2 * share, abs=1 / 240)
        assert blink.completeness == pytest.approx(0.8, abs=0.02)

    def test_uneven_frames_do_not_matter(self) -> None:
        dice = np.random.default_rng(3)
        times_s = np.cumsum(dice.uniform(0.01, 0.05, 300))
        wanted = [2.0, 5.5]
        assert [blink.time_s for blink in find_blinks(times_s, eyes(times_s, wanted))] == pytest.approx(wanted, abs=0.05)

    def test_half_closed_eyes_and_long_looks_down_are_no_blinks(self) -> None:
        times_s = np.arange(0, 10, FRAME_S)
        assert find_blinks(times_s, eyes(times_s, [3.0, 6.0], depth=0.3)) == []
        looked_down = np.where((times_s > 3) & (times_s < 4.5), 0.4 * OPEN, OPEN)
        assert find_blinks(times_s, looked_down) == []

    def test_a_blink_that_is_cut_off_does_not_count(self) -> None:
        """By the film's start, and by a face that is lost."""
        times_s = np.arange(0, 8, FRAME_S)
        openings = eyes(times_s, [0.05, 4.0])
        openings[(times_s > 4.0) & (times_s < 4.6)] = np.nan
        assert find_blinks(times_s, openings) == []

    def test_no_eyes_no_blinks(self) -> None:
        assert find_blinks(np.arange(30) / 30, np.full(30, np.nan)) == []
