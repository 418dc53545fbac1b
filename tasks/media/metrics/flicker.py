"""How much brightness and colour of something steady change from frame to frame.

Each frame's mean colour is compared with the mean of its two neighbours: |c(i) - (c(i-1) + c(i+1)) / 2|, the largest of the
three channels, levels of 255. Slow changes (a head that turns towards a window, a fade) cost nothing. The figure of a film
is the 95th percentile. No standard gives a limit for this; general on flicker: ITU-R BT.1702-3.
"""

import numpy as np
from numpy.typing import NDArray

WORST = 95
"""Percentile that is reported: one cut or flash is no flicker."""


def flicker_trace(colours: NDArray[np.float64]) -> NDArray[np.float64]:
    """The flicker at each frame.

    Args:
        colours: (n, channels) mean levels of 255; NaN where nothing is known.

    Returns:
        (n,); NaN at the ends and where a neighbour is not known.
    """
    trace = np.full(len(colours), np.nan)
    if len(colours) > 2:
        trace[1:-1] = np.abs(colours[1:-1] - (colours[:-2] + colours[2:]) / 2).max(axis=1)
    return trace


def flicker(trace: NDArray[np.float64]) -> float:
    """The 95th percentile of a trace; NaN where nothing is known."""
    return float("nan") if np.isnan(trace).all() else float(np.nanpercentile(trace, WORST))
