"""Forced alignment with the real whisperx and a model that hears a language of tones."""

import shutil
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from tasks.alignment.auto import ChosenTimes
from tasks.alignment.whisperx import WhisperxTimes
from tasks.domain.errors import FixMachine, FixRequest
from tasks.domain.media import MediaFile
from tasks.domain.plan import Voice
from tasks.domain.script import Beat, Script
from tasks.domain.speech import Alignment, Speech
from tasks.media.audio.wav import write_wav
from tasks.runtime.models import ModelFolder

VOICE = Voice(name="tones", language="en-US")
RATE_HZ = 48_000
"""Samples a second of the voice."""
FRAME_S = 0.02
"""What the model hears at once; nothing can be told more exactly."""
SCRIPT = Script(title="x", beats=(
    Beat(say="A small red fox, hidden by the hedge, waits for rain."),
    Beat(say="It costs $5 — isn't that very little? 🎉 Quite so."),
))
OTHER = Script(title="x", beats=(
    Beat(say="Nobody knows where all those yellow buses went on Monday."),
    Beat(say="Perhaps they simply got lost between two villages."),
))


def align(samples: object, script: Script, model: Path, folder: Path) -> Alignment:
    """Aligns a recording."""
    write_wav(folder / "voice.wav", samples, RATE_HZ)  # type: ignore[arg-type]
    speech = Speech(audio=MediaFile(uri="voice.wav", sha256="0" * 64, size_bytes=1), duration_s=len(samples) / RATE_HZ,  # type: ignore[arg-type]
                    engine="tones", version="1")
    return WhisperxTimes(ModelFolder(model.parent)).align(script, speech, folder / "voice.wav", VOICE)


class TestTimes:
    def test_words_are_found_to_the_frame(self, tones: ModuleType, letter_model: Path, tmp_path: Path) -> None:
        """Starts and ends of the author's words, numbers and signs included, over pauses and two beats."""
        said = tones.toned_script(SCRIPT)
        found = align(said.samples, SCRIPT, letter_model, tmp_path)
        starts, ends = zip(*said.words, strict=True)
        assert np.abs(np.array([word.start_s for word in found.words]) - starts).max() <= FRAME_S
        assert np.abs(np.array([word.end_s for word in found.words]) - ends).max() <= FRAME_S

    def test_times_do_not_drift_over_a_minute(self, tones: ModuleType, letter_model: Path, tmp_path: Path) -> None:
        """Sound is heard in windows; the last word is as exact as the first."""
        script = Script(title="x", beats=SCRIPT.beats * 6)
        said = tones.toned_script(script)
        assert len(said.samples) > 60 * RATE_HZ
        found = align(said.samples, script, letter_model, tmp_path)
        errors = np.array([word.start_s for word in found.words]) - [start_s for start_s, _ in said.words]
        assert np.abs(errors).max() <= FRAME_S

    def test_words_are_sure_and_have_sounds(self, tones: ModuleType, letter_model: Path, tmp_path: Path) -> None:
        """The sounds are those of the language, in order, inside their words."""
        found = align(tones.toned_script(SCRIPT).samples, SCRIPT, letter_model, tmp_path)
        assert np.mean([word.confidence for word in found.words]) > 0.7
        assert {sound.word for sound in found.phonemes} == set(range(len(found.words)))
        assert "f" in [sound.ipa for sound in found.phonemes if found.words[sound.word].text == "fox,"]


class TestDeparture:
    def test_another_text_is_refused(self, tones: ModuleType, letter_model: Path, tmp_path: Path) -> None:
        """Whoever is heard, it is not this script."""
        with pytest.raises(FixRequest, match="the recording does not say the script: at "):
            align(tones.toned_script(OTHER).samples, SCRIPT, letter_model, tmp_path)

    def test_words_that_were_forgotten_are_told(self, tones: ModuleType, letter_model: Path, tmp_path: Path) -> None:
        """With where they are missing: 'hidden by the hedge'."""
        said = tones.toned_script(SCRIPT, leave_out=range(4, 8))
        with pytest.raises(FixRequest, match=r"at [12]\.\d s something else is heard than word [4-8], "):
            align(said.samples, SCRIPT, letter_model, tmp_path)

    def test_words_too_many_are_told(self, tones: ModuleType, letter_model: Path, tmp_path: Path) -> None:
        """Between the first beat and the second somebody says more than is written."""
        more = Script(title="x", beats=(SCRIPT.beats[0], OTHER.beats[1], SCRIPT.beats[1]))
        with pytest.raises(FixRequest, match=r"something else is heard than word (9|10|11|12), "):
            align(tones.toned_script(more).samples, SCRIPT, letter_model, tmp_path)

    def test_a_recording_that_broke_off_is_refused(self, tones: ModuleType, letter_model: Path, tmp_path: Path) -> None:
        """After a third."""
        samples = tones.toned_script(SCRIPT).samples
        with pytest.raises(FixRequest, match="something else is heard|nobody says the script's"):
            align(samples[:len(samples) // 3], SCRIPT, letter_model, tmp_path)

    def test_no_time_for_the_script_is_told(self, tones: ModuleType, letter_model: Path, tmp_path: Path) -> None:
        """Half a second cannot hold it."""
        with pytest.raises(FixRequest, match=r"lasts 0.5 s, and nobody says the script's \d+ letters"):
            align(tones.toned_script(SCRIPT).samples[:RATE_HZ // 2], SCRIPT, letter_model, tmp_path)


class TestModels:
    def test_model_is_chosen_where_it_is_there(self, letter_model: Path) -> None:
        """For its language alone; by the engine that chooses, too."""
        folder = ModelFolder(letter_model.parent)
        assert WhisperxTimes.has_model("en-GB", folder)
        assert not WhisperxTimes.has_model("de-DE", folder)
        audio = MediaFile(uri="voice.wav", sha256="0" * 64, size_bytes=1)
        speech = Speech(audio=audio, duration_s=1.0, engine="tones", version="1")
        chooser = ChosenTimes(ModelFolder(letter_model.parents[1] / "auto"))
        assert chooser.chosen(speech, VOICE).name == "whisperx"
        assert chooser.chosen(speech, Voice(name="tones", language="de-DE")).name == "dtw"

    def test_missing_model_is_told_with_those_there_are(self, letter_model: Path, tmp_path: Path) -> None:
        """And where it belongs."""
        with pytest.raises(FixMachine, match=r"no model to align the language 'de'.*/de'.*there are: en.*alignment=dtw"):
            WhisperxTimes(ModelFolder(letter_model.parent))._load("de")

    def test_pickled_weights_are_refused(self, letter_model: Path, tmp_path: Path) -> None:
        """They may hold programs."""
        folder = tmp_path / "whisperx" / "en"
        shutil.copytree(letter_model, folder)
        (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
        assert not WhisperxTimes.has_model("en", ModelFolder(folder.parent))
        with pytest.raises(FixMachine, match="has no weights as safetensors, and others may hold programs"):
            WhisperxTimes(ModelFolder(folder.parent))._load("en")

    @pytest.mark.parametrize("broken", ["config.json", "model.safetensors", "vocab.json"])
    def test_damaged_model_is_told(self, broken: str, letter_model: Path, tmp_path: Path,
                                   capsys: pytest.CaptureFixture[str]) -> None:
        """A file that is cut off; nothing of it is printed."""
        folder = tmp_path / "whisperx" / "en"
        shutil.copytree(letter_model, folder)
        (folder / broken).write_bytes((folder / broken).read_bytes()[:100])
        with pytest.raises(FixMachine, match="cannot be loaded"):
            WhisperxTimes(ModelFolder(folder.parent))._load("en")
        assert capsys.readouterr().out == ""
