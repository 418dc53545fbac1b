"""How well one colour is told from another: WCAG 2.2 contrast, 1 (the same) to 21 (black on white).

Source: WCAG 2.2, relative luminance and contrast ratio; 1.4.3 asks for 4.5 between text and what lies behind it.
"""

import numpy as np
from numpy.typing import NDArray

READABLE = 4.5
"""Least contrast of text to what lies behind it (WCAG 2.2, 1.4.3, level AA)."""
FLARE = 0.05
"""Light that a screen reflects anyway, added to both colours."""
WEIGHTS = (0.2126, 0.7152, 0.0722)
"""How much of what the eye calls bright comes from red, green and blue."""


def contrast_ratio(one: str, other: str) -> float:
    """Contrast of two colours `#rrggbb`, 1.0 to 21.0, whichever is the lighter."""
    return luminance_contrast(colour_luminance(one), colour_luminance(other))


def luminance_contrast(one: float, other: float) -> float:
    """Contrast of two relative luminances, whichever is the greater."""
    lighter, darker = max(one, other), min(one, other)
    return (lighter + FLARE) / (darker + FLARE)


def colour_luminance(colour: str) -> float:
    """Relative luminance of a colour `#rrggbb`: 0.0 for black, 1.0 for white."""
    return float(luminance(np.array([int(colour[place:place + 2], 16) for place in (1, 3, 5)], np.uint8)))


def luminance(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Relative luminance of pixels.

    Args:
        pixels: (…, 3) uint8, sRGB, red first.

    Returns:
        (…) float32, 0.0 to 1.0.
    """
    levels = np.arange(256, dtype=np.float32) / 255
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4).astype(np.float32)
    return np.asarray(linear[pixels] @ np.array(WEIGHTS, np.float32))
