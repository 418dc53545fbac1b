"""What every generator promises: a film that plays, as long as it says, the same whenever the same is ordered."""

import json
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path
from typing import Any, get_args

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tasks.domain.errors import FixRequest
from tasks.domain.generation import ClipOrder
from tasks.domain.media import MediaFile
from tasks.generation.base import ClipGenerator, Drawing, Follows, Made, Material, Source
from tasks.media.drawing.planes import to_frame
from tasks.runtime.engines import ENGINES, load_engine

NAMES = [entry.name for entry in ENGINES if entry.stage == "generation" and entry.needs == "nothing"]
"""Those that run here; those that run models are held to the same in tests/models."""
PORTRAIT = Path(__file__).parents[2] / "avatars" / "ada" / "portrait.png"
FILE = MediaFile(uri="files/a.png", sha256="a" * 64, size_bytes=1)
LENGTH_S = 0.5
"""Of a film that is short for every generator."""
ROUNDED_S = 0.4
"""A film may be so much longer than ordered, as models count in several frames."""
EXACT_S = 0.02
"""A film that is shorter by less is as long as ordered."""


def engine(name: str) -> ClipGenerator:
    """A generator as the installation sets it up."""
    made: ClipGenerator = load_engine("generation", name)()
    return made


def resting(size: tuple[int, int]) -> Iterator[NDArray[np.uint8]]:
    """Frames of a puppet that rests, for a generator that follows it."""
    frame = to_frame(cv2.resize(cv2.imread(str(PORTRAIT)), size, interpolation=cv2.INTER_AREA).astype(np.uint8))
    yield from repeat(frame, round(LENGTH_S * 30))


def small_portrait(folder: Path) -> Path:
    """Ada, quick to look at."""
    cv2.imwrite(str(folder / "ada.png"), cv2.resize(cv2.imread(str(PORTRAIT)), (360, 640), interpolation=cv2.INTER_AREA))
    return folder / "ada.png"


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def portrait(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small one."""
    return small_portrait(tmp_path_factory.mktemp("portrait"))


def order_film(generator: ClipGenerator, target: Path, portrait: Path, progress: Any = lambda *_: None, **more: Any) -> Made:
    """A film from the first thing that a generator makes films from."""
    picture = "picture" in generator.sources
    order = ClipOrder.model_validate({"seed": 1, "duration_s": LENGTH_S, "prompt": "a face moves",
                                      "picture": FILE if picture else None} | more)
    driver = Drawing(round(LENGTH_S * 30), resting) if generator.follows == "puppet" else None
    return generator.generate(order, Material(picture=portrait if picture else None, driver=driver), target, progress)


def look_at(film: Path) -> tuple[int, float, Any]:
    """Number of frames that can be decoded, seconds, and the stream's description."""
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        count = sum(1 for _ in container.decode(video=0))
        return count, count / float(stream.average_rate), stream.codec_context


class TestGenerator:
    """The contract."""

    def test_carries_its_name_and_says_what_it_can(self, name: str) -> None:
        generator = engine(name)
        assert generator.name == name
        assert generator.version
        assert generator.model
        assert generator.sources
        assert generator.sources <= set(get_args(Source))
        assert generator.follows in get_args(Follows)
        assert generator.longest_s > 0

    def test_identity_is_plain_and_stays(self, name: str) -> None:
        """It is part of the key that results are found by, so an engine made anew has the same."""
        identity = engine(name).identity
        assert json.loads(json.dumps(identity)) == json.loads(json.dumps(engine(name).identity))

    def test_film_plays_and_is_as_long_as_ordered(self, name: str, portrait: Path, tmp_path: Path) -> None:
        """H.264 in the colours of all our films, as large as it says before."""
        generator = engine(name)
        order_film(generator, tmp_path / "clip.mp4", portrait)
        count, seconds, codec = look_at(tmp_path / "clip.mp4")
        assert count > 1
        assert LENGTH_S - EXACT_S <= seconds <= LENGTH_S + ROUNDED_S
        assert (codec.width, codec.height) == generator.size
        assert (codec.name, codec.pix_fmt) == ("h264", "yuv420p")
        assert codec.colorspace == codec.color_primaries == 1  # BT.709

    def test_film_that_is_shorter_than_ordered_is_said_to_be(self, name: str, portrait: Path, tmp_path: Path) -> None:
        """One that nothing leads; those that follow something are as long as that."""
        generator = engine(name)
        if generator.follows == "nothing":
            made = order_film(generator, tmp_path / "clip.mp4", portrait, duration_s=generator.longest_s + 1)
            seconds = look_at(tmp_path / "clip.mp4")[1]
            assert seconds == pytest.approx(generator.longest_s, abs=EXACT_S)
            assert any(f"{seconds:.2f} s" in said for said in made.warnings)

    def test_same_order_gives_the_same_bytes(self, name: str, portrait: Path, tmp_path: Path) -> None:
        """By an engine made anew; another seed gives others."""
        for film, seed in (("first", 1), ("again", 1), ("other", 2)):
            order_film(engine(name), tmp_path / film, portrait, seed=seed)
        first, again, other = ((tmp_path / film).read_bytes() for film in ("first", "again", "other"))
        assert first == again
        assert first != other

    def test_progress_goes_up_to_the_end(self, name: str, portrait: Path, tmp_path: Path) -> None:
        heard: list[float] = []
        order_film(engine(name), tmp_path / "clip.mp4", portrait, lambda done, _: heard.append(done))
        assert heard == sorted(heard)
        assert heard[-1] == 1.0
        assert heard[0] >= 0

    def test_what_is_no_picture_is_refused(self, name: str, tmp_path: Path) -> None:
        generator = engine(name)
        if "picture" in generator.sources:
            (tmp_path / "a.png").write_text("no")
            with pytest.raises(FixRequest, match="picture"):
                order_film(generator, tmp_path / "clip.mp4", tmp_path / "a.png")
            assert not (tmp_path / "clip.mp4").exists()
