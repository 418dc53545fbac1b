"""Which engine times a recording when nobody chose one."""

from pathlib import Path

import pytest

from tasks.alignment.auto import ChosenTimes
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
