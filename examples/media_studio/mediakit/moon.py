"""The Moon: a sphere with seas, craters and rays, lit from the side, over a sky of stars."""

import cv2
import numpy as np
from numpy.typing import NDArray

from mediakit.light import SIZE, Light, blur, colour, developed, grid, over, ramp
from mediakit.noise import Field, bell, cloudy, sample, step

RADIUS = 0.40
"""Of the Moon, in widths of the picture."""
CENTRE = (0.5, 0.74)
"""Where it stands, (x, y) in widths of the picture."""
SUN = np.array([-0.74, -0.34, 0.58], np.float32)
"""Towards the Sun: from the left, a little from above, and from behind the camera."""
CRATERS = 2600
"""How many are drawn; most are a few pixels wide."""


def moon() -> NDArray[np.uint8]:
    """The picture."""
    x, y = grid()
    u, v = (x - CENTRE[0]) / RADIUS, (y - CENTRE[1]) / RADIUS
    distance = np.hypot(u, v)
    inside = np.clip(1 - distance**2, 0, None)
    depth = np.sqrt(inside)
    ground, albedo = _surface(u, v, depth)
    normal = _normals(u, v, depth, ground)
    light = np.clip(normal @ (SUN / np.linalg.norm(SUN)), 0, None)
    reflected = light / (light + 0.6 * depth + 0.08) * 1.10
    tint = over(np.broadcast_to(colour("#d9d2c6"), (*x.shape, 3)), colour("#cfcfd4"), step(albedo, 0.75, 0.45))
    body = tint * (albedo * reflected)[..., None] + colour("#5a78b0") * (0.012 * albedo * (0.4 + depth))[..., None]
    pixel = 1 / (RADIUS * SIZE[0])
    edge = step(distance, 1 + 0.7 * pixel, 1 - 0.9 * pixel)
    picture = over(_sky(x, y, distance), body.astype(np.float32), edge)
    halo = blur(np.where(edge[..., None] > 0, picture, 0).astype(np.float32), 90) * 0.22
    return developed(picture + halo, glow=0.10, grain=0.010, vignette=0.35, lift=(0.004, 0.006, 0.014))


def _surface(u: Field, v: Field, depth: Field) -> tuple[Field, Field]:
    """Height of the ground, and how much light it gives back."""
    spread = 1024 / np.pi * np.arccos(np.clip(depth, 0, 1)) / np.maximum(np.hypot(u, v), 1e-6)
    px, py = spread * u, spread * v
    coarse, fine = cloudy(1024, slope=2.3, seed=11, coarsest=3), cloudy(1024, slope=1.5, seed=12, coarsest=8)
    rough = sample(fine, 2 * px, 2 * py)
    seas = step(sample(coarse, px + 90, py - 140) + 0.10 * rough, -0.15, 0.75)
    seas *= step(np.hypot(u + 0.12, v + 0.16), 1.0, 0.5)
    albedo = 0.84 - 0.60 * seas + 0.05 * rough * (1 - 0.4 * seas) + 0.05 * sample(coarse, 3 * px, 3 * py)
    ground = 0.0012 * rough * (1 - 0.6 * seas) + 0.003 * sample(coarse, 4 * px, 4 * py)
    holes, ejecta = _craters(u, v, depth)
    return ground + holes * (1 - 0.55 * seas), np.clip(albedo + ejecta, 0.12, 1.25)


def _craters(u: Field, v: Field, depth: Field) -> tuple[Field, Field]:
    """Bowls with rims, some with a peak; the young ones with bright rays."""
    dice = np.random.default_rng(5)
    height, bright = np.zeros_like(u), np.zeros_like(u)
    scale = RADIUS * SIZE[0]
    for number in range(CRATERS):
        towards = dice.standard_normal(3)
        towards /= np.linalg.norm(towards)
        radius = float(np.clip(0.0055 * dice.random() ** -0.62, 0.0055, 0.13))
        if towards[2] < 0.06:
            continue
        young = number % 260 == 7 or (radius > 0.03 and dice.random() < 0.04)
        reach = radius * (7.0 if young else 2.4)
        left, top = ((CENTRE[axis] * SIZE[0] + (towards[axis] - reach) * scale) for axis in (0, 1))
        rows = slice(max(int(top), 0), max(int(top + 2 * reach * scale) + 2, 0))
        columns = slice(max(int(left), 0), max(int(left + 2 * reach * scale) + 2, 0))
        here = [part[rows, columns] for part in (u, v, depth)]
        if not here[0].size:
            continue
        off = [part - along for part, along in zip(here, towards, strict=True)]
        r = np.sqrt(sum(part * part for part in off)) / radius
        bowl = np.where(r < 1, r * r - 1.0, 0.0) * 0.30
        rim = 0.20 * bell(r - 1.02, 0.20) + 0.05 * np.exp(-np.clip(r - 1, 0, None) * 2.2) * (r > 1)
        peak = 0.16 * bell(r, 0.16) if radius > 0.035 else 0.0
        soft = 0.4 + 0.6 * dice.random()
        height[rows, columns] += radius * soft * (bowl + rim + peak)
        if young:
            angle = np.arctan2(off[1], off[0])
            beams = 0.5 + 0.5 * np.cos(angle * dice.integers(5, 9) + 2.0 * np.sin(3 * angle + dice.random() * 6))
            bright[rows, columns] += 0.34 * np.exp(-r / 2.6) * (0.35 + beams**3) * (here[2] > 0)
    return cv2.GaussianBlur(height, (0, 0), 0.7).astype(np.float32), bright.astype(np.float32)


def _normals(u: Field, v: Field, depth: Field, ground: Field) -> NDArray[np.float32]:
    """(height, width, 3): where the ground faces."""
    scale = RADIUS * SIZE[0]
    down, right = np.gradient(ground * scale)
    strength = 1.5 * step(depth, 0.02, 0.25)
    normal = np.stack([u - strength * right, v - strength * down, depth], -1)
    return (normal / np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-6)).astype(np.float32)


def _sky(x: Field, y: Field, distance: Field) -> Light:
    """Night, a little lighter below, with stars that the Moon outshines near it."""
    sky = ramp(y, (0.0, "#03050d"), (0.9, "#070c1d"), (1.78, "#10172e"))
    dust = cloudy(1024, slope=2.2, seed=3, coarsest=2)
    band = step(np.abs(x * 0.75 + y * 0.5 - 0.95 + 0.1 * sample(dust, 400 * x, 400 * y)), 0.42, 0.0)
    sky = sky + colour("#34406e") * (0.06 * band * (1 + 0.35 * sample(dust, 900 * x, 900 * y)))[..., None]
    stars = np.zeros_like(sky)
    dice = np.random.default_rng(8)
    for _ in range(900):
        column, row = dice.integers(0, SIZE[0]), dice.integers(0, SIZE[1])
        warm = dice.random()
        tint = np.array([0.8 + 0.3 * warm, 0.9, 1.15 - 0.3 * warm], np.float32)
        stars[row, column] += (0.25 * dice.random() ** -0.85) * tint
    points, glare = np.minimum(stars, 9), np.maximum(stars - 2, 0)
    stars = cv2.GaussianBlur(points, (0, 0), 0.9) + 0.35 * cv2.GaussianBlur(glare, (0, 0), 3.5)
    return (sky + stars * step(distance, 1.0, 1.9)[..., None] * 0.9).astype(np.float32)
