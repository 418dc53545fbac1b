"""Which parts of a frame show the person, the background, or both: so that each pixel is drawn once."""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.drawing.grid import Field, Grid

NONE, SOFT, SOLID = 0, 1, 2
"""What a cell of the grid shows: background, the person's soft edge over it, only the person."""
BAND_NODES = 16
"""Height of the bands in which a frame is warped, in nodes: small enough to stay in the processor's cache."""


@dataclass(frozen=True)
class Band:
    """A horizontal strip of the frame; its parts are runs of columns, half open. All in nodes."""

    top: int
    bottom: int
    person: tuple[tuple[int, int], ...]
    soft: tuple[tuple[int, int], ...]
    background: tuple[tuple[int, int], ...]


class Coverage:
    """Where one portrait shows the person."""

    def __init__(self, opacity: NDArray[np.float32], grid: Grid) -> None:
        """Looks once where the person is.

        Args:
            opacity: (height, width) float32, 1 where the person hides what is behind.
            grid: the grid of the whole picture; it begins at its first pixel.
        """
        self._grid = grid
        height, width = opacity.shape
        beyond = ((0, grid.rows * grid.step - height), (0, grid.columns * grid.step - width))
        cells = np.pad(opacity, beyond, mode="edge").reshape(grid.rows, grid.step, grid.columns, grid.step)
        around = np.ones((3, 3), np.uint8)
        seen = cv2.dilate((cells.max(axis=(1, 3)) > 0).astype(np.uint8), around)
        solid = cv2.erode((cells.min(axis=(1, 3)) > 0.999).astype(np.uint8), around)
        self._kinds = seen + solid

    def plan(self, places: Field, height: int) -> tuple[Band, ...]:
        """The bands that cover the first `height` rows of a frame whose nodes fetch their content from `places`."""
        grid, rows = self._grid, -(-height // self._grid.step)
        index = places[1:rows + 1, 1:-1] * np.float32(1 / grid.step)
        kinds = cv2.remap(self._kinds, index, np.empty(0), cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
        beyond = -rows % BAND_NODES
        strips = np.pad(kinds, ((0, beyond), (0, 0)), mode="edge").reshape(-1, BAND_NODES, grid.columns)
        most, least = strips.max(axis=1), strips.min(axis=1)
        mixed = np.where(most == NONE, NONE, np.where(least == SOLID, SOLID, SOFT))
        changes = np.diff(mixed, axis=1)
        return tuple(plan_band(row, np.flatnonzero(change), top, min(top + BAND_NODES, rows))
                     for row, change, top in zip(mixed.tolist(), changes, range(0, rows, BAND_NODES), strict=True))


def plan_band(kinds: list[int], last: NDArray[np.intp], top: int, bottom: int) -> Band:
    """One band, from what each of its columns shows and the last column of every run but the final one."""
    edges = [0, *(last + 1).tolist(), len(kinds)]
    spans = [(kinds[start], (start, end)) for start, end in pairwise(edges)]
    return Band(top, bottom, join([span for kind, span in spans if kind != NONE]),
                tuple(span for kind, span in spans if kind == SOFT), join([span for kind, span in spans if kind != SOLID]))


def join(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Neighbouring spans as one."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)
