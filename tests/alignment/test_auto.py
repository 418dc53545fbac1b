"""Which engine times a recording when nobody chose one."""

from pathlib import Path

import pytest

from tasks.alignment import whisperx
from tasks.alignment.auto import ChosenTimes
from tasks.alignment.whisperx import WhisperxTimes
from tasks.domain.errors import FixMachine
from tasks.domain.media import MediaFile
from tasks.domain.plan import Voice
from tasks.domain.speech import Phoneme, Speech, Word
from tasks.runtime.models import ModelFolder

VOICE = Voice(name="en-us", language="en-US")
WORD = Word(text="one", start_s=0.0, end_s=0.5, beat=0)
SOUND = Phoneme(ipa="w", start_s=0.0, end_s=0.5, word=0)


@pytest.mark.parametrize(("words", "phonemes", "chosen"), [
    ((WORD,), (SOUND,), "voice"), ((WORD,), None, "voice"), (None, None, "dtw"),
])
def test_a_voices_own_times_come_first(tmp_path: Path, words: tuple[Word, ...] | None, phonemes: tuple[Phoneme, ...] | None,
                                       chosen: str) -> None:
    """Where it knows its words, whether it knows its sounds or not; else it is compared with the embedded voice."""
    audio = MediaFile(uri="a.wav", sha256="0" * 64, size_bytes=1)
    speech = Speech(audio=audio, duration_s=1.0, words=words, phonemes=phonemes, engine="fake", version="1")
    assert ChosenTimes(ModelFolder(tmp_path)).chosen(speech, VOICE).name == chosen


@pytest.mark.parametrize(("language", "installed", "chosen"), [
    ("de-AT", True, "whisperx"), ("de-AT", False, "dtw"), ("fr-FR", True, "dtw"),
])
def test_a_model_of_the_language_comes_next(tmp_path: Path, language: str, installed: bool, chosen: str,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it lies in whisperx's folder, and whisperx is installed; nothing of it is imported to see that."""
    (tmp_path / "whisperx" / "de").mkdir(parents=True)
    for name in ("config.json", "model.safetensors"):
        (tmp_path / "whisperx" / "de" / name).touch()
    monkeypatch.setattr(whisperx, "find_spec", lambda name: object() if installed else None)
    audio = MediaFile(uri="a.wav", sha256="0" * 64, size_bytes=1)
    speech = Speech(audio=audio, duration_s=1.0, engine="fake", version="1")
    found = ChosenTimes(ModelFolder(tmp_path / "auto")).chosen(speech, Voice(name="v", language=language))
    assert found.name == chosen


def test_weights_that_may_hold_programs_are_no_model(tmp_path: Path) -> None:
    """They are left alone."""
    (tmp_path / "de").mkdir()
    for name in ("config.json", "pytorch_model.bin"):
        (tmp_path / "de" / name).touch()
    assert not WhisperxTimes.has_model("de", ModelFolder(tmp_path))
    with pytest.raises(FixMachine, match="has no weights as safetensors"):
        WhisperxTimes(ModelFolder(tmp_path))._load("de")


def test_a_model_that_is_replaced_is_another(tmp_path: Path) -> None:
    """Times that the old one found are not kept for it; a language without a model has none."""
    folder = tmp_path / "de"
    folder.mkdir()
    for name in ("config.json", "model.safetensors"):
        (folder / name).write_bytes(b"old")
    engine = WhisperxTimes(ModelFolder(tmp_path))
    before = engine.digest("de-AT")
    (folder / "model.safetensors").write_bytes(b"new")
    assert before != engine.digest("de-AT") is not None
    assert engine.digest("fr-FR") is None
