"""How bright pictures are: mean of the channels, 0 black to 255 white."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


def darkest(pictures: Iterable[NDArray[np.uint8]]) -> float:
    """Mean level of the darkest picture.

    Args:
        pictures: (height, width, 3) uint8.
    """
    return min(float(picture.mean()) for picture in pictures)
