"""Which parts of a frame show the person, the background, or both: so that each pixel is drawn once."""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.drawing.grid import Field, Grid

NONE, SOFT, SOLID = 0, 1, 2
"""What a cell of the grid shows: background, the person's soft edge over it, only the person."""
BAND_NODES = 12
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
            grid: the grid of the whole picture.
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
        index = (places[1:rows + 1, 1:-1] - np.array([grid.left, grid.top], np.float32)) * np.float32(1 / grid.step)
        kinds = cv2.remap(self._kinds, index, np.empty(0), cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
        starts = np.arange(0, rows, BAND_NODES)
        most, least = (reduce.reduceat(kinds, starts, axis=0) for reduce in (np.maximum, np.minimum))
        mixed = np.where(most == NONE, NONE, np.where(least == SOLID, SOLID, SOFT))
        return tuple(plan_band(row, int(top), min(int(top) + BAND_NODES, rows))
                     for row, top in zip(mixed, starts, strict=True))


def plan_band(kinds: NDArray[np.int_], top: int, bottom: int) -> Band:
    """One band, from what each of its columns shows."""
    edges = [0, *(np.flatnonzero(np.diff(kinds)) + 1).tolist(), len(kinds)]
    spans = [(int(kinds[start]), (start, end)) for start, end in pairwise(edges)]
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
