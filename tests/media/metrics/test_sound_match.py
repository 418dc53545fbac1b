"""Two recordings of one text, and of two."""

import numpy as np
import pytest

from tasks.media.audio.sound_level import HOP_S, SoundLevel
from tasks.media.metrics.sound_match import sound_match


def level(seed: int, *, late_s: float = 0.0, start_s: float = 0.0) -> SoundLevel:
    times = np.arange(0, 8, HOP_S)
    dice = np.random.default_rng(seed)
    centres = 0.5 + np.cumsum(dice.uniform(0.15, 0.5, 22)) + late_s
    return SoundLevel(np.exp(-(((times[:, None] - centres) / 0.06) ** 2)).sum(axis=1), start_s)


class TestSoundMatch:
    @pytest.mark.parametrize("late_s", [-0.3, 0.0, 0.045, 0.6])
    def test_a_later_sound_is_told_by_how_much(self, late_s: float) -> None:
        shift_s, match = sound_match(level(1, late_s=late_s), level(1))
        assert shift_s == pytest.approx(late_s, abs=HOP_S)
        assert match > 0.97

    def test_the_start_of_the_track_counts(self) -> None:
        assert sound_match(level(1, start_s=0.2), level(1))[0] == pytest.approx(0.2, abs=HOP_S)

    def test_another_text_does_not_fit(self) -> None:
        assert sound_match(level(2), level(1))[1] < 0.6

    def test_silence_fits_nothing(self) -> None:
        assert sound_match(SoundLevel(np.zeros(400), 0.0), level(1))[1] == 0.0
