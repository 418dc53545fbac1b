"""The limiter: peaks stay under the ceiling, all else stays as it is."""

import numpy as np
import pytest

from tasks.media.audio import limiter
from tasks.media.audio.limiter import REACH_S, limit, smooth_gain, true_envelope
from tasks.media.audio.loudness import true_peak_dbtp

RATE = 48_000
PEAK_TOLERANCE_DB = 0.05
"""Gain moves a little between samples, which shifts an interpolated peak by about this much."""
ROUNDING = 1e-6
"""The gain is smoothed in single precision."""
WINDOW_EDGE = 0.995
"""Oversampling filters ring by under half a percent where a tone begins."""


def tone(level: float, *, hz: float = 440.0, seconds: float = 1.0, phase: float = 0.0) -> np.ndarray:
    """A sine of known peak level."""
    return (level * np.sin(2 * np.pi * hz * np.arange(int(seconds * RATE)) / RATE + phase)).astype(np.float32)


class TestLimit:
    def test_quiet_sound_comes_back_untouched(self) -> None:
        """Nothing over the ceiling, nothing changed."""
        sound = tone(0.5)
        assert np.array_equal(limit(sound, RATE, ceiling_db=-1.0), sound)

    def test_gain_comes_before_the_ceiling(self) -> None:
        """20 dB up is ten times the level, where the ceiling allows it."""
        assert np.allclose(limit(tone(0.05), RATE, ceiling_db=-1.0, gain_db=20.0), tone(0.5), atol=1e-6)
        assert true_peak_dbtp(limit(tone(0.5), RATE, ceiling_db=-1.0, gain_db=20.0)) <= -1.0 + PEAK_TOLERANCE_DB

    def test_silence_and_nothing_are_left_alone(self) -> None:
        """Neither zeros nor an empty track make it divide."""
        for length in (0, RATE):
            silent = np.zeros(length, np.float32)
            assert np.array_equal(limit(silent, RATE, ceiling_db=-1.0), silent)

    @pytest.mark.parametrize("ceiling_db", [-1.0, -3.0, -9.0])
    def test_a_loud_moment_is_brought_to_the_ceiling(self, ceiling_db: float) -> None:
        """A tone at +6 dBFS between 0.4 and 0.6 s ends at the ceiling, and not far below it."""
        sound = tone(0.1)
        sound[int(0.4 * RATE):int(0.6 * RATE)] *= 20
        limited = limit(sound, RATE, ceiling_db=ceiling_db)
        assert ceiling_db - 0.3 < true_peak_dbtp(limited) <= ceiling_db + PEAK_TOLERANCE_DB

    def test_peaks_between_samples_count(self) -> None:
        """A tone at a quarter of the rate, 45 degrees off, touches 0.707 on its samples and 1.0 between them."""
        sound = tone(1.0, hz=RATE / 4, phase=np.pi / 4)
        assert np.abs(sound).max() == pytest.approx(np.sqrt(0.5), abs=1e-3)
        limited = limit(sound, RATE, ceiling_db=-1.0)
        middle = limited[RATE // 4:-RATE // 4]
        assert np.abs(middle).max() == pytest.approx(np.sqrt(0.5) * 10 ** (-1 / 20), rel=0.01)

    def test_what_is_further_away_than_its_reach_keeps_its_level(self) -> None:
        """One click turns down its surroundings and no more."""
        sound = tone(0.3)
        sound[RATE // 2] = 1.5
        limited = limit(sound, RATE, ceiling_db=-1.0)
        reach = round(REACH_S * RATE)
        changed = np.flatnonzero(np.abs(limited - sound) > ROUNDING)
        assert RATE // 2 - 2 * reach - 2 <= changed.min()
        assert changed.max() <= RATE // 2 + 2 * reach + 2
        assert abs(limited[RATE // 2]) < 0.9

    def test_channels_share_their_gain(self) -> None:
        """A peak on the left lowers the right as well, so the middle stays in the middle."""
        left, right = tone(2.0), tone(0.2, hz=300)
        limited = limit(np.stack([left, right], axis=1), RATE, ceiling_db=-1.0)
        loud = np.abs(left) > 0.5
        gain = limited[loud, 0] / left[loud]
        assert np.allclose(limited[loud, 1], right[loud] * gain, atol=1e-4)

    def test_the_gain_never_jumps(self) -> None:
        """From one sample to the next the gain moves by less than its whole depth over a quarter of the reach."""
        needed = np.ones(RATE, np.float32)
        needed[RATE // 2] = 0.25
        reach = round(REACH_S * RATE)
        gain = smooth_gain(needed, reach)
        assert gain[RATE // 2] == pytest.approx(0.25, abs=1e-3)
        assert np.all(gain <= needed + 1e-6)
        assert np.abs(np.diff(gain)).max() < 0.75 / (reach / 4)


    def test_blocks_join_without_a_seam(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """However it is divided, a loud and uneven sound is limited alike; a click stands right beside a seam."""
        sound = tone(1.4, seconds=0.5) * np.linspace(0.2, 1.0, RATE // 2, dtype=np.float32)
        sound[4095] = 2.0
        whole = limit(sound, RATE, ceiling_db=-1.0)
        monkeypatch.setattr(limiter, "BLOCK", 4096)
        assert np.abs(limit(sound, RATE, ceiling_db=-1.0) - whole).max() <= 10 * ROUNDING


class TestTrueEnvelope:
    def test_a_steady_tone_has_a_steady_envelope(self) -> None:
        """Over whole periods of 440 Hz, about 109 samples, the envelope reaches the tone's level."""
        envelope = true_envelope(tone(0.8))
        whole_periods = [envelope[start:start + 110].max() for start in range(500, 40_000, 110)]
        assert np.allclose(whole_periods, 0.8, rtol=1 - WINDOW_EDGE)
