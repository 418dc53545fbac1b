"""Reading sound: the samples a player would play."""

import wave
from pathlib import Path

import numpy as np
import pytest

from tasks.domain.errors import StoreDamaged
from tasks.media.audio.decode import decode_audio, decode_pieces

RATE = 48_000
ONE_STEP = 1 / 32768
"""A 16-bit sample is this coarse."""


def write(path: Path, samples: np.ndarray) -> Path:
    """A 16-bit WAV of (n, channels) floats."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.round(samples * 32767).astype("<i2").tobytes())
    return path


class TestDecodeAudio:
    def test_a_wav_comes_back_sample_for_sample(self, tmp_path: Path) -> None:
        """Values, channels, length and rate are those of the file."""
        samples = np.stack([np.linspace(-1, 1, 5000), np.linspace(1, -1, 5000)], axis=1)
        heard, rate = decode_audio(write(tmp_path / "a.wav", samples))
        assert rate == RATE
        assert heard.shape == samples.shape
        assert np.abs(heard - samples).max() <= 2 * ONE_STEP

    def test_a_damaged_file_is_refused_by_name(self, tmp_path: Path) -> None:
        """Bytes that are no sound raise our own error."""
        (tmp_path / "bad.wav").write_bytes(b"RIFF" + bytes(40))
        with pytest.raises(StoreDamaged, match=r"bad\.wav"):
            decode_audio(tmp_path / "bad.wav")

    def test_a_missing_file_is_refused_by_name(self, tmp_path: Path) -> None:
        """A file that is not there raises our own error."""
        with pytest.raises(StoreDamaged, match=r"gone\.wav"):
            decode_audio(tmp_path / "gone.wav")


class TestDecodePieces:
    def test_the_pieces_are_the_whole(self, tmp_path: Path) -> None:
        """One after the other they are what is decoded at once."""
        samples = np.linspace(-0.5, 0.5, 20_000)[:, None]
        path = write(tmp_path / "a.wav", samples)
        assert np.array_equal(np.concatenate(list(decode_pieces(path))), decode_audio(path)[0])

    def test_a_missing_file_is_refused_by_name(self, tmp_path: Path) -> None:
        """As soon as the first piece is asked for."""
        with pytest.raises(StoreDamaged, match=r"gone\.wav"):
            next(decode_pieces(tmp_path / "gone.wav"))
