"""Voices of coqui-tts as they are chosen, without loading anything: models, languages, licences, whose voice."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from tasks.domain.avatar import Consent
from tasks.domain.errors import ConsentMissing, FixMachine, FixRequest, UnknownName
from tasks.domain.media import MediaFile
from tasks.domain.plan import Voice
from tasks.domain.voice import VoiceSnapshot
from tasks.runtime.models import ModelFolder
from tasks.speech.coqui import CoquiVoice
from tasks.speech.coqui_models import read_model

DESCRIPTIONS: dict[str, dict[str, Any]] = {
    "thorsten": {"model": "vits", "datasets": [{"language": "de"}]},
    "choir": {"model": "vits", "languages": ["en"], "speakers": ["bob", "amy"]},
    "xtts": {"model": "xtts", "languages": ["en", "de", "zh-cn"]},
    "old": {"model": "tacotron2", "phoneme_language": "en-us"},
}
"""Models by name, and what their config.json says."""
RECORDING = MediaFile(uri="a.wav", sha256="0" * 64, size_bytes=1)


@pytest.fixture
def models(tmp_path: Path) -> ModelFolder:
    """A folder with those models; their weights are empty."""
    for name, description in DESCRIPTIONS.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text(json.dumps(description), "utf-8")
        (tmp_path / name / "model.pth").touch()
    return ModelFolder(tmp_path, frozenset({"CPML"}))


def clone(**consent: Any) -> VoiceSnapshot:
    """Anna's voice as a plan has it."""
    agreed = {"kind": "consent", "statement": "I agree.", "given_by": "Anna", "date": dt.date(2026, 1, 1), **consent}
    return VoiceSnapshot(name="anna", title="Anna", sha256="0" * 64, recordings=(RECORDING,),
                         consent=Consent.model_validate(agreed))


def choose(models: ModelFolder, name: str, language: str = "en-US", **voice: Any) -> CoquiVoice:
    """The engine for a voice."""
    settled = Voice.model_validate({"name": name, "language": language, **voice})
    return CoquiVoice(settled, models=models, files=lambda file: Path(file.uri))


class TestVoices:
    def test_lists_models_and_speakers(self, models: ModelFolder) -> None:
        """Folders without a config.json are none."""
        (models.root / "notes").mkdir()
        assert CoquiVoice.voices(models=models) == ("choir/amy", "choir/bob", "old", "thorsten", "xtts")

    def test_default_is_a_model_that_says_it_speaks_the_language(self, models: ModelFolder) -> None:
        """Whatever the region; else one that does not say what it speaks."""
        assert CoquiVoice.default_voice("de-AT", models=models) == "thorsten"
        assert CoquiVoice.default_voice("en-GB", models=models) == "choir/amy"
        with pytest.raises(UnknownName, match=r"no coqui model speaks 'fr-FR'; there are: choir/amy"):
            CoquiVoice.default_voice("fr-FR", models=models)
        (models.root / "old" / "config.json").write_text('{"model": "vits"}', "utf-8")
        assert CoquiVoice.default_voice("fr-FR", models=models) == "old"

    @pytest.mark.parametrize("content", ["", "[" * 100_000, '{"model": "bark"}'])
    def test_a_broken_model_hides_no_others(self, content: str, models: ModelFolder) -> None:
        """It is told of when it is asked for."""
        (models.root / "a").mkdir()
        (models.root / "a" / "config.json").write_text(content, "utf-8")
        assert CoquiVoice.default_voice("de", models=models) == "thorsten"
        assert "thorsten" in CoquiVoice.voices(models=models)
        with pytest.raises(FixMachine):
            choose(models, "a")

    @pytest.mark.parametrize("field", ["languages", "datasets", "speakers", "phoneme_language"])
    def test_a_field_of_another_kind_says_nothing(self, field: str, models: ModelFolder) -> None:
        """Whatever else a description holds."""
        (models.root / "old" / "config.json").write_text(json.dumps({"model": "vits", field: 7}), "utf-8")
        assert choose(models, "old", "fr-FR").name == "coqui"

    def test_model_that_is_not_there_is_told_with_those_there_are(self, models: ModelFolder, tmp_path: Path) -> None:
        """And where they lie; a path is no name."""
        with pytest.raises(UnknownName, match=r"'torsten'; did you mean 'thorsten'.*a folder with config.json and"):
            choose(models, "torsten", "de")
        with pytest.raises(UnknownName, match="there are: none"):
            choose(ModelFolder(tmp_path / "nowhere"), "thorsten", "de")
        with pytest.raises(UnknownName, match=r"no coqui model '\.\.'"):
            choose(models, "../thorsten", "de")

    @pytest.mark.parametrize(("name", "language", "sentence"), [
        ("thorsten", "en-US", "the model 'thorsten' does not speak 'en-US'; it speaks: de"),
        ("choir", "en-US", "the model 'choir' has the speakers amy, bob: name one, e.g. 'choir/amy'"),
        ("choir/eve", "en-US", "the model 'choir' has the speakers amy, bob"),
    ])
    def test_languages_and_speakers_it_lacks_are_told(self, name: str, language: str, sentence: str, models: ModelFolder
                                                      ) -> None:
        """With those there are."""
        with pytest.raises(UnknownName, match=sentence):
            choose(models, name, language)

    def test_language_is_called_as_the_model_calls_it(self, models: ModelFolder) -> None:
        """By the whole tag, else by its first part."""
        model = read_model(models, "xtts")
        assert [model.language(tag) for tag in ("zh-CN", "zh", "en-GB")] == ["zh-cn", "zh-cn", "en"]

    def test_what_it_cannot_change_is_told(self, models: ModelFolder) -> None:
        """Pitch of any, rate of some."""
        with pytest.raises(FixRequest, match="has the pitch of its voice, and 1.2 is asked for"):
            choose(models, "thorsten", "de", pitch=1.2)
        with pytest.raises(FixRequest, match="'old' is of the kind 'tacotron2', which speaks at its own rate"):
            choose(models, "old", rate=1.2)
        choose(models, "thorsten", "de", rate=1.2)


class TestCloning:
    def test_model_that_clones_needs_a_voice(self, models: ModelFolder) -> None:
        """It speaks like nobody by itself."""
        with pytest.raises(FixRequest, match="the model 'xtts' speaks like a recording: say whose with 'clone'"):
            choose(models, "xtts")
        choose(models, "xtts", clone=clone())

    def test_others_clone_none(self, models: ModelFolder) -> None:
        """Neither beside a speaker."""
        with pytest.raises(FixRequest, match="'thorsten' has voices of its own and clones none"):
            choose(models, "thorsten", "de", clone=clone())
        with pytest.raises(FixRequest, match="'xtts/Ana' names a speaker of the model, and 'clone' the voice 'anna'"):
            choose(models, "xtts/Ana", clone=clone())

    @pytest.mark.parametrize(("consent", "sentence"), [
        ({"revoked": True}, "for voice 'anna' was revoked"), ({"expires": dt.date(2026, 2, 1)}, "for voice 'anna' ended on"),
        ({"given_by": None}, "does not say who gave it and when"), ({"date": None}, "does not say who gave it and when"),
    ])
    def test_nobody_is_cloned_without_consent(self, consent: dict[str, Any], sentence: str, models: ModelFolder) -> None:
        """Whoever made the plan, the engine looks for itself."""
        with pytest.raises(ConsentMissing, match=sentence):
            choose(models, "xtts", clone=clone(**consent))

    def test_nor_without_recordings_of_their_own(self, models: ModelFolder) -> None:
        """A plan without them was not made here."""
        with pytest.raises(ConsentMissing, match="has no recording of its own"):
            choose(models, "xtts", clone=clone().model_copy(update={"recordings": ()}))


class TestDigest:
    def test_tells_models_of_one_name_apart(self, models: ModelFolder) -> None:
        """By all of its files, whichever of its speakers is meant; a machine that lacks it has none."""
        amy, bob, hal = (Voice(name=name, language="en-US") for name in ("choir/amy", "choir/bob", "hal"))
        before = CoquiVoice.digest(amy, models)
        assert CoquiVoice.digest(bob, models) == before is not None
        (models.root / "choir" / "model.pth").write_bytes(b"trained anew")
        assert CoquiVoice.digest(amy, models) != before
        assert CoquiVoice.digest(hal, models) is None


class TestLicences:
    def test_licence_that_forbids_commercial_use_must_be_accepted(self, models: ModelFolder) -> None:
        """By name; the sentence says what it means and how."""
        with pytest.raises(FixMachine, match=r"licence CPML, which forbids commercial use.*REELS_ACCEPTED_LICENCES=CPML"):
            choose(ModelFolder(models.root, frozenset({"NC"})), "xtts", clone=clone())

    @pytest.mark.parametrize(("text", "licence"), [
        ("Coqui Public Model License 1.0.0", "CPML"), ("Attribution-NonCommercial 4.0", "NC"), ("MIT License", None),
    ])
    def test_is_read_off_the_models_own_file(self, text: str, licence: str | None, models: ModelFolder) -> None:
        """Whatever the file is called."""
        (models.root / "choir" / "LICENSE.txt").write_text(text, "utf-8")
        assert read_model(models, "choir").licence == licence

    def test_others_agreeing_is_not_ours(self, models: ModelFolder) -> None:
        """The file that coqui-tts leaves after its own question does not count."""
        (models.root / "xtts" / "tos_agreed.txt").write_text("I have read, understood and agreed", "utf-8")
        with pytest.raises(FixMachine, match="licence CPML"):
            choose(ModelFolder(models.root), "xtts", clone=clone())


class TestBrokenModels:
    @pytest.mark.parametrize(("content", "sentence"), [
        ("{", r"config.json' cannot be read"), ("[]", "config.json' does not describe a model"),
        ("{}", "of the kind '', which is not loaded"), ('{"model": "bark"}', "of the kind 'bark', which is not loaded"),
    ])
    def test_config_that_describes_none_is_told(self, content: str, sentence: str, models: ModelFolder) -> None:
        """Kinds that would download or run programs, too."""
        (models.root / "choir" / "config.json").write_text(content, "utf-8")
        with pytest.raises(FixMachine, match=sentence):
            choose(models, "choir/amy")

    def test_missing_weights_are_told(self, models: ModelFolder) -> None:
        """With what they may be called."""
        (models.root / "choir" / "model.pth").unlink()
        with pytest.raises(FixMachine, match="has no weights: put 'model.pth' or 'model_file.pth' or 'best_model.pth' into"):
            choose(models, "choir/amy")
        (models.root / "choir" / "best_model.pth").touch()
        choose(models, "choir/amy")

    def test_files_it_names_are_looked_for_beside_it(self, models: ModelFolder) -> None:
        """Not where they lay on the machine it was trained on, and never at an address."""
        description = {**DESCRIPTIONS["choir"], "speakers_file": "/home/x/speakers.json",
                       "d_vector_file": ["/home/x/d.json"], "stats_path": "https://example.com/stats.npy",
                       "model_args": {"speakers_file": "C:\\x\\speakers.json", "language_ids_file": ""}}
        (models.root / "choir" / "config.json").write_text(json.dumps(description), "utf-8")
        (models.root / "choir" / "speakers.json").write_text("{}", "utf-8")
        config, here = read_model(models, "choir").config, str(models.root / "choir" / "speakers.json")
        assert (config["speakers_file"], config["d_vector_file"], config["stats_path"]) == (here, [], None)
        assert config["model_args"] == {"speakers_file": here, "language_ids_file": ""}
