"""Reels whose voice comes from a service: from the command line to the papers, and what is refused before."""

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from flows.cli import main
from flows.connection import connected_api
from tasks.runtime import settings
from tasks.runtime.store import Store
from tasks.runtime.work_pool import set_up_limits

SAY = "Hello there, my friend. It costs 5 dollars!"
LETTERS = len("Hello there, my friend.") + len("It costs five dollars!")
"""What is sent for it."""
PRICES = {"openai": LETTERS * 0.03 / 1000, "elevenlabs": LETTERS * 0.30 / 1000, "speech-server": 0.0}
"""Engine -> what the reel costs, USD."""


@pytest.fixture
def studio(prefect: Store, speech_services: Any, speech_program: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Any:
    """All three services at one place, known to the program with their keys; and the limits that spending needs."""
    for name in ("OPENAI_API_KEY", "ELEVENLABS_API_KEY", "REELS_SPEECH_SERVER_KEY"):
        monkeypatch.setenv(name, speech_program.KEY)
    monkeypatch.setenv("REELS_PROVIDERS", json.dumps({
        "openai": {"url": speech_services.openai_url},
        "speech-server": {"url": speech_services.openai_url, "voice": "a/model/a-voice"},
        "elevenlabs": {"url": speech_services.url, "voice": "an-id"}}))
    settings.current_settings.cache_clear()
    monkeypatch.setattr("flows.make.connect", lambda settings: None)
    set_up_limits(connected_api(), settings.current_settings())
    return speech_services


def make(folder: Path, engine: str, *more: str) -> int:
    """`reels make` of a small script."""
    (folder / "s.txt").write_text(SAY)
    return main(["make", str(folder / "s.txt"), "--out", str(folder / "out"), "--engine", f"speech={engine}",
                 "--engine", "animation=still", *more])


@pytest.mark.parametrize(("engine", "timed_by"), [("openai", "dtw"), ("elevenlabs", "voice"), ("speech-server", "dtw")])
def test_reel_is_spoken_and_its_papers_say_by_whom(
    studio: Any, speech_program: ModuleType, prefect: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str], engine: str,
    timed_by: str,
) -> None:
    """Engine, cost, the author's words in their times, sounds for the mouth, and the key nowhere."""
    assert make(tmp_path, engine, "--yes") == 0
    manifest = json.loads((tmp_path / "out" / "reel.json").read_text())
    stages = {stage["name"]: stage for stage in manifest["stages"]}
    assert (stages["speech"]["engine"], stages["alignment"]["engine"]) == (engine, timed_by)
    assert stages["speech"]["cost_usd"] == pytest.approx(PRICES[engine], abs=1e-6)
    assert [word["text"] for word in manifest["words"]] == SAY.split()
    assert len(manifest["phonemes"]) > 20
    assert len(studio.sold) == 2
    told = capsys.readouterr()
    places = [path for root in (tmp_path / "out", prefect.root) for path in root.rglob("*") if path.is_file()]
    assert speech_program.KEY not in told.out + told.err
    assert not any(speech_program.KEY.encode() in path.read_bytes() for path in places)


@pytest.mark.parametrize("engine", ["openai", "elevenlabs"])
class TestBeforeItSpeaks:
    """A paid voice."""

    def test_price_is_told_and_needs_no_key(
        self, studio: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, engine: str,
    ) -> None:
        """`--dry-run` sends nothing."""
        for name in ("OPENAI_API_KEY", "ELEVENLABS_API_KEY"):
            monkeypatch.delenv(name)
        assert make(tmp_path, engine, "--dry-run") == 0
        dollars = {"openai": "0.03", "elevenlabs": "0.30"}[engine]
        assert f"({LETTERS} letters at {dollars} USD a 1000 letters)" in capsys.readouterr().out
        assert studio.asked == []

    @pytest.mark.parametrize(("variables", "more", "code", "phrase"), [
        ({}, [], 5, "approv"),
        ({"OPENAI_API_KEY": "", "ELEVENLABS_API_KEY": ""}, ["--yes"], 3, "_API_KEY"),
        ({"REELS_LIMIT_REEL_USD": "0.001"}, ["--yes"], 5, "a reel may cost at most 0.001 USD"),
        ({"REELS_LIMIT_DAY_USD": "0"}, ["--yes"], 4, "tomorrow"),
    ])
    def test_nothing_is_sent_without_approval_key_and_budget(
        self, studio: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, engine: str,
        variables: dict[str, str], more: list[str], code: int, phrase: str,
    ) -> None:
        """A sentence and the exit code say whose turn it is."""
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        settings.current_settings.cache_clear()
        assert make(tmp_path, engine, *more) == code
        assert phrase in capsys.readouterr().err
        assert studio.asked == []


def test_server_without_an_address_is_asked_for_one(
    studio: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Before anybody approves."""
    monkeypatch.setenv("REELS_PROVIDERS", '{"speech-server": {"voice": "a/b"}}')
    settings.current_settings.cache_clear()
    assert make(tmp_path, "speech-server", "--yes") == 3
    assert "[providers.speech-server] url" in capsys.readouterr().err
