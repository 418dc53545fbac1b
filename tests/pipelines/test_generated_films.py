"""A whole reel whose beats ask a generator for films: seen while their words are said, replaced where none can be made."""

import json
import shutil
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import yaml
from PIL import Image

from flows.cli import main
from tasks.domain.errors import FixMachine
from tasks.domain.timeline import FPS, frame_at
from tasks.footage.task import SOFT_S
from tasks.generation.double import DoubleFilms
from tasks.overlays.cues import LEAD_FRAMES
from tasks.runtime import settings
from tasks.runtime.store import Store

CHECKOUT = Path(__file__).parents[2]
FAKES = ("speech=tone", "alignment=even", "animation=still", "lipsync=flap", "generation=double")
"""Stand-ins that make a run quick."""
HILL, CUP = "a green hill under moving clouds", "the cup turns slowly"
SCRIPT: dict[str, Any] = {
    "title": "Films", "avatar": "ada", "music": {"name": "off"}, "beats": [
        {"say": "One two three four.", "show": {"generate": HILL, "at": "two", "until": "three"}},
        {"say": "Five six.", "show": {"image": "media/cup.png", "generate": CUP, "layout": "split", "at": "six"}}]}
COLOURS = ((200, 30, 30), (30, 30, 200))
"""Of the left and the right half of the cup's picture."""
SMALL = (270, 480)
"""Frames are looked at in this size, (width, height)."""
WALL, BELOW = (slice(50, 110), slice(200, 260)), (slice(420, 460), slice(60, 210))
"""Beside the avatar's head, where nothing moves and nothing is written; and far below it."""
OTHER = 12
"""Levels of 255 by which a part of the picture differs that shows something else."""
CODED = 8
"""Levels that a colour may lose on its way."""


@pytest.fixture
def library(prefect: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library with a picture of two colours."""
    root = tmp_path / "library"
    shutil.copytree(CHECKOUT / "templates", root / "templates")
    shutil.copytree(CHECKOUT / "avatars" / "ada", root / "avatars" / "ada")
    (root / "media").mkdir()
    halves = np.repeat(np.array(COLOURS, np.uint8)[None], 1920, axis=0)
    Image.fromarray(np.repeat(halves, 540, axis=1)).save(root / "media" / "cup.png")
    monkeypatch.setenv("REELS_LIBRARY", str(root))
    settings.current_settings.cache_clear()
    monkeypatch.setattr("flows.make.connect", lambda settings: None)
    return root


def make(folder: Path, *options: str, out: str = "out") -> int:
    """Makes the reel; gives the exit code."""
    (folder / "script.yaml").write_text(yaml.safe_dump(SCRIPT), "utf-8")
    engines = [part for engine in FAKES for part in ("--engine", engine)]
    return main(["make", str(folder / "script.yaml"), "--yes", "--out", str(folder / out), *engines, *options])


def papers(folder: Path) -> dict[str, Any]:
    """The reel's manifest."""
    found: dict[str, Any] = json.loads((folder / "reel.json").read_text("utf-8"))
    return found


def pictures(folder: Path) -> list[np.ndarray]:
    """The reel's frames, RGB."""
    with av.open(str(folder / "reel.mp4")) as film:
        return [frame.reformat(width=SMALL[0], height=SMALL[1], format="rgb24").to_ndarray().astype(float)
                for frame in film.decode(video=0)]


def halves_of(frame: np.ndarray) -> np.ndarray:
    """The colours left and right below the avatar."""
    part = frame[BELOW]
    middle = part.shape[1] // 2
    return np.array([part[:, :middle - 10].mean(axis=(0, 1)), part[:, middle + 10:].mean(axis=(0, 1))])


def test_films_are_seen_while_their_words_are_said(library: Path, tmp_path: Path) -> None:
    """One alone, from two frames before its word until the word it leaves after; one below the avatar."""
    assert make(tmp_path) == 0
    told, frames = papers(tmp_path / "out"), pictures(tmp_path / "out")
    made = [stage for stage in told["stages"] if stage["name"] == "generation"]
    assert [(stage["engine"], stage["cached"]) for stage in made] == [("double", False)] * 2
    assert told["warnings"] == []
    words = {word["text"].strip("."): word for word in told["words"]}
    seen = {index for index, frame in enumerate(frames) if abs(frame[WALL] - frames[0][WALL]).mean() > OTHER}
    first = [index for index in seen if index < frame_at(words["Five"]["start_s"])]
    begin, end = frame_at(words["two"]["start_s"]) - LEAD_FRAMES, frame_at(words["three"]["end_s"])
    soft = round(SOFT_S["full"] * FPS)
    assert set(range(begin + soft, end - soft)) <= set(first) <= set(range(begin, end))
    middle = (begin + end) // 2
    assert abs(frames[middle + 5][WALL] - frames[middle][WALL]).mean() > 1
    assert np.abs(halves_of(frames[-10]) - COLOURS).max() < CODED


def test_where_no_film_can_be_made_the_picture_stays(library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a picture nothing is shown; the reel's papers say both. A strict reel is not made."""
    def fail(*_: object) -> None:
        raise FixMachine("the model is too large for this machine")

    monkeypatch.setattr(DoubleFilms, "generate", fail)
    assert make(tmp_path, "--strict", out="strict") == FixMachine.exit_code
    assert not (tmp_path / "strict" / "reel.mp4").exists()
    assert make(tmp_path) == 0
    told, frames = papers(tmp_path / "out"), pictures(tmp_path / "out")
    assert told["warnings"] == [
        f"'show' of beat 1: nothing is shown, as no film was made of {HILL!r}: the model is too large for this machine",
        f"'show' of beat 2: the picture 'media/cup.png' is shown as it is, as no film was made of {CUP!r}: the model is too"
        " large for this machine"]
    said = [frame_at(word["start_s"]) for word in told["words"]]
    assert all(abs(frame[WALL] - frames[0][WALL]).mean() < OTHER for frame in frames[:said[-1] - LEAD_FRAMES])
    assert np.abs(halves_of(frames[-10]) - COLOURS).max() < CODED
