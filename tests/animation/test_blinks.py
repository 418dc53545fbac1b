"""When eyes blink, and how."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.animation.blinks import CLOSED_S, CLOSING_S, FIRST_S, LAST_S, OPENING_S, blink_curve, blink_times
from tasks.domain.timeline import FPS

MINUTES_3_S = 180.0
TOLERANCE_S = 1 / FPS
"""Blinks are moved onto frames."""


def times(seed: int, *, duration_s: float = MINUTES_3_S, ends_s: tuple[float, ...] = ()) -> list[float]:
    return blink_times(duration_s, ends_s, np.random.default_rng(seed))


class TestBlinkTimes:
    @given(st.integers(0, 2**31), st.lists(st.floats(0, MINUTES_3_S), max_size=120))
    @settings(max_examples=150, deadline=None)
    def test_any_three_minutes_have_8_to_25_a_minute(self, seed: int, ends_s: list[float]) -> None:
        """Whatever the seed, and wherever the pauses fall."""
        assert 24 <= len(times(seed, ends_s=tuple(sorted(ends_s)))) <= 75

    def test_short_reels_keep_the_rate_on_average(self) -> None:
        """Two hundred reels of 15 seconds together blink 8 to 25 times a minute, and none never."""
        counts = [len(times(seed, duration_s=15.0)) for seed in range(200)]
        assert 8 <= np.mean(counts) * 4 <= 25
        assert min(counts) >= 2

    def test_blinks_do_not_overlap(self) -> None:
        """An eye is open again before it closes again, and what is no pair is well apart."""
        for seed in range(50):
            gaps_s = np.diff(times(seed, ends_s=tuple(np.arange(0, 180, 1.3))))
            assert gaps_s.min() > CLOSING_S + CLOSED_S + OPENING_S
            assert gaps_s[gaps_s > 0.5].min() > 1.7

    def test_some_come_in_pairs_most_do_not(self) -> None:
        """A double blink now and then."""
        gaps = np.concatenate([np.diff(times(seed)) for seed in range(30)])
        assert 0.02 < np.mean(gaps < 0.5) < 0.15

    def test_eyes_are_open_at_both_ends(self) -> None:
        """Nothing in the first and the last moment."""
        for seed in range(50):
            found = times(seed, duration_s=12.0)
            assert min(found) >= FIRST_S - TOLERANCE_S
            assert max(found) <= 12.0 - LAST_S + TOLERANCE_S

    def test_very_short_reel_has_no_blink(self) -> None:
        """One second is too short for one."""
        assert times(1, duration_s=1.0) == []

    def test_most_blinks_fall_on_ends_of_phrases(self) -> None:
        """With a pause every 2 s, at least two of three blinks follow one within 0.15 s."""
        ends_s = np.arange(1.0, MINUTES_3_S, 2.0)
        found = np.array([time_s for seed in range(20) for time_s in times(seed, ends_s=tuple(ends_s))])
        after_s = found - ends_s[np.maximum(np.searchsorted(ends_s, found) - 1, 0)]
        assert np.mean(after_s <= 0.15) > 0.65


class TestBlinkCurve:
    def test_blink_closes_fast_and_opens_slowly(self) -> None:
        """Open 75 ms before, shut for 35 ms, open again 155 ms later, ever more slowly."""
        fine_s = np.arange(0, 2, 0.001)
        curve = blink_curve(fine_s, [1.0])
        assert curve[fine_s < 1 - CLOSING_S].max() == 0
        assert curve[(fine_s >= 1.0) & (fine_s < 1 + CLOSED_S)].min() == pytest.approx(1)
        assert curve[fine_s > 1 + CLOSED_S + OPENING_S + 0.001].max() == pytest.approx(0, abs=1e-9)
        middle = curve[np.searchsorted(fine_s, 1 + CLOSED_S + OPENING_S / 2)]
        assert middle < 0.5

    def test_every_blink_is_shut_on_a_frame(self) -> None:
        """Sampled at 30 fps, the lids meet."""
        instants_s = np.arange(round(MINUTES_3_S * FPS)) / FPS
        found = times(3)
        curve = blink_curve(instants_s, found)
        assert all(curve[round(time_s * FPS)] == pytest.approx(1) for time_s in found)
