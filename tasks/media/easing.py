"""How a value gets from here to there over time: steps, bumps and slow noise.

Every function takes instants in seconds as an (n,) array and gives an (n,) float64 array; `smooth_step` takes anything.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]
"""(n,) float64, one value an instant."""

PARTIALS = 9
"""Sines in a slow noise: enough that no period is recognised within a reel."""
SLOPE = 0.7
"""Fall of a slow noise's amplitude with frequency, as f**-SLOPE: between white and Brownian, like a relaxed head."""


def smooth_step(value: Any, start: float, end: float) -> NDArray[Any]:
    """0 before `start`, 1 after `end`, a cubic without corners between; over time or space, `end` may lie below `start`."""
    x = np.clip((np.asarray(value) - start) / (end - start), 0, 1)
    return np.asarray(x * x * (3 - 2 * x))


def minimum_jerk(times_s: Samples, start_s: float, end_s: float) -> Samples:
    """0 before `start_s`, 1 after `end_s`, between them the course of an unhurried movement.

    Source: Flash and Hogan 1985, doi:10.1523/JNEUROSCI.05-07-01688.1985; its greatest speed is 1.875 / duration.
    """
    x = np.clip((times_s - start_s) / (end_s - start_s), 0, 1)
    return x**3 * (10 - 15 * x + 6 * x * x)


def bump(times_s: Samples, centre_s: float, width_s: float) -> Samples:
    """1 at `centre_s`, 1/e at `width_s` from it; its greatest slope is 0.858 / width."""
    return np.exp(-(((times_s - centre_s) / width_s) ** 2))


def plateau(times_s: Samples, start_s: float, end_s: float, *, rise_s: float, fall_s: float) -> Samples:
    """1 from `start_s` to `end_s`, rising during `rise_s` before and falling during `fall_s` after."""
    return np.asarray(smooth_step(times_s, start_s - rise_s, start_s) * (1 - smooth_step(times_s, end_s, end_s + fall_s)))


def slow_noise(times_s: Samples, low_hz: float, high_hz: float, dice: np.random.Generator) -> Samples:
    """Noise of standard deviation 1 that holds no frequency outside `low_hz` to `high_hz`."""
    edges = np.geomspace(low_hz, high_hz, PARTIALS + 1)
    frequencies_hz = dice.uniform(edges[:-1], edges[1:])
    phases = dice.uniform(0, 2 * np.pi, PARTIALS)
    amplitudes = frequencies_hz**-SLOPE
    waves = np.sin(2 * np.pi * frequencies_hz[:, None] * times_s + phases[:, None])
    return np.asarray(amplitudes @ waves / np.sqrt((amplitudes**2).sum() / 2))
