"""Coarse grids of displacements: computed on few nodes, enlarged to pixels where they are used.

Convention: node (row, column) of a grid with step g lies in the middle of a g x g block of pixels; one more ring of nodes
surrounds the region, so that enlarging never has to guess at its border. Displacements are (dx, dy) in pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.drawing.camera import View

Field = NDArray[np.float32]
"""(rows + 2, columns + 2, 2): one displacement or place, (x, y), a node."""
Axes = tuple[NDArray[Any], NDArray[Any]]
"""Places, x and y apart."""
STEP_SHARE = 1 / 25
"""Grid step in units of the face's scale; rounded down to a power of two."""


@dataclass(frozen=True)
class Grid:
    """A grid over the pixels [left, left + columns * step) x [top, top + rows * step)."""

    left: int
    top: int
    columns: int
    rows: int
    step: int

    def nodes(self) -> Field:
        """Places of the nodes in pixels."""
        return self.seen(View(0, 0, 1))

    def seen(self, view: View) -> Field:
        """What of the picture the nodes see through a camera, pixels."""
        x, y = self.lines()
        places = np.empty((len(y), len(x), 2), np.float32)
        places[..., 0] = view.left + view.step * x
        places[..., 1] = (view.top + view.step * y)[:, None]
        return places

    def lines(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Places of the nodes across, and down, in pixels."""
        return (self.left + (np.arange(-1, self.columns + 1) + 0.5) * self.step - 0.5,
                self.top + (np.arange(-1, self.rows + 1) + 0.5) * self.step - 0.5)

    def sample(self, field: Field, points: NDArray[Any]) -> NDArray[np.float32]:
        """(n, 2): the field at `points`, (n, 2) pixels."""
        places = (points - [self.left, self.top] + 0.5) / self.step + 0.5
        picked = cv2.remap(field, places[None].astype(np.float32), np.empty(0), cv2.INTER_LINEAR,
                           borderMode=cv2.BORDER_REPLICATE)
        result: NDArray[np.float32] = picked[0].astype(np.float32)
        return result

    def see(self, field: Field, view: View) -> Field:
        """The field at the places where the nodes look through a camera."""
        x, y = self.lines()
        across, down = ((seen - first + 0.5) / self.step + 0.5
                        for seen, first in ((view.left + view.step * x, self.left), (view.top + view.step * y, self.top)))
        return read_between(read_between(field, down, axis=0), across, axis=1)

    def forward(self, moves: Field, view: View, points: NDArray[Any], *, rounds: int = 3) -> NDArray[np.float32]:
        """(n, 2): where in the frame content of the picture is seen.

        Args:
            moves: how far content has moved where each node looks, pixels of the picture.
            view: where the nodes look.
            points: (n, 2) places in the picture.
            rounds: of the fixed-point iteration.
        """
        corner = np.array([view.left, view.top])
        seen = (points - corner) / view.step
        for _ in range(rounds):
            seen = (points + self.sample(moves, seen) - corner) / view.step
        return np.asarray(seen, np.float32)

    def backward(self, forward: Field, *, rounds: int = 3) -> Field:
        """How far each node's content has come, in pixels, if content moves by `forward`.

        Fixed-point iteration of place = node - forward(place); it converges while neighbouring displacements differ by
        less than their distance.
        """
        scale = np.float32(1 / self.step)
        index = np.stack(np.meshgrid(*(np.arange(size, dtype=np.float32) for size in forward.shape[1::-1])), axis=-1)
        moved = forward
        for _ in range(rounds):
            moved = cv2.remap(forward, index - moved * scale, np.empty(0), cv2.INTER_LINEAR,
                              borderMode=cv2.BORDER_REPLICATE).astype(np.float32, copy=False)
        return np.asarray(moved, np.float32)


def grid_step(scale: float) -> int:
    """The step of a grid over a face of a scale, pixels: a power of two, at least 2."""
    exponent = max(1, int(np.log2(max(scale * STEP_SHARE, 2))))
    return 1 << exponent


def read_between(field: Field, places: NDArray[Any], *, axis: int) -> Field:
    """The field at `places` along one axis, between nodes linearly; beyond the first and last it stays."""
    places = np.clip(places, 0, field.shape[axis] - 1)
    index = np.minimum(places.astype(np.intp), field.shape[axis] - 2)
    share = (places - index).astype(np.float32)
    share = share[:, None] if axis == 0 else np.repeat(share, 2)[None]
    low, high = (np.take(field, start, axis).reshape(-1, share.size if axis else field.shape[1] * 2)
                 for start in (index, index + 1))
    between: Field = (low + (high - low) * share).reshape(-1, len(places) if axis else field.shape[1], 2)
    return between


def mix(basis: Sequence[Field], weights: Sequence[float]) -> Field:
    """The weighted sum of fields; a matrix product would wake the threads of the linear algebra library."""
    total = np.zeros_like(basis[0])
    for field, weight in zip(basis, weights, strict=True):
        if weight:
            cv2.scaleAdd(field, weight, total, total)
    return total


def enlarge(places: Axes, step: int, window: tuple[int, int, int, int]) -> Axes:
    """A map for every pixel of a part of the grid's region.

    Args:
        places: places for luma, x and y apart; see `halve` for chroma.
        step: pixels per node.
        window: left, top, right, bottom in nodes without the surrounding ring.

    Returns:
        x and y apart, (height, width) float32 each: OpenCV reads them faster than pairs.
    """
    left, top, right, bottom = window
    size = ((right - left + 2) * step, (bottom - top + 2) * step)
    x, y = (cv2.resize(part[top:bottom + 2, left:right + 2], size, interpolation=cv2.INTER_LINEAR)[step:-step, step:-step]
            for part in places)
    return x, y


def apart(places: Field) -> Axes:
    """The places' x and y, (rows + 2, columns + 2) each."""
    x, y = cv2.split(places)
    return x, y


def double(places: Field) -> Field:
    """Places in the luma plane as places in one of twice the size."""
    return places * np.float32(2) + np.float32(0.5)


def halve(places: Field) -> Field:
    """Places in the luma plane as places in a chroma plane."""
    return (places - np.float32(0.5)) * np.float32(0.5)
