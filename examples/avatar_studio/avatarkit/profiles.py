"""Soft steps and bells over arrays, from which masks, colours and hair flows are made."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
"""An array of float64; its shape is said where it is used."""


def bell(x: Any, width: float) -> Any:
    """Gaussian bell: 1 at x = 0, 1/e at x = width."""
    return np.exp(-(x / width) ** 2)


def step(start: float, end: float, x: Any) -> Any:
    """Smooth step: 0 up to `start`, 1 from `end` on; a falling step has start > end."""
    t = np.clip((x - start) / (end - start), 0, 1)
    return t * t * (3 - 2 * t)
