"""Affine maps between sets of points that belong to each other."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def fit_affine(source: NDArray[Any], target: NDArray[Any]) -> NDArray[np.float64]:
    """The maps that bring points nearest to others, least squares.

    Args:
        source: (k, 2), the points.
        target: (..., k, 2), where they should go.

    Returns:
        (..., 2, 3): x and y of a target are the map times (x, y, 1) of its source.
    """
    known = np.column_stack([source.astype(float), np.ones(len(source))])
    solve = np.linalg.pinv(known)
    return np.asarray(np.swapaxes(np.einsum("ik,...kj->...ij", solve, target.astype(float)), -1, -2))


def apply_affine(matrix: NDArray[Any], points: NDArray[Any]) -> NDArray[Any]:
    """(..., k, 2): points after a map; both may have leading axes that fit together."""
    return np.asarray(np.einsum("...ij,...kj->...ki", matrix[..., :2], points) + matrix[..., None, :, 2])


def invert_affine(matrix: NDArray[Any]) -> NDArray[np.float64]:
    """(2, 3): the map that undoes another."""
    inverse = np.linalg.inv(matrix[:, :2])
    return np.column_stack([inverse, -inverse @ matrix[:, 2]])
