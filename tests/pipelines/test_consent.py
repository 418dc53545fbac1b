"""Consent between approval and making: what the avatar's folder says when the reel is made counts."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows import produce_reel
from flows.cli import main
from tasks.domain.approval import Approval
from tasks.domain.errors import ConsentMissing
from tasks.domain.plan import ReelPlan
from tasks.runtime import settings
from tasks.runtime.store import Store, sha256_of

CHECKOUT = Path(__file__).parents[2]
FAKES = ("speech=tone", "alignment=even", "animation=still", "lipsync=flap")
"""Stand-ins that make a run quick."""
CONSENT = "  kind: consent\n  given_by: Jo Ray\n  relation: self\n  date: 2026-01-31\n  scope: our channels\n"


@pytest.fixture
def folder(prefect: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the avatar `jo`, a real person who agreed on paper, in a library of its own."""
    root = tmp_path / "library"
    shutil.copytree(CHECKOUT / "templates", root / "templates")
    folder = root / "avatars" / "jo"
    shutil.copytree(CHECKOUT / "avatars" / "mei", folder)
    (folder / "consent.pdf").write_bytes(b"a paper that nobody else may read")
    text = (folder / "avatar.yaml").read_text("utf-8").replace("  kind: synthetic\n", CONSENT)
    paper = f"  document: {{file: consent.pdf, sha256: {sha256_of(folder / 'consent.pdf')}}}\n"
    (folder / "avatar.yaml").write_text(text + paper, "utf-8")
    monkeypatch.setenv("REELS_LIBRARY", str(root))
    settings.current_settings.cache_clear()
    monkeypatch.setattr("flows.make.connect", lambda settings: None)
    return folder


def make(folder: Path) -> int:
    """A reel of one word, with `jo`."""
    script = folder.parents[2] / "talk.txt"
    script.write_text("Hello.")
    engines = [part for engine in FAKES for part in ("--engine", engine)]
    return main(["make", str(script), "--avatar", "jo", "--yes", "--out", str(folder.parents[2] / "out"), *engines])


def revoke(folder: Path) -> None:
    """Jo has changed their mind."""
    path = folder / "avatar.yaml"
    path.write_text(path.read_text("utf-8") + "  revoked: true\n", "utf-8")


@pytest.mark.parametrize(("change", "sentence"), [
    (revoke, "the consent for avatar 'jo' was revoked"),
    (lambda folder: (folder / "consent.pdf").unlink(), "the consent document 'consent.pdf' of avatar 'jo' is missing"),
])
def test_consent_that_ends_after_approval_stops_the_reel_before_anything_is_made(
    folder: Path, store: Store, change: Callable[[Path], object], sentence: str, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Approved with a good consent, made days later: no stage runs, nothing is handed on."""
    pass_gate = produce_reel.pass_script_gate

    def days_later(*arguments: Any, **options: Any) -> tuple[ReelPlan, Approval]:
        passed = pass_gate(*arguments, **options)
        change(folder)
        return passed

    monkeypatch.setattr(produce_reel, "pass_script_gate", days_later)
    assert make(folder) == ConsentMissing.exit_code
    assert sentence in capsys.readouterr().err
    assert not list((folder.parents[2] / "out").glob("**/*.mp4"))
    assert not list((store.root / "files").glob("**/*.wav"))
    assert not (store.root / "published").exists()


def test_manifest_holds_the_consent_and_not_its_paper(folder: Path, store: Store) -> None:
    """Who, what for, the document's digest; the paper itself goes neither into the reel's folder nor into the store."""
    assert make(folder) == 0
    consent = json.loads((folder.parents[2] / "out" / "reel.json").read_text("utf-8"))["consent"]
    assert (consent["kind"], consent["given_by"], consent["relation"]) == ("consent", "Jo Ray", "self")
    assert (consent["date"], consent["scope"], consent["revoked"]) == ("2026-01-31", "our channels", False)
    assert consent["document"] == {"file": "consent.pdf", "sha256": sha256_of(folder / "consent.pdf")}
    paper = (folder / "consent.pdf").read_bytes()
    for place in (store.root, folder.parents[2] / "out"):
        assert not [path for path in place.rglob("*") if path.is_file() and paper in path.read_bytes()]
