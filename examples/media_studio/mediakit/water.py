"""A tall glass of water with two slices of lemon, in morning light, a garden out of focus behind it."""

import cv2
import numpy as np
from numpy.typing import NDArray

from mediakit.light import SIZE, Light, blur, colour, developed, grid, over, ramp
from mediakit.noise import Field, bell, cloudy, filled, sample, step

MIDDLE = 0.50
"""Of the glass, in widths of the picture."""
TOP, FOOT = 0.46, 1.36
"""Its rim and its foot."""
WIDE, NARROW = 0.205, 0.168
"""Half its width at the rim and at the foot."""
SURFACE, FLOOR = 0.60, 1.295
"""Where the water begins and where the thick glass of the foot does."""
LENGTHEN = 0.135
"""Heights of the ellipses by their widths: how much the camera looks down."""
SLICES = ((0.055, 0.735, 0.118, 0.80, 0.5, 0.72), (-0.045, 0.985, 0.122, 0.92, -0.35, 0.95))
"""Each slice of lemon: aside, down, radius (widths of the picture), squashed to, turned by (radians), how clearly seen."""
TABLE = 1.20
"""Where the table ends in the distance."""


def water() -> NDArray[np.uint8]:
    """The picture."""
    x, y = grid()
    behind = _garden(x, y)
    behind = over(behind, _table(x, y), step(y, TABLE - 0.004, TABLE + 0.012))
    light = _shadow(behind, x, y)
    light = _glass(light, behind, x, y)
    light = _drops(light, x, y)
    return developed(light, glow=0.20, grain=0.012, vignette=0.28, lift=(0.008, 0.010, 0.006))


def _half(y: Field) -> Field:
    """Half the glass's width at a height."""
    return (WIDE + (NARROW - WIDE) * np.clip((y - TOP) / (FOOT - TOP), 0, 1)).astype(np.float32)


def _garden(x: Field, y: Field) -> Light:
    """Leaves and sun far out of focus: discs of light."""
    leaves = cloudy(1024, slope=2.2, seed=61, coarsest=2)
    tone = 0.5 + 0.17 * sample(leaves, 330 * x, 330 * y) + 0.20 * (0.65 - y)
    light = ramp(np.clip(tone, 0, 1), (0.0, "#223a24"), (0.4, "#4d7440"), (0.7, "#93ad62"), (1.0, "#e6dca0"))
    discs = np.zeros((SIZE[1] // 2, SIZE[0] // 2, 3), np.float32)
    dice = np.random.default_rng(12)
    for _ in range(70):
        at = (int(dice.uniform(0, SIZE[0] / 2)), int(dice.uniform(-20, 0.60 * SIZE[0])))
        radius, strength = int(dice.uniform(14, 46)), float(dice.random() ** 2.2)
        disc = np.zeros(discs.shape[:2], np.float32)
        cv2.circle(disc, at, radius, 1.0, -1, cv2.LINE_AA)
        cv2.circle(disc, at, radius, 1.25, 2, cv2.LINE_AA)
        tint = colour("#fff2c4") if dice.random() < 0.55 else colour("#cfe6a0")
        discs += disc[..., None] * tint * (0.05 + 0.55 * strength)
    discs = cv2.resize(cv2.GaussianBlur(discs, (0, 0), 1.2), SIZE, interpolation=cv2.INTER_CUBIC)
    sun = colour("#ffe9b8") * (0.75 * bell(np.hypot(x - 0.12, y - 0.10), 0.42))[..., None]
    return (0.85 * light + discs + sun).astype(np.float32)


def _table(x: Field, y: Field) -> Light:
    """Pale wood that comes into focus towards the glass."""
    grain = cloudy(1024, slope=1.4, seed=62, coarsest=5)
    depth = np.clip((y - TABLE) / (16 / 9 - TABLE), 0, 1)
    away = 1 / (0.25 + 0.9 * depth)
    tone = 0.60 + 0.075 * sample(grain, 190 * (x - 0.5) * away + 200, 2300 * away)
    wood = ramp(np.clip(tone, 0, 1), (0.2, "#8b7256"), (0.6, "#c5aa88"), (1.0, "#efdcc0"))
    sheen = 0.75 + 0.75 * bell(x - 0.22, 0.5) * (1 - 0.6 * depth)
    soft = step(depth, 0.25, 0.02)
    light = (wood * sheen[..., None]).astype(np.float32)
    return over(light, blur(light, 9), soft)


def _shadow(light: Light, x: Field, y: Field) -> Light:
    """The glass's shadow falls to the right and towards the camera, with the light that the water gathers in it."""
    u, v = x - MIDDLE - 0.55 * (y - FOOT), (y - FOOT) / 0.34
    across = u / (0.165 + 0.05 * np.clip(v, 0, 1))
    long = step(np.abs(across), 1.08, 0.80) * step(v, -0.05, 0.03) * step(v, 1.15, 0.75)
    touch = np.hypot((x - MIDDLE - 0.012) / 0.185, (y - FOOT + 0.003) / 0.030)
    dark = 0.40 * blur(long.astype(np.float32), 7) + 0.45 * blur(step(touch.astype(np.float32), 1.15, 0.75), 5)
    light = light * (1 - dark)[..., None]
    ripple = cloudy(1024, slope=1.7, seed=63, coarsest=6)
    first, second = sample(ripple, 360 * u, 150 * v), sample(ripple, 520 * u + 70, 210 * v + 40)
    veins = np.exp(-np.abs(first) / 0.16) + 0.7 * np.exp(-np.abs(second) / 0.12)
    core = bell(across, 0.42) * (1.3 * bell(v - 0.38, 0.26) + 0.5 * bell(v - 0.75, 0.16))
    rim = bell(np.abs(across) - 0.80, 0.06) * long
    gathered = core * (0.35 + 0.75 * veins) + 0.25 * rim
    return light + colour("#fff0c8") * (0.95 * blur(gathered.astype(np.float32), 2.2))[..., None]


def _seen(behind: Light, x: Field, y: Field) -> Light:
    """What is behind, at places in widths of the picture."""
    height = behind.shape[0] / SIZE[0]
    places = [np.clip(along, 0, end).astype(np.float32) * SIZE[0] for along, end in ((x, 1), (y, height))]
    return cv2.remap(behind, *places, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)


def _glass(light: Light, behind: Light, x: Field, y: Field) -> Light:
    """Walls, water, foot, slices, and the two ellipses of rim and surface."""
    half = _half(y)
    side = np.clip((x - MIDDLE) / half, -1, 1)
    round_ = np.sqrt(np.clip(1 - side**2, 0, 1))
    bowed = LENGTHEN * half * round_
    body = filled(np.maximum(np.abs(x - MIDDLE) - half, np.maximum(TOP - y, y - FOOT - 0.55 * bowed)))
    empty = _seen(behind, x + 0.02 * side**5, y) * 0.94
    turned = np.arcsin(side * 0.985)
    wet = _seen(behind, MIDDLE - 0.34 * np.sin(turned) - 0.10 * side**7, y - 0.05 + 0.03 * round_) * 1.02
    wet = wet * np.array([0.97, 1.0, 1.0], np.float32) + colour("#cfe8e4")[None, None] * 0.015
    inner = over(empty.astype(np.float32), wet.astype(np.float32), step(y, SURFACE + 0.001, SURFACE + 0.004))
    inner = _slices(inner, y, side)
    bands = 0.75 + 0.55 * np.sin(14 * side) * np.sin(60 * (y - FLOOR))
    foot = _seen(behind, MIDDLE - 0.55 * side, FOOT - 0.30 + 2.2 * (y - FLOOR)) * bands[..., None]
    floor = step(y - FLOOR - 0.75 * bowed, -0.001, 0.001)
    inner = over(inner, np.clip(foot, 0.02, 3).astype(np.float32), floor)
    inner = inner + colour("#ffffff") * (0.55 * bell(y - FLOOR - 0.75 * bowed, 0.0022) * round_)[..., None]
    dark = np.exp(-((1 - np.abs(side)) / 0.035)) * 0.80 + 0.35 * bell(np.abs(side) - 0.90, 0.030) * (y > SURFACE)
    inner = inner * (1 - np.clip(dark, 0, 0.9))[..., None]
    edge = bell(np.abs(side) - 0.955, 0.016) * (0.55 + 0.45 * (side < 0))
    streak = bell(side + 0.70, 0.055) * step(y, 0.50, 0.58) * step(y, 1.24, 1.05)
    thin = bell(side - 0.60, 0.018) * step(y, 0.55, 0.66) * step(y, 1.20, 0.95)
    inner = inner + colour("#fff8ea") * (0.70 * edge + 0.85 * streak + 0.45 * thin)[..., None]
    light = over(light, inner.astype(np.float32), body)
    light = _surface(light, behind, x, y)
    return _rim(light, x, y)


def _slices(inner: Light, y: Field, side: Field) -> Light:
    """Two slices of lemon in the water, the one behind paler."""
    for across, down, radius, squash, turn, clear in SLICES:
        u, v = np.arcsin(side * 0.98) * 0.19 - across, y - down
        a, b = (np.cos(turn) * u + np.sin(turn) * v) / squash, np.cos(turn) * v - np.sin(turn) * u
        r, angle = np.hypot(a, b) / radius, np.arctan2(b, a)
        part = np.mod(angle * 9 / (2 * np.pi) + 0.3, 1)
        wall = step(np.minimum(part, 1 - part) * r, 0.045, 0.022)
        cells = cloudy(1024, slope=1.1, seed=64, coarsest=30)
        pulp = 0.85 + 0.10 * sample(cells, 300 * r, 60 * angle * 9)
        flesh = ramp(np.clip(r, 0, 1.1), (0.0, "#fff3b0"), (0.55, "#f7d95a"), (0.80, "#f2cb3e"), (1.1, "#efc531"))
        flesh = flesh * pulp[..., None]
        pith = np.clip(wall + step(r, 0.80, 0.84) + step(r, 0.09, 0.05), 0, 1)
        slice_ = over(flesh.astype(np.float32), np.broadcast_to(colour("#fff6d8"), flesh.shape), pith * 0.9)
        slice_ = over(slice_, np.broadcast_to(colour("#f0b818"), flesh.shape), step(r, 0.915, 0.945))
        through = 0.75 + 0.45 * np.clip(-0.6 * u / radius - 0.4 * v / radius, -1, 1)
        inside = step(r.astype(np.float32), 1.004, 0.990) * clear
        inner = inner * (1 - 0.25 * blur(step(r.astype(np.float32), 1.15, 0.9), 8))[..., None]
        inner = over(inner, (slice_ * through[..., None]).astype(np.float32), inside.astype(np.float32))
    return inner


def _surface(light: Light, behind: Light, x: Field, y: Field) -> Light:
    """The water's surface, seen a little from above."""
    half = float(_half(np.float32(SURFACE))) * 0.968
    u, v = (x - MIDDLE) / half, (y - SURFACE) / (LENGTHEN * half)
    r = np.hypot(u, v).astype(np.float32)
    mirror = _seen(behind, x + 0.02 * u, 0.30 - 0.5 * (y - SURFACE)) * 0.75 + colour("#e9f4ee") * 0.16
    light = over(light, mirror.astype(np.float32), step(r, 1.01, 0.985) * 0.72)
    ring = bell(r - 0.985, 0.022) * (0.35 + 0.65 * (v > 0))
    return light + colour("#ffffff") * (0.65 * ring)[..., None]


def _rim(light: Light, x: Field, y: Field) -> Light:
    """The glass's rim: a thin bright line with a dark one inside."""
    u, v = (x - MIDDLE) / WIDE, (y - TOP) / (LENGTHEN * WIDE)
    r = np.hypot(u, v).astype(np.float32)
    light = light * (1 - 0.35 * bell(r - 0.955, 0.020))[..., None]
    front = 0.55 + 0.45 * np.clip(v, -1, 1)
    shine = bell(r - 0.993, 0.012) * (0.35 + 0.75 * front + 0.9 * bell(u + 0.55, 0.22))
    return light + colour("#fffaf0") * shine[..., None]


def _drops(light: Light, x: Field, y: Field) -> Light:
    """Bubbles on the slices and drops of dew on the cold glass."""
    dice = np.random.default_rng(9)
    light = light.copy()
    for _ in range(240):
        at_y = float(dice.uniform(SURFACE + 0.03, FOOT - 0.06))
        at_x = MIDDLE + float(_half(np.float32(at_y))) * 0.93 * float(np.sin(dice.uniform(-1.5, 1.5)))
        radius = float(np.clip(0.0016 * dice.random() ** -0.45, 0.0016, 0.0075))
        rows = slice(int((at_y - 2 * radius) * SIZE[0]), int((at_y + 2 * radius) * SIZE[0]) + 2)
        columns = slice(int((at_x - 2 * radius) * SIZE[0]), int((at_x + 2 * radius) * SIZE[0]) + 2)
        u, v = (x[rows, columns] - at_x) / radius, (y[rows, columns] - at_y) / (1.15 * radius)
        r = np.hypot(u, v).astype(np.float32)
        inside = step(r, 1.05, 0.9)
        patch = light[rows, columns]
        lens = patch * (0.80 + 0.45 * np.clip(v + 0.4 * u, -1, 1))[..., None]
        spot = bell(np.hypot(u + 0.35, v + 0.4), 0.30)
        lens = lens + colour("#ffffff") * (0.8 * spot)[..., None]
        light[rows, columns] = over(patch, lens.astype(np.float32), inside)
    return light
