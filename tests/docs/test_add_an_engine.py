"""The engine on the page about adding one is an engine: it keeps the contract and films what the page says."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from file_modules import load_file
from tasks.domain.errors import FixRequest
from tasks.domain.generation import ClipOrder
from tasks.domain.media import MediaFile
from tasks.domain.timeline import FPS, SIZE_PX
from tasks.generation.base import Material
from tasks.runtime import engines
from tasks.runtime.engines import EngineEntry, load_engine

CHECKOUT = Path(__file__).parents[2]
PAGE = (CHECKOUT / "docs" / "add-an-engine.md").read_text("utf-8")
CODE, ROW = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)
FILE = MediaFile(uri="files/a.png", sha256="a" * 64, size_bytes=1)
SQUARE_PX = 200
NEARER = 1.06
"""The page says that the picture is enlarged by so much."""
LENGTH_S = 2.0
STRAYED_PX, FAR_PX = 2.0, 30.0
"""Less is no movement; the enlarged picture reaches (1.06 - 1) / 2 * 1080 / 1.06 = 30.6 pixels beyond the frame's sides."""


CONTRACT = load_file(CHECKOUT / "tests" / "contracts" / "test_generation_contract.py", "generation_contract_for_the_page")


@pytest.fixture(scope="module", autouse=True)
def entry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineEntry]:
    """The page's row, on the menu; the page's file, where the row says that it is."""
    row: EngineEntry = eval(f"({ROW})", {"EngineEntry": EngineEntry})[0]  # noqa: S307  a page of our own
    name = row.target.partition(":")[0]
    path = tmp_path_factory.mktemp("engine") / f"{row.name}.py"
    path.write_text(CODE, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, name, load_file(path, name))
        patch.setattr(engines, "ENGINES", (*engines.ENGINES, row))
        yield row


@pytest.fixture(scope="module")
def name(entry: EngineEntry) -> str:
    return entry.name


@pytest.fixture(scope="module")
def portrait(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small one."""
    found: Path = CONTRACT.small_portrait(tmp_path_factory.mktemp("portrait"))
    return found


class TestContract(CONTRACT.TestGenerator):  # type: ignore[misc, name-defined]
    """What every generator promises."""


class TestPage:
    def test_row_is_one_that_the_contract_runs_over(self, entry: EngineEntry) -> None:
        """Its file has the name that the page gives, and the menu has no such engine yet."""
        assert (entry.stage, entry.needs, entry.cost, entry.default) == ("generation", "nothing", "free", False)
        assert f"`{entry.target.partition(':')[0].replace('.', '/')}.py`" in PAGE
        assert [(one.stage, one.name) for one in engines.ENGINES].count((entry.stage, entry.name)) == 1

    def test_file_is_in_our_style(self) -> None:
        done = subprocess.run([sys.executable, "-m", "ruff", "check", "--stdin-filename", "tasks/generation/page.py", "-"],
                              input=CODE, text=True, capture_output=True, cwd=CHECKOUT, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def test_file_imports_no_library_that_the_walls_keep_out(self) -> None:
        assert set(re.findall(r"^(?:from|import) (\w+)", CODE, re.M)) <= {"os", "collections", "pathlib", "typing", "numpy",
                                                                           "tasks"}

    def test_files_that_the_page_names_are_there(self) -> None:
        """Those of the new engine are to be made."""
        named = set(re.findall(r"\b(?:tasks|tests|docs|templates)/[\w/.-]*\w", PAGE))
        assert len(named) > 10
        assert [path for path in named if "handheld" not in path and not (CHECKOUT / path).exists()] == []


@pytest.fixture(scope="module")
def squares(tmp_path_factory: pytest.TempPathFactory) -> NDArray[np.float64]:
    """(n, 3): middle, x and y, and area of a white square in the middle of a grey picture, frame by frame."""
    folder = tmp_path_factory.mktemp("film")
    picture = np.full((SIZE_PX[1], SIZE_PX[0], 3), 90, np.uint8)
    left, top = ((side - SQUARE_PX) // 2 for side in SIZE_PX)
    picture[top:top + SQUARE_PX, left:left + SQUARE_PX] = 250
    cv2.imwrite(str(folder / "square.png"), picture)
    load_engine("generation", "handheld")().generate(
        ClipOrder(seed=1, duration_s=LENGTH_S, picture=FILE), Material(picture=folder / "square.png"),
        folder / "clip.mp4", lambda *_: None)
    film, seen = cv2.VideoCapture(str(folder / "clip.mp4")), []
    while (read := film.read())[0]:
        rows, columns = np.nonzero(read[1][..., 0] > 170)
        seen.append((columns.mean(), rows.mean(), len(rows)))
    return np.array(seen)


class TestFilm:
    def test_film_is_as_large_and_long_as_it_should_be(self, squares: NDArray[np.float64]) -> None:
        """The square is seen in every frame, enlarged as the page says."""
        assert len(squares) == LENGTH_S * FPS
        assert squares[:, 2] == pytest.approx((SQUARE_PX * NEARER)**2, rel=0.02)

    def test_hand_begins_at_rest_and_strays_but_never_far(self, squares: NDArray[np.float64]) -> None:
        away = np.hypot(*(squares[:, :2] - (np.array(SIZE_PX) - 1) / 2).T)
        assert away[0] < 0.5
        assert STRAYED_PX < away.max() < FAR_PX

    def test_order_without_a_picture_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(FixRequest, match=r"'handheld'.*image.*--engine"):
            load_engine("generation", "handheld")().generate(
                ClipOrder(seed=1, duration_s=LENGTH_S), Material(), tmp_path / "clip.mp4", lambda *_: None)
