"""The contact sheet of takes: a row each, moments of it beside what it scored, the one that is kept first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.sheet import FAINT, PAPER, QUALITY, Lettering, Sheet

MOMENTS = 6
"""Pictures of one take."""
MOMENT_PX = (180, 320)
"""Size of one, (width, height)."""
GAP_PX, MARGIN_PX, WORDS_PX = 8, 40, 520
"""Between pictures, at the sheet's edges, and the width of the words beside a row."""
NAME_PX, FAULT_PX, LINE_PX = 34, 22, 32
"""Letters of a take's name and of its faults, and the distance of two lines."""
LETTERS, MOST_LINES = 48, 7
"""Letters of a line that there is room for beside a row, and how many lines."""
PAPER_BGR = tuple(bytes.fromhex(PAPER[1:]))[::-1]
"""What is seen between two pictures."""
KEPT, SPOILT = "#6fe39a", "#ff9d3c"
"""Colours of the take that is kept, and of faults."""


@dataclass(frozen=True)
class TakeRow:
    """One take on the sheet."""

    title: str
    """E.g. 'ltx, take 2'."""
    score: str
    """In words."""
    faults: Sequence[str]
    kept: bool
    strip: Path | None
    """Its pictures side by side; None where there is no take."""


def write_strip(pictures: Iterable[NDArray[np.uint8]], target: Path) -> None:
    """Writes pictures, (height, width, 3) uint8 BGR, side by side as a JPEG."""
    gap = np.full((MOMENT_PX[1], GAP_PX, 3), PAPER_BGR, np.uint8)
    parts = [part for picture in pictures for part in (gap, picture)][1:]
    target.write_bytes(cv2.imencode(".jpg", np.hstack(parts), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes())


def write_takes_sheet(rows: Sequence[TakeRow], title: str, target: Path, lettering: Lettering) -> None:
    """Draws the sheet as a JPEG.

    Args:
        rows: the takes, in the order they are to be seen.
        title: of the reel.
        target: where it goes.
        lettering: its fonts.
    """
    strip_px = MOMENTS * MOMENT_PX[0] + (MOMENTS - 1) * GAP_PX
    width, row_px = strip_px + WORDS_PX + 3 * MARGIN_PX, MOMENT_PX[1] + GAP_PX
    sheet = Sheet((width, 2 * MARGIN_PX + 70 + len(rows) * row_px), lettering)
    sheet.text((MARGIN_PX, MARGIN_PX), title, 44, heading=True, width_px=width - 2 * MARGIN_PX)
    for number, row in enumerate(rows):
        top = MARGIN_PX + 70 + number * row_px
        if row.strip:
            sheet.picture((MARGIN_PX, top), np.asarray(cv2.imdecode(np.fromfile(row.strip, np.uint8), 1), np.uint8))
        left, words = strip_px + 2 * MARGIN_PX, WORDS_PX
        sheet.text((left, top + 6), row.title, NAME_PX, heading=True, width_px=words)
        sheet.text((left, top + 52), f"{row.score}{', kept' if row.kept else ''}", FAULT_PX + 4, width_px=words,
                   fill=KEPT if row.kept else FAINT)
        lines = [line for fault in row.faults for line in wrap(fault, LETTERS, subsequent_indent="  ")]
        for number_of_line, line in enumerate(lines[:MOST_LINES]):
            sheet.text((left, top + 96 + number_of_line * LINE_PX), line, FAULT_PX, fill=SPOILT, width_px=words)
    sheet.save(target)
