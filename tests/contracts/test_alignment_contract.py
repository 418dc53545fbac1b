"""What every alignment engine promises, over every engine."""

from pathlib import Path

import pytest

from tasks.alignment.auto import ChosenTimes
from tasks.alignment.base import AlignmentEngine, require_complete
from tasks.domain.media import MediaFile
from tasks.domain.plan import Voice
from tasks.domain.script import Beat, Script
from tasks.domain.speech import Alignment, Speech
from tasks.media.audio.wav import write_wav
from tasks.media.text.words import script_words
from tasks.runtime.engines import ENGINES, MODELS, load_engine
from tasks.runtime.given import given_to
from tasks.runtime.settings import Settings
from tasks.runtime.stores import store_of
from tasks.speech.base import RATE_HZ
from tasks.speech.espeak import EspeakVoice

NAMES = [entry.name for entry in ENGINES if entry.stage == "alignment" and entry.needs != MODELS]
"""Those that run models are held to the same by `tests/models`, in the environment that can."""
VOICE = Voice(name="en-us", language="en-US")
SCRIPTS = {
    "usual": Script(title="x", beats=(Beat(say="Hello — of the 384,400 miles"), Beat(say="isn't it? 🎉"))),
    "one word": Script(title="x", beats=(Beat(say="Go!"),)),
    "long": Script(title="x", beats=tuple(Beat(say="one two, three") for _ in range(60))),
}


@pytest.fixture(params=NAMES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AlignmentEngine:
    settings = Settings(home=tmp_path / "home")
    made: AlignmentEngine = load_engine("alignment", request.param)(
        **given_to("alignment", request.param, settings, store_of(settings)))
    return made


@pytest.fixture(params=list(SCRIPTS))
def script(request: pytest.FixtureRequest) -> Script:
    return SCRIPTS[request.param]


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return tmp_path / "voice.wav"


@pytest.fixture
def speech(script: Script, sound: Path) -> Speech:
    recording = EspeakVoice(VOICE).read(script)
    write_wav(sound, recording.samples, RATE_HZ)
    return Speech(audio=MediaFile(uri="voice.wav", sha256="0" * 64, size_bytes=1), duration_s=recording.duration_s,
                  words=recording.words, phonemes=recording.phonemes, engine="espeak", version="1")


class TestAlignmentEngine:
    def test_times_every_approved_word(self, engine: AlignmentEngine, script: Script, speech: Speech, sound: Path) -> None:
        """Words are the author's, in order, none missing; times fit into the sound; sounds fit into their words."""
        found = engine.align(script, speech, sound, VOICE)
        assert tuple((word.beat, word.text) for word in found.words) == script_words(script, "en")
        require_complete(script, found.words, found.phonemes, speech.duration_s, "en")
        assert {sound.word for sound in found.phonemes} == set(range(len(found.words)))

    def test_says_who_did_it(self, engine: AlignmentEngine, script: Script, speech: Speech, sound: Path) -> None:
        """The result names engine and version; where one chooses, those of the chosen one."""
        found = engine.align(script, speech, sound, VOICE)
        doer = engine.chosen(speech, VOICE) if isinstance(engine, ChosenTimes) else engine
        assert (found.engine, found.version) == (doer.name, doer.version)

    def test_is_the_same_twice(self, engine: AlignmentEngine, script: Script, speech: Speech, sound: Path) -> None:
        """Same input, same result, also after a round through JSON."""
        found = engine.align(script, speech, sound, VOICE)
        again = engine.align(script, speech, sound, VOICE)
        assert again == found == Alignment.model_validate_json(found.model_dump_json())
