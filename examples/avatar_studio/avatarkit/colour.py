"""Colours: hexadecimal sRGB in the people's definitions, linear triples in the renderer."""

from typing import Any

import numpy as np

from .profiles import Floats


def srgb(text: str) -> Floats:
    """'#rrggbb' as three sRGB values from 0 to 1."""
    return np.array([int(text[i:i + 2], 16) for i in (1, 3, 5)]) / 255.0


def linear(text: str) -> Floats:
    """'#rrggbb' as a linear triple, the space Cycles works in.

    Source: IEC 61966-2-1, the sRGB transfer function.
    """
    c = srgb(text)
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def mix(colours: Floats, target: Floats, weight: Any) -> Floats:
    """Moves (n, 3) colours toward a target by a weight (n,) from 0 to 1."""
    return colours + (target - colours) * np.asarray(weight)[:, None]
