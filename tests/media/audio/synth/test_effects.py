"""Effects: short, soft, without clicks, equally loud."""

import numpy as np
import pytest

from tasks.media.audio.loudness import measure
from tasks.media.audio.synth import RATE
from tasks.media.audio.synth.effects import LOUDNESS_LUFS, Effect, air, bell, pop

EFFECTS = {"air": air(), "pop": pop(), "bell": bell(38)}
PEAK = 10 ** (-14 / 20)
"""Even a pop stays 12 dB under a finished voice's peaks."""


@pytest.mark.parametrize("effect", EFFECTS.values(), ids=EFFECTS)
class TestEveryEffect:
    def test_all_are_equally_loud(self, effect: Effect) -> None:
        """The loudest four tenths of a second, found by moving a window of just that length."""
        sound = np.pad(effect.samples, ((0, RATE), (0, 0)))
        width = round(0.4 * RATE)
        loudest = max(measure([sound[at:at + width]], RATE).integrated_lufs
                      for at in range(0, len(effect.samples), width // 8))
        assert loudest == pytest.approx(LOUDNESS_LUFS, abs=1.0)

    def test_it_begins_and_ends_in_silence(self, effect: Effect) -> None:
        """No click."""
        assert np.abs(effect.samples[[0, -1]]).max() < 1e-4

    def test_it_is_quiet_and_without_offset(self, effect: Effect) -> None:
        """Peaks far below full scale; as much above zero as below."""
        assert np.abs(effect.samples).max() < PEAK
        assert np.abs(effect.samples.mean(axis=0)).max() < 1e-3

    def test_it_is_felt_where_it_says(self, effect: Effect) -> None:
        """Most of its energy comes within 0.35 s of its crest."""
        power = np.square(effect.samples).sum(axis=1)
        reach = round(0.35 * RATE)
        assert power[max(0, effect.crest - reach):effect.crest + reach].sum() > 0.6 * power.sum()


class TestAir:
    def test_it_passes_from_left_to_right(self) -> None:
        """First louder left, then right."""
        power = np.square(air().samples)
        early, late = power[:air().crest // 2].sum(axis=0), power[-air().crest:].sum(axis=0)
        assert early[0] > early[1]
        assert late[1] > late[0]


class TestBell:
    def test_it_agrees_with_the_key(self) -> None:
        """At home in E, the strongest frequencies are E's and B's."""
        power = np.abs(np.fft.rfft(bell(40).samples.mean(axis=1), 1 << 18))
        strongest = np.fft.rfftfreq(1 << 18, 1 / RATE)[power.argmax()]
        assert round(12 * np.log2(strongest / 440)) % 12 in (7, 2)  # steps above A: E is 7, B is 2
