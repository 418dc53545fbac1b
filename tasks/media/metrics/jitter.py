"""How much a head trembles: what is left of its movement after all that a head can do is taken away.

A head moves below about 8 Hz. Position (the middle of the rigid points, in thousandths of an eye distance) and angles
(degrees) are each compared with a local parabola over `WINDOW` frames; jitter is the root mean square of the residual. A
still picture scores what the finder's own noise is, about 1 in a thousand. Source of the smoother: Savitzky and Golay 1964,
doi:10.1021/ac60214a047.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import savgol_filter

from tasks.media.metrics.head_pose import RIGID
from tasks.media.rig.topology import LEFT_EYE_OUTER, RIGHT_EYE_OUTER

WINDOW, ORDER = 7, 2
"""Frames and degree of the local parabola: at 30 frames a second it follows movements up to about 6 Hz."""


def residual(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """What a local parabola leaves of each column.

    Args:
        values: (n, columns); NaN where nothing is known.

    Returns:
        (n, columns); NaN where fewer than `WINDOW` known frames lie together, and at their ends.
    """
    left = np.full(values.shape, np.nan)
    for start, end in known_runs(values):
        if end - start >= WINDOW:
            rest = values[start:end] - savgol_filter(values[start:end], WINDOW, ORDER, axis=0)
            half = WINDOW // 2
            left[start + half:end - half] = rest[half:len(rest) - half]
    return left


def position_jitter(points: NDArray[np.float32]) -> float:
    """Trembling of the head's place, thousandths of an eye distance; NaN where no face is seen long enough.

    Args:
        points: (n, 478, 3) pixels; NaN where no face is seen.
    """
    return 1000 * _rms(residual(head_places(points)))


def position_leap(points: NDArray[np.float32]) -> float:
    """Largest step of the head that no smooth movement explains; shape, unit and NaN as of `position_jitter`."""
    steps = np.linalg.norm(residual(head_places(points)), axis=1)
    return 1000 * float(np.nanmax(steps)) if not np.isnan(steps).all() else float("nan")


def head_places(points: NDArray[np.float32]) -> NDArray[np.float64]:
    """(n, 2) where the middle of the rigid points is, eye distances; NaN where no face is seen."""
    eyes = np.linalg.norm(points[:, LEFT_EYE_OUTER, :2] - points[:, RIGHT_EYE_OUTER, :2], axis=1).astype(np.float64)
    middle = points[:, list(RIGID), :2].astype(np.float64).mean(axis=1)
    return np.asarray(middle / np.nanmedian(eyes)) if not np.isnan(eyes).all() else middle


def angle_jitter(angles: NDArray[np.float64]) -> float:
    """Trembling of a head's angles (n, 3), degrees; NaN where no face is seen long enough."""
    return _rms(residual(angles))


def known_runs(values: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Stretches `[start, end)` of rows without NaN."""
    known = np.concatenate([[False], ~np.isnan(values).any(axis=1), [False]])
    edges = np.flatnonzero(known[1:] != known[:-1])
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]


def _rms(rest: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.nanmean((rest**2).sum(axis=1)))) if not np.isnan(rest).all() else float("nan")
