"""WAV files."""

import wave
from pathlib import Path

import numpy as np
import pytest

from tasks.media.audio.wav import FULL_SCALE, read_wav, write_wav


class TestWav:
    def test_comes_back_as_it_was(self, tmp_path: Path) -> None:
        """Within half a step of 16 bit; beyond full scale it is clipped."""
        samples = np.array([0, 0.5, -0.25, 1.0, -1.0, 2.0], np.float32)
        write_wav(tmp_path / "a.wav", samples, 48_000)
        found, rate_hz = read_wav(tmp_path / "a.wav")
        assert rate_hz == 48_000
        assert found == pytest.approx(np.clip(samples, -1, 1), abs=0.5 / FULL_SCALE)

    def test_is_mono_16_bit(self, tmp_path: Path) -> None:
        """What the speech model promises."""
        write_wav(tmp_path / "a.wav", np.zeros(10, np.float32), 48_000)
        with wave.open(str(tmp_path / "a.wav")) as file:
            assert (file.getnchannels(), file.getsampwidth(), file.getnframes()) == (1, 2, 10)

    def test_refuses_other_depths(self, tmp_path: Path) -> None:
        """8 bit is said to be 8 bit."""
        with wave.open(str(tmp_path / "a.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(1)
            file.setframerate(8000)
            file.writeframes(b"\x80")
        with pytest.raises(ValueError, match="8 bit"):
            read_wav(tmp_path / "a.wav")
