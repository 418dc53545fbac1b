"""A notebook and a pencil on a table, from above, in the shadow of leaves before a window."""

import cv2
import numpy as np
from numpy.typing import NDArray

from mediakit.light import SIZE, Light, blur, colour, developed, grid, over, ramp
from mediakit.noise import Field, bell, cloudy, sample, step

TILT = 0.115
"""How far the notebook lies turned, radians."""
PAGE = (0.30, 0.44)
"""Half width and half height of an open page, in widths of the picture."""
MIDDLE = (0.50, 0.83)
"""Where the notebook's middle is."""
LINE = 0.052
"""From one ruled line to the next."""


def notebook() -> NDArray[np.uint8]:
    """The picture."""
    x, y = grid()
    u, v = _turned(x - MIDDLE[0], y - MIDDLE[1], TILT)
    light = _table(x, y)
    light = _shadowed(light, _box(u + 0.020, v - 0.028, 0.318, 0.458, 0.02), 34, 0.62)
    light = _shadowed(light, _box(u + 0.005, v - 0.008, 0.316, 0.456, 0.02), 8, 0.5)
    light = _cover(light, u, v)
    light = _page(light, u, v)
    light = _rings(light, u, v)
    light = _pencil(light, x, y)
    return developed(light * _window(x, y), glow=0.06, grain=0.014, vignette=0.35, lift=(0.012, 0.008, 0.004))


def _turned(x: Field, y: Field, angle: float) -> tuple[Field, Field]:
    return np.cos(angle) * x + np.sin(angle) * y, np.cos(angle) * y - np.sin(angle) * x


def _box(u: Field, v: Field, half_width: float, half_height: float, corner: float) -> Field:
    """Distance to a rounded rectangle, negative inside."""
    across, down = np.abs(u) - half_width + corner, np.abs(v) - half_height + corner
    outside = np.hypot(np.maximum(across, 0), np.maximum(down, 0))
    return (outside + np.minimum(np.maximum(across, down), 0) - corner).astype(np.float32)


def _cut(distance: Field) -> Field:
    """1 inside of a distance, 0 outside, as sharp as a pixel."""
    return step(distance, 0.6 / SIZE[0], -0.6 / SIZE[0])


def _shadowed(light: Light, distance: Field, radius: float, depth: float) -> Light:
    return light * (1 - depth * blur(_cut(distance), radius))[..., None]


def _table(x: Field, y: Field) -> Light:
    """Oiled oak: rings of growth cut along the grain."""
    warp, fine = cloudy(1024, slope=2.1, seed=41, coarsest=2), cloudy(1024, slope=1.2, seed=42, coarsest=20)
    board = np.floor((x + 0.07) / 0.36)
    shift = 310 * board
    bend = sample(warp, 160 * x + shift, 34 * y + 0.7 * shift)
    rings = 0.5 + 0.5 * np.sin(2 * np.pi * (9 * x + 1.15 * bend + 0.37 * board))
    pores = sample(fine, 900 * x + shift, 46 * y)
    tone = 0.40 + 0.22 * rings**1.6 + 0.055 * pores + 0.05 * bend + 0.06 * np.sin(2.4 * board)
    light = ramp(np.clip(tone, 0, 1), (0.0, "#3f2f26"), (0.45, "#7d5f48"), (0.75, "#a3836a"), (1.0, "#bda58c"))
    gap = np.abs((x + 0.07) / 0.36 - np.round((x + 0.07) / 0.36)) * 0.36
    return light * (1 - 0.75 * step(gap, 0.0022, 0.0004))[..., None]


def _cover(light: Light, u: Field, v: Field) -> Light:
    leather = cloudy(1024, slope=0.9, seed=43, coarsest=40)
    cover = colour("#2f4a46") * (1 + 0.10 * sample(leather, 1500 * u, 1500 * v))[..., None]
    return over(light, cover.astype(np.float32), _cut(_box(u, v, 0.316, 0.456, 0.02)))


def _page(light: Light, u: Field, v: Field) -> Light:
    """Paper with faint lines, a margin, and a few words written by hand."""
    fibre = cloudy(1024, slope=1.0, seed=44, coarsest=30)
    curl = 1 - 0.10 * np.exp(-((u + 0.30) / 0.035)) * (u > -0.32) - 0.05 * step(u, 0.12, 0.30)
    paper = colour("#f7f1e3") * (curl * (1 + 0.018 * sample(fibre, 1300 * u, 1300 * v)))[..., None]
    row = (v + PAGE[1] - 0.11) / LINE
    ruled = step(np.abs(row - np.round(row)) * LINE, 0.0014, 0.0004) * (row > -0.4) * (row < 14.6)
    paper = over(paper.astype(np.float32), colour("#8ea6b8"), 0.8 * ruled)
    paper = over(paper, colour("#c9665a"), 0.55 * step(np.abs(u + 0.185), 0.0013, 0.0004))
    paper = over(paper, colour("#0c1430"), 0.97 * _writing(u.shape))
    for layer in (3, 2, 1):
        edge = _box(u - 0.003 * layer, v - 0.0025 * layer, *PAGE, 0.012)
        light = over(light, colour("#e3dac6"), _cut(edge))
        light = over(light, colour("#9c9280"), 0.5 * step(np.abs(edge), 0.0014, 0.0002))
    return over(light, paper, _cut(_box(u, v, *PAGE, 0.012)))


def _writing(shape: tuple[int, int]) -> Field:
    """Ink: a heading, three short lines each with an open circle, the first one ticked."""
    height, width = shape
    canvas = np.zeros((height, width), np.float32)
    dice = np.random.default_rng(6)

    def place(across: float, down: float) -> tuple[int, int]:
        x = np.cos(TILT) * across - np.sin(TILT) * down + MIDDLE[0]
        y = np.sin(TILT) * across + np.cos(TILT) * down + MIDDLE[1]
        return round(x * width * 16), round(y * width * 16)

    def stroke(points: list[tuple[float, float]], thick: int) -> None:
        line = np.array([place(*point) for point in points], np.int32)
        cv2.polylines(canvas, [line], False, 1.0, thick, cv2.LINE_AA, 4)

    def scribble(left: float, baseline: float, length: float, size: float, thick: int) -> None:
        at = left
        while at < left + length:
            word = min(dice.uniform(0.045, 0.12), left + length - at)
            t = np.linspace(0, 1, max(int(word * 900), 8))
            waves = word / (0.42 * size)
            tall = 0.45 + 0.55 * (np.sin(t * waves * 2.1 + dice.uniform(0, 6)) > 0.55)
            up = size * tall * (0.5 + 0.5 * np.sin(2 * np.pi * waves * t))
            slant = 0.32 * up + 0.25 * size * np.sin(2 * np.pi * waves * t + 1.2)
            stroke(list(zip(at + word * t + slant, baseline - up, strict=True)), thick)
            at += word + 0.035

    first = -PAGE[1] + 0.11 + LINE
    scribble(-0.165, first - 0.008, 0.25, 0.034, 4)
    for number, length in enumerate((0.34, 0.26, 0.30)):
        base = first + (2.0 + 2.0 * number) * LINE - 0.008
        circle = [(-0.145 + 0.014 * np.cos(a), base - 0.013 + 0.014 * np.sin(a)) for a in np.linspace(0.4, 6.9, 40)]
        stroke(circle, 3)
        if number == 0:
            stroke([(-0.153, base - 0.014), (-0.146, base - 0.004), (-0.126, base - 0.036)], 4)
        scribble(-0.105, base, length, 0.024, 3)
    return cv2.GaussianBlur(canvas, (0, 0), 0.6)


def _rings(light: Light, u: Field, v: Field) -> Light:
    """A spiral of wire along the left edge."""
    for number in range(19):
        at = -PAGE[1] + 0.045 + number * 0.0438
        hole = np.hypot(u + 0.272, v - at)
        light = over(light, colour("#3a352c"), _cut((hole - 0.0085).astype(np.float32)))
        along = np.clip((u + 0.335) / 0.066, 0, 1)
        wire = np.hypot(v - at + 0.004 * np.sin(np.pi * along), np.maximum(np.abs(u + 0.302) - 0.033, 0)) - 0.0042
        light = light * (1 - 0.35 * blur(_cut((wire - 0.001).astype(np.float32)), 4))[..., None]
        shine = bell(v - at + 0.0035, 0.0016) * (0.4 + 0.6 * np.sin(np.pi * along))
        metal = colour("#8d8a84") * (0.45 + 1.9 * shine)[..., None]
        light = over(light, metal.astype(np.float32), _cut(wire.astype(np.float32)))
    return light


def _pencil(light: Light, x: Field, y: Field) -> Light:
    """A pencil across the lower right corner of the page."""
    u, v = _turned(x - 0.735, y - 1.20, -1.02)
    half, thick = 0.27, 0.0155
    taper = np.clip((half - u) / 0.066, 0, 1)
    body = np.maximum(np.abs(v) - thick * taper, np.maximum(-u - half, u - half)).astype(np.float32)
    su, sv = _turned(x - 0.735 - 0.016, y - 1.20 - 0.022, -1.02)
    fall = np.maximum(np.abs(sv) - thick * np.clip((half - su) / 0.066, 0, 1), np.abs(su) - half).astype(np.float32)
    light = _shadowed(light, fall, 13, 0.55)
    side = v / np.maximum(thick * taper, 1e-4)
    facet = np.select([side < -0.38, side < 0.38], [np.float32(1.22), np.float32(0.92)], np.float32(0.55))
    paint = colour("#e0a028") * facet[..., None] + 0.35 * bell(side + 0.55, 0.10)[..., None]
    wood = colour("#e6c79a") * (1.05 - 0.40 * side)[..., None]
    scallop = half - 0.066 - 0.008 * np.abs(np.sin(side * 4.2))
    coat = over(paint.astype(np.float32), wood.astype(np.float32), step((u - scallop).astype(np.float32), 0, 0.002))
    lead = colour("#2a2a2e") * (1.2 - 0.5 * side)[..., None]
    coat = over(coat, lead.astype(np.float32), step(u, half - 0.017, half - 0.015))
    rubber = colour("#d98a86") * (1.15 - 0.45 * side)[..., None]
    tin = colour("#b9b4a8") * (1.1 - 0.5 * side + 0.5 * bell(side + 0.4, 0.15))[..., None]
    tin = tin * (0.85 + 0.15 * np.cos(u * 1500))[..., None]
    coat = over(coat, tin.astype(np.float32), step(u, -half + 0.060, -half + 0.058))
    coat = over(coat, rubber.astype(np.float32), step(u, -half + 0.030, -half + 0.028))
    return over(light, coat, _cut(body))


def _window(x: Field, y: Field) -> Light:
    """Sunlight through panes and leaves, warm, and the blue of the sky where it does not reach."""
    u, v = _turned(x, y, 0.42)
    panes = np.minimum(np.abs(np.mod(u, 0.62) - 0.31), np.abs(np.mod(v + 0.25, 0.80) - 0.40))
    bars = step((0.31 - np.minimum(0.31, np.abs(np.mod(u + 0.12, 0.62) - 0.31))).astype(np.float32), 0.015, 0.05)
    bars *= step((0.40 - np.abs(np.mod(v + 0.18, 0.80) - 0.40)).astype(np.float32), 0.015, 0.05) * (panes > -1)
    leaves = np.zeros((SIZE[1] // 2, SIZE[0] // 2), np.float32)
    dice = np.random.default_rng(14)
    for _ in range(46):
        stem = np.array([dice.uniform(-0.1, 1.1), dice.choice((dice.uniform(-0.1, 0.45), dice.uniform(1.35, 1.9)))])
        angle = float(dice.uniform(20, 70))
        axes = (round(dice.uniform(26, 58)), round(dice.uniform(8, 15)))
        centre = (round(stem[0] * SIZE[0] / 2), round(stem[1] * SIZE[0] / 2))
        cv2.ellipse(leaves, centre, axes, angle, 0, 360, 1.0, -1, cv2.LINE_AA)
    leaves = cv2.resize(cv2.GaussianBlur(leaves, (0, 0), 6), SIZE, interpolation=cv2.INTER_CUBIC)
    sun = blur(bars.astype(np.float32), 12) * (1 - 0.85 * np.clip(leaves, 0, 1))
    return (colour("#8fa3c4") * 0.42 + sun[..., None] * np.array([1.12, 0.98, 0.78], np.float32)).astype(np.float32)
