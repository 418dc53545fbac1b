"""What the example scripts cut to: fit to be shown, and painted by the program beside it."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from tasks.media.clips import check_clip
from tasks.media.pictures import check_picture

CHECKOUT = Path(__file__).resolve().parents[2]
MEDIA, STUDIO = CHECKOUT / "examples/media", CHECKOUT / "examples/media_studio"
MOST_BYTES = {".jpg": 400_000, ".mp4": 1_500_000}
"""What a checkout may be burdened with, a file."""


@pytest.fixture
def noise(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The studio's noise."""
    monkeypatch.syspath_prepend(str(STUDIO))
    from mediakit import noise  # type: ignore[import-not-found]

    yield noise
    for name in [name for name in sys.modules if name.partition(".")[0] == "mediakit"]:
        monkeypatch.delitem(sys.modules, name)


class TestMedia:
    @pytest.mark.parametrize("path", sorted(MEDIA.glob("*.jpg")), ids=lambda path: path.name)
    def test_pictures_fill_a_reel(self, path: Path) -> None:
        """Just as large, with nothing to warn of, and small as files."""
        facts = check_picture(path)
        assert (facts.width_px, facts.height_px, facts.warnings) == (1080, 1920, ())
        assert path.stat().st_size <= MOST_BYTES[".jpg"]

    @pytest.mark.parametrize("path", sorted(MEDIA.glob("*.mp4")), ids=lambda path: path.name)
    def test_films_fill_a_reel(self, path: Path) -> None:
        """Even, upright, in stated colours."""
        facts = check_clip(path)
        assert (facts.width_px, facts.height_px, facts.even, facts.matrix, facts.warnings) == (1080, 1920, True, "bt709", ())
        assert facts.duration_s >= 5
        assert path.stat().st_size <= MOST_BYTES[".mp4"]

    def test_everything_is_painted_by_the_program(self) -> None:
        """Each file has its painter, and each painter its file."""
        text = (STUDIO / "make_media.py").read_text("utf-8")
        painters = re.findall(r'"(\w+)": (\w+)', text)
        assert {name for name, function in painters if name == function} == {path.stem for path in MEDIA.iterdir()}

    @pytest.mark.parametrize("script", sorted((CHECKOUT / "examples").glob("**/*.yaml")), ids=lambda path: path.name)
    def test_scripts_name_what_is_there(self, script: Path) -> None:
        """Nobody's first reel fails for a missing picture."""
        named = re.findall(r"examples/media/[\w.-]+", script.read_text("utf-8"))
        assert [name for name in named if not (CHECKOUT / name).is_file()] == []


class TestNoise:
    def test_repeats_at_its_borders(self, noise: ModuleType) -> None:
        """The same place one side further is the same value, and there is no step on the way."""
        field = noise.cloudy(64, slope=2.0, seed=1)
        x = np.linspace(0, 128, 500, dtype=np.float32)[None]
        along = noise.sample(field, x, np.full_like(x, 10.0))[0]
        assert along[:249] == pytest.approx(np.interp(x[0, :249] + 64, x[0], along), abs=0.05)
        assert np.abs(np.diff(along)).max() < 0.5

    def test_has_a_known_strength(self, noise: ModuleType) -> None:
        """Mean 0, deviation 1, another field for another seed."""
        first, second = (noise.cloudy(64, slope=1.5, seed=seed) for seed in (1, 2))
        assert first.mean() == pytest.approx(0, abs=1e-3)
        assert first.std() == pytest.approx(1, abs=1e-3)
        assert not np.array_equal(first, second)
