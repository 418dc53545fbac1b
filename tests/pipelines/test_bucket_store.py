"""The whole story on a store in a bucket: made once, published once, made anew where something is gone, cleared away."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from flows.cli import main
from tasks.domain.reel import Manifest
from tasks.runtime.clean_up import MARGIN_S, clean_up
from tasks.runtime.store import Store

FAKES = ["speech=tone", "alignment=even", "animation=still", "lipsync=flap"]
"""Stand-ins that make a run quick."""
SCRIPT = "title: Far away\nbeats: [{say: Far away.}]\n"


def make(folder: Path) -> Manifest:
    """`reels make` on the bucket; the papers of the reel."""
    script = folder / "script.yaml"
    script.write_text(SCRIPT, "utf-8")
    chosen = [part for engine in FAKES for part in ("--engine", engine)]
    assert main(["make", str(script), "--yes", "--out", str(folder / "out"), *chosen]) == 0
    return Manifest.model_validate_json((folder / "out" / "reel.json").read_bytes())


def made(papers: Manifest) -> set[str]:
    """Stages that were not kept from an earlier run."""
    return {stage.name for stage in papers.stages if not stage.cached}


def test_reel_is_made_published_and_kept_in_the_bucket(
    prefect_on_bucket: Store, bucket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The second run makes nothing; with one file gone, what needs it; when all is old, the finished reel is left."""
    monkeypatch.setattr("flows.make.connect", lambda settings: None)
    first = make(tmp_path)
    assert len(made(first)) == len(first.stages)
    (papers,) = [name for name in bucket.names("published") if name.endswith("/reel.json")]
    assert json.loads(bucket.read(papers))["id"] == first.id
    assert {name.rpartition("/")[2] for name in bucket.names("published")} == {
        "reel.mp4", "reel.json", "captions.srt", "captions.vtt", "cover.jpg", "post.json"}

    assert made(make(tmp_path)) == set()
    assert len(bucket.names("published")) == 6

    (voice,) = [name for name in bucket.names("files") if name.endswith(".wav") and _is_voice(bucket, name)]
    bucket.remove(voice)
    again = make(tmp_path)
    assert "speech" in made(again)
    assert again.id == first.id
    assert not (prefect_on_bucket.place.scratch_root.parent / "store").exists()

    clean_up(prefect_on_bucket, unused_since_s=time.time() + 2 * MARGIN_S, at_work=lambda: False)
    assert [name for name in bucket.names("results") if name.startswith("results/speech-")] == []
    digests = {Path(name).stem for name in bucket.names("files")}
    assert {file.sha256 for papers in (first, again) for file in papers.files} <= digests
    assert Path(voice).stem not in digests


def _is_voice(bucket: Any, name: str) -> bool:
    """True for the file that the result of the speech stage names."""
    results = [bucket.read(kept) for kept in bucket.names("results") if kept.startswith("results/speech-")]
    return any(name.encode() in result for result in results)
