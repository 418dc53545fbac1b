"""The author's own recordings in place of a voice; the embedded voice, whose times are known, stands in for the author."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soxr

from tasks.alignment.dtw import WarpedTimes
from tasks.alignment.reference import STOPS
from tasks.domain.errors import FixRequest, UnknownName
from tasks.domain.media import MediaFile
from tasks.domain.plan import Voice
from tasks.domain.script import Beat, Script
from tasks.domain.speech import Speech
from tasks.media.audio.loudness import integrated_lufs
from tasks.media.audio.mastering import TARGET_LUFS
from tasks.media.audio.wav import write_wav
from tasks.media.ffmpeg import find_ffmpeg, local_file, run
from tasks.speech.base import RATE_HZ, Pacing, Recording
from tasks.speech.espeak import EspeakVoice
from tasks.speech.recording import OwnRecording

BEATS = ("The kettle was singing when she came home.",
         "Her brother had laid the table, lit the stove, and fallen asleep on a chair.")
SCRIPT = Script(title="Own", beats=tuple(Beat(say=say) for say in BEATS))
PACING = Pacing(lead_in_s=0.3, tail_s=0.7, between_beats_s=0.45)
FORMATS = {".wav": (), ".mp3": ("-c:a", "libmp3lame"), ".flac": (), ".m4a": ("-c:a", "aac")}
"""What people record into."""
MEAN_OFF_S = 0.025
"""By how much comparison may find words off, on average."""


@cache
def spoken(say: str) -> Recording:
    """A woman, slower than the reference."""
    return EspeakVoice(Voice(name="en-us+f3", language="en-US", rate=0.9)).read(Script(title="x", beats=(Beat(say=say),)))


def take(folder: Path, number: int, *, gain: float = 0.5, suffix: str = ".wav", rate: int = RATE_HZ) -> Path:
    """A beat as a file, in a quiet room."""
    voice = gain * spoken(BEATS[number]).samples
    room = 2e-4 * gain * np.random.default_rng(number).standard_normal(len(voice))
    path = folder / f"{number}.wav"
    write_wav(path, soxr.resample(voice + room, RATE_HZ, rate).astype(np.float32), rate)
    if suffix == ".wav":
        return path
    target = path.with_suffix(suffix)
    run(find_ffmpeg(), ["-i", local_file(path), *FORMATS[suffix], local_file(target)], place=target)
    return target


def joined(*files: Path, pacing: Pacing = PACING, **voice: float) -> Recording:
    """What the engine makes of files."""
    kept = {MediaFile(uri=path.name, sha256="0" * 64, size_bytes=1): path for path in files}
    return OwnRecording(Voice(name="takes", language="en-US", takes=tuple(kept), **voice), pacing=pacing,
                        files=kept.__getitem__).read(SCRIPT)


def place_s(said: Recording, whole: Recording) -> float:
    """Where a take lies in a recording: the shift at which they are most alike."""
    size = 1 << (len(said.samples) + len(whole.samples)).bit_length()
    alike = np.fft.irfft(np.fft.rfft(whole.samples, size) * np.conj(np.fft.rfft(said.samples, size)))
    shift = int(np.argmax(alike))
    return (shift if shift < size // 2 else shift - size) / RATE_HZ


class TestOwnRecording:
    @pytest.mark.parametrize(("suffix", "rate"), [(".wav", 48_000), (".mp3", 44_100), (".flac", 22_050), (".m4a", 48_000)])
    def test_words_are_found_where_they_are(self, suffix: str, rate: int, tmp_path: Path) -> None:
        """A take for each beat, whatever the format: their words are timed as exactly as any voice's."""
        whole = joined(*(take(tmp_path, number, suffix=suffix, rate=rate) for number in range(2)))
        assert (whole.words, whole.phonemes) == (None, None)
        write_wav(tmp_path / "voice.wav", whole.samples, RATE_HZ)
        speech = Speech(audio=MediaFile(uri="voice.wav", sha256="0" * 64, size_bytes=1), duration_s=whole.duration_s,
                        engine="recording", version="1")
        found = WarpedTimes().align(SCRIPT, speech, tmp_path / "voice.wav", Voice(name="takes", language="en-US"))
        off_s = []
        for beat, say in enumerate(BEATS):
            truth, times = spoken(say), [word.start_s for word in found.words if word.beat == beat]
            shift_s = place_s(truth, whole)
            opening = {sound.word: sound.ipa for sound in reversed(truth.phonemes or ())}
            off_s += [abs(start_s - word.start_s - shift_s) for index, (start_s, word)
                      in enumerate(zip(times, truth.words or (), strict=True)) if opening[index] not in STOPS]
        assert len(off_s) > 10
        assert np.mean(off_s) < MEAN_OFF_S

    def test_takes_made_at_different_distances_sound_alike(self, tmp_path: Path) -> None:
        """One is 24 dB softer than the other; joined, both are as loud as every voice, within half a unit."""
        whole = joined(take(tmp_path, 0, gain=0.9), take(tmp_path, 1, gain=0.06))
        parts = []
        for say in BEATS:
            words, shift_s = spoken(say).words or (), place_s(spoken(say), whole)
            first, end = (round((time_s + shift_s) * RATE_HZ) for time_s in (words[0].start_s, words[-1].end_s))
            parts.append(whole.samples[first:end])
        one, two = (integrated_lufs(part, RATE_HZ) for part in parts)
        assert one == pytest.approx(two, abs=0.5)
        assert integrated_lufs(whole.samples, RATE_HZ) == pytest.approx(TARGET_LUFS, abs=0.5)

    def test_joints_do_not_click(self, tmp_path: Path) -> None:
        """A take cut in the middle of a word: no step is steeper than the voice itself makes."""
        voice = 0.5 * spoken(BEATS[0]).samples
        middle = len(voice) // 2
        write_wav(tmp_path / "a.wav", voice[:middle], RATE_HZ)
        write_wav(tmp_path / "b.wav", voice[middle:], RATE_HZ)
        whole = joined(tmp_path / "a.wav", tmp_path / "b.wav")
        usual = np.abs(np.diff(spoken(BEATS[0]).samples)).max() / np.abs(spoken(BEATS[0]).samples).max()
        assert np.abs(np.diff(whole.samples)).max() / np.abs(whole.samples).max() <= usual * 1.1

    def test_pacing_is_kept(self, tmp_path: Path) -> None:
        """Silence before, between and after takes is what was asked for; a take's own silence at its ends is not added."""
        wide = Pacing(lead_in_s=0.5, tail_s=1.0, between_beats_s=1.5)
        whole = joined(take(tmp_path, 0), take(tmp_path, 1), pacing=wide)
        loud = np.flatnonzero(np.abs(whole.samples) > 0.003)
        gaps_s = np.diff(loud) / RATE_HZ
        assert loud[0] / RATE_HZ == pytest.approx(0.5, abs=0.1)
        assert (len(whole.samples) - loud[-1]) / RATE_HZ == pytest.approx(1.0, abs=0.15)
        assert gaps_s.max() == pytest.approx(1.5, abs=0.2)

    @pytest.mark.parametrize("factor", ["rate", "pitch"])
    def test_other_speed_or_pitch_is_refused(self, factor: str) -> None:
        """It sounds as it was recorded."""
        with pytest.raises(FixRequest, match=f"asks for the {factor} 1.2: remove `{factor}`"):
            joined(Path("a.wav"), **{factor: 1.2})

    def test_without_a_recording_it_says_how_to_give_one(self) -> None:
        """Where the file goes, and the line of the script."""
        with pytest.raises(FixRequest, match=r"`voice: \{recording: media/monday.wav\}`"):
            joined()

    def test_it_has_one_voice(self) -> None:
        """Any other name is unknown."""
        with pytest.raises(UnknownName, match="'hal'; there are: takes"):
            OwnRecording(Voice(name="hal", language="en-US"), files=lambda _: Path())
