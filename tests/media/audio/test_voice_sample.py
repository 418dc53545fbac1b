"""Recordings that a voice is learnt from."""

from pathlib import Path

import numpy as np
import pytest

from tasks.domain.errors import FixRequest
from tasks.media.audio.trimming import AFTER_S, BEFORE_S, STEP_S
from tasks.media.audio.voice_file import RATE_HZ as VOICE_HZ
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
        """Two seconds of four, with a little room."""
        write_wav(tmp_path / "a.wav", np.concatenate([silence(1), hum(2), silence(1)]), RATE_HZ)
        length_s = len(read_sample(tmp_path / "a.wav", "a.wav")) / VOICE_HZ
        assert length_s == pytest.approx(2 + BEFORE_S + AFTER_S, abs=3 * STEP_S + 1e-6)

    @pytest.mark.parametrize(("samples", "sentence"), [
        (silence(3), "nothing is heard in the recording 'a.wav'"),
        (hum(0.5), r"in the recording 'a.wav' 0\.\d s of a voice are heard, and 1 s is the least"),
        (np.zeros(0, np.float32), "the recording 'a.wav'|nothing is heard"),
    ], ids=["silent", "short", "empty"])
    def test_what_teaches_nothing_is_refused(self, samples: np.ndarray, sentence: str, tmp_path: Path) -> None:
        """With what is missing."""
        write_wav(tmp_path / "a.wav", samples, RATE_HZ)
        with pytest.raises(FixRequest, match=sentence):
            read_sample(tmp_path / "a.wav", "a.wav")

    @pytest.mark.parametrize("content", [b"", b"text", b"#EXTM3U\nother.wav\n", b"RIFF\x00\x00\x00\x00WAVE"])
    def test_what_is_no_sound_is_refused(self, content: bytes, tmp_path: Path) -> None:
        """Playlists, too: they name other files."""
        (tmp_path / "a.wav").write_bytes(content)
        with pytest.raises(FixRequest, match="the recording 'a.wav'"):
            read_sample(tmp_path / "a.wav", "a.wav")
