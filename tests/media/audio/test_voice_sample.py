"""Recordings that a voice is learnt from."""

import wave
from pathlib import Path

import numpy as np
import pytest

from tasks.domain.errors import FixRequest
from tasks.media.audio.trimming import AFTER_S, BEFORE_S
from tasks.media.audio.voice_sample import read_sample
from tasks.media.audio.wav import write_wav

RATE_HZ = 16_000


def hum(seconds: float) -> np.ndarray:
    """A voice of 200 Hz."""
    return (0.2 * np.sin(2 * np.pi * 200 * np.arange(round(seconds * RATE_HZ)) / RATE_HZ)).astype(np.float32)


def silence(seconds: float) -> np.ndarray:
    """Nobody speaks."""
    return np.zeros(round(seconds * RATE_HZ), np.float32)


class TestReadSample:
    def test_gives_the_voice_without_the_silence_around_it(self, tmp_path: Path) -> None:
        """Two seconds of four, with a little room, at their own rate."""
        write_wav(tmp_path / "a.wav", np.concatenate([silence(1), hum(2), silence(1)]), RATE_HZ)
        samples, rate_hz = read_sample(tmp_path / "a.wav", "a.wav")
        assert rate_hz == RATE_HZ
        assert samples.dtype == np.float32
        assert len(samples) / RATE_HZ == pytest.approx(2 + BEFORE_S + AFTER_S, abs=0.03)

    def test_several_channels_become_one(self, tmp_path: Path) -> None:
        """Their mean: one of two is silent, so the voice is half as loud."""
        with wave.open(str(tmp_path / "a.wav"), "wb") as file:
            file.setparams((2, 2, RATE_HZ, 0, "NONE", ""))
            both = np.stack([hum(2), silence(2)], axis=1)
            file.writeframes(np.rint(both * 32767).astype("<i2").tobytes())
        samples, _ = read_sample(tmp_path / "a.wav", "a.wav")
        assert np.abs(samples).max() == pytest.approx(0.1, abs=0.005)

    @pytest.mark.parametrize("samples", [silence(3), hum(0.5), np.zeros(0, np.float32)], ids=["silent", "short", "empty"])
    def test_what_teaches_nothing_is_refused(self, samples: np.ndarray, tmp_path: Path) -> None:
        """With how much was heard."""
        write_wav(tmp_path / "a.wav", samples, RATE_HZ)
        with pytest.raises(FixRequest, match=r"in the recording 'a.wav' 0\.\d s of sound are heard, and 1 s is the least"):
            read_sample(tmp_path / "a.wav", "a.wav")

    @pytest.mark.parametrize("content", [b"", b"text", b"#EXTM3U\nother.wav\n", b"RIFF\x00\x00\x00\x00WAVE"])
    def test_what_is_no_sound_is_refused(self, content: bytes, tmp_path: Path) -> None:
        """Playlists, too: they name other files."""
        (tmp_path / "a.wav").write_bytes(content)
        with pytest.raises(FixRequest, match="the recording 'a.wav'"):
            read_sample(tmp_path / "a.wav", "a.wav")
