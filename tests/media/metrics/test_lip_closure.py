"""Closure of lips: openings and sounds of known times."""

import numpy as np
import pytest

from tasks.domain.speech import Phoneme
from tasks.media.metrics.lip_closure import bilabial_openings, pause_ratio, pauses_between, spoken_stretches

TIMES_S = np.arange(0, 6, 1 / 30)


def sound(ipa: str, start_s: float, end_s: float) -> Phoneme:
    return Phoneme(ipa=ipa, start_s=start_s, end_s=end_s, word=0)


SOUNDS = [sound("a", 1.0, 1.4), sound("b", 1.4, 1.5), sound("a", 1.6, 2.0), sound("m", 3.0, 3.1), sound("a", 3.1, 4.0)]
"""Speech from 1.0 to 2.0 and from 3.0 to 4.0; the tenth of a second before 1.6 is no pause."""


class TestStretches:
    def test_short_gaps_belong_to_speech(self) -> None:
        assert list(spoken_stretches(SOUNDS)) == [(1.0, 2.0), (3.0, 4.0)]

    def test_pauses_lie_before_between_and_after(self) -> None:
        assert pauses_between([(1.0, 2.0), (3.0, 4.0)], 6.0) == [(0.0, 1.0), (2.0, 3.0), (4.0, 6.0)]

    def test_short_silences_are_no_pauses(self) -> None:
        assert pauses_between([(0.1, 2.0), (3.0, 5.9)], 6.0) == [(2.0, 3.0)]


class TestPauseRatio:
    def test_it_is_the_mean_in_pauses_over_that_in_speech(self) -> None:
        """0.02 in pauses, 0.10 in speech; lips that close and open within a tenth of a second are not held against it."""
        spoken, pauses = spoken_stretches(SOUNDS), pauses_between(spoken_stretches(SOUNDS), 6.0)
        speaking = np.zeros(len(TIMES_S), bool)
        for start_s, end_s in spoken:
            speaking |= (start_s - 0.09 < TIMES_S) & (end_s + 0.09 > TIMES_S)
        ratio = pause_ratio(TIMES_S, np.where(speaking, 0.10, 0.02), spoken, pauses)
        assert ratio == pytest.approx(0.2, abs=0.01)

    def test_it_is_unknown_where_no_mouth_is_seen(self) -> None:
        openings = np.where(TIMES_S < 1.0, np.nan, 0.1)
        assert np.isnan(pause_ratio(TIMES_S, openings, [(1.0, 2.0)], [(0.0, 1.0)]))


class TestBilabialOpenings:
    def test_least_opening_near_the_sound_counts(self) -> None:
        """Lips meet 50 ms before the b is heard, for one frame, and never for the m."""
        openings = np.full(len(TIMES_S), 0.10)
        openings[np.argmin(np.abs(TIMES_S - 1.35))] = 0.0
        found = bilabial_openings(TIMES_S, openings, SOUNDS, spoken_stretches(SOUNDS))
        assert [phoneme.ipa for phoneme, _ in found] == ["b", "m"]
        assert found[0][1] == 0.0
        assert found[1][1] == pytest.approx(1.0, abs=0.05)

    def test_what_is_not_seen_is_left_out(self) -> None:
        openings = np.where(TIMES_S < 2.5, 0.1, np.nan)
        found = bilabial_openings(TIMES_S, openings, SOUNDS, spoken_stretches(SOUNDS))
        assert [phoneme.ipa for phoneme, _ in found] == ["b"]
