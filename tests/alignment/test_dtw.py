"""Word times by comparison, in voices whose times are known exactly, and recordings that say something else."""

import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from tasks.alignment.dtw import WarpedTimes
from tasks.alignment.reference import STOPS
from tasks.domain.errors import FixRequest
from tasks.domain.media import MediaFile
from tasks.domain.plan import Voice
from tasks.domain.script import Beat, Script
from tasks.domain.speech import Alignment, Speech
from tasks.media.audio.wav import write_wav
from tasks.speech.base import Recording
from tasks.speech.espeak import EspeakVoice

TEXT = ("The kettle was singing when she came home. Her brother had laid the table, lit the stove, and fallen asleep on a"
        " chair.")
OTHER = "A boat that leaks can still cross the lake, if you bail a little faster than the water comes in over the side."
GERMAN = "Der Zug nach Hamburg fährt heute von einem anderen Gleis. Wir haben noch genug Zeit für einen Kaffee."


def script(text: str) -> Script:
    return Script(title="Align", beats=tuple(Beat(say=part) for part in text.split(" | ")))


@cache
def spoken(text: str, voice: str = "en-us+f3", rate: float = 0.9) -> Recording:
    """A woman, slower than the reference; other sounds at other times."""
    return EspeakVoice(Voice(name=voice, language=voice[:2], rate=rate)).read(script(text))


def aligned(text: str, samples: np.ndarray, folder: Path, language: str = "en-US") -> Alignment:
    """What the engine says about samples at 48 kHz."""
    write_wav(folder / "voice.wav", samples.astype(np.float32), 48_000)
    speech = Speech(audio=MediaFile(uri="voice.wav", sha256="0" * 64, size_bytes=1), duration_s=len(samples) / 48_000,
                    engine="recording", version="1")
    return WarpedTimes().align(script(text), speech, folder / "voice.wav", Voice(name="", language=language))


class TestTimes:
    """Where words and sounds are found."""

    @pytest.mark.parametrize(("text", "voice", "language"), [
        (TEXT, "en-us+f3", "en-US"), (TEXT.replace("home. ", "home. | "), "en-gb+m3", "en-GB"), (GERMAN, "de+f2", "de")])
    def test_words_are_found_where_they_are(self, tmp_path: Path, text: str, voice: str, language: str) -> None:
        """On average within 25 ms; words that begin with a stop are left out, whose closure this voice does not count."""
        truth = spoken(text, voice)
        found = aligned(text, truth.samples, tmp_path, language)
        assert truth.words
        assert truth.phonemes
        opening = {phoneme.word: phoneme.ipa for phoneme in reversed(truth.phonemes)}
        off_s = [abs(word.start_s - known.start_s) for index, (word, known)
                 in enumerate(zip(found.words, truth.words, strict=True)) if opening[index] not in STOPS]
        assert np.mean(off_s) < 0.025
        assert max(off_s) < 0.12
        assert [word.text for word in found.words] == [word.text for word in truth.words]

    def test_confidence_is_high_and_never_certain(self, tmp_path: Path) -> None:
        """A right recording is trusted, by its lips too; only a voice itself is sure."""
        found = aligned(TEXT, spoken(TEXT).samples, tmp_path)
        assert all(0.5 <= word.confidence < 1 for word in found.words)
        assert {phoneme.word for phoneme in found.phonemes} == set(range(len(found.words)))

    def test_noise_and_level_do_little(self, tmp_path: Path) -> None:
        """20 dB softer, with noise 25 dB below it."""
        truth = spoken(TEXT)
        noise = np.random.default_rng(3).normal(size=len(truth.samples)) * np.std(truth.samples) * 10 ** (-25 / 20)
        found = aligned(TEXT, (truth.samples + noise) / 10, tmp_path)
        assert truth.words
        assert np.mean([abs(word.start_s - known.start_s) for word, known in zip(found.words, truth.words, strict=True)]
                       ) < 0.04

    def test_long_pauses_belong_to_no_word(self, tmp_path: Path) -> None:
        """Two seconds of silence put between two sentences."""
        truth = spoken(TEXT)
        assert truth.words
        cut = round((truth.words[7].end_s + 0.1) * 48_000)
        longer = np.concatenate([truth.samples[:cut], np.zeros(96_000), truth.samples[cut:]])
        found = aligned(TEXT, longer, tmp_path)
        assert found.words[7].end_s < cut / 48_000 + 0.1
        assert found.words[8].start_s == pytest.approx(truth.words[8].start_s + 2, abs=0.08)

    def test_same_sound_gives_the_same_times(self, tmp_path: Path) -> None:
        """Nothing is left to chance."""
        assert aligned(TEXT, spoken(TEXT).samples, tmp_path) == aligned(TEXT, spoken(TEXT).samples, tmp_path)


class TestDepartures:
    """A recording that says something else is refused, with the place."""

    def test_other_text(self, tmp_path: Path) -> None:
        """Not a word of it is said."""
        with pytest.raises(FixRequest, match="does not say the script: at .* s something else is heard than word"):
            aligned(TEXT, spoken(OTHER).samples, tmp_path)

    def test_missing_words_are_pointed_at(self, tmp_path: Path) -> None:
        """Without 'laid the table, lit the stove,' the place is near there: words 12 to 17."""
        said = TEXT.replace(" laid the table, lit the stove,", "")
        with pytest.raises(FixRequest, match="something else is heard than word") as refusal:
            aligned(TEXT, spoken(said).samples, tmp_path)
        place = re.search(r"word (\d+)", str(refusal.value))
        assert place
        assert 10 <= int(place[1]) <= 18

    def test_words_too_many(self, tmp_path: Path) -> None:
        """A clause that nobody wrote."""
        said = TEXT.replace("home.", "home, much later than on any other day of that long week.")
        with pytest.raises(FixRequest, match="something else is heard"):
            aligned(TEXT, spoken(said).samples, tmp_path)

    def test_other_language(self, tmp_path: Path) -> None:
        """A German recording of an English script."""
        with pytest.raises(FixRequest, match="does not say the script"):
            aligned(TEXT, spoken(GERMAN, "de").samples, tmp_path)

    def test_number_read_otherwise_is_no_departure(self, tmp_path: Path) -> None:
        """1455 may be a year or a number; a person decides how to say it."""
        written = "The earliest book came from his own press in about 1455, and nobody knows who paid for all of it."
        said = written.replace("1455", "fourteen fifty five")
        assert len(aligned(written, spoken(said).samples, tmp_path).words) == len(written.split())

    def test_much_too_short_a_recording(self, tmp_path: Path) -> None:
        """A second of it."""
        with pytest.raises(FixRequest, match="lasts 1.0 s, and nobody says the script in so short a time"):
            aligned(TEXT, spoken(TEXT).samples[:48_000], tmp_path)

    def test_silence(self, tmp_path: Path) -> None:
        """Nothing is said at all."""
        with pytest.raises(FixRequest, match="nothing is heard in the recording of 9.0 s"):
            aligned(TEXT, np.zeros(48_000 * 9), tmp_path)


class TestPronunciations:
    def test_the_reference_says_words_as_they_are_said(self, tmp_path: Path) -> None:
        """A name spoken in its owner's way is found where it is, and surely."""
        say, heard = "We asked Siobhan about the colonel in Worcester today.", {"Siobhan": "shivawn"}
        voice = Voice(name="en-us+f3", language="en-US", rate=0.9, pronunciations=heard)
        truth = EspeakVoice(voice).read(script(say))
        write_wav(tmp_path / "voice.wav", truth.samples, 48_000)
        speech = Speech(audio=MediaFile(uri="voice.wav", sha256="0" * 64, size_bytes=1), duration_s=truth.duration_s,
                        engine="recording", version="1")
        found = WarpedTimes().align(script(say), speech, tmp_path / "voice.wav", voice)
        assert truth.words
        assert found.words[2].start_s == pytest.approx(truth.words[2].start_s, abs=0.04)
        assert found.words[2].confidence > 0.6
