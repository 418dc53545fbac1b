"""What a picture is about: the point that a cut should keep in view."""

from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tasks.media.clips import LOCAL_FILMS

SIDE = 64
"""The picture is looked at in this many pixels a side: what stands out does so from afar."""
SPECTRUM_PX, SPREAD_PX = 3, 2.5
"""Window that smooths the spectrum, and how far what stands out is spread, in pixels of the small picture."""
MIDDLE_SPREAD = 0.28
"""How quickly interest falls off from the middle, parts of a side: photographers put the subject near it."""
SHARPNESS = 2.0
"""Power to which interest is raised before its centre is taken, so that the strongest place counts and not the average."""


def picture_focus(path: Path) -> tuple[float, float]:
    """The focus of an upright picture, (x, y) as parts of its width and height."""
    with Image.open(path) as picture:
        return focus_of(np.asarray(picture.convert("L")))


def film_focus(path: Path, *, at_s: float) -> tuple[float, float]:
    """The focus of a film near an instant, (x, y) as parts of its upright width and height."""
    with av.open(str(path.absolute()), options=LOCAL_FILMS) as container:
        container.seek(round(at_s * av.time_base))
        frame = next(container.decode(video=0))
        return focus_of(np.rot90(frame.to_ndarray(format="gray"), round(frame.rotation / 90)))


def focus_of(grey: NDArray[np.uint8]) -> tuple[float, float]:
    """Where a picture differs from what its surroundings let expect, weighed towards the middle.

    Args:
        grey: (height, width) uint8.

    Returns:
        (x, y) as parts of width and height; the middle where nothing stands out.

    Source: Hou and Zhang 2007, spectral residual, doi:10.1109/CVPR.2007.383267.
    """
    small = cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float64)
    if np.ptp(small) < 1:
        return 0.5, 0.5
    spectrum = np.fft.fft2(small - small.mean())
    strength = np.log(np.abs(spectrum) + 1e-6)
    residual = np.exp(strength - cv2.blur(strength, (SPECTRUM_PX, SPECTRUM_PX)) + 1j * np.angle(spectrum))
    interest = cv2.GaussianBlur(np.abs(np.fft.ifft2(residual)) ** 2, (0, 0), SPREAD_PX)
    places = (np.arange(SIDE) + 0.5) / SIDE
    near = np.exp(-(((places - 0.5) / MIDDLE_SPREAD) ** 2) / 2)
    weight = (interest * np.outer(near, near)) ** SHARPNESS
    weight /= weight.sum()
    return float(weight.sum(axis=0) @ places), float(weight.sum(axis=1) @ places)
