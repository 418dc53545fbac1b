"""Clothes: garments are offsets of the body's field, cut at the neckline, with a collar along the cut."""

from math import atan2, cos, exp, sin, sqrt
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from . import field, head
from .face import Face
from .profiles import Floats, step
from .shapes import bell, smooth_max, smooth_min, smoothstep

CORD_RINGS, CORD_SIDES = 90, 20
"""Rings along a drawstring, corners of a ring."""


@njit(cache=True, inline="always")
def drape(x: float, y: float) -> float:
    """Height of slow, irregular folds that radiate from the arm pits."""
    ax = sqrt(x * x + 1.5)
    side = smoothstep(-4.0, 4.0, x)                     # the two halves differ, without a seam
    h = 0.0
    a = atan2(y + 24.0, ax - 19.0)
    r = sqrt((y + 24.0) ** 2 + (ax - 19.0) ** 2)
    h += 0.20 * sin(a * 9.0 + 0.25 * r + 0.9 * side) * exp(-((r - 7.0) / 6.0) ** 2)
    h += 0.16 * sin(0.55 * ax - 0.32 * y + 1.3 * sin(0.21 * y + 2.1 - 1.4 * side)) * smoothstep(-18.0, -26.0, y)
    h += 0.10 * sin(0.9 * x + 0.35 * y) * smoothstep(-20.0, -30.0, y)
    return h


@njit(cache=True)
def body_sdf(x: float, y: float, z: float, face: Face) -> float:
    """What clothes lie on: torso and neck."""
    return smooth_min(head.torso_sdf(x, y, z, face), head.neck_sdf(x, y, z, face), 2.6)


@njit(cache=True)
def crew_sdf(x: float, y: float, z: float, face: Face) -> float:
    """A knitted jumper with a ribbed crew neck."""
    body = body_sdf(x, y, z, face)
    neckline = face.shoulder_y + 4.6 - 0.30 * z + 0.018 * x * x
    d = smooth_max(body - 0.75 - drape(x, y), (y - neckline) * 0.95, 0.5)
    rib = 0.07 * cos(atan2(x, z + 3.0) * 78.0)
    t = y - neckline + 0.45
    collar = sqrt(max(abs(t) - 0.62, 0.0) ** 2 + (body - 0.62) ** 2) - (0.46 + rib * smoothstep(1.2, 0.4, abs(t)))
    return smooth_min(d, collar, 0.22)


@njit(cache=True)
def roll_sdf(x: float, y: float, z: float, face: Face) -> float:
    """A fine jumper with a folded roll neck."""
    neck = head.neck_sdf(x, y, z, face)
    top = -11.9 - 0.13 * z + 0.012 * x * x
    d = smooth_max(body_sdf(x, y, z, face) - 0.55 - drape(x, y), y - (top - 0.6), 0.4)
    a = atan2(x, z + 2.6)
    rib = 0.055 * cos(a * 70.0)
    unevenness = 0.10 * sin(a * 3.0 + 0.8) + 0.06 * sin(a * 5.0)
    t = y - (top - 2.35) - unevenness
    wall = max(abs(neck - 0.75 - 0.05 * t) - 0.25, 0.0)
    collar = sqrt(max(abs(t) - 1.55, 0.0) ** 2 + wall ** 2) - (0.48 + rib * smoothstep(2.4, 1.4, abs(t)))
    d = smooth_min(d, collar, 0.30)
    return smooth_max(d, -(neck - 0.22), 0.1) if y > top - 2.5 else d


@njit(cache=True)
def hoodie_sdf(x: float, y: float, z: float, face: Face) -> float:
    """A heavy hooded sweatshirt; the hood lies around the neck, thicker at the back, and meets in a V at the throat."""
    body = body_sdf(x, y, z, face)
    neckline = face.shoulder_y + 4.4 - 0.42 * z + 0.030 * x * x
    d = smooth_max(body - 0.9 - 1.25 * drape(x, y), (y - neckline) * 0.9, 0.6)
    back = smoothstep(5.0, -6.0, z)
    radius = 1.15 + 1.25 * back + 0.10 * sin(3.0 * atan2(x, z + 3.0) + 0.6)
    t = (y - neckline - 0.15 - 0.9 * back) * (0.74 - 0.14 * back)
    hood = sqrt(t * t + (body - 1.05 - 0.3 * back) ** 2) - radius
    hood = smooth_max(hood, -(sqrt((t - 0.3) ** 2 + (body + 0.35) ** 2) - 0.9), 0.5)
    # seam where the two halves of the hood cross
    hood += 0.16 * bell(x - 0.10 * (y - neckline), 0.14) * smoothstep(2.0, 5.0, z)
    return smooth_min(d, hood, 0.45)


CUTS = {"crew": crew_sdf, "roll": roll_sdf, "hoodie": hoodie_sdf}
"""Garments by the name that `Garment.cut` gives."""


def model_cords(face: Face) -> tuple[Floats, NDArray[Any]]:
    """Two drawstrings with knotted ends on the chest of a hoodie: (n, 3) vertices and (m, 4) faces of two tubes."""
    k, sides = CORD_RINGS, CORD_SIDES
    s = np.linspace(0, 1, k)
    radius = cord_radius(s)
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    i, j = np.meshgrid(np.arange(k - 1), np.arange(sides), indexing="ij")
    p, q = i * sides + j, i * sides + (j + 1) % sides
    tube = np.stack([p, q, q + sides, p + sides], -1).reshape(-1, 4)
    vertices = []
    for side, drop, phase in ((-1, 10.6, 0.4), (1, 9.2, 0.0)):
        y = face.shoulder_y + 2.5 - drop * s
        x = side * (1.75 + 0.50 * np.sin(s * 2.6 + phase) + 0.5 * s)
        z = field.front_z(hoodie_sdf, face, np.stack([x, y], 1), 14.0)
        z = np.convolve(np.pad(z, 4, mode="edge"), np.ones(9) / 9, "valid") + 0.22
        z = z - 1.6 * np.exp(-s / 0.035)                                      # out from under the hood
        around = radius[:, None] * np.cos(angle), 0 * angle, radius[:, None] * np.sin(angle)
        ring = [centre[:, None] + offset for centre, offset in zip((x, y, z), around, strict=True)]
        vertices.append(np.stack(ring, -1).reshape(-1, 3))
    return np.concatenate(vertices), np.concatenate([tube, tube + k * sides])


def cord_radius(s: Floats) -> Floats:
    """Radius (n,) of a drawstring at 0 (hood) to 1 (end): twisted, with a knot and a frayed end."""
    radius = np.full(len(s), 0.20)
    radius += 0.22 * np.exp(-((s - 0.905) / 0.022) ** 2)
    radius += 0.07 * step(0.93, 0.98, s)
    radius *= 1 + 0.07 * np.sin(np.arange(len(s)) * 2.2) * (s < 0.86)
    radius[-2:] *= (0.8, 0.05)
    return radius
