"""Finds lines in pictures by dynamic programming: the cheapest path from left to right."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray


def trace_path(cost: NDArray[Any], *, stiffness: float) -> NDArray[np.intp]:
    """The cheapest path through `cost` from its left to its right side.

    Args:
        cost: (rows, columns), what it costs to pass through a cell.
        stiffness: cost of moving one row between neighbouring columns; grows with the square of the step.

    Returns:
        (columns,): the row of the path in every column.
    """
    rows = np.arange(len(cost))
    step = stiffness * (rows[:, None] - rows[None]) ** 2
    total, origin = cost[:, 0], []
    for column in cost.T[1:]:
        reached = total[None] + step
        origin.append(reached.argmin(axis=1))
        total = column + reached.min(axis=1)
    path = [int(total.argmin())]
    for came_from in reversed(origin):
        path.append(int(came_from[path[-1]]))
    return np.array(path[::-1])


def sample_grid(image: NDArray[Any], origin: NDArray[Any], right: NDArray[Any], along: NDArray[Any], down: NDArray[Any]
                ) -> NDArray[np.float32]:
    """The picture read on a turned grid.

    Args:
        image: (height, width, channels).
        origin: (2,), the point of the picture at along = down = 0.
        right: (2,), unit vector of growing `along`; growing `down` is a quarter turn clockwise from it.
        along: (columns,) distances, pixels.
        down: (rows,) or (rows, columns) distances, pixels.

    Returns:
        (rows, columns, channels) float32.
    """
    below = np.array([-right[1], right[0]])
    offsets = down if down.ndim == 2 else np.repeat(down[:, None], len(along), axis=1)
    places = origin + along[None, :, None] * right + offsets[..., None] * below
    picked = cv2.remap(image, places.astype(np.float32), np.empty(0), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    result: NDArray[np.float32] = picked.astype(np.float32)
    return result


def smooth_curve(values: NDArray[Any], sigma: float) -> NDArray[np.float32]:
    """(n,) values, blurred along their index."""
    blurred = cv2.GaussianBlur(values.astype(np.float32)[None], (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)[0]
    result: NDArray[np.float32] = blurred.astype(np.float32)
    return result


def fit_robustly(x: NDArray[Any], y: NDArray[Any], degree: int) -> NDArray[Any]:
    """Coefficients of the polynomial through most of the points; strays count little."""
    weights = np.ones(len(x))
    for _ in range(8):
        coefficients = np.polyfit(x, y, degree, w=weights)
        stray = np.abs(np.polyval(coefficients, x) - y)
        weights = 1 / (1 + (stray / (1.5 * float(np.median(stray)) + 1e-3)) ** 2)
    return coefficients
