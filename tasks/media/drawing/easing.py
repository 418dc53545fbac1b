"""Smooth transitions."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def ease(value: Any, start: float, end: float) -> NDArray[Any]:
    """0 before `start`, 1 after `end`, a smooth S between; `end` may lie below `start`."""
    t = np.clip((np.asarray(value) - start) / (end - start), 0, 1)
    return t * t * (3 - 2 * t)
