"""Whole reels of an avatar whose films are generated: takes, ways out, and nothing made twice."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.damage import flickering
from benchmarks.joins import measure_heard, measure_joins
from tasks.generation import double
from tasks.media.encoding import encode_film
from tasks.runtime import settings
from tasks.runtime.store import Store

SMALL = (360, 640)
"""Films are kept at this size here, and are short, so that the test is quick; drawing enlarges them."""
SCRIPT = "title: Car\nbeats: [{say: 'Papa has a large car, and Martha parks far apart.', direct: warm smile}]\n"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.make.connect", lambda settings: None)
    monkeypatch.setattr("tasks.animation.task.SIZE_PX", SMALL)
    monkeypatch.setattr("tasks.media.pictures.GREATEST_SCALE", 4.0)


@pytest.fixture
def filmed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Numbers the films that are made; those whose number is in `spoilt` flicker."""
    numbers: list[int] = []

    def encode(frames: Iterable[Any], **more: Any) -> None:
        numbers.append(len(numbers) + 1)
        if numbers[-1] in spoilt:
            change = flickering(8)
            frames = (change(index, frame) for index, frame in enumerate(frames))
        encode_film(frames, **more)

    spoilt: set[int] = set()
    monkeypatch.setattr(double, "encode_film", encode)
    monkeypatch.setattr(double, "LONGEST_S", 2.0)
    monkeypatch.setattr(double, "spoilt", spoilt, raising=False)
    yield numbers
    settings.current_settings.cache_clear()


@pytest.fixture
def make(makes_reels: Any) -> Callable[..., tuple[int, dict[str, Any]]]:
    """Makes the reel; gives the exit code and the manifest."""
    return makes_reels(SCRIPT, "double")


@pytest.mark.timeout(600)
class TestGeneratedReel:
    def test_good_take_is_kept_and_nothing_is_made_twice(self, make: Any, filmed: list[int], tmp_path: Path) -> None:
        """The first flickers; the same command again makes no film, and one for a third take makes one more."""
        double.spoilt.add(1)  # type: ignore[attr-defined]
        code, manifest = make("--takes", "2")
        assert code == 0
        first, second = manifest["takes"]
        assert (first["kept"], second["kept"]) == (False, True)
        assert any("flicker" in fault for fault in first["faults"])
        assert second["faults"] == []
        assert "warm smile" in second["clips"][0]["prompt"]
        assert manifest["quality"]["mouth_on_vowels"]["passed"]
        assert {stage["downgraded_from"] for stage in manifest["stages"]} == {None}
        assert (tmp_path / "out" / "takes.jpg").stat().st_size > 10_000
        assert "takes.jpg" not in {file["path"] for file in manifest["files"]}
        assert (make("--takes", "2")[1]["takes"], filmed) == (manifest["takes"], [1, 2])
        assert len(make("--takes", "3")[1]["takes"]) == len(filmed) == 3

    def test_puppet_takes_over_where_no_take_is_good(self, make: Any, filmed: list[int]) -> None:
        """The manifest says who had been asked, and why; a strict reel fails and says the same."""
        double.spoilt.update((1, 2))  # type: ignore[attr-defined]
        code, manifest = make("--takes", "2")
        assert code == 0
        animation = [stage for stage in manifest["stages"] if stage["name"] == "animation"][-1]
        assert (animation["engine"], animation["downgraded_from"]) == ("puppet", "double")
        assert any("double was to animate the avatar, and puppet does" in told for told in manifest["warnings"])
        assert [take["kept"] for take in manifest["takes"]] == [False, False]
        assert make("--takes", "2", "--strict")[0] == 1
        assert filmed == [1, 2]


@pytest.mark.parametrize("films", [1, 2])
def test_reel_six_times_as_long_as_its_film_does_not_jump(store: Store, films: int) -> None:
    """Neither where the film turns nor where another begins."""
    found = measure_joins(store, films, clip_s=2.0, reel_s=12.0)
    assert found.count > 2
    assert found.at_joins <= found.inside


@pytest.mark.parametrize(("fps", "late"), [(16, 1), (24, 0)])
def test_films_that_follow_the_voice_change_softly_and_stay_in_time(store: Store, fps: int, late: int) -> None:
    """Every frame of the reel shows its own moment of the voice; of a film that has about half as many, each is held as long
    as two, and so half a frame late.
    """
    found = measure_heard(store, "Papa has a large car, and Martha parks far apart.", clip_s=3.0, fps=fps)
    assert found.count == 1
    assert 0 <= found.late_frames <= late
    assert found.at_joins <= found.inside
