"""Signed distances of simple solids and the smooth ways to join them, compiled.

All take plain numbers in centimetres; a distance is negative inside.
"""

from math import exp, sqrt

from numba import njit


@njit(cache=True, inline="always")
def smooth_min(a: float, b: float, k: float) -> float:
    """Union of two distances, blended where they differ by less than k."""
    h = max(k - abs(a - b), 0.0) / k
    return min(a, b) - h * h * k * 0.25


@njit(cache=True, inline="always")
def smooth_max(a: float, b: float, k: float) -> float:
    """Intersection of two distances, blended where they differ by less than k."""
    h = max(k - abs(a - b), 0.0) / k
    return max(a, b) + h * h * k * 0.25


@njit(cache=True, inline="always")
def ellipsoid(x: float, y: float, z: float, a: float, b: float, c: float) -> float:
    """Distance to an ellipsoid at the origin with half axes a, b, c; exact to first order near its surface."""
    k0 = sqrt((x / a) ** 2 + (y / b) ** 2 + (z / c) ** 2)
    k1 = sqrt((x / a / a) ** 2 + (y / b / b) ** 2 + (z / c / c) ** 2)
    return k0 * (k0 - 1.0) / (k1 + 1e-9)


@njit(cache=True, inline="always")
def cone(px: float, py: float, pz: float, ax: float, ay: float, az: float,
         bx: float, by: float, bz: float, ra: float, rb: float) -> float:
    """Distance from p to a capsule from a to b whose radius runs from ra to rb."""
    dx, dy, dz = bx - ax, by - ay, bz - az
    t = ((px - ax) * dx + (py - ay) * dy + (pz - az) * dz) / (dx * dx + dy * dy + dz * dz)
    t = min(max(t, 0.0), 1.0)
    qx, qy, qz = px - ax - t * dx, py - ay - t * dy, pz - az - t * dz
    return sqrt(qx * qx + qy * qy + qz * qz) - (ra + (rb - ra) * t)


@njit(cache=True, inline="always")
def bell(x: float, width: float) -> float:
    """Gaussian bell: 1 at x = 0, 1/e at x = width."""
    return exp(-(x / width) * (x / width))


@njit(cache=True, inline="always")
def smoothstep(start: float, end: float, x: float) -> float:
    """Smooth step: 0 up to `start`, 1 from `end` on."""
    t = min(max((x - start) / (end - start), 0.0), 1.0)
    return t * t * (3.0 - 2.0 * t)
