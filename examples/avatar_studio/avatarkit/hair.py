"""Cuts: long waves, a bob, coils, and a beard. Each draws roots from a mask and shapes the strands that grow there."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from . import field, head, masks, strands
from .colour import linear
from .person import Beard, Bob, Coils, LongWaves, Person
from .profiles import Floats, bell, step

HeadOfHair = tuple[Floats, NDArray[Any], Floats]
"""Strands (n, k, 3), index of each strand's lock (n,), radii (n, k)."""

WAVE_POINTS = 44
"""Points of a strand of the long waves."""
BOB_POINTS = 36
"""Points of a strand of the bob."""
COIL_POINTS = 18
"""Points of a coil."""
BEARD_POINTS = 7
"""Points of a strand of the beard."""


def grow_hair(vertices: Floats, person: Person, rng: np.random.Generator, count: int) -> HeadOfHair:
    """Grows a person's hair.

    Args:
        vertices: (m, 3) the head's vertices, among which the roots are chosen.
        person: whose hair it is.
        rng: makes all random choices.
        count: number of strands.
    """
    match person.hair.cut:
        case LongWaves() as cut:
            return grow_long_waves(vertices, person, cut, rng, count)
        case Bob() as cut:
            return grow_bob(vertices, person, cut, rng, count)
        case Coils() as cut:
            return grow_coils(vertices, person, cut, rng, count)


def grow_long_waves(vertices: Floats, person: Person, cut: LongWaves, rng: np.random.Generator, count: int
                    ) -> HeadOfHair:
    """A side parting and loose waves to the collar bones."""
    roots, normals = choose_roots(vertices, person, count, rng, 0.25)
    side = np.where(roots[:, 0] + rng.normal(0, 0.10, count) > cut.part - 0.10 * (roots[:, 2] - 5), 1.0, -1.0)
    # lower scalp stays close, the crown lies on top of it
    high = step(-3, 9, roots[:, 1])
    layer = 0.5 + 1.9 * high * rng.uniform(0.45, 1.0, count) + 0.7 * rng.random(count)
    length = (roots[:, 1] - cut.end) * 1.12 + 6.0 * high + rng.normal(0, 0.9, count)

    def flow(x: Floats, s: float, root: Floats) -> Floats:
        w = np.zeros_like(x)
        top = step(2.0, 9.0, x[:, 1])
        front = step(0.0, 6.0, root[:, 2])
        w[:, 0] = side * (1.25 * top + 0.02)
        w[:, 1] = -0.55 - 0.8 * (1 - top) - 0.30 * front * (s < 0.35)
        w[:, 2] = -0.50 * top - 0.30 * step(3, -1, x[:, 1]) * step(2, 7, x[:, 2]) + 0.16 * step(-6, -12, x[:, 1])
        # below the chin the locks come forward over the shoulders
        w[:, 0] -= side * 0.30 * step(-8, -13, x[:, 1]) * step(6.5, 9.5, np.abs(x[:, 0]))
        return w

    hair = strands.trace(roots, normals, person.face, flow=flow, layer=layer, length=length, points=WAVE_POINTS,
                         free=(3.0, -2.0), thickness=flat_along(cut.part))
    hair = strands.smooth(hair)
    # the mass widens toward the ends instead of hanging like a curtain
    widen = step(1.0, -11.0, hair[..., 1])
    hair[..., 0] += np.sign(hair[..., 0]) * 2.3 * widen * (0.5 + 0.5 * rng.random((count, 1)))
    hair, lock = strands.clump(hair, rng, cut.locks, 0.80, 1.7)
    hair = strands.wave(hair, lock, rng, amplitude=cut.amplitude, wavelength=cut.wavelength, length=length, start=0.12)
    hair, _ = strands.clump(hair, rng, cut.locks * 8, 0.6, 1.5)
    over = np.maximum(np.abs(hair[..., 0]) - 9.7, 0)                           # none may splay on the shoulders
    hair[..., 0] -= np.sign(hair[..., 0]) * over * 0.75 * step(-4.0, -12.0, hair[..., 1])
    return hair, lock, strands.taper(count, WAVE_POINTS, person.hair.radius, rng)


def grow_bob(vertices: Floats, person: Person, cut: Bob, rng: np.random.Generator, count: int) -> HeadOfHair:
    """A chin-length bob swept from a side parting, tips turned in, with a fringe."""
    roots, normals = choose_roots(vertices, person, count, rng, 0.25)
    side = np.where(roots[:, 0] + rng.normal(0, 0.10, count) > cut.part - 0.05 * (roots[:, 2] - 5), 1.0, -1.0)
    high = step(-3, 9, roots[:, 1])
    layer = 0.30 + 1.15 * high * rng.uniform(0.4, 1.0, count) + 0.35 * rng.random(count)
    length = (roots[:, 1] - cut.end) * 1.05 + 5.0 * high + rng.normal(0, 0.45, count)

    def flow(x: Floats, s: float, root: Floats) -> Floats:
        w = np.zeros_like(x)
        top = step(2.0, 9.0, x[:, 1])
        w[:, 0] = side * (1.2 * top + 0.10)
        w[:, 1] = -0.50 - 0.9 * (1 - top) - 0.30 * step(0, 6, root[:, 2]) * (s < 0.35)
        w[:, 2] = -0.25 * top + 0.10 * step(2, -6, x[:, 1])
        tip = step(0.78, 1.0, s) * step(-3, -7, x[:, 1])
        w[:, 0] -= np.sign(x[:, 0]) * 0.95 * tip
        w[:, 2] -= np.sign(x[:, 2]) * 0.25 * tip
        return w

    hair = strands.trace(roots, normals, person.face, flow=flow, layer=layer, length=length, points=BOB_POINTS,
                         thickness=flat_along(cut.part))
    fringe, fringe_length = grow_fringe(roots, normals, person, cut, rng)
    hair, length = np.concatenate([hair, fringe]), np.concatenate([length, fringe_length])
    hair = strands.smooth(hair)
    hair, lock = strands.clump(hair, rng, cut.locks, 0.75, 1.1)
    hair = strands.wave(hair, lock, rng, amplitude=cut.amplitude, wavelength=cut.wavelength, length=length, start=0.2)
    hair, _ = strands.clump(hair, rng, 2600, 0.5, 1.3)
    return hair, lock, strands.taper(len(hair), BOB_POINTS, person.hair.radius, rng, tip=0.3)


def grow_fringe(roots: Floats, normals: Floats, person: Person, cut: Bob, rng: np.random.Generator
                ) -> tuple[Floats, Floats]:
    """Strands that sweep from the parting across the forehead, above the brow, to the far temple, and their lengths."""
    x, y, z = roots.T
    near = np.where((z > 3.5) & (x > cut.part - 0.1) & (x < cut.part + 3.2) & (y < 9.6))[0]
    chosen = rng.choice(near, int(cut.fringe * len(roots)))
    n = len(chosen)
    start = roots[chosen] + rng.normal(0, 0.08, (n, 3))
    length = 15.0 + rng.normal(0, 1.0, n) - 0.55 * (start[:, 0] - cut.part)
    slope = rng.normal(0.36, 0.05, n) + 0.10 * (start[:, 1] - 6.5)

    def flow(x: Floats, s: float, _root: Floats) -> Floats:
        side = step(4.2, 6.4, x[:, 0])
        return np.stack([1.0 - 0.85 * side, -slope * (0.4 + 1.2 * s) - 1.1 * side, -0.25 * side], 1)

    layer = 0.35 + 0.75 * rng.random(n)
    fringe = strands.trace(start, normals[chosen], person.face, flow=flow, layer=layer, length=length,
                           points=BOB_POINTS, over=strands.body_sdf, inertia=0.7)
    return fringe, length


def grow_coils(vertices: Floats, person: Person, cut: Coils, rng: np.random.Generator, count: int) -> HeadOfHair:
    """Short coily hair: every strand is a tight, irregular helix along the scalp's normal."""
    roots, normals = choose_roots(vertices, person, count, rng, cut.soft)
    top = step(0.5, 7.5, roots[:, 1])
    length = cut.short + (cut.long - cut.short) * top * rng.uniform(0.7, 1.1, count)
    edge = masks.hairline_mask(roots, person, 1.6)               # short and tidy along the hairline
    length *= 0.25 + 0.75 * edge
    s = np.linspace(0, 1, COIL_POINTS)[None]
    leaders = rng.choice(count, cut.locks, replace=False)
    lock = cKDTree(roots[leaders]).query(roots)[1]
    lean = rng.normal(0, 0.42, (len(leaders), 3))[lock] + rng.normal(0, 0.18, (count, 3))
    axis = normals + lean * edge[:, None] ** 2
    axis /= np.linalg.norm(axis, axis=1, keepdims=True)
    u = np.cross(axis, rng.normal(0, 1, (count, 3)))
    u /= np.linalg.norm(u, axis=1, keepdims=True)
    w = np.cross(axis, u)
    radius = cut.coil * rng.uniform(0.6, 1.3, count)[:, None] * step(0, 0.35, s) * np.minimum(1, length[:, None] / 0.6)
    turn = s * (2 * np.pi * 2.3 * length[:, None]) * rng.uniform(0.8, 1.2, (count, 1))
    turn = turn + rng.uniform(0, 6.28, (count, 1))
    hair = roots[:, None] - normals[:, None] * 0.05 + axis[:, None] * (s * length[:, None])[..., None] \
        + u[:, None] * (radius * np.cos(turn))[..., None] + w[:, None] * (radius * np.sin(turn))[..., None]
    # locks bunch together a little, so the surface reads as curls rather than fuzz
    leader = roots[leaders][lock]
    hair = hair + (leader - roots)[:, None] * (0.45 * edge[:, None] * step(0.1, 1.0, s))[..., None]
    return hair, lock, strands.taper(count, COIL_POINTS, person.hair.radius, rng, tip=0.5)


def grow_beard(vertices: Floats, person: Person, beard: Beard, rng: np.random.Generator, count: int
               ) -> tuple[Floats, Floats, Floats]:
    """A short trimmed beard with a fuller moustache: strands (n, k, 3), radii (n, k) and linear colours (n, 3)."""
    face = person.face
    mask = masks.beard_mask(vertices, face)
    mask = mask * (1 + 1.8 * ((vertices[:, 1] > face.mouth_y) & (np.abs(vertices[:, 0]) < 3)))
    mask[mask < 0.12] = 0
    chosen = rng.choice(len(vertices), count, p=mask / mask.sum())
    p = vertices[chosen] + rng.normal(0, 0.04, (count, 3))
    normals = field.gradient(head.skin_sdf, face, p, 0.05)
    above = p[:, 1] > face.mouth_y
    aside = np.stack([0.35 * np.sign(p[:, 0]), np.zeros(count), np.zeros(count)], 1) * above[:, None]
    d = normals * 0.55 + (np.array([0.0, -1.0, 0.15]) + aside) * 0.75 + rng.normal(0, 0.30, (count, 3))
    d /= np.linalg.norm(d, axis=1, keepdims=True)
    s = np.linspace(0, 1, BEARD_POINTS)[None]
    moustache = (p[:, 1] > face.mouth_y + 0.3) * (np.abs(p[:, 0]) < 3)
    length = beard.length * (1 - 0.35 * moustache) * (0.35 + 0.65 * np.minimum(mask[chosen], 1)) \
        * rng.uniform(0.6, 1.2, count) * (0.55 + 0.45 * step(-5, -10, p[:, 1]))
    u = rng.normal(0, 1, (count, 3))
    turn = s * rng.uniform(2, 7, (count, 1)) + rng.uniform(0, 6.28, (count, 1))
    hair = p[:, None] - normals[:, None] * 0.03 + d[:, None] * (s * length[:, None])[..., None] \
        + u[:, None] * (0.05 * s * np.sin(turn))[..., None]
    hair[..., 1] -= (0.10 * s ** 2 * length[:, None])
    c = np.tile(linear(beard.colour), (count, 1)) * np.exp(rng.normal(0, 0.25, (count, 1)))
    grey = rng.random(count) < beard.grey * bell(p[:, 0], 2.4) * step(-7.5, -9.5, p[:, 1])
    c[grey] = linear("#8c8278")
    return hair, strands.taper(count, BEARD_POINTS, beard.radius, rng, tip=0.2), c


def choose_roots(vertices: Floats, person: Person, count: int, rng: np.random.Generator, soft: float
                 ) -> tuple[Floats, Floats]:
    """Points (n, 3) on the scalp and their outward normals (n, 3); `soft` is the width of the hairline's transition."""
    mask = masks.hairline_mask(vertices, person, soft)
    chosen = rng.choice(len(vertices), count, p=mask / mask.sum())
    points = vertices[chosen] + rng.normal(0, 0.05, (count, 3))
    return points, field.gradient(head.skull_sdf, person.face, points, 0.05)


def flat_along(part: float) -> strands.Thickness:
    """Thickness of hair that lies flat along a parting at x = `part`."""
    def thickness(x: Floats) -> Floats:
        return 0.30 + 0.70 * step(-1.0, 8.5, np.abs(x[:, 0] - part))

    return thickness
