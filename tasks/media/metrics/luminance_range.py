"""How dark and how light a picture is where something is to be read on it: WCAG relative luminance, 0 black to 1 white."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.domain.box import Box
from tasks.domain.errors import StoreDamaged
from tasks.media.text.contrast import luminance

OUTLIERS = 2.0
"""Per cent of the pixels at either end that do not count: a glint or a hair makes nothing illegible."""


def picture_luminance(path: Path, *, size: tuple[int, int] | None = None, part: Box | None = None) -> tuple[float, float]:
    """Darkest and lightest relative luminance of a picture, or of a part of it.

    Args:
        path: PNG, JPEG or WebP.
        size: (width, height) in pixels of a frame that the picture fills, cut evenly where the shapes differ.
        part: what is looked at, in pixels of that frame; None for all of it.

    Raises:
        StoreDamaged: the file is no picture.
    """
    picture = cv2.imread(str(path), cv2.IMREAD_REDUCED_COLOR_4)
    if picture is None:
        raise StoreDamaged(f"{str(path)!r} cannot be decoded: put the picture there again")
    pixels = np.asarray(picture, np.uint8)[..., ::-1]
    if size and part:
        pixels = _cut(pixels, size, part)
    low, high = np.percentile(luminance(pixels), (OUTLIERS, 100 - OUTLIERS))
    return float(low), float(high)


def widest(spans: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """From the darkest to the lightest of several."""
    return min(low for low, _ in spans), max(high for _, high in spans)


def _cut(pixels: NDArray[np.uint8], size: tuple[int, int], part: Box) -> NDArray[np.uint8]:
    """The pixels of a picture that lie in a part of the frame it fills; at least one."""
    height, width = pixels.shape[:2]
    scale = max(size[0] / width, size[1] / height)
    left, top = (scale * width - size[0]) / 2, (scale * height - size[1]) / 2
    x0, x1 = ((edge + left) / scale for edge in (part.x0, part.x1))
    y0, y1 = ((edge + top) / scale for edge in (part.y0, part.y1))
    column, row = min(max(0, int(x0)), width - 1), min(max(0, int(y0)), height - 1)
    return pixels[row:max(row + 1, round(y1)), column:max(column + 1, round(x1))]
