"""Loudness against tones whose level the standard states."""

import math

import numpy as np
import pytest

from tasks.media.audio.loudness import (
    PIECE_STEPS,
    STEP_S,
    integrated_lufs,
    k_weighting,
    measure,
    step_powers,
    true_peak_dbtp,
)

RATES_HZ = (48_000, 44_100, 22_050)
TOLERANCE_LU = 0.1
"""What EBU Tech 3341 allows a meter."""
PEAK_TOLERANCE_DB = 0.1
"""Four-fold oversampling misses at most this much of a low tone's peak."""


def tone(frequency_hz: float, level_dbfs: float, duration_s: float, rate_hz: int = 48_000) -> np.ndarray:
    return 10 ** (level_dbfs / 20) * np.sin(2 * np.pi * frequency_hz * np.arange(round(duration_s * rate_hz)) / rate_hz)


class TestIntegratedLoudness:
    @pytest.mark.parametrize("rate_hz", RATES_HZ)
    def test_a_full_scale_sine_is_what_the_standard_says(self, rate_hz: int) -> None:
        """BS.1770: 997 Hz at 0 dBFS in one channel is -3.01 LUFS; two channels have twice the power."""
        sine = tone(997, 0, 5, rate_hz)
        assert integrated_lufs(sine, rate_hz) == pytest.approx(-3.01, abs=TOLERANCE_LU)
        assert integrated_lufs(np.stack([sine, sine], axis=1), rate_hz) == pytest.approx(0.0, abs=TOLERANCE_LU)

    def test_follows_the_level(self) -> None:
        """20 dB less is 20 LU less."""
        assert integrated_lufs(tone(997, -20, 5), 48_000) == pytest.approx(-23.01, abs=TOLERANCE_LU)

    def test_silence_between_does_not_count(self) -> None:
        """EBU Tech 3341 case 3: quiet parts 13 LU below the loud one are gated away."""
        programme = np.concatenate([tone(1000, -36, 10), tone(1000, -23, 60), tone(1000, -36, 10)])
        stereo = np.stack([programme, programme], axis=1)
        assert integrated_lufs(stereo, 48_000) == pytest.approx(-23.0, abs=TOLERANCE_LU)

    def test_silence_has_no_loudness(self) -> None:
        """Neither nothing nor something below the absolute gate can be measured."""
        assert integrated_lufs(np.zeros(48_000), 48_000) == -math.inf
        assert integrated_lufs(tone(997, -80, 2), 48_000) == -math.inf

    def test_a_very_short_sound_is_measured(self) -> None:
        """A tenth of a second is a quarter of a block, 6 dB less."""
        assert integrated_lufs(tone(997, 0, 0.1), 48_000) == pytest.approx(-3.01 - 10 * math.log10(4), abs=TOLERANCE_LU)

    def test_an_end_shorter_than_a_step_is_left_out(self) -> None:
        """Also where that end is all there is of the last piece."""
        whole = tone(997, -20, PIECE_STEPS * STEP_S)
        left_over = np.concatenate([whole, whole[:10]])
        assert integrated_lufs(left_over, 48_000) == pytest.approx(integrated_lufs(whole, 48_000), abs=TOLERANCE_LU)

    def test_the_weighting_is_that_of_the_standard(self) -> None:
        """At 48 kHz the first section has the coefficients of table 1."""
        assert k_weighting(48_000)[0] == pytest.approx(
            [1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585], abs=1e-5)


class TestTruePeak:
    def test_finds_the_peak_between_samples(self) -> None:
        """A quarter-rate sine sampled 45 degrees off its crests shows 0.707 on the samples and 1 between them."""
        samples = np.sin(np.pi / 2 * np.arange(4800) + np.pi / 4) * np.hanning(4800)
        assert 20 * math.log10(np.abs(samples).max()) == pytest.approx(-3.01, abs=0.01)
        assert true_peak_dbtp(samples) == pytest.approx(0.0, abs=PEAK_TOLERANCE_DB)

    def test_takes_the_louder_channel(self) -> None:
        """A peak in either channel counts."""
        stereo = np.stack([tone(100, -20, 1), tone(100, -6, 1)], axis=1)
        assert true_peak_dbtp(stereo) == pytest.approx(-6.0, abs=PEAK_TOLERANCE_DB)

    def test_silence_has_no_peak(self) -> None:
        """Silence is infinitely far below."""
        assert true_peak_dbtp(np.zeros(100)) == -math.inf


class TestMeasure:
    def test_pieces_do_not_matter(self) -> None:
        """A sound in pieces of any lengths is as loud, and peaks as high, as in one piece, to a hundredth."""
        whole = np.random.default_rng(1).standard_normal((150_000, 2)) * np.hanning(150_000)[:, None] * 0.2
        heard = measure([whole[:1], whole[1:70_000], whole[70_000:70_480], whole[70_480:]], 48_000)
        assert heard.integrated_lufs == pytest.approx(integrated_lufs(whole, 48_000), abs=0.01)
        assert heard.true_peak_dbtp == pytest.approx(true_peak_dbtp(whole), abs=0.01)

    def test_a_sound_without_samples_is_silent(self) -> None:
        """Nothing in, nothing heard."""
        assert measure([np.zeros((0, 2))], 48_000).integrated_lufs == -math.inf


class TestStepPowers:
    def test_each_tenth_of_a_second_has_its_own(self) -> None:
        """A tone in the second second only: ten steps without, ten with, ten without."""
        powers = step_powers([np.concatenate([np.zeros(48_000), tone(997, -20, 1), np.zeros(48_000)])], 48_000)
        assert len(powers) == 30
        assert powers[12:20] == pytest.approx(10 ** ((-23.01 + 0.691) / 10), rel=0.05)
        assert powers[:10].max() < 1e-9
