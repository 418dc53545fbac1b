"""Blinks in a trace of eye openings: when, how fast, how far, and how many a minute.

An eye's usual opening is the median of the seconds around it, so a slow smile or a look down is no blink. A blink is a dip
below `DEEP` of the usual opening that lasts at most `LONGEST_S`. The lids fall from where the opening passes below `OPEN` of
the usual one, interpolated between frames, to the first frame within `NEAR` of its lowest point, and rise from the last such
frame until it passes `OPEN` again. Completeness is 1 minus the lowest opening over the usual one. Unit: seconds, blinks a
minute. People who speak blink 15 to 30 times a minute, who read or look at a camera less. Source: Bentivoglio et al. 1997,
"Analysis of blink rate patterns in normal subjects", doi:10.1002/mds.870120629; course of the lids: VanderWerf et al. 2003,
"Eyelid movements", doi:10.1152/jn.00557.2002.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DEEP = 0.62
"""Part of the usual opening below which a dip is a blink."""
OPEN = 0.88
"""Part of the usual opening from which an eye counts as open; landmarks of an open eye tremble by 5 %."""
NEAR = 0.08
"""Part of the usual opening above the lowest point that still belongs to the closed phase."""
LONGEST_S = 0.8
"""A longer dip is closed or lowered eyes."""
AROUND_S = 4.0
"""The usual opening is taken over so long a stretch."""


@dataclass(frozen=True)
class Blink:
    """One blink.

    Attributes:
        time_s: the middle of the closed phase.
        closing_s, opening_s: how long the lids fall and rise.
        completeness: 1 where nothing of the opening is left; a mesh sees about 0.85 of a closed eye.
    """

    time_s: float
    closing_s: float
    opening_s: float
    completeness: float


def find_blinks(times_s: NDArray[np.float64], openings: NDArray[np.float64]) -> list[Blink]:
    """The blinks of a film in order.

    Args:
        times_s: (n,) ascending, not necessarily even.
        openings: (n,) eye openings; NaN where no face is seen.
    """
    relative = openings / usual_opening(times_s, openings)
    blinks = []
    index = 0
    while index < len(relative):
        if not relative[index] < DEEP:
            index += 1
            continue
        end = index
        while end + 1 < len(relative) and relative[end + 1] < OPEN:
            end += 1
        start = index
        while start > 0 and relative[start - 1] < OPEN:
            start -= 1
        blink = _blink(times_s, relative, start, end)
        if blink is not None:
            blinks.append(blink)
        index = end + 1
    return blinks


def usual_opening(times_s: NDArray[np.float64], openings: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) the median opening of the stretch around each frame; blinks take up too little of it to matter."""
    known = ~np.isnan(openings)
    if not known.any():
        return np.full(len(openings), np.nan)
    steps = np.arange(times_s[0], times_s[-1] + AROUND_S / 4, AROUND_S / 4)
    medians = []
    for step in steps:
        near = openings[known & (np.abs(times_s - step) <= AROUND_S / 2)]
        medians.append(np.percentile(near, 60) if len(near) else np.nan)
    found = np.array(medians)
    there = ~np.isnan(found)
    return np.asarray(np.interp(times_s, steps[there], found[there]))


def _blink(times_s: NDArray[np.float64], relative: NDArray[np.float64], start: int, end: int) -> Blink | None:
    """The dip between two frames; None where it is cut off by the film or a lost face, or too long."""
    if start == 0 or end + 1 >= len(relative) or np.isnan(relative[start - 1:end + 2]).any():
        return None
    lowest = float(relative[start:end + 1].min())
    closed = start + np.flatnonzero(relative[start:end + 1] <= lowest + NEAR)
    begins_s = _crossing(times_s, relative, start - 1, start)
    ends_s = _crossing(times_s, relative, end, end + 1)
    if ends_s - begins_s > LONGEST_S:
        return None
    first_s, last_s = float(times_s[closed[0]]), float(times_s[closed[-1]])
    return Blink((first_s + last_s) / 2, first_s - begins_s, ends_s - last_s, 1 - lowest)


def _crossing(times_s: NDArray[np.float64], relative: NDArray[np.float64], before: int, after: int) -> float:
    """When the opening passes `OPEN` between two frames."""
    first, second = relative[before], relative[after]
    share = 0.5 if first == second else (OPEN - first) / (second - first)
    return float(times_s[before] + np.clip(share, 0, 1) * (times_s[after] - times_s[before]))
