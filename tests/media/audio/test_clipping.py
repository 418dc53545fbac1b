"""Crests that are cut off."""

import numpy as np
import pytest

from tasks.media.audio.clipping import clipped_samples, clips, crowd_at_the_top

RATE = 48_000


class TestClips:
    @pytest.mark.parametrize("pitch_hz", [50, 440, 5000])
    def test_a_loud_clean_tone_is_not_clipped(self, pitch_hz: float) -> None:
        """A sine that just reaches full scale, in 16 bit."""
        sound = np.round(np.sin(2 * np.pi * pitch_hz * np.arange(RATE) / RATE) * 32767) / 32768
        assert clips(sound.astype(np.float32)) == 0

    def test_every_cut_crest_counts(self) -> None:
        """A tone of 100 Hz cut at full scale has 200 of them in a second."""
        sound = np.clip(1.5 * np.sin(2 * np.pi * 100 * (np.arange(RATE) + 0.5) / RATE), -1, 1)
        assert clips(sound.astype(np.float32)) == 200


class TestClippedSamples:
    @pytest.mark.parametrize("gain", [1.0, 0.4])
    def test_what_is_cut_is_counted_however_loud_it_is_now(self, gain: float) -> None:
        """A tone cut at half its height lies flat for two thirds of the time."""
        tone = np.sin(2 * np.pi * 100 * np.arange(RATE) / RATE)
        cut = gain * np.clip(2 * tone, -1, 1)
        assert clipped_samples(cut.astype(np.float32)) / RATE == pytest.approx(2 / 3, abs=0.01)
        assert clipped_samples((gain * tone).astype(np.float32)) / RATE < 0.01

    def test_faint_sound_is_not_looked_at(self) -> None:
        """Its crests are flat because there are so few steps."""
        faint = np.round(np.sin(np.arange(RATE) / 50) * 3) / 32768
        assert clipped_samples(faint.astype(np.float32)) == 0


class TestCrowdAtTheTop:
    def test_cut_crests_crowd_even_when_rounded(self) -> None:
        """Of noise few values are near the largest; cut at its mean height and smoothed a little, many are."""
        noise = np.random.default_rng(2).standard_normal(RATE).astype(np.float32)
        cut = np.clip(noise, -0.8, 0.8) * (1 + 0.02 * np.random.default_rng(3).standard_normal(RATE))
        assert crowd_at_the_top(noise) < 0.01
        assert crowd_at_the_top(cut.astype(np.float32)) > 0.3
