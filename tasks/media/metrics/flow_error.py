"""How well each picture follows from the one before: the flow-warped error.

The picture before is moved along the dense optical flow between the two, and the difference to the picture after is taken:
mean absolute difference of luma, levels of 255, over the pixels asked about. Movement is explained by the flow and costs
nothing; what boils, flickers, jumps or appears does. Source: Lai et al. 2018, "Learning blind video temporal consistency",
doi:10.1007/978-3-030-01267-0_11, whose warping error is squared and over occlusion masks; flow: Kroeger et al. 2016, DIS,
doi:10.1007/978-3-319-46493-0_29.
"""

from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

RIM_PX = 4
"""Pixels at the border that flow may bring in from outside."""


def dense_flow(after: NDArray[np.uint8], before: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(height, width, 2): where each pixel of `after` was in `before`, as a shift in pixels (x, y).

    Args:
        after: (height, width) uint8.
        before: the same, one frame earlier.
    """
    return np.asarray(_flow().calc(after, before, None), np.float32)


def warped(before: NDArray[Any], flow: NDArray[np.float32]) -> NDArray[Any]:
    """`before` moved along a flow of `dense_flow`."""
    rows, columns = np.mgrid[:flow.shape[0], :flow.shape[1]].astype(np.float32)
    return np.asarray(cv2.remap(before, columns + flow[..., 0], rows + flow[..., 1], cv2.INTER_LINEAR,
                                borderMode=cv2.BORDER_REPLICATE))


def flow_error(after: NDArray[np.uint8], before: NDArray[np.uint8], mask: NDArray[np.bool_] | None = None) -> float:
    """Mean difference of a picture to the one before, moved along their flow; levels of 255.

    Args:
        after: (height, width) uint8.
        before: the same, one frame earlier.
        mask: (height, width) the pixels that count; all but the rim unless given.
    """
    difference = np.abs(after.astype(np.int16) - warped(before, dense_flow(after, before)).astype(np.int16))
    counted = difference[mask] if mask is not None and mask.any() else difference[RIM_PX:-RIM_PX, RIM_PX:-RIM_PX]
    return float(counted.mean())


@lru_cache(maxsize=1)
def _flow() -> Any:
    return cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
