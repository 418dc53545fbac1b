"""The task that speaks: approval, limits, and what it hands on."""

import datetime as dt
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from tasks.alignment.task import align
from tasks.domain.approval import Approval
from tasks.domain.errors import ApprovalMissing, ScriptError
from tasks.domain.plan import ReelPlan, Voice
from tasks.domain.script import Beat, Script
from tasks.media.audio.wav import read_wav
from tasks.media.text.words import script_words
from tasks.orchestration.content_keys import content_key
from tasks.runtime import settings
from tasks.runtime.store import Store
from tasks.speech.task import _key, speak


def plan(say: str = "Hello — world 🎉", **engines: str) -> ReelPlan:
    """A plan with what speech and alignment look at."""
    chosen = {"speech": "tone", "alignment": "voice", **engines}
    voice = Voice(name="tone" if chosen["speech"] == "tone" else "en-us", language="en-US")
    return ReelPlan.model_construct(script=Script(title="x", beats=(Beat(say=say),)), voice=voice, engines=chosen,
                                    cost_usd=0.0, avatar=SimpleNamespace(sha256="0" * 64))


def approval(of: ReelPlan) -> Approval:
    return Approval(who="tester", how="--yes", when=dt.datetime.now(dt.UTC), sha256=of.approval_sha256())


class TestSpeak:
    @pytest.mark.parametrize("engine", ["tone", "espeak"])
    def test_hands_on_a_recording_in_the_store(self, store: Store, engine: str) -> None:
        """The file is as long as it says, names its engine, and alignment accepts its times."""
        wanted = plan(speech=engine)
        found = speak.fn(wanted, approval(wanted))
        samples, rate_hz = read_wav(store.path(found.audio))
        assert (rate_hz, len(samples) / rate_hz) == (48_000, found.duration_s)
        assert (found.engine, found.cost_usd) == (engine, 0.0)
        timed = align.fn(wanted, found).words
        assert tuple((word.beat, word.text) for word in timed) == script_words(wanted.script, wanted.voice.language)

    def test_refuses_what_was_not_approved(self, home: Path) -> None:
        """An approval of another script lets nothing pass, and nothing is made."""
        with pytest.raises(ApprovalMissing):
            speak.fn(plan("Hello"), approval(plan("Goodbye")))
        assert not (home / "store" / "files").exists()

    def test_refuses_a_script_that_is_too_long(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The limit of the installation holds before anything is spoken."""
        monkeypatch.setenv("REELS_MAX_MINUTES", "0.1")
        settings.current_settings.cache_clear()
        wanted = plan("word " * 60)
        with pytest.raises(ScriptError, match="REELS_MAX_MINUTES"):
            speak.fn(wanted, approval(wanted))
        assert not (home / "store" / "files").exists()


class TestKey:
    """What a recording is kept under."""

    @pytest.fixture
    def wanted(self, home: Path, piper_voices: ModuleType) -> ReelPlan:
        """A plan for a piper voice that lies in the home folder."""
        piper_voices.make_voice(home / "models" / "piper")
        return plan(speech="piper").model_copy(update={"voice": Voice(name="tiny", language="en-US")})

    def key(self, of: ReelPlan) -> str:
        return content_key("speech", _key(of, approval(of)))

    def test_a_voice_that_is_replaced_under_its_name_is_another(self, wanted: ReelPlan, home: Path, piper_voices: ModuleType
                                                                ) -> None:
        """Its sound is not taken for the old one's; the old files bring the old key back."""
        before = self.key(wanted)
        piper_voices.make_voice(home / "models" / "piper", noise=0.02)
        assert self.key(wanted) != before
        piper_voices.make_voice(home / "models" / "piper")
        assert self.key(wanted) == before

    def test_its_description_counts(self, wanted: ReelPlan, home: Path) -> None:
        """It says how fast and how lively the voice is."""
        before, file = self.key(wanted), home / "models" / "piper" / "tiny.onnx.json"
        file.write_text(file.read_text("utf-8").replace("0.667", "0.1"), "utf-8")
        assert self.key(wanted) != before

    def test_other_voices_do_not_count(self, wanted: ReelPlan, home: Path, piper_voices: ModuleType) -> None:
        before = self.key(wanted)
        piper_voices.make_voice(home / "models" / "piper", "another")
        assert self.key(wanted) == before

    def test_a_machine_without_the_voice_has_a_key(self, wanted: ReelPlan, home: Path) -> None:
        """It may tell the story of a reel that another machine speaks."""
        before = self.key(wanted)
        (home / "models" / "piper" / "tiny.onnx").unlink()
        assert self.key(wanted) != before
