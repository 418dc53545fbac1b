"""Piper on voices made here: every phoneme is a tone of known pitch and length, so that what should be heard is known."""

import json
import math
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from piper import PiperVoice

from tasks.domain.errors import FixMachine, FixRequest, UnknownName
from tasks.domain.plan import Voice
from tasks.domain.script import Beat, Script
from tasks.domain.timeline import FPS
from tasks.media.audio.loudness import integrated_lufs
from tasks.media.audio.mastering import TARGET_LUFS
from tasks.media.text.words import script_words
from tasks.runtime.models import ModelFolder
from tasks.speech.base import RATE_HZ, Pacing, Recording
from tasks.speech.piper import PiperSpeech

BEATS = ("Seven brave people walk home.", "It costs 384,400 miles of the road, isn't it? 🎉")
SCRIPT = Script(title="x", beats=tuple(Beat(say=say) for say in BEATS))
QUIET = 10 ** (-50 / 20)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory, piper_voices: ModuleType) -> ModelFolder:
    """A folder of tiny voices: plain, with noise, of two people, one that hides its lengths, a German one."""
    folder, make_voice = tmp_path_factory.mktemp("models") / "piper", piper_voices.make_voice
    make_voice(folder)
    make_voice(folder, "lively", noise=0.02)
    make_voice(folder, "pair", speakers=2)
    make_voice(folder, "mute", ceils=2)
    made: ModelFolder = make_voice(folder, "hans", language="de_DE")
    return made


def read(models: ModelFolder, name: str = "tiny", script: Script = SCRIPT, *, language: str = "en-US", **voice: Any
         ) -> Recording:
    """A script as one of them says it."""
    return PiperSpeech(Voice(name=name, language=language, **voice), models=models).read(script)


@pytest.fixture(scope="module")
def plain(models: ModelFolder) -> Recording:
    """The script as the plain voice says it."""
    return read(models)


class TestPiperSpeech:
    def test_gives_every_word_of_the_author(self, plain: Recording) -> None:
        """In order, as written, with its beat, neither overlapping nor too short to be seen; sounds lie in their words."""
        words, sounds = plain.words or (), plain.phonemes or ()
        assert tuple((word.beat, word.text) for word in words) == script_words(SCRIPT, "en")
        assert all(one.end_s <= two.start_s + 1e-6 for one, two in pairwise(words))
        assert all(word.end_s - word.start_s > 0.03 for word in words)
        assert {sound.word for sound in sounds} == set(range(len(words)))
        for sound in sounds:
            assert words[sound.word].start_s - 1e-6 <= sound.start_s < sound.end_s <= words[sound.word].end_s + 1e-6

    def test_words_are_where_their_phonemes_are(self, plain: Recording, models: ModelFolder, piper_voices: ModuleType
                                                ) -> None:
        """Exact to the sample from the first word of a sentence on; the truth is summed from the lengths of the phonemes."""
        (phonemes,) = PiperVoice.load(models.root / "tiny.onnx").phonemize(BEATS[0])
        starts_s, clock = [0.0], 0
        for phoneme in phonemes:
            clock += piper_voices.steps(phoneme)
            if phoneme == " ":
                starts_s.append(clock * piper_voices.HOP / piper_voices.VOICE_HZ)
        words = (plain.words or ())[:5]
        assert len(starts_s) == 5
        assert [word.start_s - words[0].start_s for word in words] == pytest.approx(starts_s, abs=1e-3)

    def test_is_heard_where_words_are_and_silent_between_sentences(self, plain: Recording) -> None:
        """At the rate and loudness of every voice, in whole frames, after the lead-in."""
        words = plain.words or ()
        level = [float(np.sqrt(np.mean(np.square(plain.samples[round(word.start_s * RATE_HZ):round(word.end_s * RATE_HZ)]))))
                 for word in words]
        assert min(level) > 10 * QUIET
        between = plain.samples[round((words[4].end_s + 0.08) * RATE_HZ):round((words[5].start_s - 0.05) * RATE_HZ)]
        assert len(between) > 0.2 * RATE_HZ
        assert np.sqrt(np.mean(np.square(between))) < QUIET
        assert words[0].start_s == pytest.approx(Pacing().lead_in_s, abs=0.06)
        assert len(plain.samples) % (RATE_HZ // FPS) == 0
        assert integrated_lufs(plain.samples, RATE_HZ) == pytest.approx(TARGET_LUFS, abs=0.5)

    def test_the_same_script_gives_the_same_bytes(self, plain: Recording, models: ModelFolder) -> None:
        """Of a voice whose liveliness is noise, in two processes; and it is lively."""
        one, two = (read(models, "lively") for _ in range(2))
        assert one.samples.tobytes() == two.samples.tobytes()
        assert (one.words, one.phonemes) == (two.words, two.phonemes)
        assert one.samples.tobytes() != plain.samples.tobytes()

    def test_rate_makes_sounds_shorter(self, plain: Recording, models: ModelFolder) -> None:
        """Twice the rate: half the length, within the rounding of its steps."""
        slow, fast = read(models, rate=0.5).words or (), plain.words or ()
        assert (slow[4].end_s - slow[0].start_s) / (fast[4].end_s - fast[0].start_s) == pytest.approx(2, abs=0.05)

    def test_speakers_are_chosen_by_name(self, models: ModelFolder) -> None:
        """The first unless another is named."""
        usual, first, second = (read(models, name).samples.tobytes() for name in ("pair", "pair#person0", "pair#person1"))
        assert usual == first != second

    def test_a_voice_that_hides_its_lengths_gives_no_times(self, plain: Recording, models: ModelFolder) -> None:
        """Alignment finds them then; the sound is the same."""
        found = read(models, "mute")
        assert (found.words, found.phonemes) == (None, None)
        assert found.duration_s == pytest.approx(plain.duration_s, abs=0.2)

    def test_words_are_said_as_the_dictionary_has_them(self, models: ModelFolder) -> None:
        """What is sounded is the respelling's."""
        scripts = [Script(title="x", beats=(Beat(say=f"Learn {word} now."),)) for word in ("SQL", "sequel")]
        written, respelt = (read(models, script=script, pronunciations={"SQL": "sequel"}) for script in scripts)
        assert [word.text for word in written.words or ()] == ["Learn", "SQL", "now."]
        assert written.samples.tobytes() == respelt.samples.tobytes()

    def test_another_language_has_its_own_voice(self, models: ModelFolder) -> None:
        """The nearest region's."""
        assert PiperSpeech.default_voice("de-AT", models=models) == "hans"
        script = Script(title="x", beats=(Beat(say="Der Zug fährt um 12 Uhr."),))
        assert [word.text for word in read(models, "hans", script, language="de-DE").words or ()] == [
            "Der", "Zug", "fährt", "um", "12", "Uhr."]

    def test_refuses_what_it_does_not_have(self, models: ModelFolder) -> None:
        """Voice, speaker, language, pitch."""
        for voice, error, said in (
            (Voice(name="hal", language="en"), UnknownName, "no piper voice 'hal'; there are: hans, lively"),
            (Voice(name="pair#hal", language="en"), UnknownName, "no speaker of the piper voice 'pair' 'hal'"),
            (Voice(name="tiny", language="fr"), UnknownName, "speaks 'en_US', and the script 'fr'"),
            (Voice(name="tiny", language="en", pitch=1.2), FixRequest, "1.2 is asked for: remove `pitch`"),
        ):
            with pytest.raises(error, match=said):
                PiperSpeech(voice, models=models)

    def test_a_file_that_is_no_voice_stops_in_a_sentence(self, models: ModelFolder, tmp_path: Path) -> None:
        """Whatever the package says about it."""
        folder = tmp_path / "piper"
        folder.mkdir()
        (folder / "bad.onnx").write_bytes(b"\x08\x08" + b"no model " * 100)
        (folder / "bad.onnx.json").write_bytes((models.root / "tiny.onnx.json").read_bytes())
        with pytest.raises(FixMachine, match=r"piper stopped \('.*'\) on the voice '.*bad.onnx': download the voice again"):
            PiperSpeech(Voice(name="bad", language="en"), models=ModelFolder(folder)).read(SCRIPT)

    @pytest.mark.parametrize("what", ["silence", "no numbers"])
    def test_a_voice_without_sound_stops_in_a_sentence(self, what: str, tmp_path: Path, piper_voices: ModuleType) -> None:
        """Rather than give a silent reel: a damaged voice may say nothing, or give what is no number."""
        models = piper_voices.make_voice(tmp_path, level=0.0, noise=0.1 if what == "no numbers" else 0.0)
        if what == "no numbers":
            description = tmp_path / "tiny.onnx.json"
            fields = json.loads(description.read_text("utf-8")) | {"inference": {"noise_scale": math.nan}}
            description.write_text(json.dumps(fields), "utf-8")
        with pytest.raises(FixMachine, match=r"'.*tiny.onnx' gives no sound for 'Seven brave .*': download it again, or"):
            read(models)
