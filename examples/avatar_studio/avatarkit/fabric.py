"""The relief of fabrics, as tiles that repeat."""

import numpy as np

from .profiles import Floats

TILE_PX = 512
"""Width and height of a tile."""


def knit_tile() -> Floats:
    """Columns of V stitches, (n, n), 0 valley to 1 ridge."""
    x, y = positions()
    arm = np.abs((x * 6) % 1 - 0.5) * 2
    phase = (y * 8 + 0.55 * arm) % 1
    return np.sin(np.pi * phase) ** 0.7 * np.sin(np.pi * np.clip(arm * 0.94 + 0.06, 0, 1)) ** 0.6


def rib_tile() -> Floats:
    """Fine ribs, (n, n), 0 valley to 1 ridge."""
    x, _ = positions()
    return 0.5 + 0.5 * np.cos(2 * np.pi * 10 * x)


def fleece_tile() -> Floats:
    """Soft fluff over a faint twill, (n, n), 0 valley to 1 ridge."""
    x, y = positions()
    fluff = np.random.default_rng(3).normal(0, 1, (TILE_PX, TILE_PX))
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(TILE_PX), np.fft.fftfreq(TILE_PX)))
    fluff = np.fft.ifft2(np.fft.fft2(fluff) * np.exp(-(frequency / 0.12) ** 2)).real
    fluff = (fluff - fluff.min()) / (fluff.max() - fluff.min())
    twill = 0.5 + 0.5 * np.sin(2 * np.pi * 40 * (x + y))
    return 0.55 * fluff + 0.45 * twill


FABRICS = {"knit": knit_tile, "rib": rib_tile, "fleece": fleece_tile}
"""Tiles by the name that `Garment.fabric` gives."""


def positions() -> tuple[Floats, Floats]:
    """The x and y of a tile's pixels, each (n, n), from 0 to 1."""
    y, x = np.mgrid[0:TILE_PX, 0:TILE_PX] / TILE_PX
    return x, y
