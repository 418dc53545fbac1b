"""How far sound and mouth are apart in time, and how well they agree.

The opening of the mouth is compared with the envelope of the speech at every lag; both are brought to one clock of 100
values a second and smoothed alike. Where the correlation is greatest, a parabola through three values gives the offset
between them. Convention of ITU-R BT.1359-1: a positive offset is sound before vision. A viewer notices from +45 ms and -125
ms, and does not accept from +90 ms and -185 ms. Unit: milliseconds; correlation: Pearson's, -1 to 1, without unit.

A still mouth on a moving head correlates too, by 0.1 to 0.3, since correlation ignores size: read it with the range of the
opening. That mouth and envelope belong together: Chandrasekaran et al. 2009, doi:10.1371/journal.pcbi.1000436.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

RATE_HZ = 100
"""Values a second at which mouth and sound are compared."""
SMOOTH_S = 0.04
"""Standard deviation of the smoothing: syllables stay, frames and single periods of the voice go."""
FARTHEST_S = 0.4
"""Greatest lag looked at."""
LOUDNESS_POWER = 0.6
"""The envelope is raised to this power, since a mouth opens less than in proportion to loudness."""
LEAST_S = 2.0
"""A shorter film says nothing about lags."""


@dataclass(frozen=True)
class Agreement:
    """Mouth and sound compared.

    Attributes:
        offset_ms: positive where the sound comes before the mouth.
        correlation: at that offset.
        lags_ms, correlations: (m,) the whole curve, offsets as above.
    """

    offset_ms: float
    correlation: float
    lags_ms: NDArray[np.float64]
    correlations: NDArray[np.float64]


def compare(mouth_s: NDArray[np.float64], openings: NDArray[np.float64], sound_s: NDArray[np.float64],
            levels: NDArray[np.float64]) -> Agreement | None:
    """Compares the openings of a mouth with the levels of a sound.

    Args:
        mouth_s: (n,) when each frame is shown, seconds, ascending.
        openings: (n,) NaN where no mouth is seen.
        sound_s: (m,) the middle of each level's stretch, seconds, ascending.
        levels: (m,) amplitude of the speech.

    Returns:
        None where less than `LEAST_S` of both is known, or one of them never changes.
    """
    known = ~np.isnan(openings)
    if known.sum() < 2:
        return None
    clock = np.arange(mouth_s[0], mouth_s[-1], 1 / RATE_HZ)
    seen = np.interp(clock, mouth_s, known.astype(float)) > 0.5
    if seen.sum() < LEAST_S * RATE_HZ or len(levels) < 2:
        return None
    mouth = _smooth(np.interp(clock, mouth_s[known], openings[known]))
    reach = round(FARTHEST_S * RATE_HZ)
    wide = clock[0] + np.arange(-reach, len(clock) + reach) / RATE_HZ
    voice = _smooth(np.interp(wide, sound_s, levels, left=0.0, right=0.0) ** LOUDNESS_POWER)
    found = np.array([_correlation(mouth[seen], voice[reach + lag:reach + lag + len(clock)][seen])
                      for lag in range(-reach, reach + 1)])
    if np.isnan(found).all():
        return None
    lags_ms = -1000 * np.arange(-reach, reach + 1) / RATE_HZ
    best = int(np.nanargmax(found))
    shift, height = _peak(found, best)
    return Agreement(float(lags_ms[best] - 1000 * shift / RATE_HZ), height, lags_ms[::-1], found[::-1])


def opening_range(openings: NDArray[np.float64]) -> float:
    """Range of an opening from its 5th to its 95th percentile, in eye distances; NaN where no mouth is seen."""
    if np.isnan(openings).all():
        return float("nan")
    low, high = np.nanpercentile(openings, (5, 95))
    return float(high - low)


def _smooth(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(gaussian_filter1d(values, SMOOTH_S * RATE_HZ, mode="nearest"))


def _correlation(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    first, second = first - first.mean(), second - second.mean()
    size = float(np.sqrt((first @ first) * (second @ second)))
    return float(first @ second) / size if size > 1e-12 else float("nan")


def _peak(values: NDArray[np.float64], best: int) -> tuple[float, float]:
    """Place, relative to `best`, and height of the parabola through the greatest value and its neighbours."""
    if best in (0, len(values) - 1):
        return 0.0, float(values[best])
    before, top, after = values[best - 1:best + 2]
    bend = before - 2 * top + after
    if not bend < 0:
        return 0.0, float(top)
    shift = 0.5 * (before - after) / bend
    return float(shift), float(top - 0.25 * (before - after) * shift)
