"""A window early in the morning: sky and hills outside, a curtain that moves in, a plant and a cup on the sill."""

import numpy as np
from numpy.typing import NDArray

from mediakit.clouds import Sky, hills
from mediakit.light import SIZE, Light, blur, colour, developed, grid, over, ramp
from mediakit.noise import Field, bell, cloudy, filled, sample, step

OPENING = (0.13, 0.93, 0.10, 1.40)
"""Left, right, top and bottom of the window's opening, in widths of the picture."""
BARS = (0.53, 0.62)
"""Where the window's upright and its crossbar are."""
SILL = 1.40
"""Where the sill begins."""


def window() -> NDArray[np.uint8]:
    """The picture."""
    x, y = grid()
    light = _outside(x, y)
    light = _frame(light, x, y)
    light = _wall(light, x, y)
    light = _sill(light, x, y)
    light = _plant(light, x, y)
    light = _cup(light, x, y)
    light = _curtain(light, x, y)
    return developed(0.92 * light, glow=0.22, grain=0.013, vignette=0.30, lift=(0.012, 0.010, 0.014))


def _outside(x: Field, y: Field) -> Light:
    """Sky and hills, as far as they are from a camera that looks at the sill: out of focus."""
    down = (y - OPENING[2]) * 1.36 - 0.02
    return blur(0.98 * hills(0.9 * x, down, Sky().paint(0.85 * x + 0.1, down, 3.0)), 5.0)


def _bevel(distance: Field, width: float) -> Field:
    """1 in the middle of a bar, falling to its edges."""
    return step(np.abs(distance), width, 0.25 * width)


def _frame(light: Light, x: Field, y: Field) -> Light:
    """White wood, in its own shadow, with light along the edges that face the sky."""
    left, right, top, bottom = OPENING
    edges = np.minimum(np.minimum(x - left, right - x), np.minimum(y - top, bottom - y))
    bar = np.minimum(np.abs(x - BARS[0]) - 0.020, np.abs(y - BARS[1]) - 0.014).astype(np.float32)
    rim = (edges - 0.045).astype(np.float32)
    wood = step(np.minimum(rim, bar), 0.001, -0.001)
    inner = np.minimum(np.abs(rim), np.abs(bar))
    shade = ramp(y / 1.78, (0.0, "#5d6474"), (0.6, "#7b7f8a"), (1.0, "#8d8a8c"))
    shade = shade * (0.82 + 0.22 * _bevel(bar, 0.02) * (rim > 0))[..., None]
    lit = colour("#ffe3bd") * (0.75 * np.exp(-inner / 0.0045) + 0.10 * np.exp(-inner / 0.02))[..., None]
    return over(light, (shade + lit).astype(np.float32), wood)


def _wall(light: Light, x: Field, y: Field) -> Light:
    """The wall around the window, dim, with light that creeps around the reveal."""
    left, right, top, bottom = OPENING
    beyond = np.maximum(np.maximum(left - x, x - right), np.maximum(top - y, y - bottom)).astype(np.float32)
    plaster = cloudy(1024, slope=1.3, seed=51, coarsest=8)
    tone = ramp(y / 1.78, (0.0, "#4a4a55"), (0.7, "#5b5760"), (1.0, "#5a5458"))
    tone = tone * (1 + 0.025 * sample(plaster, 800 * x, 800 * y))[..., None]
    away = np.maximum(beyond, 0)
    creep = colour("#ffcf9c") * (0.50 * np.exp(-away / 0.022) + 0.10 * np.exp(-away / 0.10))[..., None]
    return over(light, (tone + creep).astype(np.float32), step(beyond, -0.0005, 0.001))


def _sill(light: Light, x: Field, y: Field) -> Light:
    """A broad wooden sill, lit from behind, with the window's bars as shadows that come towards the camera."""
    grain = cloudy(1024, slope=1.5, seed=52, coarsest=6)
    depth = np.clip((y - SILL) / (16 / 9 - SILL), 0, 1)
    away = 1 / (0.55 + 0.75 * depth)
    across = (x - 0.53) * away
    tone = 0.55 + 0.08 * sample(grain, 260 * across, 2600 * depth * away)
    wood = ramp(np.clip(tone, 0, 1), (0.2, "#6b5846"), (0.6, "#b39a7c"), (1.0, "#d8c3a4"))
    sun = step(np.abs(across - 0.16 * depth - 0.04), 0.025, 0.05) * step(np.abs(across - 0.16 * depth), 0.52, 0.42)
    warm = colour("#ffd7a0") * (1.25 * sun * (1 - 0.55 * depth) + 0.5 * np.exp(-depth / 0.05))[..., None]
    body = wood * (0.30 + warm)
    front = step(y, 1.735, 1.739)
    body = over(body.astype(np.float32), wood * 0.16, front)
    return over(light, body.astype(np.float32), step(y, SILL - 0.001, SILL + 0.001))


def _plant(light: Light, x: Field, y: Field) -> Light:
    """A small plant in a clay pot, against the light."""
    pot_x, pot_top, pot_bottom = 0.285, 1.335, 1.515
    dice = np.random.default_rng(4)
    for _ in range(34):
        lean = float(dice.uniform(-1, 1))
        root = np.array([pot_x + 0.045 * lean, pot_top + 0.01])
        tip = np.array([pot_x + 0.24 * lean * dice.uniform(0.5, 1),
                        pot_top - dice.uniform(0.10, 0.36) * (1.1 - 0.5 * abs(lean))])
        light = _leaf(light, x, y, root, tip, float(dice.uniform(0.016, 0.028)), float(dice.uniform(0.75, 1.2)))
    half = 0.098 - 0.024 * np.clip((y - pot_top) / (pot_bottom - pot_top), 0, 1)
    side = (x - pot_x) / half
    bowed = 0.012 * np.sqrt(np.clip(1 - side**2, 0, 1))
    body = np.maximum(np.abs(x - pot_x) - half, np.maximum(pot_top - y, y - pot_bottom - bowed)).astype(np.float32)
    lip = np.maximum(np.abs(x - pot_x) - 0.107, np.maximum(pot_top - 0.012 - y, y - pot_top - 0.034 - bowed))
    shadow = np.hypot((x - pot_x - 0.06) / 2.0, (y - pot_bottom - 0.030) / 0.55) - 0.075
    light = light * (1 - 0.6 * blur(step(shadow.astype(np.float32), 0.002, -0.002), 16) * (y > SILL))[..., None]
    clay = colour("#a3583a") * (0.20 + 0.16 * (1 - np.abs(side)) + 1.3 * bell(np.abs(side) - 1.0, 0.10))[..., None]
    light = over(light, clay.astype(np.float32), filled(body))
    return over(light, (1.25 * clay).astype(np.float32), filled(lip))


def _leaf(light: Light, x: Field, y: Field, root: NDArray[np.float64], tip: NDArray[np.float64], width: float, glow: float
          ) -> Light:
    """One leaf, through which the sky shines."""
    along = tip - root
    length = float(np.hypot(*along))
    reach = length + 0.05
    rows = slice(max(int((root[1] - reach) * SIZE[0]), 0), int((root[1] + 0.06) * SIZE[0]))
    columns = slice(max(int((root[0] - reach) * SIZE[0]), 0), min(int((root[0] + reach) * SIZE[0]), SIZE[0]))
    px, py = x[rows, columns] - root[0], y[rows, columns] - root[1]
    t = (px * along[0] + py * along[1]) / length**2
    off = (px * -along[1] + py * along[0]) / length + 0.12 * length * t * (1 - t)
    half = width * np.sqrt(np.clip(np.sin(np.pi * np.clip((t - 0.35) / 0.65, 0, 1)), 0, 1)) + 0.0016 * (t < 0.5)
    inside = step((np.abs(off) - half).astype(np.float32), 0.0012, -0.0008) * (t > 0) * (t < 1)
    vein = bell(off, 0.0014) + 0.5 * bell(np.mod(t * 9 + np.abs(off) * 70, 1) - 0.5, 0.12)
    tint = colour("#4d7038") + (colour("#93a850") - colour("#4d7038")) * np.float32(np.clip(1.6 * (glow - 0.75), 0, 1))
    green = tint * (0.85 * glow * (0.45 + 0.55 * np.clip(off / width + 0.5, 0, 1)) * (1 - 0.25 * vein))[..., None]
    light = light.copy()
    light[rows, columns] = over(light[rows, columns], green.astype(np.float32), inside.astype(np.float32))
    return light


def _cup(light: Light, x: Field, y: Field) -> Light:
    """A white cup with a handle, and steam."""
    cup_x, top, bottom = 0.655, 1.375, 1.560
    half = 0.092 - 0.022 * np.clip((y - top) / (bottom - top), 0, 1) ** 2.2
    side = (x - cup_x) / half
    bowed = 0.020 * np.sqrt(np.clip(1 - side**2, 0, 1))
    body = np.maximum(np.abs(x - cup_x) - half, np.maximum(top - y, y - bottom - 0.8 * bowed)).astype(np.float32)
    ring = np.abs(np.hypot((x - cup_x - 0.096) / 0.82, y - 1.452) - 0.050) - 0.011
    shadow = np.hypot((x - cup_x - 0.05) / 2.0, (y - bottom - 0.035) / 0.5) - 0.070
    light = light * (1 - 0.6 * blur(step(shadow.astype(np.float32), 0.002, -0.002), 15) * (y > SILL))[..., None]
    white = ramp(np.clip(0.5 + 0.5 * side, 0, 1), (0.0, "#f2d9bd"), (0.10, "#8e8f9c"), (0.5, "#8a8c99"), (0.88, "#a5a2a6"),
                 (1.0, "#fff0dc"))
    light = over(light, 0.85 * white, filled(ring) * (x > cup_x + 0.05))
    light = over(light, white, filled(body))
    mouth = np.hypot((x - cup_x) / 0.092, (y - top) / 0.020)
    light = over(light, np.broadcast_to(colour("#f4e6d4"), light.shape), step(mouth.astype(np.float32), 1.01, 0.99))
    coffee = np.hypot((x - cup_x) / 0.084, (y - top - 0.002) / 0.0165)
    light = over(light, np.broadcast_to(colour("#4a2c1c"), light.shape), step(coffee.astype(np.float32), 1.02, 0.96))
    puff = cloudy(1024, slope=1.9, seed=53, coarsest=4)
    rise = np.clip((top - y) / 0.30, 0, 1)
    path = cup_x + 0.030 * np.sin(7 * rise + 0.6) * rise + 0.012 * sample(puff, np.full_like(x, 40.0), 300 * y)
    puffs = np.clip(0.55 + 0.5 * sample(puff, 420 * x, 260 * y), 0, 1.4)
    steam = np.exp(-(((x - path) / (0.018 + 0.045 * rise)) ** 2)) * puffs
    steam = steam * step(rise, 0.0, 0.12) * (1 - rise) ** 1.2 * (y < top)
    return light + colour("#ffeeda") * (0.85 * steam)[..., None]


def _curtain(light: Light, x: Field, y: Field) -> Light:
    """Thin linen along the right side, blown in a little at the bottom; light comes through."""
    weave = cloudy(1024, slope=0.8, seed=54, coarsest=60)
    edge = 0.865 - 0.055 * np.sin(1.6 * y + 0.5) - 0.03 * np.sin(4.1 * y)
    inside = (x - edge) / (1.06 - edge)
    folds = 0.5 + 0.5 * np.sin(2 * np.pi * (4.2 * np.clip(inside, 0, 1) ** 0.85 + 0.10 * np.sin(2.2 * y)))
    folds = 0.65 * folds + 0.35 * (0.5 + 0.5 * np.sin(2 * np.pi * (7.7 * inside + 0.15 * np.sin(3.0 * y + 1))))
    behind = blur(light, 22)
    cloth = ramp(y / 1.78, (0.0, "#c9c6cc"), (0.5, "#e8d9c6"), (0.85, "#d9c3ab"), (1.0, "#8f8078"))
    window_side = step(x, 0.99, 0.86)
    cloth = cloth * (0.34 + (0.30 + 0.42 * window_side) * folds + 0.012 * sample(weave, 1080 * x, 1080 * y))[..., None]
    fabric = 0.42 * behind + cloth
    opacity = step(inside.astype(np.float32), -0.006, 0.006) * (0.80 + 0.12 * folds)
    light = light * (1 - 0.22 * blur(step(inside.astype(np.float32), -0.03, 0.02), 20))[..., None]
    return over(light, fabric.astype(np.float32), opacity.astype(np.float32))
