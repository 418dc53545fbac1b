"""Black and frozen frames: the longest run of each, seconds.

A frame is black when its mean level is below a limit, and frozen when it differs from the one before by less than another,
mean absolute difference in levels of 255. A run lasts from its first frame to the first that is not of it, so uneven times
count as they are.
"""

import numpy as np
from numpy.typing import NDArray


def longest_run_s(times_s: NDArray[np.float64], dead: NDArray[np.bool_], end_s: float) -> float:
    """Length of the longest run of frames, 0.0 where there is none.

    Args:
        times_s: (n,) when each frame is shown, ascending.
        dead: (n,) which frames count.
        end_s: when the last frame goes.
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[0], dead.astype(np.int8), [0]])))
    until = np.append(times_s, end_s)
    return max((float(until[end] - until[start]) for start, end in edges.reshape(-1, 2)), default=0.0)
