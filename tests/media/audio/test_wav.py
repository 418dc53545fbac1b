"""WAV files."""

import wave
from pathlib import Path

import numpy as np
import pytest

from tasks.media.audio.wav import FULL_SCALE, read_wav, write_part, write_wav


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


class TestPart:
    def test_is_as_long_as_asked_and_silent_beyond_the_end(self, tmp_path: Path) -> None:
        """Sample for sample what the file holds there."""
        samples = np.linspace(-0.5, 0.5, 1000, dtype=np.float32)
        write_wav(tmp_path / "a.wav", samples, 1000)
        for start_s, end_s, lacking in ((0.1, 0.7, 0), (0.75, 1.25, 250), (2.0, 2.5, 500)):
            write_part(tmp_path / "a.wav", tmp_path / "b.wav", start_s=start_s, end_s=end_s)
            found, rate_hz = read_wav(tmp_path / "b.wav")
            expected = np.pad(samples[round(1000 * start_s):round(1000 * end_s)], (0, lacking))
            assert rate_hz == 1000
            assert found == pytest.approx(expected, abs=1 / FULL_SCALE)
