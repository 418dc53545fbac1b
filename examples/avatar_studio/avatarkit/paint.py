"""Colours the skin, vertex by vertex, from the same curves that shape it."""

import numpy as np
from scipy.spatial import cKDTree

from . import field, head
from .colour import linear, mix
from .masks import beard_mask, brow_mask, hairline_mask, mouth_lines, mouth_masks
from .person import Freckles, Person
from .profiles import Floats, bell, step


def paint_skin(vertices: Floats, person: Person, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Paints the head's vertices.

    Args:
        vertices: (n, 3) positions, cm.
        person: whose skin it is.
        rng: places the freckles.

    Returns:
        (n, 3) linear colours and (n,) gloss, 1 on the lips.
    """
    colours = face_zones(vertices, person)
    colours = around_eyes(colours, vertices, person)
    colours = nostrils_and_brows(colours, vertices, person)
    colours, gloss = lips(colours, vertices, person)
    if person.freckles:
        colours = with_freckles(colours, vertices, person, person.freckles, rng)
    if person.beard:
        colours = mix(colours, linear(person.beard.shade), person.beard.fill * beard_mask(vertices, person.face))
    colours = mix(colours, linear(person.hair.root), 0.9 * hairline_mask(vertices, person, 0.5))
    return np.clip(colours, 0, 1), gloss


def face_zones(vertices: Floats, person: Person) -> Floats:
    """Warm and cool zones of a face, (n, 3): light forehead, red middle, muted jaw."""
    x, y, z = vertices.T
    ax = np.abs(x)
    front = step(1.0, 5.0, z)
    face, skin = person.face, person.skin
    blush, deep, light = linear(skin.blush), linear(skin.deep), linear(skin.light)
    c = np.tile(linear(skin.base), (len(vertices), 1))
    c = mix(c, light, 0.35 * front * bell(y - 4.0, 3.2) * bell(x, 4.5))
    c = mix(c, light, 0.30 * front * bell(ax - 3.6, 1.6) * bell(y + 2.0, 1.0))
    c = mix(c, deep, 0.16 * step(-6.5, -11.5, y) * step(0, 4, ax + 2))
    c = mix(c, blush, skin.cheek * front * bell(ax - 4.4, 1.9) * bell(y - face.cheek_y + 0.3, 1.55))
    c = mix(c, blush, 0.75 * skin.cheek * front * bell(x, 1.6) * bell(y - face.nose_y, 1.1) * step(8.4, 9.6, z))
    c = mix(c, blush, 0.40 * skin.cheek * front * bell(x, 1.4) * bell(y - face.chin_y, 1.0))
    return mix(c, blush, 0.70 * skin.cheek * step(6.9, 8.0, ax) * step(-5.5, -4, y) * step(2.5, 1.0, y))


def around_eyes(c: Floats, vertices: Floats, person: Person) -> Floats:
    """Sockets, lids, their rims and the dark edge of the upper lid."""
    x, y, z = vertices.T
    ax = np.abs(x)
    face, skin = person.face, person.skin
    near = (ax < 6.5) & (np.abs(y) < 3.2) & (z > 3)
    ex = ax - face.eye_x
    opening = np.full(len(vertices), 9.0)
    upper = np.zeros(len(vertices))
    for i in np.where(near)[0]:
        opening[i] = head.eye_opening(ex[i], y[i], face)
        upper[i] = head.lid_curves(min(max(ex[i], -face.eye_win), face.eye_wout), face)[0]
    mid = np.abs(ex) < 2.2
    dark = linear(person.brow.dark)
    c = mix(c, linear(skin.deep), skin.socket * near * bell(ex, 1.9) * bell(y - 0.95, 0.75))
    c = mix(c, linear(skin.deep), 0.30 * skin.socket * near * bell(ex + 0.2, 1.5) * bell(y + 1.05, 0.42))
    c = mix(c, linear(skin.lid), 0.55 * near * step(0.9, 0.1, opening) * (y > 0) * mid)
    c = mix(c, linear(skin.rim), 0.85 * near * step(0.06, -0.02, opening) * mid)
    edge = near * step(0.115, 0.04, opening) * (y > upper - 0.30) * step(-face.eye_win - 0.1, -face.eye_win + 0.6, ex)
    c = mix(c, dark, person.lashes.liner * edge * (y > face.eye_tilt * ex / face.eye_wout - 0.02))
    return mix(c, dark, 0.30 * near * step(0.07, 0.0, opening) * (y < 0) * mid * step(-1.2, 0.4, ex))


def nostrils_and_brows(c: Floats, vertices: Floats, person: Person) -> Floats:
    """Dark nostrils, and the shade of the brows below their hairs."""
    x, y, z = vertices.T
    ax = np.abs(x)
    face, brow = person.face, person.brow
    across, along = (ax - face.nose_w * 0.60) / (face.nose_w * 0.40), (y - face.nose_y + 0.93) / 0.30
    nostril = np.exp(-(across ** 2 + along ** 2)) * (z > face.nose_z - 2.2)
    c = mix(c, linear(person.skin.inner), 0.6 * nostril ** 1.5 * step(1.0, 5.0, z))
    return mix(c, linear(brow.colour), brow.fill * brow_mask(ax, y, brow, 0.30) * (z > 3))


def lips(c: Floats, vertices: Floats, person: Person) -> tuple[Floats, Floats]:
    """Paints the lips; returns the colours and the gloss (n,)."""
    x, y, z = vertices.T
    ax = np.abs(x)
    face, skin = person.face, person.skin
    near = np.where((ax < 4) & (np.abs(y - face.mouth_y) < 2.5) & (z > 3))[0]
    mask, between = mouth_masks(ax[near], y[near], face)
    line, _, lower = mouth_lines(ax[near], face)
    lip = np.tile(linear(skin.lip), (len(near), 1))
    lip = mix(lip, linear(skin.lip_dark), 0.75 * (y[near] > line) * 1.0)
    lip = mix(lip, linear(skin.lip_light), 0.55 * bell(y[near] - (line + lower) / 2, 0.24) * bell(ax[near], 1.1))
    c[near] = c[near] + (lip - c[near]) * (skin.lip_cover * mask)[:, None]
    c[near] = mix(c[near], linear(skin.inner), 0.62 * between)
    gloss = np.zeros(len(vertices))
    gloss[near] = mask * (1 - between)
    return c, gloss


def with_freckles(c: Floats, vertices: Floats, person: Person, freckles: Freckles, rng: np.random.Generator) -> Floats:
    """Adds round freckles of different size and strength."""
    colour = linear(freckles.colour)
    front = np.where((vertices[:, 2] > 3.5) & (vertices[:, 1] < 3) & (vertices[:, 1] > -6))[0]
    tree = cKDTree(vertices[front])
    n = freckles.count
    x = rng.normal(0, 1, n) * 3.0
    y = rng.normal(-2.6, 1.15, n)
    y[: n // 6] = rng.normal(3.0, 1.5, n // 6)
    z = field.front_z(head.skin_sdf, person.face, np.stack([x, y], 1), 13.0)
    for centre in np.stack([x, y, z], 1):
        radius = rng.uniform(0.05, 0.11)
        weight = rng.uniform(0.12, 0.42) * (1 if abs(centre[0]) < 5.2 else 0.3)
        hit = front[tree.query_ball_point(centre, radius * 2.2)]
        if len(hit):
            d = np.linalg.norm(vertices[hit] - centre, axis=1)
            c[hit] = mix(c[hit], colour, weight * np.exp(-(d / radius) ** 2))
    return c
