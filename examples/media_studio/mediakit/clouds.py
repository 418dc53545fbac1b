"""Clouds that drift over a morning sky: light falls through them, thick ones are dark below."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from mediakit.light import SIZE, Light, colour, developed, grid, over, ramp
from mediakit.noise import Field, bell, cloudy, sample, step

FPS, SECONDS = 30, 5.0
"""Of the film."""
HORIZON = 1.70
"""Where sky and hills meet, in widths of the picture from the top."""
SUN = (0.74, 1.20)
"""Where the sun stands behind the clouds, in widths of the picture."""
SMALL = (540, 960)
"""Clouds are soft: the film is painted at half the size."""


class Sky:
    """One sky, which can be painted at any time."""

    def __init__(self) -> None:
        self._billows = cloudy(1024, slope=1.85, seed=21, coarsest=3)
        self._wisps = cloudy(1024, slope=1.45, seed=22, coarsest=10)

    def paint(self, x: Field, y: Field, time_s: float) -> Light:
        """The light of the sky at places in widths of the picture."""
        height = np.clip(HORIZON - y, 0.03, None)
        glow = np.hypot(x - SUN[0], 0.9 * (y - SUN[1]))
        clear = ramp(y / HORIZON, (0.0, "#2f6fb4"), (0.35, "#5f9ed4"), (0.65, "#a9cbe2"), (0.85, "#f0dcc4"),
                     (1.0, "#f6c79a"))
        clear = clear + colour("#ffd9a0") * (0.9 * bell(glow, 0.20) + 0.35 * np.exp(-glow / 0.35))[..., None]
        far = 0.62 / (height + 0.16)
        across, along = 300 * (x - 0.5) * far, 620 * far
        density = self._density(across, along, time_s)
        shade = sum(self._density(across + away * (SUN[0] - x) * 60, along + away * 22, time_s) for away in (0.5, 1.2, 2.2))
        through = np.exp(-0.85 * shade - 0.25 * density)
        lit = ramp(y / HORIZON, (0.0, "#ffffff"), (0.5, "#fff4e4"), (1.0, "#ffd7a8"))
        dark = ramp(y / HORIZON, (0.0, "#8aa3bf"), (0.5, "#9fb0c4"), (1.0, "#c2a6a0"))
        cloud = over(dark, 1.18 * lit, through)
        silver = bell(glow, 0.34) * np.exp(-2.2 * density)
        cloud = cloud + colour("#fff0d0") * (0.9 * silver)[..., None]
        opacity = (1 - np.exp(-3.2 * density)) * step(height, 0.0, 0.28)
        return over(clear, cloud, opacity.astype(np.float32))

    def _density(self, across: Field, along: Field, time_s: float) -> Field:
        """How much cloud there is, 0 to about 1; the layers drift at different speeds, so that shapes change."""
        drift = 9.0 * time_s
        billow = sample(self._billows, across + drift, along - 0.5 * drift)
        wisp = sample(self._wisps, 1.6 * across + 1.9 * drift, 1.6 * along - 0.4 * drift)
        curl = sample(self._billows, 2.3 * across - 0.3 * drift + 300, 2.3 * along + 120 + 0.4 * drift)
        return np.clip(0.62 * (0.85 * billow + 0.36 * curl + 0.20 * wisp - 0.12), 0, 1.4).astype(np.float32)


def hills(x: Field, y: Field, light: Light) -> Light:
    """Ranges of hills before the sky, hazy in the distance."""
    outline = cloudy(1024, slope=1.9, seed=31, coarsest=2)
    ranges = ((0.0, 0.030, "#9db0c0"), (0.035, 0.040, "#6d8496"), (0.075, 0.030, "#3c5058"))
    for number, (base, rise, tint) in enumerate(ranges):
        top = HORIZON + base - rise * sample(outline, 330 * x + 170 * number, np.full_like(x, 90.0 * number))
        haze = np.clip((y - top) / 0.16, 0, 1)
        body = over(np.broadcast_to(colour(tint), light.shape), colour("#d8cfc4"), (0.35 * haze * (1 - 0.3 * number)))
        light = over(light, body.astype(np.float32), step(y, top - 0.0010, top + 0.0010))
    return light


def clouds(seconds: float = SECONDS) -> Iterator[NDArray[np.uint8]]:
    """The film's frames, (1920, 1080, 3) uint8."""
    sky, (x, y) = Sky(), grid(SMALL)
    for index in range(round(seconds * FPS)):
        light = 0.82 * hills(x, y, sky.paint(x, y, index / FPS))
        yield cv2.resize(developed(light, glow=0.12, grain=0.0, vignette=0.18), SIZE, interpolation=cv2.INTER_CUBIC)
