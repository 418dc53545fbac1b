"""How much a picture changes over time: mean absolute difference of pictures, in levels of 255.

A frozen film differs only by coding noise; a face that speaks, or blinks, or breathes, by much more.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def greatest_change(pictures: Sequence[NDArray[np.uint8]]) -> float:
    """Greatest mean difference between the first picture and any other; 0.0 for a single one.

    Args:
        pictures: (height, width, 3) uint8, all of one size.
    """
    first = pictures[0].astype(np.int16)
    return max((float(np.abs(picture - first).mean()) for picture in pictures[1:]), default=0.0)
