"""Works on any signed distance field: meshes it, evaluates it at many points, finds its surface from the front.

A field is a compiled function `field(x, y, z, face) -> distance` in centimetres, negative inside.
"""

from collections.abc import Callable
from math import sqrt
from typing import Any

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray
from skimage.measure import marching_cubes

from .face import Face
from .profiles import Floats

Field = Callable[[float, float, float, Face], float]
"""A compiled signed distance function."""
Point = tuple[float, float, float]
"""(x, y, z), cm."""

BLOCK = 8
"""Edge of the blocks of samples that are skipped when the surface is far, in samples."""


def mesh(field: Field, face: Face, low: Point, high: Point, spacing: float) -> tuple[Floats, NDArray[Any]]:
    """Meshes the surface of a field inside a box.

    Blocks that cannot contain the surface are skipped, so the cost follows the surface's area, not the box's volume.
    One Newton step then moves the vertices onto the surface.

    Args:
        field: the distance field.
        face: proportions handed to the field.
        low: corner of the box with the smallest coordinates.
        high: the opposite corner.
        spacing: distance of the samples, cm.

    Returns:
        (n, 3) vertices and (m, 3) vertex indices of the triangles.
    """
    start, end = np.asarray(low, float), np.asarray(high, float)
    n = (np.ceil((end - start) / spacing / BLOCK).astype(int)) * BLOCK + 1
    volume = _sample(field, face, start, n[0], n[1], n[2], spacing)
    vertices, triangles, _, _ = marching_cubes(volume, 0.0)
    vertices = vertices * spacing + start
    return _project(field, face, vertices, spacing), triangles[:, ::-1]


@njit(parallel=True, cache=True)
def _sample(field: Field, face: Face, low: Floats, nx: int, ny: int, nz: int, h: float) -> NDArray[np.float32]:
    """The field on a grid; far blocks hold the distance of their middle."""
    volume = np.empty((nx, ny, nz), np.float32)
    b = BLOCK
    for bi in prange((nx + b - 1) // b):
        for bj in range((ny + b - 1) // b):
            for bk in range((nz + b - 1) // b):
                i0, j0, k0 = bi * b, bj * b, bk * b
                middle = field(low[0] + (i0 + b / 2) * h, low[1] + (j0 + b / 2) * h, low[2] + (k0 + b / 2) * h, face)
                skip = abs(middle) > b * h * 1.6 + 0.6
                for i in range(i0, min(i0 + b, nx)):
                    for j in range(j0, min(j0 + b, ny)):
                        for k in range(k0, min(k0 + b, nz)):
                            x, y, z = low[0] + i * h, low[1] + j * h, low[2] + k * h
                            volume[i, j, k] = middle if skip else field(x, y, z, face)
    return volume


@njit(parallel=True, cache=True)
def _project(field: Field, face: Face, vertices: Floats, h: float) -> Floats:
    """One damped Newton step onto the surface, at most two spacings long."""
    e = h * 0.5
    out = np.empty_like(vertices)
    for i in prange(len(vertices)):
        x, y, z = vertices[i, 0], vertices[i, 1], vertices[i, 2]
        d = field(x, y, z, face)
        gx = field(x + e, y, z, face) - field(x - e, y, z, face)
        gy = field(x, y + e, z, face) - field(x, y - e, z, face)
        gz = field(x, y, z + e, face) - field(x, y, z - e, face)
        n = gx * gx + gy * gy + gz * gz
        s = d * 2 * e / max(n, 1e-6)
        s = min(max(s, -2 * h / max(sqrt(n), 1e-6)), 2 * h / max(sqrt(n), 1e-6)) * 0.7
        out[i, 0], out[i, 1], out[i, 2] = x - s * gx, y - s * gy, z - s * gz
    return out


@njit(parallel=True, cache=True)
def evaluate(field: Field, face: Face, points: Floats) -> Floats:
    """Distances (n,) at points (n, 3)."""
    out = np.empty(len(points))
    for i in prange(len(points)):
        out[i] = field(points[i, 0], points[i, 1], points[i, 2], face)
    return out


@njit(parallel=True, cache=True)
def gradient(field: Field, face: Face, points: Floats, e: float) -> Floats:
    """Unit vectors (n, 3) that lead away from the surface at points (n, 3), by differences over e on either side."""
    out = np.empty((len(points), 3))
    for i in prange(len(points)):
        x, y, z = points[i, 0], points[i, 1], points[i, 2]
        gx = field(x + e, y, z, face) - field(x - e, y, z, face)
        gy = field(x, y + e, z, face) - field(x, y - e, z, face)
        gz = field(x, y, z + e, face) - field(x, y, z - e, face)
        n = sqrt(gx * gx + gy * gy + gz * gz) + 1e-12
        out[i, 0], out[i, 1], out[i, 2] = gx / n, gy / n, gz / n
    return out


@njit(parallel=True, cache=True)
def front_z(field: Field, face: Face, xy: Floats, start_z: float) -> Floats:
    """The first surface met when looking down -z from start_z, as z (n,) for each (x, y) of (n, 2)."""
    out = np.empty(len(xy))
    for i in prange(len(xy)):
        z = start_z
        for _ in range(160):
            d = field(xy[i, 0], xy[i, 1], z, face)
            if d < 0.004:
                break
            z -= max(d * 0.6, 0.004)
            if z < -15:
                break
        out[i] = z
    return out
