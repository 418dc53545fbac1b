"""A whole reel of an avatar that has a film of itself."""

import json
import shutil
from pathlib import Path

import pytest

from flows.cli import main
from tasks.runtime import settings
from tasks.runtime.store import Store

CHECKOUT = Path(__file__).parents[2]
SMALL = (360, 640)
"""Films are kept at this size here, so that the test is quick; drawing enlarges them."""


@pytest.fixture
def library(prefect: Store, tmp_path: Path, avatar_film: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library in which Ada has a film."""
    root = tmp_path / "library"
    shutil.copytree(CHECKOUT / "templates", root / "templates")
    shutil.copytree(CHECKOUT / "avatars" / "ada", root / "avatars" / "ada")
    shutil.copy(avatar_film, root / "avatars" / "ada" / "clip.mp4")
    with (root / "avatars" / "ada" / "avatar.yaml").open("a", encoding="utf-8") as file:
        file.write("clip: clip.mp4\n")
    monkeypatch.setenv("REELS_LIBRARY", str(root))
    settings.current_settings.cache_clear()
    monkeypatch.setattr("flows.make.connect", lambda settings: None)
    monkeypatch.setattr("tasks.media.pictures.GREATEST_SCALE", 4.0)
    monkeypatch.setattr("tasks.animation.task.SIZE_PX", SMALL)
    return root


def test_film_speaks_and_is_followed_once_for_all_reels(library: Path, tmp_path: Path) -> None:
    """The reel is longer than the film and passes every check, the mouth's among them; another text follows no face anew."""
    stages = []
    for text in ("Papa has a large car, and Martha parks far apart.", "Papa has a car, you know."):
        (tmp_path / "script.txt").write_text(text)
        assert main(["make", str(tmp_path / "script.txt"), "--yes", "--out", str(tmp_path / "out")]) == 0
        manifest = json.loads((tmp_path / "out" / "reel.json").read_text("utf-8"))
        stages.append({stage["name"]: stage for stage in manifest["stages"]})
        assert stages[-1]["animation"]["engine"] == "clip"
        assert stages[-1]["lipsync"]["engine"] == "visemes"
        assert manifest["quality"]["mouth_on_vowels"]["passed"]
        assert manifest["quality"]["mouth_in_silence"]["value"] is not None
    assert not stages[0]["clip"]["cached"]
    assert stages[1]["clip"]["cached"]
