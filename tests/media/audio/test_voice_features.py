"""What is heard of a voice does not depend on how it was recorded."""

import numpy as np
import pytest

from tasks.media.audio.voice_features import HOP_S, VoiceFeatures, listen

RATE_HZ = 16_000
PITCH_HZ = 120.0
SAME_DB = 1.0
"""Bands may differ by this much where only level or rate differ."""


def tone(length_s: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    """Harmonics falling with their number."""
    instants_s = np.arange(round(length_s * rate_hz)) / rate_hz
    return sum(np.sin(2 * np.pi * PITCH_HZ * k * instants_s + k) / k for k in range(1, 30)) / 6


def speech(rate_hz: int = RATE_HZ) -> np.ndarray:
    """Sound from 0.5 s to 1.0 s and from 1.5 s to 2.0 s, silence else, 2.5 s in all."""
    samples = np.zeros(round(2.5 * rate_hz))
    for start_s in (0.5, 1.5):
        first = round(start_s * rate_hz)
        samples[first:first + rate_hz // 2] = tone(0.5, rate_hz)
    return samples.astype(np.float32)


def heard_s(features: VoiceFeatures) -> list[float]:
    """Where sounding begins and ends."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], features.sounding, [False]])))
    return [float(edge * HOP_S) for edge in edges]


class TestListen:
    @pytest.mark.parametrize("gain", [1.0, 0.03, 0.003])
    def test_sound_is_told_from_silence_at_any_level(self, gain: float) -> None:
        """Within 30 ms of where it begins and ends."""
        assert heard_s(listen(gain * speech(), RATE_HZ)) == pytest.approx([0.5, 1.0, 1.5, 2.0], abs=0.03)

    def test_steady_noise_20_db_below_is_no_voice(self) -> None:
        """The pauses stay pauses."""
        samples = speech()
        noise = np.random.default_rng(3).normal(0, 0.1 * np.sqrt(np.mean(samples[samples != 0] ** 2)), len(samples))
        noisy = (samples + noise).astype(np.float32)
        assert heard_s(listen(noisy, RATE_HZ)) == pytest.approx([0.5, 1.0, 1.5, 2.0], abs=0.03)

    def test_noise_alone_is_no_voice(self) -> None:
        """The hush of a room, however loud."""
        noise = np.random.default_rng(4).normal(0, 0.1, 2 * RATE_HZ).astype(np.float32)
        assert not listen(noise, RATE_HZ).sounding.any()

    @pytest.mark.parametrize("length", [1, 100, RATE_HZ])
    def test_silence_of_any_length_is_silence(self, length: int) -> None:
        """Nothing sounds, nothing fails."""
        features = listen(np.zeros(length, np.float32), RATE_HZ)
        assert not features.sounding.any()
        assert all(np.isfinite(band).all() for band in features.bands.values())

    def test_rate_does_not_count(self) -> None:
        """The same sound at 16 and 48 kHz has the same middle band."""
        one, other = (listen(speech(rate_hz), rate_hz) for rate_hz in (RATE_HZ, 48_000))
        inside = slice(60, 90)
        assert one.bands["mid"][inside] == pytest.approx(other.bands["mid"][inside], abs=SAME_DB)

    def test_hiss_is_high_and_hum_is_low(self) -> None:
        """Bands name what they hold."""
        noise = np.random.default_rng(5).normal(0, 0.1, RATE_HZ // 2)
        samples = np.concatenate([np.zeros(RATE_HZ // 2), tone(0.5), np.diff(noise, prepend=0.0)]).astype(np.float32)
        bands = listen(samples, RATE_HZ).bands
        assert np.median((bands["high"] - bands["low"])[60:90]) < -15
        assert np.median((bands["high"] - bands["low"])[110:140]) > 15
