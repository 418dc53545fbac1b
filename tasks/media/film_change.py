"""Where a reel changes from one film of a face to another that goes on at the same time: where the faces are nearest.

What is left of their distance is hidden by a short dissolve.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

DISSOLVE_FRAMES = 10
"""How long both are seen: half as long a change of a few pixels is still seen as a jerk, twice as long as two faces."""


def nearest_moment(leaving: NDArray[Any], coming: NDArray[Any]) -> int:
    """The first frame of the dissolve.

    Args:
        leaving: (n, k, 2) points of the face on the frames of the film that ends.
        coming: (n, k, 2) the same points at the same moments on the film that begins.

    Returns:
        0 to n - 1; the dissolve is over before the film ends, where that is long enough.
    """
    apart = np.linalg.norm(leaving - coming, axis=-1).mean(axis=-1)
    width = min(DISSOLVE_FRAMES, len(apart))
    return int(np.argmin(np.convolve(apart, np.ones(width), "valid")))
