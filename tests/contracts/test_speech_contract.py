"""What every speech engine promises, over every engine."""

from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tasks.domain.errors import FixRequest, UnknownName
from tasks.domain.media import MediaFile
from tasks.domain.plan import Voice
from tasks.domain.script import RECORDED, Beat, Script
from tasks.domain.speech import Phoneme, Word
from tasks.domain.timeline import FPS
from tasks.media.audio.loudness import integrated_lufs
from tasks.media.audio.mastering import TARGET_LUFS
from tasks.media.audio.wav import write_wav
from tasks.media.text.words import script_words
from tasks.runtime.engines import ENGINES, MODELS, find_engine, load_engine
from tasks.runtime.models import ModelFolder
from tasks.runtime.spending import Access
from tasks.speech.base import RATE_HZ, Pacing, Recording, SpeechEngine

NAMES = [entry.name for entry in ENGINES if entry.stage == "speech" and entry.needs != MODELS]
"""Those that run models are held to the same by `tests/models`, in the environment that can."""
SCRIPT = Script(title="x", beats=(
    Beat(say="Hello, world — of the 384,400 miles it's $5.50. 🎉"),
    Beat(say="\"Quoted\" well-known #SmallHabits; isn't it?"),
    Beat(say="To a friend of the house: A ꙮ b."),
))
ROUNDING_S = 1e-6
"""Times are rounded to the microsecond."""
SHORTEST_S = 0.03
"""No word is shorter than the video frame that could show it."""
QUIET = 10 ** (-50 / 20)
"""RMS below which a gap counts as silent; -50 dBFS lies under any room."""
SETTLING_S = 0.15
"""Time a voice may take to die away after its last sound."""
LOUDNESS_LU = 0.5
"""Two voices that differ by less sound equally loud."""
REQUIRED_PACING = Pacing(lead_in_s=0.5, tail_s=1.0, between_beats_s=0.8)


ANY_VOICE = {"speech-server": "a-model/a-voice", "elevenlabs": "a-voice"}
"""Voices for engines that take any name and have none of their own accord."""
ACCESS: dict[str, Access] = {}
"""Service -> what engines call it with."""
TAKES: dict[MediaFile, Path] = {}
"""A recording of each beat: the embedded voice stands in for the author's own."""
MODEL_FOLDERS: dict[str, ModelFolder] = {}
"""Engine -> a folder with a tiny voice."""


@pytest.fixture(scope="module", autouse=True)
def _access(hired: dict[str, Access]) -> None:
    ACCESS.update(hired)


@pytest.fixture(scope="module", autouse=True)
def _takes(tmp_path_factory: pytest.TempPathFactory) -> None:
    for number, beat in enumerate(SCRIPT.beats):
        path = tmp_path_factory.getbasetemp() / f"take-{number}.wav"
        write_wav(path, engine("espeak").read(Script(title="x", beats=(beat,))).samples, RATE_HZ)
        TAKES[MediaFile(uri=path.name, sha256="0" * 64, size_bytes=path.stat().st_size)] = path


@pytest.fixture(scope="module", autouse=True)
def _voices(tmp_path_factory: pytest.TempPathFactory, piper_voices: ModuleType) -> None:
    MODEL_FOLDERS["piper"] = piper_voices.make_voice(tmp_path_factory.mktemp("models") / "piper")


def engine(name: str, *, rate: float = 1.0, pitch: float = 1.0, pacing: Pacing | None = None) -> SpeechEngine:
    chosen, provider = load_engine("speech", name), find_engine("speech", name).provider
    voice = Voice(name=ANY_VOICE.get(name) or chosen.default_voice("en-US", **given(name)), language="en-US", rate=rate,
                  pitch=pitch, takes=tuple(TAKES) if name == RECORDED else ())
    more: dict[str, Any] = {"pacing": pacing} if pacing else {}
    made: SpeechEngine = chosen(voice, **more, **given(name), **({"access": ACCESS[provider]} if provider else {}))
    return made


def given(name: str) -> dict[str, Any]:
    """What an engine wants of the installation."""
    have: dict[str, Any] = {"files": TAKES.__getitem__, "models": MODEL_FOLDERS.get(name)}
    return {want: have[want] for want in find_engine("speech", name).wants if want in have}


def words_of(recording: Recording) -> tuple[Word, ...]:
    """Its words; a test that asks for them is skipped for a voice that knows none."""
    if recording.words is None:
        pytest.skip("this voice gives no times: its words are timed by comparison")
    return recording.words


def sounds_of(recording: Recording) -> tuple[Phoneme, ...]:
    """Its sounds, likewise."""
    if recording.phonemes is None:
        pytest.skip("this voice does not know its sounds: they come from the embedded voice")
    return recording.phonemes


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def recording(name: str) -> Recording:
    return engine(name).read(SCRIPT)


class TestSpeechEngine:
    def test_keeps_the_authors_words(self, recording: Recording) -> None:
        """Every word is there, in order, as written, with its beat."""
        assert tuple((word.beat, word.text) for word in words_of(recording)) == script_words(SCRIPT, "en")

    def test_model_is_told_from_others_of_its_name(self, name: str) -> None:
        """An engine that wants models says what its voice's files hold; nothing where they are missing."""
        if "models" not in find_engine("speech", name).wants:
            pytest.skip("this voice runs no model")
        chosen, models = load_engine("speech", name), given(name)["models"]
        voice = Voice(name=chosen.default_voice("en-US", **given(name)), language="en-US")
        assert len(chosen.digest(voice, models)) == 64
        assert chosen.digest(voice, ModelFolder(models.root / "nowhere")) is None

    def test_words_follow_each_other(self, recording: Recording) -> None:
        """They neither overlap nor run backwards, and each can be seen."""
        words = words_of(recording)
        assert all(word.end_s - word.start_s >= SHORTEST_S for word in words)
        assert all(one.end_s <= two.start_s + ROUNDING_S for one, two in pairwise(words))

    def test_sounds_lie_inside_their_words(self, recording: Recording) -> None:
        """Every sound has a length, a word, and no stress mark; sounds follow each other."""
        sounds, words = sounds_of(recording), words_of(recording)
        assert sounds
        for sound in sounds:
            word = words[sound.word]
            assert word.start_s - ROUNDING_S <= sound.start_s < sound.end_s <= word.end_s + ROUNDING_S
            assert sound.ipa.strip("ˈˌ_ ") == sound.ipa != ""
        assert all(one.end_s <= two.start_s + ROUNDING_S for one, two in pairwise(sounds))

    def test_is_silent_where_no_sound_is(self, recording: Recording) -> None:
        """Before the first sound, between clauses and after the last one the voice has died away."""
        sounds = sounds_of(recording)
        between = [(one.end_s + SETTLING_S, two.start_s) for one, two in pairwise(sounds)]
        gaps = [(0.0, sounds[0].start_s), *between, (sounds[-1].end_s + SETTLING_S, recording.duration_s)]
        checked = 0
        for start_s, end_s in gaps:
            part = recording.samples[round(start_s * RATE_HZ):round(end_s * RATE_HZ)]
            if len(part) > RATE_HZ // 50:
                checked += 1
                assert np.sqrt(np.mean(np.square(part))) < QUIET, (start_s, end_s)
        assert checked >= len(SCRIPT.beats) + 1

    def test_sounds_where_words_are(self, recording: Recording) -> None:
        """Each word with letters is heard in its time."""
        for word in words_of(recording):
            part = recording.samples[round(word.start_s * RATE_HZ):round(word.end_s * RATE_HZ)]
            assert "ꙮ" in word.text or np.abs(part).max() > QUIET, word

    def test_the_sound_is_mono_float_of_whole_frames(self, recording: Recording) -> None:
        """48 kHz, within full scale, a whole number of video frames; the last word is not the end."""
        samples = recording.samples
        assert (samples.ndim, samples.dtype) == (1, np.float32)
        assert np.abs(samples).max() <= 1.0
        assert len(samples) % (RATE_HZ // FPS) == 0
        if recording.words is not None:
            assert recording.words[-1].end_s + 0.5 < recording.duration_s < recording.words[-1].end_s + 1.0

    def test_the_same_script_gives_the_same_bytes(self, name: str, recording: Recording) -> None:
        """A second reading, by a new engine, is the first."""
        again = engine(name).read(SCRIPT)
        assert again.samples.tobytes() == recording.samples.tobytes()
        assert (again.words, again.phonemes) == (recording.words, recording.phonemes)

    def test_pacing_is_kept(self, name: str) -> None:
        """Lead-in, tail and the silence between beats are at least what was asked for."""
        words = words_of(found := engine(name, pacing=REQUIRED_PACING).read(SCRIPT))
        assert words[0].start_s >= REQUIRED_PACING.lead_in_s - ROUNDING_S
        assert found.duration_s - words[-1].end_s >= REQUIRED_PACING.tail_s - ROUNDING_S
        changes = [(one, two) for one, two in pairwise(words) if one.beat != two.beat]
        assert len(changes) == len(SCRIPT.beats) - 1
        assert all(two.start_s - one.end_s >= REQUIRED_PACING.between_beats_s - ROUNDING_S for one, two in changes)

    @pytest.mark.parametrize(("slow", "fast"), [(0.5, 1.0), (1.0, 2.0)])
    def test_rate_changes_the_length(self, name: str, slow: float, fast: float) -> None:
        """Twice the rate takes about half the time, apart from the silence at the ends."""
        if name == RECORDED:
            with pytest.raises(FixRequest, match="sounds as it was recorded"):
                engine(name, rate=fast * 1.5)
            return
        slowest, fastest = getattr(load_engine("speech", name), "rates", (0.5, 2.0))
        if slow < slowest or fast > fastest:
            pytest.skip(f"this voice speaks at rates from {slowest} to {fastest}")
        silence_s = 1.0
        slow_s, fast_s = (engine(name, rate=rate).read(SCRIPT).duration_s - silence_s for rate in (slow, fast))
        assert 1.5 < slow_s / fast_s < 2.5

    def test_every_voice_is_as_loud(self, name: str, recording: Recording) -> None:
        """At the level that music and effects are mixed for; stand-ins need not be."""
        if not find_engine("speech", name).fake:
            assert integrated_lufs(recording.samples, RATE_HZ) == pytest.approx(TARGET_LUFS, abs=LOUDNESS_LU)

    def test_refuses_voices_and_languages_it_does_not_have(self, name: str) -> None:
        """An unknown voice is named with those there are; so is a language whose words nobody parts."""
        chosen = load_engine("speech", name)
        if not chosen.voices(**given(name)):
            pytest.skip("at this service any name may stand for a voice")
        with pytest.raises(UnknownName, match=r"'nobody'.*there are: "):
            chosen(Voice(name="nobody", language="en-US"), **given(name))
        assert chosen.default_voice("en-US", **given(name)) in chosen.voices(**given(name))
        if name == RECORDED:
            return  # a person speaks any language
        with pytest.raises(UnknownName, match="'th'"):
            chosen.default_voice("th", **given(name))
