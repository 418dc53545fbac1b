"""Sound from outside, told from whatever else may have come."""

from types import ModuleType

import numpy as np
import pytest

from tasks.media.audio import received
from tasks.media.audio.received import NoSound, format_of, read_received

RATE_HZ = 48_000
SECOND = (0.3 * 32767 * np.sin(2 * np.pi * 440 * np.arange(24_000) / 24_000)).astype("<i2").tobytes()
"""16 bit samples of one second at 24 kHz."""


def pitch_hz(samples: np.ndarray) -> float:
    """The strongest tone."""
    return float(np.argmax(np.abs(np.fft.rfft(samples * np.hanning(len(samples)))))) * RATE_HZ / len(samples)


class TestReadReceived:
    @pytest.mark.parametrize("rate_hz", [16_000, 24_000, 44_100])
    def test_wav_is_read_at_its_own_rate(self, speech_program: ModuleType, rate_hz: int) -> None:
        """A tone keeps its pitch relative to the rate the head says."""
        found = read_received(speech_program.wav(SECOND, rate_hz), RATE_HZ)
        assert len(found) == pytest.approx(24_000 / rate_hz * RATE_HZ, abs=2)
        assert pitch_hz(found) == pytest.approx(440 * rate_hz / 24_000, rel=0.01)

    @pytest.mark.parametrize("kind", ["mp3", "flac", "ogg", "aac"])
    def test_other_formats_in_its_place_are_read(self, speech_program: ModuleType, kind: str) -> None:
        """A known format is as good as the one that was asked for."""
        content = speech_program.encoded(SECOND, kind)
        assert format_of(content) == kind
        assert len(read_received(content, RATE_HZ)) == pytest.approx(RATE_HZ, abs=0.1 * RATE_HZ)
        assert pitch_hz(read_received(content, RATE_HZ)) == pytest.approx(440, rel=0.02)

    @pytest.mark.parametrize("length", [b"\xff\xff\xff\xff", b"\x00\xf0\xff\x7f"])
    def test_stream_whose_head_knows_no_length_is_read_to_its_end(self, speech_program: ModuleType, length: bytes) -> None:
        """As servers send it that begin to answer before they have finished."""
        whole = speech_program.wav(SECOND)
        found = read_received(whole[:4] + length + whole[8:40] + length + whole[44:], RATE_HZ)
        assert len(found) == pytest.approx(RATE_HZ, abs=2)

    @pytest.mark.parametrize(("content", "said"), [
        (b"", "empty"), (b" \n", "empty"), (b"<html><body>502</body></html>", "a web page, '<html>"),
        (b'{"error": "no"}', "a text, '{\"error\""), (b"#EXTM3U\nfile:///etc/passwd\n", "a text, '#EXTM3U"),
        (bytes(range(128, 255)) * 9, "no known sound format"), (b"RIFF\x00\x00\x00\x00WAVE", "a broken wav"),
        (b"ID3" + bytes(200), "a broken mp3"), (b"OggS" + bytes(200), "a broken ogg"),
    ])
    def test_what_is_no_sound_is_said_in_words(self, content: bytes, said: str) -> None:
        """A playlist among it: nothing it names is opened."""
        with pytest.raises(NoSound, match=said):
            read_received(content, RATE_HZ)

    def test_half_a_file_is_cut_off(self, speech_program: ModuleType) -> None:
        """The head says how much there should be."""
        whole = speech_program.wav(SECOND)
        with pytest.raises(NoSound, match=r"cut off: 23978 of 48000 bytes"):
            read_received(whole[:len(whole) // 2], RATE_HZ)

    def test_a_kind_of_sound_that_nobody_knows_is_broken(self, speech_program: ModuleType) -> None:
        """The head of the file names it."""
        whole = speech_program.wav(SECOND)
        with pytest.raises(NoSound, match="a broken wav"):
            read_received(whole[:20] + b"\x34\x12" + whole[22:], RATE_HZ)

    def test_silence_is_no_speech(self, speech_program: ModuleType) -> None:
        """A second of nothing."""
        with pytest.raises(NoSound, match=r"1\.0 s of silence"):
            read_received(speech_program.wav(bytes(48_000)), RATE_HZ)

    def test_rate_that_no_speech_has_is_refused(self, speech_program: ModuleType) -> None:
        """Not even a telephone's."""
        with pytest.raises(NoSound, match="a wav file of 4000 samples a second"):
            read_received(speech_program.wav(SECOND, 4000), RATE_HZ)

    def test_what_would_fill_the_memory_is_refused(
        self, speech_program: ModuleType, monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Longer than any answer to one request."""
        monkeypatch.setattr(received, "LONGEST_S", 0.5)
        with pytest.raises(NoSound, match="a broken mp3 file"):
            read_received(speech_program.encoded(SECOND, "mp3"), RATE_HZ)
