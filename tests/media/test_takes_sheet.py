"""The contact sheet of takes: a row each, and words that can be read."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tasks.media import sheet as sheets
from tasks.media.sheet import Lettering, lettering_of
from tasks.media.takes_sheet import FAULT_PX, GAP_PX, LETTERS, MOMENT_PX, MOMENTS, TakeRow, write_strip, write_takes_sheet
from tasks.runtime.library import Library

CHECKOUT = Path(__file__).parents[2]
LONG = "the film that 'ltx' made shows a face on 0 of 8 frames looked at: take one in which the face is large and seen well"
SPOILT = TakeRow("ltx, take 2", "not measured", (LONG,), False, None)


@pytest.fixture
def lettering() -> Lettering:
    return lettering_of(Library(CHECKOUT).brand("default").fonts)


@pytest.fixture
def strip(tmp_path: Path) -> Path:
    """Moments that grow brighter."""
    write_strip((np.full((MOMENT_PX[1], MOMENT_PX[0], 3), 40 * index, np.uint8) for index in range(MOMENTS)),
                tmp_path / "strip.jpg")
    return tmp_path / "strip.jpg"


def test_moments_stand_side_by_side(strip: Path) -> None:
    picture = cv2.imread(str(strip))
    assert picture.shape[:2] == (MOMENT_PX[1], MOMENTS * MOMENT_PX[0] + (MOMENTS - 1) * GAP_PX)
    middles = picture[MOMENT_PX[1] // 2, MOMENT_PX[0] // 2::MOMENT_PX[0] + GAP_PX, 0]
    assert middles == pytest.approx([40 * index for index in range(MOMENTS)], abs=3)


def test_every_take_has_a_row(strip: Path, tmp_path: Path, lettering: Lettering) -> None:
    """Also one of which there are no pictures."""
    rows = [TakeRow("ltx, take 1", "faults 0.20", (), True, strip), SPOILT]
    heights = []
    for count in (1, 2):
        write_takes_sheet(rows[:count], "Tea", tmp_path / "takes.jpg", lettering)
        heights.append(cv2.imread(str(tmp_path / "takes.jpg")).shape[0])
    assert heights[1] - heights[0] == MOMENT_PX[1] + GAP_PX


def test_long_faults_go_over_several_lines(tmp_path: Path, lettering: Lettering, monkeypatch: pytest.MonkeyPatch) -> None:
    """None is made smaller to fit, and nothing of it is lost."""
    written: list[tuple[str, float]] = []
    text = sheets.Sheet.text

    def watched(self: sheets.Sheet, place: tuple[float, float], words: str, size_px: float, **more: object) -> float:
        written.append((words, size_px))
        return text(self, place, words, size_px, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(sheets.Sheet, "text", watched)
    write_takes_sheet([SPOILT], "Tea", tmp_path / "takes.jpg", lettering)
    lines = [words for words, size_px in written if size_px == FAULT_PX]
    assert " ".join(line.strip() for line in lines) == LONG
    assert max(map(len, lines)) <= LETTERS
