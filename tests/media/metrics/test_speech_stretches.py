"""Stretches of speech, from its level alone."""

import numpy as np
import pytest

from tasks.media.metrics.speech_stretches import heard_stretches

TIMES_S = (np.arange(1200) + 0.5) * 0.005


class TestHeardStretches:
    def test_pauses_part_them_and_short_gaps_do_not(self) -> None:
        """Speech from 1 to 3 with a gap of 0.1 s, and from 4 to 5.5."""
        loud = ((TIMES_S > 1) & (TIMES_S < 3) & ~((TIMES_S > 2) & (TIMES_S < 2.1))) | ((TIMES_S > 4) & (TIMES_S < 5.5))
        found = heard_stretches(TIMES_S, np.where(loud, 0.2, 0.0005))
        assert np.array(found) == pytest.approx(np.array([(1.0, 3.0), (4.0, 5.5)]), abs=0.006)

    def test_clicks_and_silence_are_no_speech(self) -> None:
        assert heard_stretches(TIMES_S, np.where(np.abs(TIMES_S - 3) < 0.01, 0.3, 0.0)) == []
        assert heard_stretches(TIMES_S, np.zeros(1200)) == []
        assert heard_stretches(TIMES_S[:0], np.zeros(0)) == []
