"""Ducking: down before the voice, up after it, calm in between."""

from collections.abc import Callable

import numpy as np
import pytest

from tasks.domain.speech import Alignment, Phoneme
from tasks.sound.ducking import LONG_PAUSE_S, POINT_S, at_samples, duck_curve, speaking_steps, voice_spans

BACK_WITHIN_S = 0.6
"""How soon after the voice music has to be back."""


class TestVoiceSpans:
    def test_short_pauses_belong_to_the_speech(self, alignment: Callable[..., Alignment]) -> None:
        """0.9 s is a breath, 1.0 s a pause."""
        assert voice_spans(alignment((1.2, 2.0), (2.9, 4.0), (5.0, 6.0))) == ((1.2, 4.0), (5.0, 6.0))

    def test_so_does_one_before_the_first_word(self, alignment: Callable[..., Alignment]) -> None:
        """Music does not come up for a moment only to step back."""
        assert voice_spans(alignment((0.2, 1.0))) == ((0.0, 1.0),)

    def test_sounds_know_better_than_words(self, alignment: Callable[..., Alignment]) -> None:
        """A pause inside a word's time is seen by its phonemes."""
        sounds = tuple(Phoneme(ipa="a", start_s=start_s, end_s=start_s + 0.2, word=0) for start_s in (0.5, 2.0))
        assert voice_spans(alignment((0.5, 2.2)).model_copy(update={"phonemes": sounds})) == ((0.0, 0.7), (2.0, 2.2))

    def test_without_words_nobody_speaks(self, alignment: Callable[..., Alignment]) -> None:
        """No spans."""
        assert voice_spans(alignment()) == ()


class TestDuckCurve:
    def test_it_is_down_whenever_the_voice_speaks(self) -> None:
        """From the first instant of a word to the last."""
        curve = duck_curve([(2.0, 4.0)], 8.0)
        assert curve[round(2.0 / POINT_S):round(4.0 / POINT_S) + 1].min() == pytest.approx(1.0)

    def test_it_is_back_in_time(self) -> None:
        """Wholly up 0.6 s after the voice ends, wholly up well before it begins."""
        curve = duck_curve([(2.0, 4.0)], 8.0)
        assert curve[round((4.0 + BACK_WITHIN_S) / POINT_S):].max() == pytest.approx(0.0, abs=1e-9)
        assert curve[:round(1.5 / POINT_S)].max() == 0.0

    def test_it_comes_up_in_the_shortest_pause_that_is_one(self) -> None:
        """In a pause of just a second it reaches the top."""
        curve = duck_curve([(1.0, 2.0), (2.0 + LONG_PAUSE_S, 4.0)], 5.0)
        assert curve[round(2.0 / POINT_S):round(3.0 / POINT_S)].min() < 0.02

    def test_it_moves_smoothly(self) -> None:
        """At most 5 % of the way in a hundredth of a second."""
        assert np.abs(np.diff(duck_curve([(1.0, 2.0), (3.5, 4.0)], 6.0))).max() < 0.05

    def test_samples_lie_on_it(self) -> None:
        """Sample 48,000 is at one second."""
        curve = np.arange(200.0)
        assert at_samples(curve, 48_000, 3, 48_000) == pytest.approx(100 + np.arange(3) / 480)


class TestSpeakingSteps:
    def test_a_step_speaks_that_is_half_voice(self) -> None:
        """0.25 to 0.45 s covers half of the third step, all of the fourth, half of the fifth."""
        assert speaking_steps([(0.25, 0.45)], 6).tolist() == [False, False, True, True, True, False]

    def test_short_sounds_add_up(self) -> None:
        """Two sounds of 30 ms in one step are more than half of it."""
        assert speaking_steps([(0.1, 0.13), (0.15, 0.18)], 3).tolist() == [False, True, False]
