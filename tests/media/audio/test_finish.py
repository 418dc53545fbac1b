"""The finished sound: loud enough, no peak too high, as long as the picture, whatever comes in."""

from pathlib import Path

import numpy as np
import pytest

from tasks.media.audio.decode import decode_audio
from tasks.media.audio.finish import CEILING_DBTP, MAX_GAIN_DB, TARGET_LUFS, finish_sound
from tasks.media.audio.loudness import integrated_lufs, true_peak_dbtp
from tasks.media.audio.mix import Layer, mix
from tasks.media.ffmpeg import find_ffmpeg

RATE = 48_000
LOUDNESS_TOLERANCE_LU = 0.5
"""What the public contract allows."""
SYNC_TOLERANCE_S = 0.002
"""AAC smears an onset over a short window; a frame lasts 33 ms."""


def finished(voice: np.ndarray, frames: int, folder: Path) -> np.ndarray:
    """The finished sound of a voice, decoded."""
    sound = mix([Layer(voice.astype(np.float32))], frames * RATE // 30)
    heard, rate = decode_audio(finish_sound(sound, program=find_ffmpeg(), folder=folder).path)
    assert rate == RATE
    return heard


def syllables(seconds: float, level_db: float) -> np.ndarray:
    """Band-limited noise that swells four times a second, about as peaky as a voice, at a given loudness."""
    times = np.arange(round(seconds * RATE)) / RATE
    noise = np.convolve(np.random.default_rng(7).standard_normal(len(times)), np.ones(24) / 24, "same")
    sound = noise * (0.1 + np.maximum(0, np.sin(2 * np.pi * 4 * times)))
    return sound * 10 ** ((level_db - integrated_lufs(sound, RATE)) / 20)


def tone(start_s: float, end_s: float, length_s: float, *, level: float = 0.5) -> np.ndarray:
    """A 440 Hz tone from `start_s` to `end_s` in silence of `length_s`."""
    times = np.arange(round(length_s * RATE)) / RATE
    return (level * np.sin(2 * np.pi * 440 * times) * ((times >= start_s) & (times < end_s))).astype(np.float32)


class TestFinishSound:
    @pytest.mark.parametrize("level_db", [-33.0, -24.0, -16.0, -8.0])
    def test_speech_of_any_level_ends_at_the_target(self, level_db: float, tmp_path: Path) -> None:
        """Soft or loud, it is -14 LUFS with no true peak above -1 dBTP, measured on the decoded AAC."""
        heard = finished(syllables(4.0, level_db), 120, tmp_path)
        assert integrated_lufs(heard, RATE) == pytest.approx(TARGET_LUFS, abs=LOUDNESS_TOLERANCE_LU)
        assert true_peak_dbtp(heard) <= CEILING_DBTP

    def test_a_clicking_voice_is_limited_and_still_loud(self, tmp_path: Path) -> None:
        """Peaks 8 dB over the rest need the limiter, and limiting must not cost the loudness."""
        voice = syllables(4.0, -16.0)
        voice[::6000] = np.abs(voice).max() * 2.5
        heard = finished(voice, 120, tmp_path)
        assert integrated_lufs(heard, RATE) == pytest.approx(TARGET_LUFS, abs=LOUDNESS_TOLERANCE_LU)
        assert true_peak_dbtp(heard) <= CEILING_DBTP

    def test_silence_stays_silent(self, tmp_path: Path) -> None:
        """Nothing to hear is not raised to something."""
        assert np.abs(finished(np.zeros(2 * RATE), 60, tmp_path)).max() < 1e-4

    def test_a_hiss_is_not_made_a_voice(self, tmp_path: Path) -> None:
        """Sound softer than -55 LUFS keeps its level."""
        hiss = np.random.default_rng(1).standard_normal(RATE) * 1e-4
        assert np.abs(finished(hiss, 30, tmp_path)).max() < 5e-3

    def test_the_gain_has_a_limit(self, tmp_path: Path) -> None:
        """A voice at -50 LUFS comes 24 dB up and no more."""
        heard = finished(syllables(2.0, -50.0), 60, tmp_path)
        stereo_db = 10 * np.log10(2)
        assert integrated_lufs(heard, RATE) == pytest.approx(-50 + stereo_db + MAX_GAIN_DB, abs=LOUDNESS_TOLERANCE_LU)

    def test_one_word_does_not_explode(self, tmp_path: Path) -> None:
        """0.3 s of tone in 1.2 s of silence reaches the target like any speech."""
        heard = finished(tone(0.3, 0.6, 1.2, level=0.2), 36, tmp_path)
        assert integrated_lufs(heard, RATE) == pytest.approx(TARGET_LUFS, abs=LOUDNESS_TOLERANCE_LU)
        assert true_peak_dbtp(heard) <= CEILING_DBTP

    @pytest.mark.parametrize("frames", [1, 47, 60])
    def test_it_is_as_long_as_the_picture(self, frames: int, tmp_path: Path) -> None:
        """Sample for sample, whether the voice was shorter or longer."""
        assert finished(tone(0.0, 9.0, 1.5), frames, tmp_path).shape == (frames * 1600, 2)

    def test_it_stays_in_time(self, tmp_path: Path) -> None:
        """A tone from 1.0 to 2.0 s begins and ends there after encoding."""
        heard = np.abs(finished(tone(1.0, 2.0, 3.0), 90, tmp_path)[:, 0])
        loud = np.flatnonzero(heard > 0.3 * heard.max())
        assert loud[0] / RATE == pytest.approx(1.0, abs=SYNC_TOLERANCE_S)
        assert loud[-1] / RATE == pytest.approx(2.0, abs=SYNC_TOLERANCE_S)

    def test_equal_input_gives_equal_bytes(self, tmp_path: Path) -> None:
        """The track depends on nothing but the sound."""
        voice = tone(0.0, 1.0, 1.0)
        made = [finish_sound(voice, program=find_ffmpeg(), folder=tmp_path).path.read_bytes() for _ in range(2)]
        assert made[0] == made[1]
