"""What a change to a finished reel makes again, and what it keeps: the table of docs/architecture.md."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from PIL import Image

from flows.cli import main
from tasks.runtime import settings
from tasks.runtime.store import Store

CHECKOUT = Path(__file__).parents[2]
FAKES = ("speech=tone", "alignment=even", "lipsync=flap")
"""Stand-ins that make a run quick; what this file is about is done by the real ones."""
SCRIPT: dict[str, Any] = {
    "title": "Changes", "avatar": "ada", "brand": "default", "hook": "Look", "music": {"name": "calm"}, "effects": True,
    "beats": [{"say": "One two three four.", "direct": "smile", "show": [
        {"text": "Three things", "at": "two"}, {"image": "media/a.png", "at": "three", "until": "four"}]}]}
"""A reel of everything, a second or two long."""
DRAWN = ["picture", "render", "quality"]

CHANGES: dict[str, tuple[Callable[[dict[str, Any], Path], object], list[str]]] = {
    "nothing": (lambda script, library: None, []),
    "colour of the spoken word": (lambda script, library: script.update(captions={"colour": "#00e5ff"}),
                                  ["captions", *DRAWN]),
    "caption style": (lambda script, library: script.update(captions={"style": "line"}), ["captions", "overlays", *DRAWN]),
    "colour of the brand's panels": (lambda script, library: repaint(library),
                                     ["captions", "overlays", "footage", *DRAWN]),
    "text of an overlay": (lambda script, library: script["beats"][0]["show"][0].update(text="Four things"),
                           ["overlays", *DRAWN]),
    "picture of a cutaway": (lambda script, library: paint(library / "media" / "a.png", seed=2), ["footage", *DRAWN]),
    "music": (lambda script, library: script.update(music={"name": "bright"}), ["sound", "render", "quality"]),
    "direction": (lambda script, library: script["beats"][0].update(direct="serious"), ["animation", "lipsync", *DRAWN]),
}
"""What is changed, and the stages that are made again for it."""


def paint(path: Path, *, seed: int) -> None:
    """A picture large enough to fill the frame."""
    path.parent.mkdir(exist_ok=True)
    small = np.random.default_rng(seed).integers(0, 255, (16, 9, 3), np.uint8)
    Image.fromarray(small).resize((1080, 1920), Image.Resampling.BICUBIC).save(path)


def repaint(library: Path) -> None:
    """Gives the brand's panels another colour."""
    path = library / "templates" / "brands" / "default.yaml"
    brand = yaml.safe_load(path.read_text("utf-8"))
    brand["colours"]["panel"] = "#202040"
    path.write_text(yaml.safe_dump(brand, allow_unicode=True), "utf-8")


def make(script: dict[str, Any], folder: Path) -> list[str]:
    """Makes the reel; gives the stages that were not kept from an earlier run."""
    path = folder / "script.yaml"
    path.write_text(yaml.safe_dump(script), "utf-8")
    engines = [part for engine in FAKES for part in ("--engine", engine)]
    assert main(["make", str(path), "--yes", "--out", str(folder / "out"), *engines]) == 0
    stages = json.loads((folder / "out" / "reel.json").read_text("utf-8"))["stages"]
    return [stage["name"] for stage in stages if not stage["cached"]]


@pytest.fixture
def library(prefect: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of its own, which a test may change."""
    root = tmp_path / "library"
    shutil.copytree(CHECKOUT / "templates", root / "templates")
    shutil.copytree(CHECKOUT / "avatars" / "ada", root / "avatars" / "ada")
    paint(root / "media" / "a.png", seed=1)
    monkeypatch.setenv("REELS_LIBRARY", str(root))
    settings.current_settings.cache_clear()
    monkeypatch.setattr("flows.make.connect", lambda settings: None)
    return root


def test_a_change_makes_again_what_depends_on_it(library: Path, tmp_path: Path) -> None:
    """One reel, changed in one thing at a time: nothing else is made again."""
    made = make(SCRIPT, tmp_path)
    assert made[:2] == ["speech", "alignment"]
    found = {}
    for name, (change, _) in CHANGES.items():
        script, changed = json.loads(json.dumps(SCRIPT)), tmp_path / "kept"
        shutil.copytree(library, changed)
        change(script, library)
        found[name] = make(script, tmp_path)
        shutil.rmtree(library)
        changed.rename(library)
    assert found == {name: stages for name, (_, stages) in CHANGES.items()}


def test_the_page_on_architecture_has_the_same_table() -> None:
    """Every row of the page says what is measured above."""
    page = (CHECKOUT / "docs" / "architecture.md").read_text("utf-8")
    for name, (_, stages) in CHANGES.items():
        assert f"| {name} | {', '.join(stages) or 'nothing'} |" in page
