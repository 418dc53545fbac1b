"""A person's own recording: whatever the file is, it gives a voice, a warning, or one clear sentence."""

import struct
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tasks.domain.errors import FixRequest
from tasks.media.audio import sound_file
from tasks.media.audio.voice_file import (
    LONGEST_PAUSE_S,
    RATE_HZ,
    VoiceTake,
    check_voice_file,
    one_voice,
    read_voice_file,
)
from tasks.media.ffmpeg import find_ffmpeg, local_file, run

PULSE = sum(1 / harmonic for harmonic in range(1, 20))
"""Height of a pulse: all its harmonics together."""
MP3 = ("-c:a", "libmp3lame", "-b:a", "160k")


def speaking(seconds: float = 2.0, rate: int = RATE_HZ, *, level: float = 0.3, noise: float = 1e-4, gap_s: float = 0.0
             ) -> np.ndarray:
    """Syllables, four a second, of pulses as a throat makes them, in a quiet room; half a second of room at both ends.

    A gap is put into the middle.
    """
    times = np.arange(round(seconds * rate)) / rate
    pulses = sum(np.cos(2 * np.pi * 110 * harmonic * times) / harmonic for harmonic in range(1, 20)) / PULSE
    voice = level * np.sin(np.pi * 4 * times) ** 2 * pulses
    half = len(voice) // 2
    room, gap = np.zeros(rate // 2), np.zeros(round(gap_s * rate))
    sound = np.concatenate([room, voice[:half], gap, voice[half:], room])
    return sound + noise * np.random.default_rng(5).standard_normal(len(sound))


def wav(path: Path, sound: np.ndarray, rate: int = RATE_HZ) -> Path:
    """A 16-bit WAV of (n,) or (n, channels) floats."""
    sides = sound if sound.ndim == 2 else sound[:, None]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(sides.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.round(np.clip(sides, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def converted(path: Path, suffix: str, *arguments: str) -> Path:
    """The file in another format."""
    target = path.with_name(f"converted{suffix}")
    run(find_ffmpeg(), ["-i", local_file(path), *arguments, local_file(target)], place=target)
    return target


def read(path: Path) -> VoiceTake:
    check_voice_file(path)
    return read_voice_file(path, name=path.name, at_most_s=60.0)


def text(folder: Path, content: str, name: str) -> Path:
    (folder / name).write_text(content, "utf-8")
    return folder / name


def shortened(path: Path, share: float) -> Path:
    """The file without its end."""
    content = path.read_bytes()
    path.write_bytes(content[:round(len(content) * share)])
    return path


def of_kind(path: Path, kind: int) -> Path:
    """A WAV file whose head names another kind of sound."""
    content = bytearray(path.read_bytes())
    content[20:22] = struct.pack("<H", kind)
    path.write_bytes(content)
    return path


class TestGoodRecordings:
    @pytest.mark.parametrize(("suffix", "arguments"), [
        (".mp3", MP3), (".m4a", ("-c:a", "aac")), (".aac", ("-c:a", "aac")), (".flac", ()), (".ogg", ("-c:a", "libvorbis")),
        (".opus", ("-c:a", "libopus")), (".webm", ("-c:a", "libopus")), (".wav", ("-c:a", "pcm_f32le")),
        (".wav", ("-c:a", "pcm_s24le")), (".wav", ("-ar", "44100")), (".wav", ("-ar", "16000")),
        (".wav", ("-ar", "192000"))])
    def test_every_usual_format_is_read_without_a_word(
        self, suffix: str, arguments: tuple[str, ...], tmp_path: Path,
    ) -> None:
        """What is heard is two seconds long, and as loud as it was."""
        take = read(converted(wav(tmp_path / "a.wav", speaking()), suffix, *arguments))
        assert take.warnings == ()
        assert take.duration_s == pytest.approx(2.0, abs=0.15)
        assert np.std(take.samples) == pytest.approx(np.std(speaking()[RATE_HZ // 2:-RATE_HZ // 2]), rel=0.1)

    def test_a_name_says_nothing(self, tmp_path: Path) -> None:
        """An MP3 called WAV is an MP3."""
        path = converted(wav(tmp_path / "a.wav", speaking()), ".mp3", *MP3)
        assert read(path.rename(tmp_path / "b.wav")).duration_s == pytest.approx(2.0, abs=0.15)

    @pytest.mark.parametrize("promised", [0, 0xFFFF_FFFF, 0x7FFF_FFFF - 36])
    def test_a_recorder_that_did_not_know_the_length_is_believed(self, promised: int, tmp_path: Path) -> None:
        """Programs that write into a pipe put such sizes into the header."""
        path = wav(tmp_path / "a.wav", speaking())
        content = bytearray(path.read_bytes())
        content[40:44] = struct.pack("<I", promised)
        path.write_bytes(content)
        assert read(path).duration_s == pytest.approx(2.0, abs=0.15)

    def test_offset_and_rumble_are_taken_off(self, tmp_path: Path) -> None:
        """A cheap microphone's offset and wind at 12 Hz hide neither the silence nor the voice."""
        times = np.arange(3 * RATE_HZ) / RATE_HZ
        take = read(wav(tmp_path / "a.wav", speaking() + 0.1 + 0.02 * np.sin(2 * np.pi * 12 * times)))
        assert take.duration_s == pytest.approx(2.0, abs=0.2)
        assert abs(take.samples.mean()) < 1e-3
        spectrum = np.abs(np.fft.rfft(take.samples[:RATE_HZ]))
        assert spectrum[12] < 0.02 * spectrum[110]

    def test_the_click_of_a_mouse_is_no_voice(self, tmp_path: Path) -> None:
        """Whoever begins and ends a recording clicks; three clicks, as loud as the voice, are left out with the silence."""
        sound, click = speaking(), 0.3 * np.hanning(480) * np.random.default_rng(4).standard_normal(480)
        quiet = 1e-4 * np.random.default_rng(5).standard_normal(RATE_HZ // 2)
        take = read(wav(tmp_path / "a.wav", np.concatenate([quiet, click, quiet, click, sound, click, quiet])))
        assert take.duration_s == pytest.approx(2.0, abs=0.15)

    @pytest.mark.parametrize("level", [0.9, 0.3, 0.01])
    def test_a_soft_recording_is_cut_where_a_loud_one_is(self, level: float, tmp_path: Path) -> None:
        """The room as far below the voice: within two steps."""
        usual = read(wav(tmp_path / "a.wav", speaking(level=0.3, noise=1e-3)))
        take = read(wav(tmp_path / "b.wav", speaking(level=level, noise=level / 300)))
        assert take.duration_s == pytest.approx(usual.duration_s, abs=0.02)

    def test_pauses_stay_unless_nobody_makes_them(self, tmp_path: Path) -> None:
        """A second and a half is art, five are a mishap: shortened without a step, and said."""
        kept = read(wav(tmp_path / "a.wav", speaking(gap_s=1.5)))
        assert (kept.warnings, kept.duration_s) == ((), pytest.approx(3.5, abs=0.2))
        cut = read(wav(tmp_path / "b.wav", speaking(gap_s=5.0)))
        assert cut.duration_s == pytest.approx(2.0 + LONGEST_PAUSE_S, abs=0.2)
        assert ["pauses of more than 2 s, 1 in all" in warning for warning in cut.warnings] == [True]
        middle = cut.samples[round(1.4 * RATE_HZ):round(2.6 * RATE_HZ)]
        assert np.abs(middle).max() < 1e-3


class TestSides:
    @pytest.mark.parametrize(("left", "right"), [(1, 1), (1, 0), (0, 1), (1, 0.5), (1, -1), (1, -0.6)])
    def test_the_voice_is_whole_whatever_the_sides_hold(self, left: float, right: float) -> None:
        """One side alone, unequal ones, one upside down: never softer than half the louder one."""
        voice = speaking().astype(np.float32)
        found = one_voice(np.stack([left * voice, right * voice], axis=1))
        assert abs(float(np.corrcoef(found, voice)[0, 1])) > 0.999
        assert np.abs(found).max() >= 0.7 * np.abs(voice).max()

    def test_sides_that_hear_different_things_are_not_mixed(self) -> None:
        """A voice at one microphone and a fan at the other."""
        voice = speaking().astype(np.float32)
        fan = 0.02 * np.random.default_rng(1).standard_normal(len(voice)).astype(np.float32)
        assert np.array_equal(one_voice(np.stack([fan, voice], axis=1)), voice)

    @pytest.mark.parametrize("channels", [1, 2, 6])
    def test_channels_are_mixed_down(self, channels: int, tmp_path: Path) -> None:
        """As loud as before."""
        take = read(wav(tmp_path / "a.wav", np.repeat(speaking()[:, None], channels, axis=1)))
        assert np.abs(take.samples).max() > 0.2


WARNED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "telephone": (lambda folder: wav(folder / "a.wav", speaking(rate=8000), 8000), "sounds like a telephone"),
    "clipped a little": (lambda folder: wav(folder / "a.wav", speaking(level=1.04)), "clipped at its loudest words"),
    "clipped, then made softer": (lambda folder: wav(folder / "a.wav", 0.5 * np.clip(speaking(level=1.04), -1, 1)),
                                  "clipped at its loudest words"),
    "clipped a little in mp3": (lambda folder: converted(wav(folder / "a.wav", speaking(level=2.5)), ".mp3", *MP3),
                                "clipped at its loudest words"),
    "noisy": (lambda folder: wav(folder / "a.wav", speaking(noise=0.02)), "is noisy: the voice is only"),
    "quiet": (lambda folder: wav(folder / "a.wav", speaking(level=0.004, noise=1e-5)), "very quiet"),
    "shorter than it says": (lambda folder: shortened(converted(wav(folder / "a.wav", speaking(4.0)), ".mp3", *MP3), 0.6),
                             "may be cut off"),
}
"""What is not as good as it could be -> how to make it, and what is said."""

REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "missing": (lambda folder: folder / "no.wav", r"no recording file 'no\.wav'"),
    "empty": (lambda folder: text(folder, "", "a.wav"), "the recording 'a.wav' cannot be read as sound"),
    "header alone": (lambda folder: wav(folder / "a.wav", np.zeros((0, 1))), "nothing is heard in the recording 'a.wav'"),
    "text": (lambda folder: text(folder, "la la la\n" * 99, "a.mp3"), "cannot be read as sound"),
    "playlist": (lambda folder: text(folder, "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n/etc/passwd\n", "a.mp3"),
                 "cannot be read as sound"),
    "list of files": (lambda folder: text(folder, "ffconcat version 1.0\nfile /etc/passwd\n", "a.mp3"),
                      "cannot be read as sound"),
    "session description": (lambda folder: text(folder, "v=0\no=- 0 0 IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\n", "a.mp3"),
                            "cannot be read as sound"),
    "a kind that nobody knows": (lambda folder: of_kind(wav(folder / "a.wav", speaking()), 0x1234),
                                 "the recording 'a.wav' is of a kind that is not read here"),
    "cut off": (lambda folder: shortened(wav(folder / "a.wav", speaking()), 0.6), "cut off: 115218 bytes"),
    "cut off in flac": (lambda folder: shortened(converted(wav(folder / "a.wav", speaking()), ".flac"), 0.6),
                        "damaged or cut off: "),
    "cut off in m4a": (lambda folder: shortened(converted(wav(folder / "a.wav", speaking()), ".m4a"), 0.6),
                       "cannot be read as sound"),
    "silent": (lambda folder: wav(folder / "a.wav", np.zeros(3 * RATE_HZ)), r"nothing is heard in the .* of 3\.0 s"),
    "below hearing": (lambda folder: wav(folder / "a.wav", speaking(level=2e-4, noise=1e-5)), "nothing is heard"),
    "clipped": (lambda folder: wav(folder / "a.wav", speaking(level=3.0)), "is clipped: the microphone was turned up"),
    "clipped in mp3": (lambda folder: converted(wav(folder / "a.wav", speaking(level=6.0)), ".mp3", *MP3), "is clipped: "),
    "wrong rate": (lambda folder: wav(folder / "a.wav", speaking(rate=6000), 6000), "claims 6000 samples a second, and"),
    "too high a rate": (lambda folder: wav(folder / "a.wav", speaking(rate=384_000), 384_000), "claims 384000 samples"),
    "many channels": (lambda folder: wav(folder / "a.wav", np.zeros((8000, 32)), 8000), "has 32 channels"),
    "too long": (lambda folder: wav(folder / "a.wav", np.zeros(8000 * 1300), 8000), "lasts 22 minutes"),
}
"""What is wrong -> how to make it, and what is said."""


class TestBadRecordings:
    @pytest.mark.parametrize("what", WARNED)
    def test_what_could_be_better_is_told(self, what: str, tmp_path: Path) -> None:
        """One sentence that names the file; the recording is used."""
        make, said = WARNED[what]
        path = make(tmp_path)
        take = read(path)
        assert [said in warning and repr(path.name) in warning for warning in take.warnings] == [True], take.warnings
        assert take.duration_s > 1.0

    @pytest.mark.parametrize("what", REFUSED)
    def test_what_cannot_be_used_is_refused_in_a_sentence(self, what: str, tmp_path: Path) -> None:
        """It names the file."""
        make, said = REFUSED[what]
        with pytest.raises(FixRequest, match=said):
            read(make(tmp_path))

    def test_a_file_too_large_is_not_opened(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Its size alone is enough."""
        monkeypatch.setattr(sound_file, "MOST_BYTES", 1000)
        with pytest.raises(FixRequest, match="MiB, more than"):
            check_voice_file(text(tmp_path, "x" * 1001, "a.wav"))

    def test_values_that_are_no_numbers_do_no_harm(self, tmp_path: Path) -> None:
        """Infinite and undefined samples of a file of floating point are tamed."""
        sound = speaking().astype("<f4")
        sound[60_000:60_003] = np.inf, -np.inf, np.nan
        (tmp_path / "raw").write_bytes(sound.tobytes())
        run(find_ffmpeg(), ["-f", "f32le", "-ar", str(RATE_HZ), "-ac", "1", "-i", local_file(tmp_path / "raw"),
                            "-c:a", "pcm_f32le", local_file(tmp_path / "a.wav")], place=tmp_path)
        assert np.isfinite(read(tmp_path / "a.wav").samples).all()
