"""Spreads displacements of scattered points over a plane, without bulges between them.

Radial basis functions with the kernel -r and a constant term: the smoothest field that has no slope of its own.
scipy.interpolate has the same; it takes longer to import than this takes to run.
"""

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


def spread_linear(points: Values, values: Values, places: Values, *, smoothing: float) -> Values:
    """The values at other places.

    Args:
        points: (n, 2) where values are known.
        values: (n, k) what is known there.
        places: (m, 2) where they are wanted.
        smoothing: 0 meets every value exactly; above, close points may disagree a little.

    Returns:
        (m, k).

    Source: Wahba, Spline Models for Observational Data, 1990, chapter 2.
    """
    count = len(points)
    system = np.ones((count + 1, count + 1))
    system[:count, :count] = -_distances(points, points) + smoothing * np.eye(count)
    system[count, count] = 0
    known = np.vstack([values, np.zeros((1, values.shape[1]))])
    weights = np.linalg.solve(system, known)
    return np.asarray(-_distances(places, points) @ weights[:count] + weights[count])


def _distances(one: Values, other: Values) -> Values:
    """(len(one), len(other)) Euclidean distances."""
    across, down = (one[:, None, axis] - other[None, :, axis] for axis in (0, 1))
    return np.asarray(np.hypot(across, down))
