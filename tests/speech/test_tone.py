"""The voice of tones."""

import numpy as np
import pytest

from tasks.domain.plan import Voice
from tasks.domain.script import Beat, Script
from tasks.speech.base import RATE_HZ, Pacing
from tasks.speech.tone import AMPLITUDE, GAP_S, LOWEST_HZ, WORD_S, ToneVoice

SCRIPT = Script(title="x", beats=(Beat(say="bam two"), Beat(say="three")))
PACING = Pacing(lead_in_s=1.0, tail_s=1.0, between_beats_s=0.5)
RESOLUTION_HZ = 4.0
"""Width of a bin of the transform over one word."""


def read(rate: float = 1.0, pitch: float = 1.0) -> tuple[np.ndarray, list[tuple[float, float]], list[str]]:
    found = ToneVoice(Voice(name="tone", language="en-US", rate=rate, pitch=pitch), pacing=PACING).read(SCRIPT)
    words = [(word.start_s, word.end_s) for word in found.words or ()]
    return found.samples, words, [sound.ipa for sound in found.phonemes or ()]


class TestToneVoice:
    def test_times_follow_from_the_constants(self) -> None:
        """Lead-in, word, gap, word, pause, word."""
        second = 1.0 + WORD_S + GAP_S
        third = second + WORD_S + 0.5
        assert read()[1] == [pytest.approx((start, start + WORD_S)) for start in (1.0, second, third)]

    def test_each_word_rings_at_its_own_pitch(self) -> None:
        """The n-th word is n semitones above the first, times the pitch, at the level promised."""
        samples, words, _ = read(pitch=1.5)
        for index, (start_s, end_s) in enumerate(words):
            part = samples[round(start_s * RATE_HZ):round(end_s * RATE_HZ)]
            heard_hz = np.argmax(np.abs(np.fft.rfft(part))) * RATE_HZ / len(part)
            assert heard_hz == pytest.approx(1.5 * LOWEST_HZ * 2 ** (index / 12), abs=RESOLUTION_HZ)
            assert np.abs(part).max() == pytest.approx(AMPLITUDE, rel=0.01)

    def test_is_silent_between(self) -> None:
        """Outside the words every sample is zero."""
        samples, words, _ = read()
        outside = np.ones(len(samples), bool)
        for start_s, end_s in words:
            outside[round(start_s * RATE_HZ):round(end_s * RATE_HZ)] = False
        assert not samples[outside].any()

    def test_lips_have_something_to_follow(self) -> None:
        """Letters become sounds: 'bam' closes, opens, closes."""
        assert read()[2][:3] == ["b", "ɑ", "m"]

    def test_rate_divides_everything_but_the_ends(self) -> None:
        """At rate 2 words and gaps are half as long."""
        assert read(rate=2.0)[1][1] == pytest.approx((1.0 + (WORD_S + GAP_S) / 2, 1.0 + WORD_S + GAP_S / 2))
