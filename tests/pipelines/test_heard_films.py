"""Whole reels of an avatar that a server makes follow the voice, in several films: none of them is made twice."""

import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from benchmarks.heard_films import HeardFilms
from tasks.media.audio.wav import read_wav
from tasks.runtime import settings

ADA = Path(__file__).parents[2] / "avatars" / "ada"
SMALL = (360, 640)
"""Films are made and kept at this size here, so that the test is quick; drawing enlarges them."""
SERVED_FPS = 24
"""Frames a second of the server's films."""
CLIP_S = 3.0
"""Longest film of the server."""
SCRIPT = "title: Car\nbeats: [{say: 'Papa has a large car, and Martha parks far apart.'}]\n"


class TalkingServer:
    """A server whose films speak."""

    def __init__(self, server: Any, folder: Path) -> None:
        self.server, self.folder, self.late_s = server, folder, 0.0
        server.films = self.film_of

    @property
    def forms(self) -> list[dict[str, Any]]:
        """What was asked for."""
        return [one["form"] for one in self.server.asked if one["method"] == "POST"]

    def voice_of(self, form: dict[str, Any]) -> Path:
        """The voice that came with a form."""
        voice = self.folder / "voice.wav"
        voice.write_bytes(b64decode(json.loads(form["audio_reference"])["audio_url"].partition("base64,")[2]))
        return voice

    def film_of(self, job: Any) -> bytes:
        """A film of the voice that came with a job."""
        voice, target = self.voice_of(job.form), self.folder / f"{job.name}.mp4"
        HeardFilms.of(ADA, size=SMALL, late_s=self.late_s).make(
            voice, target, fps=SERVED_FPS, frames=int(job.form["num_frames"]), seed=int(job.form["seed"]))
        return target.read_bytes()


@pytest.fixture
def talking(video_program: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TalkingServer]:
    """A server that the program knows as `talking-server`."""
    monkeypatch.setattr("flows.make.connect", lambda settings: None)
    monkeypatch.setattr("tasks.animation.task.SIZE_PX", SMALL)
    monkeypatch.setattr("tasks.media.pictures.GREATEST_SCALE", 4.0)
    monkeypatch.setattr("tasks.generation.video_jobs.FilmJob.poll_s", 0.0)
    (tmp_path / "served").mkdir()
    with video_program.serving("vllm-omni", None) as server:
        monkeypatch.setenv("REELS_PROVIDERS", json.dumps({"talking-server": {"url": server.url}}))
        monkeypatch.setenv("REELS_GENERATORS", json.dumps({"talking-server": {
            "width_px": SMALL[0], "height_px": SMALL[1], "clip_s": CLIP_S, "fps": SERVED_FPS, "model": "a-model"}}))
        settings.current_settings.cache_clear()
        yield TalkingServer(server, tmp_path / "served")
    settings.current_settings.cache_clear()


@pytest.fixture
def make(makes_reels: Any) -> Callable[..., tuple[int, dict[str, Any]]]:
    """Makes the reel; gives the exit code and the manifest."""
    return makes_reels(SCRIPT, "talking-server")


@pytest.mark.timeout(600)
class TestHeardReel:
    def test_every_part_of_the_voice_is_asked_for_once(self, make: Any, talking: TalkingServer) -> None:
        """With a sound as long as its film; the same command again asks for nothing."""
        code, manifest = make()
        assert code == 0
        (take,) = manifest["takes"]
        assert take["kept"]
        assert len(take["clips"]) == len(talking.forms) == 2
        assert (take["clips"][0]["start_s"], take["clips"][1]["start_s"] < take["clips"][0]["end_s"]) == (0, True)
        for clip, form in zip(take["clips"], talking.forms, strict=True):
            samples, rate_hz = read_wav(talking.voice_of(form))
            assert len(samples) / rate_hz == pytest.approx(clip["end_s"] - clip["start_s"], abs=0.01)
        assert make()[1]["takes"] == manifest["takes"]
        assert len(talking.forms) == 2

    @pytest.mark.usefixtures("talking")
    def test_mouth_of_the_films_is_kept_where_it_is_asked_for(self, make: Any) -> None:
        """It follows the voice, so nothing is drawn, and the manifest says whose mouth it is."""
        code, manifest = make("--engine", "lipsync=own")
        assert code == 0
        assert [(take["mouth"], take["kept"], take["faults"]) for take in manifest["takes"]] == [("own", True, [])]
        assert [stage["engine"] for stage in manifest["stages"] if stage["name"] == "lipsync"] == ["own"]
        assert "left as it was filmed" in manifest["quality"]["mouth_on_vowels"]["threshold"]

    def test_mouth_that_comes_late_is_drawn_anew(self, make: Any, talking: TalkingServer) -> None:
        """On the same films; who had been asked, and why it is another, is told. A strict reel fails and says the same."""
        talking.late_s = 0.4
        code, manifest = make("--engine", "lipsync=own")
        assert code == 0
        own, drawn = manifest["takes"]
        assert (own["mouth"], own["kept"], drawn["mouth"], drawn["kept"]) == ("own", False, "visemes", True)
        assert own["clips"] == drawn["clips"]
        lipsync = [stage for stage in manifest["stages"] if stage["name"] == "lipsync"][-1]
        assert (lipsync["engine"], lipsync["downgraded_from"]) == ("visemes", "own")
        assert [stage["downgraded_from"] for stage in manifest["stages"] if stage["name"] == "animation"] == [None, None]
        assert any(told.startswith("the mouth of the films of talking-server was to be kept, and visemes draws it")
                   for told in manifest["warnings"])
        assert len(talking.forms) == 2
        assert make("--engine", "lipsync=own", "--strict")[0] == 1
        assert len(talking.forms) == 2
