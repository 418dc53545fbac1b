"""Eyes, brows and lashes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import field, head
from .colour import linear, mix
from .face import Face
from .masks import brow_line
from .person import Eye, Person
from .profiles import Floats, bell, step

Strands = tuple[Floats, Floats, Floats]
"""Strands (n, k, 3), radii (n, k), colours (n, 3)."""

BROW_POINTS = 6
"""Points of a brow hair."""
LASH_POINTS = 7
"""Points of a lash."""


def model_eyeball(person: Person, side: int, rng: np.random.Generator) -> tuple[Floats, NDArray[Any], Floats]:
    """A sphere whose pole faces the viewer, bulging at the iris.

    Args:
        person: whose eye it is.
        side: -1 for the eye on the viewer's left, 1 for the other.
        rng: makes the fibres of the iris.

    Returns:
        (n, 3) vertices, (m, 4) vertex indices of the faces, (n, 3) linear colours.
    """
    face, eye = person.face, person.eye
    iris_edge = np.arcsin(eye.iris / face.eye_r) * 1.25
    from_pole = np.unique(np.r_[np.linspace(0, iris_edge, 90), np.linspace(iris_edge, 1.9, 60)])
    around = np.linspace(0, 2 * np.pi, 257)[:-1]
    polar, angle = np.meshgrid(from_pole, around, indexing="ij")
    r = face.eye_r * np.sin(polar)
    bulge = 1 + 0.045 * np.exp(-(r / (eye.iris * 0.95)) ** 4) * (polar < 1.5)
    vertices = np.stack([face.eye_r * np.sin(polar) * np.cos(angle), face.eye_r * np.sin(polar) * np.sin(angle),
                         face.eye_r * np.cos(polar) * bulge], -1).reshape(-1, 3)
    rings, per_ring = polar.shape
    i, j = np.meshgrid(np.arange(rings - 1), np.arange(per_ring), indexing="ij")
    a, b = i * per_ring + j, i * per_ring + (j + 1) % per_ring
    quads = np.stack([a, a + per_ring, b + per_ring, b], -1).reshape(-1, 4)
    colours = paint_eyeball(vertices, r.ravel(), angle.ravel(), polar.ravel() > 1.4, eye, rng)
    return vertices + np.array([side * face.eye_x, 0, face.eye_z]), quads, colours


def paint_eyeball(vertices: Floats, r: Floats, angle: Floats, back: NDArray[np.bool_], eye: Eye,
                  rng: np.random.Generator) -> Floats:
    """Linear colours (n, 3) of an eyeball: white, iris fibres, dark ring, bright lower crescent, pupil.

    Args:
        vertices: (n, 3) before the eye is put in its place.
        r: (n,) distance from the eye's axis.
        angle: (n,) angle around it.
        back: (n,) true on the far side.
        eye: the colours.
        rng: makes the fibres.
    """
    y = vertices[:, 1]
    c = np.tile(linear(eye.white), (len(r), 1))
    c = mix(c, linear(eye.corner), 0.55 * step(0.95, 1.5, np.abs(vertices[:, 0])))
    waves = 64
    phase = rng.uniform(0, 2 * np.pi, waves)
    frequency = rng.integers(9, 60, waves)
    fibres = sum(np.sin(frequency[k] * angle + phase[k] + 1.5 * r / eye.iris) for k in range(waves)) / waves ** 0.5
    t = np.clip((r - eye.pupil) / (eye.iris - eye.pupil), 0, 1)
    iris = np.tile(linear(eye.mid), (len(r), 1))
    iris = mix(iris, linear(eye.inner), bell(t, 0.38))
    crescent = 0.75 * step(0.15, -0.95, y / eye.iris) * step(0.0, 0.25, t) * step(1.0, 0.62, t)
    iris = mix(iris, linear(eye.light), np.clip(crescent, 0, 1))
    iris = iris * (1 + 0.16 * fibres * (1 - 0.4 * t))[:, None]
    iris = mix(iris, linear(eye.ring), 0.9 * step(0.72, 1.0, t))
    iris = mix(iris, linear(eye.ring), 0.55 * step(-0.1, 0.9, y / eye.iris))     # shade under the lid
    iris = mix(iris, np.array([0.004, 0.003, 0.003]), step(eye.pupil + 0.035, eye.pupil - 0.03, r))
    c = mix(c, iris, step(eye.iris + 0.035, eye.iris - 0.035, r) * ~back)
    return np.clip(c, 0, 1)


def grow_brows(person: Person, rng: np.random.Generator) -> Strands:
    """Both brows: hairs that stand at the nose and lie down toward the temple."""
    brow = person.brow
    sides = [grow_brow(person, side, rng) for side in (-1, 1)]
    points = np.concatenate([strands for strands, _ in sides])
    taper = np.array([0.8, 1, 0.95, 0.8, 0.55, 0.1])[None]
    radii = brow.radius * taper * rng.uniform(0.7, 1.2, (len(points), 1))
    return points, radii, np.concatenate([colours for _, colours in sides])


def grow_brow(person: Person, side: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """One brow: strands (n, k, 3) and colours (n, 3)."""
    brow, n = person.brow, person.brow.hairs
    t = rng.beta(1.25, 1.0, n) * 1.04 - 0.02
    ax = brow.x0 + t * (brow.x1 - brow.x0)
    centre, half_h, _ = brow_line(ax, brow)
    s = rng.uniform(-1, 1, n)
    y = centre + s * half_h * 0.85
    slope = (brow_line(ax + 0.05, brow)[0] - brow_line(ax - 0.05, brow)[0]) / 0.1
    angle = np.arctan(slope) + np.deg2rad(58) * step(0.30, -0.10, t) \
        + np.deg2rad(26) * step(0.9, 0.2, t) * (0.4 - 0.8 * s) \
        - np.deg2rad(16) * step(0.55, 1, t) + rng.normal(0, 0.13, n)
    length = brow.length * (0.75 + 0.45 * step(0, 0.3, t)) * (1 - 0.35 * step(0.7, 1, t)) * rng.uniform(0.75, 1.15, n)
    q = np.linspace(0, 1, BROW_POINTS)
    turned = angle[:, None] - 0.35 * q[None] * step(0.5, 0.0, t)[:, None]
    stride = (length / (BROW_POINTS - 1))[:, None]
    px = ax[:, None] + np.cumsum(np.c_[np.zeros((n, 1)), np.cos(turned[:, 1:]) * stride], 1)
    py = y[:, None] + np.cumsum(np.c_[np.zeros((n, 1)), np.sin(turned[:, 1:]) * stride], 1)
    z = field.front_z(head.skin_sdf, person.face, np.stack([px.ravel(), py.ravel()], 1), 12.0).reshape(px.shape)
    z = z + 0.01 + 0.10 * np.sin(q * np.pi * 0.8)[None] * rng.uniform(0.3, 1.0, (n, 1))
    return np.stack([side * px, py, z], -1), linear(brow.colour) * rng.uniform(0.6, 1.3, (n, 1))


def grow_lashes(person: Person, rng: np.random.Generator) -> Strands:
    """Upper and lower lashes of both eyes."""
    rows = [(grow_lash_row(person, side, upper, rng), person.lashes.radius if upper else person.lashes.radius * 0.55)
            for side in (-1, 1) for upper in (True, False)]
    points = np.concatenate([strands for strands, _ in rows])
    taper = np.array([1, .95, .85, .7, .5, .3, .05])[None]
    radii = np.concatenate([np.full(len(strands), radius) for strands, radius in rows])[:, None] * taper
    return points, radii, np.tile(linear(person.brow.dark) * 0.7, (len(points), 1))


def grow_lash_row(person: Person, side: int, upper: bool, rng: np.random.Generator) -> Floats:
    """Lashes of one lid, (n, k, 3): forward, then curling away from the opening and fanning outward."""
    face, lashes = person.face, person.lashes
    n = lashes.upper if upper else lashes.lower
    points = lash_roots(face, upper, n, rng)[:, None] + np.zeros((1, LASH_POINTS, 1))
    u = points[:, 0, 0] / face.eye_wout
    full = lashes.upper_length * (0.62 + 0.38 * step(-0.8, 0.7, u)) if upper else lashes.lower_length * np.ones(n)
    length = full * rng.uniform(0.85, 1.1, n)
    fan = 0.75 * u + rng.normal(0, 0.07, n)
    sign = 1.0 if upper else -1.0
    q = np.linspace(0, 1, LASH_POINTS)
    for i in range(1, LASH_POINTS):
        lift = (0.05 + 1.25 * q[i]) if upper else (0.35 + 0.6 * q[i])
        d = np.stack([fan, sign * lift * np.ones(n), np.full(n, 0.95 - 0.35 * q[i])], 1)
        d /= np.linalg.norm(d, axis=1, keepdims=True)
        points[:, i] = points[:, i - 1] + d * (length / (LASH_POINTS - 1))[:, None]
    points[..., 0] = side * (points[..., 0] + face.eye_x)
    points[..., 2] += face.eye_z
    return points


def lash_roots(face: Face, upper: bool, n: int, rng: np.random.Generator) -> Floats:
    """Where the lashes of one lid grow, (n, 3), from the eyeball's middle."""
    ex = np.linspace(-face.eye_win * 0.80, face.eye_wout * 0.985, n) + rng.normal(0, 0.015, n)
    edges = np.array([head.lid_curves(e, face) for e in ex])
    ey = edges[:, 0] + 0.03 if upper else edges[:, 1] - 0.03
    radius = face.eye_r + face.lid_t * 0.8
    return np.stack([ex, ey, np.sqrt(np.maximum(radius * radius - ex ** 2 - ey ** 2, 0.05))], 1)
