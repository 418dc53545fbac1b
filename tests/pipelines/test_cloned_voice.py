"""A cloned voice from script to manifest: no reel without a consent that holds when it is planned and when it is made.

The model is described, not there: a stand-in speaks. What it says with a real one is tested in the models environment.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from flows import produce_reel
from flows.cli import main
from flows.planning import Overrides, plan_reel
from tasks.approval.request import describe
from tasks.domain.approval import Approval
from tasks.domain.errors import ApprovalMissing, ConsentMissing, FixMachine, FixRequest
from tasks.domain.plan import ReelPlan
from tasks.domain.script import Beat, Script, VoiceChoice
from tasks.media.audio.wav import write_wav
from tasks.runtime import settings
from tasks.runtime.settings import current_settings
from tasks.runtime.store import Store
from tasks.speech.base import Recording
from tasks.speech.coqui import CoquiVoice
from tasks.speech.tone import ToneVoice

CHECKOUT = Path(__file__).parents[2]
FAKES = ("alignment=even", "animation=still", "lipsync=flap")
"""Stand-ins that make a run quick."""
VOICE = """title: Anna Berg
recordings: [calm.wav]
consent: {kind: consent, statement: Anna Berg lends us her voice., given_by: Anna Berg, relation: employee,
          date: 2026-01-31, scope: reels of our shop}
"""
SCRIPT = Script(title="T", beats=(Beat(say="Hello."),), voice=VoiceChoice(engine="coqui", name="xtts", clone="anna"))
RATE_HZ = 16_000
"""Samples a second of Anna's recording."""


@pytest.fixture
def folder(prefect: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Anna's folder in a library of its own; a model that clones, whose licence is accepted."""
    root, model = tmp_path / "library", tmp_path / "models" / "coqui" / "xtts"
    shutil.copytree(CHECKOUT / "templates", root / "templates")
    shutil.copytree(CHECKOUT / "avatars" / "mei", root / "avatars" / "mei")
    folder = root / "voices" / "anna"
    for place in (folder, model):
        place.mkdir(parents=True)
    (folder / "voice.yaml").write_text(VOICE, "utf-8")
    write_wav(folder / "calm.wav", 0.2 * np.sin(np.arange(2 * RATE_HZ, dtype=np.float32) * 0.08), RATE_HZ)
    (model / "config.json").write_text(json.dumps({"model": "xtts", "languages": ["en"]}), "utf-8")
    (model / "model.pth").touch()
    for name, value in (("LIBRARY", root), ("MODELS", tmp_path / "models"), ("ACCEPTED_LICENCES", "CPML")):
        monkeypatch.setenv(f"REELS_{name}", str(value))
    settings.current_settings.cache_clear()
    monkeypatch.setattr("flows.make.connect", lambda settings: None)
    monkeypatch.setattr(CoquiVoice, "read", stand_in)
    return folder


def stand_in(engine: CoquiVoice, script: Script) -> Recording:
    """A tone a word, as long as nobody looks into the model."""
    engine._require_consent()
    said = ToneVoice(engine._voice.model_copy(update={"name": "tone"})).read(script)
    return Recording(said.samples, None, None)


def plan(store: Store, script: Script = SCRIPT) -> ReelPlan:
    """The plan of a reel with Anna's voice."""
    return plan_reel(script, overrides=Overrides(), store=store, settings=current_settings())


def make(folder: Path, *, approve: bool = True) -> int:
    """A reel of one word."""
    script = folder.parents[2] / "talk.yaml"
    script.write_text("title: T\nvoice: {engine: coqui, name: xtts, clone: anna}\nbeats: [{say: Hello.}]\n")
    engines = [part for engine in FAKES for part in ("--engine", engine)]
    return main(["make", str(script), *["--yes"] * approve, "--out", str(folder.parents[2] / "out"), *engines])


def revoke(folder: Path) -> None:
    """Anna has changed her mind."""
    path = folder / "voice.yaml"
    path.write_text(path.read_text("utf-8").replace("date:", "revoked: true, date:"), "utf-8")


class TestPlanning:
    def test_page_tells_whose_voice_it_is_and_by_what_right(self, folder: Path, store: Store) -> None:
        """Who approves reads it beside the avatar's consent."""
        page = " ".join(describe(plan(store)).split())
        assert ("xtts by coqui, en-US; cloned: Anna Berg (anna; consent of Anna Berg (employee), for 'reels of our shop')"
                in page)

    def test_approval_holds_for_these_recordings_alone(self, folder: Path, store: Store) -> None:
        """Another recording, another voice."""
        before = plan(store)
        write_wav(folder / "calm.wav", 0.2 * np.sin(np.arange(2 * RATE_HZ, dtype=np.float32) * 0.09), RATE_HZ)
        assert plan(store).approval_sha256() != before.approval_sha256()

    def test_revoked_voice_is_refused(self, folder: Path, store: Store) -> None:
        """Before anybody is asked."""
        revoke(folder)
        with pytest.raises(ConsentMissing, match="the consent for voice 'anna' was revoked"):
            plan(store)

    def test_licence_that_nobody_accepted_is_refused(self, folder: Path, store: Store,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
        """The setting alone decides; nothing in a script does."""
        monkeypatch.delenv("REELS_ACCEPTED_LICENCES")
        settings.current_settings.cache_clear()
        with pytest.raises(FixMachine, match="licence CPML, which forbids commercial use"):
            plan(store)

    def test_engine_that_clones_nobody_is_told(self, folder: Path, store: Store) -> None:
        """With one that does."""
        voice = SCRIPT.voice.model_copy(update={"engine": "espeak", "name": None})
        with pytest.raises(FixRequest, match=r"'espeak' has voices of its own and clones none.*--engine speech=coqui"):
            plan(store, SCRIPT.model_copy(update={"voice": voice}))

    def test_avatars_clone_counts_until_the_script_names_a_voice(self, folder: Path, store: Store) -> None:
        """Its own voice is then spoken with, as of any other engine."""
        path = folder.parents[1] / "avatars" / "mei" / "avatar.yaml"
        fields = yaml.safe_load(path.read_text("utf-8"))
        fields["voice"] = {"engine": "coqui", "name": "xtts", "clone": "anna"}
        path.write_text(yaml.safe_dump(fields), "utf-8")
        found = plan(store, SCRIPT.model_copy(update={"voice": VoiceChoice(), "avatar": "mei"}))
        assert found.voice.clone is not None
        assert (found.voice.name, found.voice.clone.name, found.sources["voice.clone"]) == ("xtts", "anna", "avatar")
        other = plan(store, SCRIPT.model_copy(update={"voice": VoiceChoice(engine="tone"), "avatar": "mei"}))
        assert (other.voice.name, other.voice.clone) == ("tone", None)


class TestMaking:
    def test_manifest_holds_the_consent(self, folder: Path) -> None:
        """Whose voice, and by what right."""
        assert make(folder) == 0
        voice = json.loads((folder.parents[2] / "out" / "reel.json").read_text("utf-8"))["cloned_voice"]
        assert (voice["name"], voice["consent"]["given_by"], voice["consent"]["scope"]) == (
            "anna", "Anna Berg", "reels of our shop")
        assert len(voice["sha256"]) == 64

    def test_nothing_speaks_before_somebody_approved(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Consent of the voice's owner is not approval of the script."""
        monkeypatch.setattr(CoquiVoice, "read", lambda *_: pytest.fail("it spoke"))
        assert make(folder, approve=False) == ApprovalMissing.exit_code

    def test_consent_that_was_revoked_after_approval_stops_the_reel(
        self, folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    ) -> None:
        """Approved with a good consent, made days later: nothing speaks."""
        pass_gate = produce_reel.pass_script_gate

        def days_later(*arguments: Any, **options: Any) -> tuple[ReelPlan, Approval]:
            passed = pass_gate(*arguments, **options)
            revoke(folder)
            return passed

        monkeypatch.setattr(produce_reel, "pass_script_gate", days_later)
        monkeypatch.setattr(CoquiVoice, "read", lambda *_: pytest.fail("it spoke"))
        assert make(folder) == ConsentMissing.exit_code
        assert "the consent for voice 'anna' was revoked" in capsys.readouterr().err
        assert not list((folder.parents[2] / "out").glob("**/*.mp4"))
