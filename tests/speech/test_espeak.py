"""The embedded voice: what only it does."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from scipy import signal

from tasks.domain.errors import FixMachine
from tasks.domain.plan import Voice
from tasks.domain.script import Beat, Script
from tasks.domain.speech import Word
from tasks.media.audio.loudness import integrated_lufs, true_peak_dbtp
from tasks.speech import espeak
from tasks.speech.base import RATE_HZ, Recording
from tasks.speech.espeak import CHILD, EspeakVoice, run_espeak
from tasks.speech.espeak_voices import espeak_folder, espeak_library

ONSET_S = 0.02
"""A word's first sample stands this near its start: filters and fades, less than a video frame."""
LONGEST_START_S = 0.3
"""What starting the child may cost of the processor."""
LONGEST_PATH = 160
"""Characters of a data path beyond which espeak-ng ends the process."""


def read(*says: str, name: str = "en-us", language: str = "en-US", rate: float = 1.0, pitch: float = 1.0) -> Recording:
    voice = Voice(name=name, language=language, rate=rate, pitch=pitch)
    return EspeakVoice(voice).read(Script(title="x", beats=tuple(Beat(say=say) for say in says)))


def sounds_of(recording: Recording, text: str) -> list[str]:
    words = recording.words or ()
    index = [word.text for word in words].index(text)
    return [sound.ipa for sound in recording.phonemes or () if sound.word == index]


def request(folder: Path, **changes: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "library": str(espeak_library()), "data": str(espeak_folder() / "espeak-ng-data"), "wav": str(folder / "a.wav"),
        "voice": "en-us", "parameters": {}, "texts": ["Hello."], "words": ["of"]}
    return usual | changes


def pitch_hz(recording: Recording, word: Word) -> float:
    """Rate of the strongest repetition between 60 and 400 Hz."""
    part = recording.samples[round(word.start_s * RATE_HZ):round(word.end_s * RATE_HZ)]
    likeness = signal.correlate(part, part, "full")[len(part) - 1:]
    lags = slice(RATE_HZ // 400, RATE_HZ // 60)
    return float(RATE_HZ / (int(np.argmax(likeness[lags])) + RATE_HZ // 400))


class TestTimes:
    def test_a_number_is_one_word_over_all_that_is_said_for_it(self) -> None:
        """'384,400' lasts as long as its words written out."""
        short, long = read("Some 384,400 miles"), read("Some three hundred eighty four thousand four hundred miles")
        assert short.words is not None
        assert long.words is not None
        assert short.words[1].text == "384,400"
        assert (short.words[1].start_s, short.words[1].end_s) == (long.words[1].start_s, long.words[7].end_s)

    @pytest.mark.parametrize(("said", "word", "sounds"), [
        ("end of the day", "of", ["ʌ", "v"]), ("end of the day", "the", ["ð", "ə"]), ("has been to be", "be", ["b", "iː"]),
        ("go to a friend", "a", ["ɐ"]), ("- isn't it", "it", ["ɪ", "t"]), ("he's well-known here", "here", ["h", "ɪ"]),
    ])
    def test_words_run_together_keep_their_own_sounds(self, said: str, word: str, sounds: list[str]) -> None:
        """espeak-ng reports such words as one, or in the wrong place."""
        found = sounds_of(read(said), word)
        assert [sound[0] for sound in found[:len(sounds)]] == [sound[0] for sound in sounds]

    @pytest.mark.parametrize("rate", [0.5, 1.0, 2.0])
    def test_times_are_where_the_sound_is(self, rate: float) -> None:
        """After a pause, the first loud sample of a word that begins with a hiss stands at its start."""
        found = read("Sun. Sun. Sun.", "Sun. Sun.", rate=rate)
        level = np.abs(found.samples)
        for word in found.words or ():
            from_s = word.start_s - 0.05
            onset_s = from_s + np.flatnonzero(level[round(from_s * RATE_HZ):] > 0.01)[0] / RATE_HZ
            assert abs(onset_s - word.start_s) < ONSET_S

    def test_lips_know_when_to_close(self) -> None:
        """Each p, b and m is there, inside its word, with the stress of the vowels."""
        found = read("Pam baked a map")
        closed = [(sound.ipa, sound.word) for sound in found.phonemes or () if sound.ipa in "pbm"]
        assert closed == [("p", 0), ("m", 0), ("b", 1), ("m", 3), ("p", 3)]
        assert any(sound.stress == 1 for sound in found.phonemes or ())


class TestSound:
    def test_has_the_loudness_of_a_mastered_voice(self) -> None:
        """About -16 LUFS, true peak at most -2 dBTP."""
        found = read("Three small habits that will change your mornings.")
        assert integrated_lufs(found.samples, RATE_HZ) == pytest.approx(-16, abs=0.5)
        assert true_peak_dbtp(found.samples) <= -1.9

    def test_a_hiss_dies_away_before_a_pause(self) -> None:
        """espeak-ng cuts it off; here its last 3 ms have less than a third of the level 25 ms before."""
        found = read("Kiss. Buzz. Puffs.")
        for word in found.words or ():
            before, last = (found.samples[round((word.end_s - start_s) * RATE_HZ):round((word.end_s - end_s) * RATE_HZ)]
                            for start_s, end_s in ((0.031, 0.023), (0.003, 0.0)))
            assert np.sqrt(np.mean(last**2)) < np.sqrt(np.mean(before**2)) / 3, word

    @pytest.mark.parametrize("pitch", [0.8, 1.4])
    def test_pitch_multiplies_the_voice(self, pitch: float) -> None:
        """The melody moves up and down by the factor asked for, within a semitone."""
        usual, moved = read("Mama."), read("Mama.", pitch=pitch)
        assert usual.words is not None
        assert moved.words is not None
        assert pitch_hz(moved, moved.words[0]) / pitch_hz(usual, usual.words[0]) == pytest.approx(pitch, rel=0.06)

    def test_variants_sound_different(self) -> None:
        """A woman's colour is higher than the plain voice."""
        plain, woman = read("Mama."), read("Mama.", name="en-us+f3")
        assert plain.words is not None
        assert woman.words is not None
        assert pitch_hz(woman, woman.words[0]) > 1.3 * pitch_hz(plain, plain.words[0])

    @pytest.mark.parametrize(("name", "language", "say"), [
        ("en-gb", "en-GB", "Nice to meet you"), ("de", "de-DE", "Das kostet 384.400 €, oder?"),
        ("hi", "hi-IN", "नमस्ते दुनिया"),
        ("ar", "ar", "مرحبا بالعالم"), ("ko", "ko-KR", "안녕하세요 여러분"), ("tr", "tr-TR", "Günaydın dünya"),
    ])
    def test_speaks_other_languages(self, name: str, language: str, say: str) -> None:
        """Every word has a time and sounds, numbers included."""
        found = read(say, name=name, language=language)
        assert [word.text for word in found.words or ()] == say.split()
        assert {sound.word for sound in found.phonemes or ()} == set(range(len(say.split())))


def cpu_of_children_s() -> float:
    """What all programs that this process started and that have ended took of the processor."""
    used = os.times()
    return used.children_user + used.children_system


class TestChild:
    def test_starts_fast_and_imports_little(self) -> None:
        """The bare interpreter with the standard library; the processor's time, and the wait on a busy machine."""
        before_s, started = cpu_of_children_s(), time.perf_counter()
        command = [sys.executable, "-I", "-S", "-X", "importtime", "-c", f"import runpy; runpy.run_path({str(CHILD)!r})"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert "numpy" not in done.stderr
        assert cpu_of_children_s() - before_s < LONGEST_START_S
        assert time.perf_counter() - started < 3 * LONGEST_START_S

    def test_works_from_a_very_long_path(self, tmp_path: Path) -> None:
        """The data may lie anywhere, although espeak-ng itself ends the process on long paths."""
        home = tmp_path.joinpath(*["a-folder-with-a-long-name"] * 8)
        shutil.copytree(espeak_folder() / "espeak-ng-data", home / "espeak-ng-data")
        assert len(str(home)) > LONGEST_PATH
        usual, far = run_espeak(request(tmp_path)), run_espeak(request(tmp_path, data=str(home / "espeak-ng-data")))
        assert far == usual
        assert far["words"] == {"of": ["ʌ", "v"]}

    @pytest.mark.parametrize("change", [{"data": "/nowhere/espeak-ng-data"}, {"library": "/no/lib.so"}, {"voice": "zz"}])
    def test_a_failure_is_the_machines_and_says_so(self, tmp_path: Path, change: dict[str, object]) -> None:
        """A child that ends with an error becomes one clear error."""
        with pytest.raises(FixMachine, match="espeak-ng stopped.*--engine speech=NAME"):
            run_espeak(request(tmp_path, **change))

    def test_a_child_that_hangs_is_ended(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """After the time limit the program goes on with a clear error."""
        hanging = tmp_path / "hanging.py"
        hanging.write_text("import time; time.sleep(60)")
        monkeypatch.setattr(espeak, "CHILD", hanging)
        monkeypatch.setattr(espeak, "LONGEST_RUN_S", 0.2)
        with pytest.raises(FixMachine, match="no answer"):
            run_espeak(request(tmp_path))

    def test_the_library_stays_out_of_the_program(self) -> None:
        """Its package is found by its folder, never imported."""
        read("Hello")
        assert "espeakng_loader" not in sys.modules


class TestPronunciations:
    def test_words_are_said_as_the_dictionary_has_them(self) -> None:
        """Captions keep the author's spelling; what is heard is the same as of the respelling."""
        said = {"SQL": "sequel"}
        written = EspeakVoice(Voice(name="en-us", language="en-US", pronunciations=said)).say(
            Script(title="x", beats=(Beat(say="Learn SQL now."),)))
        respelt = EspeakVoice(Voice(name="en-us", language="en-US")).say(
            Script(title="x", beats=(Beat(say="Learn sequel now."),)))
        assert [word.text for word in written.words or ()] == ["Learn", "SQL", "now."]
        assert written.phonemes == respelt.phonemes
        assert written.samples.tobytes() == respelt.samples.tobytes()
