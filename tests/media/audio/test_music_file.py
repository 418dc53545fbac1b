"""Music of somebody's own: every kind of file gives sound or one clear sentence."""

import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tasks.domain.errors import FixRequest
from tasks.media.audio import music_file, sound_file
from tasks.media.audio.music_file import RATE, check_music, read_music
from tasks.media.ffmpeg import find_ffmpeg, local_file, run


def wav(path: Path, sound: np.ndarray, rate: int) -> Path:
    """A 16-bit WAV of (n, channels) floats."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(sound.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.round(np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def tone(seconds: float, rate: int, *, channels: int = 2, level: float = 0.3, before_s: float = 0.0) -> np.ndarray:
    """440 Hz, after some silence."""
    sound = level * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate)
    return np.repeat(np.concatenate([np.zeros(round(before_s * rate)), sound])[:, None], channels, axis=1)


def converted(path: Path, *arguments: str, suffix: str) -> Path:
    """The file in another format."""
    target = path.with_suffix(suffix)
    run(find_ffmpeg(), ["-i", local_file(path), *arguments, local_file(target)], place=target)
    return target


def read(path: Path, *, at_most_s: float = 60.0) -> music_file.Music:
    """The file as music."""
    return read_music(path, path.with_name("spool"), name=path.name, at_most_s=at_most_s)


class TestReadMusic:
    @pytest.mark.parametrize(("rate", "channels"), [
        (8000, 1), (22_050, 2), (44_100, 1), (48_000, 2), (96_000, 2), (44_100, 6)])
    def test_any_rate_and_channels_become_48_khz_stereo(self, rate: int, channels: int, tmp_path: Path) -> None:
        """The tone keeps pitch and length."""
        sound = read(wav(tmp_path / "a.wav", tone(3.0, rate, channels=channels), rate)).sound
        assert sound is not None
        assert len(sound) / RATE == pytest.approx(3.0, abs=0.06)
        power = np.abs(np.fft.rfft(sound[:2 * RATE][:, 0] * np.hanning(2 * RATE)))
        assert power.argmax() / 2 == pytest.approx(440, abs=1)
        assert np.abs(sound[:]).max() > 0.1

    @pytest.mark.parametrize(("suffix", "arguments"), [
        (".mp3", ("-c:a", "libmp3lame")), (".m4a", ("-c:a", "aac")), (".flac", ()), (".ogg", ("-c:a", "libvorbis")),
        (".mkv", ("-c:a", "pcm_f32le"))])
    def test_usual_formats_are_read(self, suffix: str, arguments: tuple[str, ...], tmp_path: Path) -> None:
        """The tone is there, without warnings."""
        path = converted(wav(tmp_path / "a.wav", tone(3.0, RATE), RATE), *arguments, suffix=suffix)
        check_music(path)
        music = read(path)
        assert music.sound is not None
        assert (music.warnings, len(music.sound) / RATE) == ((), pytest.approx(3.0, abs=0.1))

    def test_silence_around_it_is_left_out(self, tmp_path: Path) -> None:
        """Two seconds of tone in three seconds of silence are two seconds."""
        sound = np.concatenate([tone(2.0, RATE, before_s=2.0), np.zeros((RATE, 2))])
        music = read(wav(tmp_path / "a.wav", sound, RATE))
        assert music.sound is not None
        assert len(music.sound) / RATE == pytest.approx(2.0, abs=0.11)

    def test_no_more_is_read_than_wanted(self, tmp_path: Path) -> None:
        """A reel of two seconds needs no more."""
        music = read(wav(tmp_path / "a.wav", tone(9.0, RATE), RATE), at_most_s=2.0)
        assert music.sound is not None
        assert len(music.sound) == 2 * RATE

    @pytest.mark.parametrize(("sound", "rate", "said"), [
        (np.zeros((3 * RATE, 2)), RATE, "silent"),
        (tone(3.0, RATE, level=1e-4), RATE, "silent"),
        (tone(3.0, RATE, level=2.5), RATE, "clipped"),
        (tone(3.0, 8000), 8000, "8000 samples a second"),
    ], ids=["zeros", "below hearing", "clipped", "8 kHz"])
    def test_what_its_owner_should_know_is_said(self, sound: np.ndarray, rate: int, said: str, tmp_path: Path) -> None:
        """One sentence that names the file."""
        music = read(wav(tmp_path / "loop.wav", sound, rate))
        assert [said in warning and "'loop.wav'" in warning for warning in music.warnings] == [True]
        assert (music.sound is None) == (said == "silent")

    def test_values_that_are_no_numbers_do_no_harm(self, tmp_path: Path) -> None:
        """Infinite and undefined samples of a file of floating point are tamed."""
        sound = tone(3.0, RATE).astype("<f4")
        sound[5000:5003, 0] = np.inf, -np.inf, np.nan
        (tmp_path / "raw").write_bytes(sound.tobytes())
        run(find_ffmpeg(), ["-f", "f32le", "-ar", str(RATE), "-ac", "2", "-i", local_file(tmp_path / "raw"),
                            "-c:a", "pcm_f32le", local_file(tmp_path / "a.wav")], place=tmp_path)
        music = read(tmp_path / "a.wav")
        assert music.sound is not None
        assert np.isfinite(music.sound[:]).all()
        assert np.abs(music.sound[RATE:]).max() < 0.5

    def test_a_file_damaged_in_its_middle_is_read_as_far_as_it_goes(self, tmp_path: Path) -> None:
        """Broken packets are left out, and that is said or not heard; nothing fails."""
        path = converted(wav(tmp_path / "a.wav", tone(5.0, RATE), RATE), "-c:a", "libmp3lame", suffix=".mp3")
        content = bytearray(path.read_bytes())
        content[len(content) // 2:len(content) // 2 + 3000] = bytes(range(250)) * 12
        path.write_bytes(content)
        music = read(path)
        assert music.sound is not None
        assert len(music.sound) / RATE > 4.0


def film(folder: Path) -> Path:
    """A video without sound."""
    run(find_ffmpeg(), ["-f", "lavfi", "-i", "color=s=64x64:d=1", local_file(folder / "a.mp4")], place=folder)
    return folder / "a.mp4"


def text(folder: Path, content: str, name: str) -> Path:
    """A file of text."""
    (folder / name).write_text(content, "utf-8")
    return folder / name


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "missing": (lambda folder: folder / "no.mp3", r"no music file 'no\.mp3'"),
    "folder": (lambda folder: folder, "no music file"),
    "empty": (lambda folder: text(folder, "", "a.mp3"), "cannot be read as sound"),
    "text": (lambda folder: text(folder, "la la la\n" * 99, "a.mp3"), "cannot be read as sound"),
    "playlist": (lambda folder: text(folder, "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n/etc/passwd\n", "a.m3u8"),
                 "cannot be read as sound"),
    "list of files": (lambda folder: text(folder, "ffconcat version 1.0\nfile /etc/passwd\n", "a.wav"),
                      "cannot be read as sound"),
    "film without sound": (film, "has no sound track"),
    "impossible rate": (lambda folder: wav(folder / "a.wav", tone(3.0, 200), 200), "claims 200 samples a second"),
    "many channels": (lambda folder: wav(folder / "a.wav", tone(2.0, 8000, channels=32), 8000), "has 32 channels"),
    "too short": (lambda folder: wav(folder / "a.wav", tone(0.2, RATE), RATE), r"lasts 0\.20 s"),
    "too long": (lambda folder: wav(folder / "a.wav", np.zeros((8000 * 1300, 1)), 8000), "lasts 22 minutes"),
}
"""What is wrong -> how to make it, and what is said."""


class TestCheckMusic:
    @pytest.mark.parametrize("wrong", BAD)
    def test_what_is_no_music_is_refused_in_a_sentence(self, wrong: str, tmp_path: Path) -> None:
        """Before anything is decoded."""
        make, said = BAD[wrong]
        with pytest.raises(FixRequest, match=said):
            check_music(make(tmp_path))

    def test_a_file_too_large_is_not_opened(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Its size alone is enough."""
        monkeypatch.setattr(sound_file, "MOST_BYTES", 1000)
        with pytest.raises(FixRequest, match="MiB, more than"):
            check_music(text(tmp_path, "x" * 1001, "a.wav"))

    def test_facts_of_a_good_file(self, tmp_path: Path) -> None:
        """Length, rate and channels."""
        facts = check_music(wav(tmp_path / "a.wav", tone(2.5, 44_100, channels=1), 44_100))
        assert (facts.duration_s, facts.rate_hz, facts.channels) == (pytest.approx(2.5, abs=0.01), 44_100, 1)
