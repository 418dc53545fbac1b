"""Which piper voices there are, by their files alone: piper itself is not needed here."""

import importlib.util
import json
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tasks.domain.errors import FixMachine, MissingTool, UnknownName
from tasks.domain.plan import Voice
from tasks.runtime.models import ModelFolder
from tasks.speech.piper import PACKAGE, PiperSpeech
from tasks.speech.piper_voices import find_voice, read_voice, voice_for, voice_names

DESCRIPTION: dict[str, Any] = {
    "audio": {"sample_rate": 22_050, "quality": "medium"}, "espeak": {"voice": "en-us"},
    "language": {"code": "en_US", "family": "en"}, "num_symbols": 256, "num_speakers": 1, "speaker_id_map": {},
    "phoneme_id_map": {"_": [0], "^": [1], "$": [2]}, "inference": {"noise_scale": 0.667}}


def put(folder: Path, name: str, **changes: object) -> None:
    """A voice's files, as far as they are looked at before it speaks."""
    (folder / f"{name}.onnx").write_bytes(b"\x08\x08\x12\x07pytorch")
    (folder / f"{name}.onnx.json").write_text(json.dumps(DESCRIPTION | changes), "utf-8")


@pytest.fixture
def models(tmp_path: Path) -> ModelFolder:
    """A folder with an American voice, a British one of two people, and an older German one that names no language."""
    put(tmp_path, "en_US-amy")
    put(tmp_path, "en_GB-pair", language={"code": "en_GB"}, num_speakers=2, speaker_id_map={"jo": 0, "al": 1})
    put(tmp_path, "karl", language={}, espeak={"voice": "de"})
    return ModelFolder(tmp_path)


class TestVoices:
    def test_every_voice_file_is_a_voice(self, models: ModelFolder) -> None:
        """By its name without the ending."""
        assert voice_names(models) == ("en_GB-pair", "en_US-amy", "karl")
        assert PiperSpeech.voices(models=models) == voice_names(models)

    @pytest.mark.parametrize(("language", "name"), [
        ("en-US", "en_US-amy"), ("en-GB", "en_GB-pair"), ("en", "en_GB-pair"), ("EN-us", "en_US-amy"), ("de-AT", "karl")])
    def test_a_language_has_its_regions_voice_first(self, language: str, name: str, models: ModelFolder) -> None:
        """Else any of the language."""
        assert voice_for(language, models) == name

    def test_a_speaker_is_found_by_name(self, models: ModelFolder) -> None:
        """After '#'; without one the voice's own choice."""
        assert find_voice("en_GB-pair#al", "en-GB", models)[1] == 1
        assert find_voice("en_GB-pair", "en-GB", models)[1] is None

    @pytest.mark.parametrize(("name", "language", "said"), [
        ("hal", "en-US", r"no piper voice 'hal'; there are: en_GB-pair, en_US-amy, karl; download a voice yourself"),
        ("../en_US-amy", "en-US", "no piper voice '../en_US-amy'"),
        ("en_US-amy", "de", "the piper voice 'en_US-amy' speaks 'en_US', and the script 'de'"),
        ("en_GB-pair#hal", "en-GB", "no speaker of the piper voice 'en_GB-pair' 'hal'; .* There are: al, jo"),
    ])
    def test_what_is_not_there_is_named(self, name: str, language: str, said: str, models: ModelFolder) -> None:
        """With what there is."""
        with pytest.raises(UnknownName, match=said):
            find_voice(name, language, models)

    def test_an_empty_folder_says_how_to_get_a_voice(self, tmp_path: Path) -> None:
        """And where it goes."""
        with pytest.raises(UnknownName, match=f"no piper voice speaks 'en-US'; there are: none; download .*{tmp_path}"):
            voice_for("en-US", ModelFolder(tmp_path / "piper"))


def other(folder: Path, name: str) -> Path:
    """Where a voice's file was."""
    (folder / name).unlink()
    return folder / name


WRONG: dict[str, tuple[Callable[[Path], object], str]] = {
    "a web page": (lambda folder: (folder / "a.onnx").write_text("<!DOCTYPE html>"), "is no ONNX file .*with b'<!DOC"),
    "a pointer": (lambda folder: (folder / "a.onnx").write_text("version https://git-lfs"), "is no ONNX file"),
    "empty": (lambda folder: (folder / "a.onnx").write_bytes(b""), "is no ONNX file"),
    "no description": (lambda folder: (folder / "a.onnx.json").unlink(), "has no description: put 'a.onnx.json'"),
    "broken description": (lambda folder: (folder / "a.onnx.json").write_text("{"), "is no description of a piper voice"),
    "not text": (lambda folder: (folder / "a.onnx.json").write_bytes(b"\xff\xfe\0"), "is no description of a piper voice"),
    "a list": (lambda folder: (folder / "a.onnx.json").write_text("[]"), "is no description of a piper voice"),
    "another file": (lambda folder: (folder / "a.onnx.json").write_text("{}"), "is no description .*'audio'"),
    "huge": (lambda folder: (folder / "a.onnx.json").write_text(" " * (2 << 20)), "is no description .*2097152 bytes"),
    "odd rate": (lambda folder: put(folder, "a", audio={"sample_rate": 5}), "sample_rate 5"),
    "phonemes that are downloaded": (lambda folder: put(folder, "a", phoneme_type="pinyin"), "phoneme_type 'pinyin'; only"),
    "a folder": (lambda folder: other(folder, "a.onnx").mkdir(), "a.onnx' is a folder, not a file of a piper voice: put"),
    "a link to nothing": (lambda folder: other(folder, "a.onnx").symlink_to("gone"), "a.onnx' is a link that leads nowhere"),
    "a pipe": (lambda folder: os.mkfifo(other(folder, "a.onnx")), "a.onnx' is a pipe, not a file"),
    "a pipe for a description": (lambda folder: os.mkfifo(other(folder, "a.onnx.json")), "a.onnx.json' is a pipe"),
    "deep": (lambda folder: (folder / "a.onnx.json").write_text("[" * 100_000), "is no description .*RecursionError"),
    "endless rate": (lambda folder: put(folder, "a", audio={"sample_rate": math.inf}), "is no description .*infinity"),
    "backwards": (lambda folder: put(folder, "a", inference={"length_scale": -1}), "length_scale -1, which is to be 0.1"),
    "no length": (lambda folder: put(folder, "a", inference={"length_scale": 0}), "inference.length_scale 0, which is"),
    "no pace": (lambda folder: put(folder, "a", inference={"length_scale": math.nan}), "inference.length_scale nan"),
    "steps of nothing": (lambda folder: put(folder, "a", hop_length=0), "hop_length 0, which is to be 1 to"),
    "no phonemes": (lambda folder: put(folder, "a", phoneme_id_map={}), "are empty"),
}
"""What is wrong with a voice -> how to make it so, and what is said."""


class TestDamage:
    @pytest.mark.parametrize("what", WRONG)
    def test_a_damaged_voice_is_refused_in_a_sentence(self, what: str, tmp_path: Path) -> None:
        """Whoever keeps the machine is told what to do; another voice is still found."""
        put(tmp_path, "a")
        make, said = WRONG[what]
        make(tmp_path)
        with pytest.raises(FixMachine, match=said):
            read_voice("a", ModelFolder(tmp_path))
        put(tmp_path, "b")
        assert voice_for("en-US", ModelFolder(tmp_path)) == "b"


class TestPackage:
    def test_without_the_package_it_says_what_is_needed(self, models: ModelFolder, monkeypatch: pytest.MonkeyPatch) -> None:
        """Before anything is approved, and which engine works without it."""
        find = importlib.util.find_spec
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == PACKAGE else find(name))
        with pytest.raises(MissingTool, match=r"needs piper-tts: run `make setup-piper`.* or choose another engine"):
            PiperSpeech(Voice(name="en_US-amy", language="en-US"), models=models)
