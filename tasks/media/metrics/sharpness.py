"""How much fine detail a face has: energy of the Laplacian of a Gaussian over that of the picture.

Mean squared Laplacian of luma, smoothed a little so that neither grain nor the place of a pixel between others decides, over
the variance of luma, in the pixels asked about: a number without unit that does not depend on contrast. Compared at one
scale with the portrait's, it says how much of the portrait's detail is left: 1 all of it, more where it was sharpened.
Sources: Marr and Hildreth 1980, doi:10.1098/rspb.1980.0020; Pertuz, Puig and Garcia 2013, "Analysis of focus measure
operators", doi:10.1016/j.patcog.2012.11.011.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

SIGMA_PX = 1.0
"""Without smoothing a face that moves by half a pixel loses half of its energy; with it, less than a fifth."""


def sharpness(grey: NDArray[np.uint8], mask: NDArray[np.bool_]) -> float:
    """Detail of the masked pixels.

    Args:
        grey: (height, width) uint8 luma.
        mask: (height, width) the pixels that count.
    """
    smooth = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), SIGMA_PX)
    detail = cv2.Laplacian(smooth, cv2.CV_32F)[mask]
    return float(np.mean(detail**2) / max(float(smooth[mask].astype(np.float64).var()), 1e-6))
