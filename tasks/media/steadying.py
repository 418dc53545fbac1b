"""Steadies tracked points: glitches taken out, short gaps bridged, trembling smoothed without delay."""

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

LONGEST_GAP = 6
"""Frames without a face that are bridged; a head goes no way of its own in a fifth of a second."""
NEIGHBOURS = 5
"""Frames whose median a frame is compared with."""
GLITCH = 0.06
"""A frame whose points lie on average this far from that median, in units of the scale, is a glitch: a head that shakes as
fast as heads can moves by less than half of it beyond its neighbours' median."""
WINDOW, ORDER = 7, 2
"""Frames and degree of the polynomial that smooths: it keeps what a mouth does, and a third of the trembling."""


def steady(points: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
    """Points as a viewer would have them.

    Args:
        points: (n, k, 2) pixels, NaN where none were found.
        scale: distance of the outer corners of the eyes, pixels.

    Returns:
        (n, k, 2); NaN only in gaps longer than `LONGEST_GAP`.

    Source: Savitzky and Golay 1964, doi:10.1021/ac60214a047; the middle of a symmetric window lags behind nothing.
    """
    kept = points.astype(float)
    kept[glitches(kept, scale)] = np.nan
    bridged = bridge(kept)
    for start, end in runs(~np.isnan(bridged[:, 0, 0])):
        bridged[start:end] = smooth(bridged[start:end])
    return bridged.astype(np.float32)


def glitches(points: NDArray[np.float64], scale: float) -> NDArray[np.bool_]:
    """(n,): frames whose points jump away and back."""
    reach = NEIGHBOURS // 2
    padded = np.concatenate([points[:1]] * reach + [points] + [points[-1:]] * reach)
    around = np.stack([padded[shift:shift + len(points)] for shift in range(NEIGHBOURS)])
    known = ~np.isnan(around[:, :, 0, 0])
    median = np.full(points.shape, np.nan)
    enough = known.sum(axis=0) >= reach + 1
    median[enough] = np.nanmedian(around[:, enough], axis=0)
    away = np.linalg.norm(points - median, axis=-1).mean(axis=-1)
    return np.asarray(away > GLITCH * scale)


def bridge(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points with short gaps filled evenly; what comes before the first and after the last stays open."""
    filled, known = points.copy(), np.flatnonzero(~np.isnan(points[:, 0, 0]))
    for before, after in pairwise(known):
        if 1 < after - before <= LONGEST_GAP + 1:
            share = (np.arange(1, after - before) / (after - before))[:, None, None]
            filled[before + 1:after] = points[before] * (1 - share) + points[after] * share
    return filled


def smooth(points: NDArray[Any]) -> NDArray[Any]:
    """(n, k, 2): a run without gaps, smoothed; one shorter than the window stays."""
    count = len(points)
    if count < WINDOW:
        return points
    reach, fits = WINDOW // 2, polynomials()
    windows = np.stack([points[shift:count - WINDOW + 1 + shift] for shift in range(WINDOW)])
    middle = np.tensordot(fits[reach], windows, axes=1)
    first, last = (np.tensordot(rows, part, axes=1) for rows, part in ((fits[:reach], points[:WINDOW]),
                                                                       (fits[-reach:], points[-WINDOW:])))
    return np.concatenate([first, middle, last])


def polynomials() -> NDArray[np.float64]:
    """(7, 7): each row gives, of a window of values, the fitted polynomial's value at one of its places."""
    powers = np.arange(-(WINDOW // 2), WINDOW // 2 + 1)[:, None] ** np.arange(ORDER + 1)
    return np.asarray(powers @ np.linalg.pinv(powers))


def runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where flags are true without a break, [start, end)."""
    steps = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    return [(int(start), int(end)) for start, end in zip(steps[::2], steps[1::2], strict=True)]
