"""Wan Animate, run for real on a tiny model: films of noise that follow a performance of the puppet.

What the real model makes of a performance is not known here; what is tested is that it is shown the performance, that the
film is as long, and that a film made in segments is the one that the bare pipeline makes at once.
"""

import hashlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from file_modules import load_file
from tasks.domain.errors import FixRequest
from tasks.domain.generation import ClipOrder
from tasks.domain.media import MediaFile
from tasks.domain.performance import Performance, PuppetShot
from tasks.generation import wan_animate
from tasks.generation.base import Drawing, Made, Material
from tasks.generation.card import Placement
from tasks.generation.diffusion import Call
from tasks.generation.film_rules import Shape
from tasks.generation.pipeline import dice
from tasks.generation.wan_animate import WanAnimateFilms, driving
from tasks.media.curves import MOTION, MOUTH, Curves
from tasks.media.drawing.performance import draw
from tasks.media.drawing.planes import to_frame
from tasks.media.driving import frame_portrait
from tasks.runtime.models import ModelFolder
from tasks.runtime.tuning import Tuning

HERE = Path(__file__).parent
ADA = HERE.parents[1] / "avatars" / "ada"
FILE = MediaFile(uri="files/a.png", sha256="a" * 64, size_bytes=1)
SIZE = (64, 112)
"""Of the films: what the tiny model is quick with, and the face is still found on."""
FRAMES, SEGMENT, STEPS = 8, 5, 2
"""Of a film; of a segment, so that there are two; and steps of denoising in each."""
FRAMED = cache(frame_portrait)


TINY = load_file(HERE / "tiny_films.py")
FACE_PX = TINY.FACE_PX


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny Wan Animate in the engine's folder."""
    root = tmp_path_factory.mktemp("models") / "wan-animate"
    TINY.save_wan_animate(root / "tiny")
    return root


@pytest.fixture(autouse=True)
def _portrait_is_framed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes longer than a tiny film."""
    monkeypatch.setattr(wan_animate, "frame_portrait", FRAMED)


def media(path: Path) -> MediaFile:
    """A file as the store would name it."""
    content = path.read_bytes()
    return MediaFile(uri=str(path), sha256=hashlib.sha256(content).hexdigest(), size_bytes=len(content))


def drive(folder: Path, name: str, *, frames: int = FRAMES, **moving: float) -> Drawing:
    """Ada, with curves that rise from rest to a value."""

    def curves(names: tuple[str, ...], what: str) -> MediaFile:
        rising = {curve: np.linspace(0, moving.get(curve, 0.0), frames).astype(np.float32) for curve in names}
        path = folder / f"{name}-{what}.json"
        path.write_text(Curves(rising).to_json(), "utf-8")
        return media(path)

    shot = PuppetShot(start_s=0, end_s=frames / 30, portrait=media(ADA / "portrait.png"), rig=media(ADA / "rig.json"),
                      motion=curves(MOTION, "motion"))
    performance = Performance(frame_count=frames, shots=(shot,), mouth=curves(MOUTH, "mouth"), engine="test", version="1")
    return Drawing(frames, lambda size: draw(performance, lambda file: Path(file.uri), size=size))


@pytest.fixture(scope="session")
def drivers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Drawing]:
    """Performances: the mouth opens; the head turns, the mouth closed."""
    folder = tmp_path_factory.mktemp("drivers")
    return {"speaks": drive(folder, "speaks", jaw=0.9), "turns": drive(folder, "turns", yaw=0.11)}


def engine(folder: Path, **tuning: Any) -> WanAnimateFilms:
    """The engine, with the tiny model's size."""
    usual = {"width_px": SIZE[0], "height_px": SIZE[1], "steps": STEPS, "clip_s": SEGMENT / 30}
    return WanAnimateFilms(models=ModelFolder(folder), tuning=Tuning.model_validate(usual | tuning))


def make(folder: Path, target: Path, driver: Drawing | None, progress: Callable[[float, str], None] = lambda *_: None, *,
         picture: bool = True, tuning: dict[str, Any] | None = None, **order: Any) -> Made:
    """A film of Ada that follows a performance."""
    wanted = {"seed": 1, "duration_s": FRAMES / 30, "prompt": "a face", "picture": FILE if picture else None} | order
    return engine(folder, **tuning or {}).generate(ClipOrder.model_validate(wanted), Material(
        picture=ADA / "portrait.png" if picture else None, driver=driver), target, progress)


def frames_of(film: Path) -> np.ndarray:
    """(n, height, width, 3) the frames of a film, which must have 30 a second."""
    with av.open(str(film)) as container:
        assert container.streams.video[0].average_rate == 30
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[np.ndarray]:
    """The frames of a film as they are encoded."""
    frames: list[np.ndarray] = []
    kept = wan_animate.write_film

    def noted(pictures: Iterator[np.ndarray], *more: Any) -> None:
        kept((frames.append(picture) or picture for picture in pictures), *more)

    monkeypatch.setattr(wan_animate, "write_film", noted)
    return frames


class Stopped(BaseException):
    """What somebody who cancels raises."""


class TestFilm:
    def test_follows_the_driver_in_size_and_length(self, folder: Path, drivers: dict[str, Drawing], tmp_path: Path) -> None:
        """Two segments make one film; another performance makes another film; the same one the same bytes."""
        for name, driver in (("speaks", "speaks"), ("again", "speaks"), ("turns", "turns")):
            assert make(folder, tmp_path / name, drivers[driver]).warnings == ()
        film = frames_of(tmp_path / "speaks")
        assert film.shape == (FRAMES, SIZE[1], SIZE[0], 3)
        assert (tmp_path / "speaks").read_bytes() == (tmp_path / "again").read_bytes()
        assert not np.array_equal(film, frames_of(tmp_path / "turns"))

    def test_segments_make_the_film_that_the_bare_pipeline_makes_at_once(
            self, folder: Path, drivers: dict[str, Drawing], tmp_path: Path, written: list[Any]) -> None:
        """Which is given all of the performance; to a level, as numbers are rounded on the way."""
        from diffusers import WanAnimatePipeline

        make(folder, tmp_path / "film.mp4", drivers["speaks"])
        ours, material = engine(folder), Material(picture=ADA / "portrait.png", driver=drivers["speaks"])
        shape = Shape(*SIZE, FRAMES, 30)
        call = Call(ClipOrder(seed=1, duration_s=1, prompt="a face", picture=FILE), material, shape, STEPS, 1.0,
                    Placement("cpu", "float32", "none", tiled=False), ours.picture(material, shape, lambda *_: None))
        bare = WanAnimatePipeline.from_pretrained(str(folder / "tiny"), local_files_only=True)
        bare.set_progress_bar_config(disable=True)
        poses, faces = zip(*driving(call, FACE_PX), strict=True)
        whole = bare(pose_video=list(poses), face_video=list(faces), width=SIZE[0], height=SIZE[1], generator=dice(1),
                     num_inference_steps=STEPS, output_type="np", **ours.arguments(call, bare)).frames[0]
        assert np.abs(np.stack(written) - whole * 255).max() < 1

    def test_is_as_long_as_ordered_if_the_driver_is(self, folder: Path, drivers: dict[str, Drawing], tmp_path: Path) -> None:
        """It ends before the driver does, and not after it, which is said."""
        assert make(folder, tmp_path / "short.mp4", drivers["turns"], duration_s=0.1).warnings == ()
        assert len(frames_of(tmp_path / "short.mp4")) == 3
        said = make(folder, tmp_path / "long.mp4", drivers["turns"], duration_s=2.0).warnings
        assert len(frames_of(tmp_path / "long.mp4")) == FRAMES
        assert said == ("the film lasts 0.27 s where 2.00 s are ordered: the performance that it follows is no longer",)

    def test_a_single_frame_is_a_film(self, folder: Path, tmp_path: Path) -> None:
        """Of a driver that has no other."""
        make(folder, tmp_path / "film.mp4", drive(tmp_path, "one", frames=1), duration_s=0.01)
        assert len(frames_of(tmp_path / "film.mp4")) == 1

    def test_half_precision_makes_the_same_film_about(self, folder: Path, tmp_path: Path, written: list[Any]) -> None:
        """All but the part that makes the pictures in it."""
        for precision in ("float32", "bfloat16"):
            make(folder, tmp_path / precision, drive(tmp_path, "one", frames=1), tuning={"precision": precision},
                 duration_s=0.01)
        exact, coarse = (picture.astype(int) for picture in written)
        assert 0 < np.abs(exact - coarse).mean() < 3

    def test_guidance_takes_the_negative_prompt_in(self, folder: Path, tmp_path: Path) -> None:
        """Which is not read without."""
        one = drive(tmp_path, "one", frames=1)
        for name, guidance, negative in (("a", 30.0, ""), ("b", 30.0, "moves"), ("c", 1.0, ""), ("d", 1.0, "moves")):
            make(folder, tmp_path / name, one, tuning={"guidance": guidance, "steps": 1}, duration_s=0.01,
                 negative_prompt=negative)
        films = [(tmp_path / name).read_bytes() for name in "abcd"]
        assert films[0] != films[1]
        assert films[2] == films[3]

    def test_every_step_is_told_and_every_frame_written_as_soon_as_it_is_there(
            self, folder: Path, drivers: dict[str, Drawing], tmp_path: Path, written: list[Any]) -> None:
        """After all frames of the performance are watched; those of a segment before the next one is begun."""
        heard: list[tuple[float, str, int]] = []
        make(folder, tmp_path / "film.mp4", drivers["turns"], lambda done, what: heard.append((done, what, len(written))))
        parts = [done for done, _, _ in heard]
        assert parts == sorted(parts)
        assert (parts[0], parts[-1]) == (0.0, 1.0)
        assert [what for _, what, _ in heard if what.startswith("watching")][-1].startswith(f"watching frame {FRAMES} of")
        assert [(what, count) for _, what, count in heard if what.startswith("step")] == [
            ("step 1 of 4", 0), ("step 2 of 4", 0), ("step 3 of 4", SEGMENT), ("step 4 of 4", SEGMENT)]


class TestCancellation:
    @pytest.mark.parametrize("moment", ["watching frame 3 of 8 of the performance", f"step {STEPS + 1} of {2 * STEPS}",
                                        "filming"])
    def test_leaves_nothing_and_the_next_film_is_made(self, folder: Path, drivers: dict[str, Drawing], tmp_path: Path,
                                                     moment: str) -> None:
        """Stopped before the model is loaded, in the second segment, and at the end."""

        def stop(_: float, what: str) -> None:
            if what == moment:
                raise Stopped

        with pytest.raises(Stopped):
            make(folder, tmp_path / "film.mp4", drivers["turns"], stop)
        assert not (tmp_path / "film.mp4").exists()
        make(folder, tmp_path / "film.mp4", drivers["turns"], duration_s=0.1)
        assert len(frames_of(tmp_path / "film.mp4")) == 3


class TestRefusals:
    def test_driver_without_a_face(self, folder: Path, tmp_path: Path) -> None:
        """A grey film."""

        def grey(size: tuple[int, int]) -> Iterator[np.ndarray]:
            return (to_frame(np.full((size[1], size[0], 3), 120, np.uint8)) for _ in range(FRAMES))

        with pytest.raises(FixRequest, match="none of the 8 frames that the film is to follow shows a face"):
            make(folder, tmp_path / "film.mp4", Drawing(FRAMES, grey))
