"""Strands of hair: traced over the head, gathered into locks, waved, coloured.

Convention: a head of hair is (n, k, 3), n strands of k points from root to tip, cm.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from . import field, head
from .colour import linear, mix
from .face import Face
from .person import Hair
from .profiles import Floats, step
from .shapes import ellipsoid, smooth_min

Flow = Callable[[Floats, float, Floats], Floats]
"""Wanted direction (n, 3) at points (n, 3), at 0 (root) to 1 (tip) of the strand, for roots (n, 3)."""
Thickness = Callable[[Floats], Floats]
"""Factor (n,) on the height of the hair at points (n, 3)."""

LIFT = 0.9
"""How strongly strands leave the scalp at their roots."""
PUSH = 0.9
"""How strongly strands are pulled back to their height."""


@njit(cache=True)
def body_sdf(x: float, y: float, z: float, face: Face) -> float:
    """What strands slide over: skull, jaw, neck and shoulders."""
    d = head.skull_sdf(x, y, z, face)
    d = smooth_min(d, ellipsoid(abs(x), y - face.jaw_y, z - 2.4, face.jaw_w + 0.5, face.jaw_h, 5.6), 2.6)
    if y < 0:
        d = smooth_min(d, head.neck_sdf(x, y, z, face) - 0.3, 1.5)
        d = smooth_min(d, head.torso_sdf(x, y, z, face) - 1.0, 2.0)
    return d


@njit(cache=True)
def keepout_sdf(x: float, y: float, z: float, face: Face) -> float:
    """The body and a column in front of the face that hair must part around."""
    return smooth_min(body_sdf(x, y, z, face), ellipsoid(x, y + 1.9, z - 9.0, face.face_w * 0.97, 8.4, 7.5), 0.8)


def trace(roots: Floats, normals: Floats, face: Face, *, flow: Flow, layer: Floats, length: Floats, points: int,
          over: field.Field = keepout_sdf, inertia: float = 0.55, free: tuple[float, float] = (1.0, -4.5),
          thickness: Thickness | None = None) -> Floats:
    """Traces strands from their roots.

    Args:
        roots: (n, 3) where the strands grow.
        normals: (n, 3) unit vectors out of the scalp there.
        face: proportions of the head.
        flow: the wanted directions.
        layer: (n,) height a strand keeps over the field while it lies on the head.
        length: (n,) length of each strand.
        points: number k of points of a strand.
        over: the field strands slide over.
        inertia: share of the former direction kept at every step.
        free: heights between which strands let go of the head and hang.
        thickness: scales `layer`, for example to keep the hair flat along a parting.

    Returns:
        (n, k, 3) strands.
    """
    strands = np.empty((len(roots), points, 3))
    strands[:, 0] = roots
    direction = normals.copy()
    stride = (length / (points - 1))[:, None]
    x = roots.copy()
    for i in range(1, points):
        s = i / (points - 1)
        wanted = flow(x, s, roots)
        if i <= 2:
            wanted = wanted + normals * (LIFT if thickness is None else (LIFT * thickness(roots) ** 1.5)[:, None])
        hold = step(free[1], free[0], x[:, 1])                    # 1 on the skull, 0 where hair hangs free
        height = layer * min(1.0, 0.25 + 2.2 * s) * hold + 0.25 * (1 - hold)
        if thickness is not None:
            height = height * thickness(x)
        wanted = kept_at(height, x, wanted, hold, face, over, leaving=s > 0.06)
        unit = wanted / (np.linalg.norm(wanted, axis=1, keepdims=True) + 1e-9)
        direction = inertia * direction + (1 - inertia) * unit
        direction /= np.linalg.norm(direction, axis=1, keepdims=True) + 1e-9
        x = pushed_out(x + direction * stride, face, over)
        strands[:, i] = x
    return strands


def kept_at(height: Floats, x: Floats, wanted: Floats, hold: Floats, face: Face, over: field.Field, *, leaving: bool
            ) -> Floats:
    """Bends wanted directions (n, 3) so that strands slide at a height (n,): they neither dive nor fly off.

    `leaving` says that the root is far enough behind for strands to be kept from flying off.
    """
    distance = field.evaluate(over, face, x)
    out = field.gradient(over, face, x, 0.08)
    error = height - distance
    near = step(1.6, 0.2, distance - height)
    outward = (wanted * out).sum(1)
    wanted = wanted - out * (np.minimum(outward, 0) * near)[:, None]
    wanted = wanted - out * (np.maximum(outward, 0) * hold * leaving)[:, None]
    pull = np.where(error > 0, np.clip(error * PUSH, 0, 1.6), np.clip(error * 0.9, -1.1, 0) * hold)
    return wanted + out * pull[:, None]


def pushed_out(x: Floats, face: Face, over: field.Field) -> Floats:
    """Moves points (n, 3) that got inside the field back to its surface."""
    distance = field.evaluate(over, face, x)
    inside = distance < 0.08
    if inside.any():
        out = field.gradient(over, face, x[inside], 0.08)
        x[inside] += out * (0.10 - distance[inside])[:, None]
    return x


def clump(strands: Floats, rng: np.random.Generator, locks: int, amount: float, power: float
          ) -> tuple[Floats, NDArray[Any]]:
    """Gathers strands into locks that tighten toward the tip.

    Args:
        strands: (n, k, 3).
        rng: chooses the strands that lead a lock.
        locks: how many.
        amount: how far strands move to their leader at the tip, 0 to 1.
        power: how late along the strand that begins.

    Returns:
        (n, k, 3) strands and (n,) index of each strand's lock.
    """
    leaders = rng.choice(len(strands), locks, replace=False)
    # strands that start and end close together belong to one lock
    middle = strands.shape[1] // 2
    key = np.concatenate([strands[:, 0] * 1.0, strands[:, middle] * 0.7, strands[:, -1] * 0.25], 1)
    lock = cKDTree(key[leaders]).query(key)[1]
    leader = strands[leaders][lock]
    s = np.linspace(0, 1, strands.shape[1])[None, :, None]
    tight = leader + (strands[:, :1] - leader[:, :1]) * (1 - 0.75 * s)
    weight = amount * s ** power * rng.uniform(0.55, 1.0, (len(strands), 1, 1))
    return strands + (tight - strands) * weight, lock


def wave(strands: Floats, lock: NDArray[Any], rng: np.random.Generator, *, amplitude: float, wavelength: float,
         length: Floats, start: float) -> Floats:
    """Displaces strands sideways, lock by lock, in waves that open below `start` (0 root, 1 tip)."""
    n, k, _ = strands.shape
    along = np.gradient(strands, axis=1)
    along /= np.linalg.norm(along, axis=2, keepdims=True) + 1e-9
    locks = lock.max() + 1
    phase = rng.uniform(0, 2 * np.pi, locks)[lock] + rng.normal(0, 0.25, n)
    wavelengths = wavelength * rng.uniform(0.85, 1.2, locks)[lock]
    amplitudes = amplitude * rng.uniform(0.6, 1.25, locks)[lock]
    s = np.linspace(0, 1, k)[None]
    envelope = step(start, start + 0.45, s)
    a = 2 * np.pi * (s * length[:, None]) / wavelengths[:, None] + phase[:, None]
    side = np.cross(along, np.array([0.0, 0.0, 1.0]))
    side /= np.linalg.norm(side, axis=2, keepdims=True) + 1e-6
    forward = np.cross(side, along)
    return strands + side * (amplitudes[:, None] * envelope * np.sin(a))[..., None] \
        + forward * (0.7 * amplitudes[:, None] * envelope * np.cos(a))[..., None]


def smooth(strands: Floats) -> Floats:
    """Evens out the bends of every strand, in place, twice."""
    for _ in range(2):
        strands[:, 1:-1] = 0.25 * strands[:, :-2] + 0.5 * strands[:, 1:-1] + 0.25 * strands[:, 2:]
    return strands


def taper(n: int, k: int, radius: float, rng: np.random.Generator, *, tip: float = 0.15) -> Floats:
    """Radii (n, k): nearly even, thin at the tip."""
    profile = np.interp(np.linspace(0, 1, k), [0, 0.12, 0.7, 1.0], [0.8, 1.0, 0.9, tip])
    return radius * profile[None] * rng.uniform(0.75, 1.2, (n, 1))


def colour_strands(hair: Hair, lock: NDArray[Any], rng: np.random.Generator) -> Floats:
    """One linear colour per strand, (n, 3): locks differ, strands differ, some are lighter."""
    n = len(lock)
    c = np.tile(linear(hair.colour), (n, 1))
    c = c * np.exp(rng.normal(0, hair.lock_variation, lock.max() + 1))[lock][:, None]
    c = c * np.exp(rng.normal(0, hair.strand_variation, n))[:, None]
    lighter = rng.random(n) < hair.highlight_share
    c[lighter] = mix(c[lighter], linear(hair.highlight), rng.uniform(0.3, 0.9, lighter.sum()))
    return np.clip(c, 0, 1)
