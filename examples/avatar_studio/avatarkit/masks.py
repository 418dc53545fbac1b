"""Soft masks over the skin: where brows, lips, beard and hair are. Made from the same curves that shape the head."""

import numpy as np
from scipy.interpolate import PchipInterpolator

from . import field, head
from .face import Face
from .person import Brow, Person
from .profiles import Floats, bell, step

HAIRLINE_ANGLES = (0.0, 0.35, 0.75, 1.05, 1.28, 1.42, 1.62, 1.85, 2.3, np.pi)
"""Angles round the head, 0 in front and pi at the nape, at which a person's hairline is given."""


def brow_line(ax: Floats, brow: Brow) -> tuple[Floats, Floats, Floats]:
    """Centre height, half thickness and place along the brow (0 to 1) at |x|, each (n,)."""
    t = (ax - brow.x0) / (brow.x1 - brow.x0)
    rise = brow.arch * np.sin(np.clip(t, 0, 1.2) * np.pi * 0.62) ** 1.3
    y = brow.y + rise - brow.drop * np.clip(t - 0.62, 0, 1) ** 1.5 * 2.2
    half_h = brow.half_h * (0.45 + 0.55 * step(-0.05, 0.38, t)) * (1 - 0.78 * step(0.40, 1.05, t))
    return y, np.maximum(half_h, 0.0), t


def brow_mask(ax: Floats, y: Floats, brow: Brow, soft: float) -> Floats:
    """1 inside the brow at frontal positions (n,), fading over `soft` cm."""
    centre, half_h, t = brow_line(ax, brow)
    inside = step(0, 1, (half_h - np.abs(y - centre)) / soft + 0.5) * (t > -0.08) * (t < 1.06)
    return inside * step(-0.08, 0.12, t)


def mouth_lines(ax: Floats, face: Face) -> tuple[Floats, Floats, Floats]:
    """Heights (n,) of the line between the lips, the upper and the lower edge at |x|."""
    line, upper, lower = np.array([head.mouth_curves(a, face) for a in np.minimum(ax, 9.0)]).T
    return line, upper, lower


def mouth_masks(ax: Floats, y: Floats, face: Face) -> tuple[Floats, Floats]:
    """Masks (n,) of both lips and of the line between them at frontal positions."""
    line, upper, lower = mouth_lines(ax, face)
    e = 0.05
    lips = step(-e, e, upper - y) * step(-e, e, y - lower) * step(1.03, 0.95, ax / face.mouth_w)
    between = bell(y - line, 0.065) * step(1.07, 0.96, ax / face.mouth_w)
    return lips, between


def beard_mask(points: Floats, face: Face) -> Floats:
    """Where a short trimmed beard grows, (n,): jaw, chin and moustache, clear of lips and cheeks."""
    x, y, z = points.T
    ax = np.abs(x)
    top = -4.6 - 2.0 * bell(ax - 3.6, 1.9) + 3.6 * step(5.2, 6.9, ax)          # cheek line, sideburn
    mask = step(-0.35, 0.35, top - y) * step(-0.9, 2.2, z + 0.25 * (y + 5))
    mask *= step(-13.2, -11.6, y + 0.35 * (z - 3))                             # under the jaw
    near = (ax < 4) & (y < -5) & (z > 3)
    line, upper, lower = mouth_lines(ax, face)
    u = ax / face.mouth_w
    lips = step(0.22, 0.02, np.maximum(y - upper, lower - y)) * step(1.16, 1.02, u)
    mask = np.where(near, mask * (1 - lips), mask)
    moustache = step(0.0, 0.20, y - upper - 0.16) * step(face.nose_y - 1.0, face.nose_y - 1.4, y) \
        * step(3.2, 2.6, ax + 0.35 * (y - face.mouth_y))
    mask = np.where(near & (y > line - 0.2), np.maximum(mask * (ax > 2.0), moustache), mask)
    bare = bell(ax - 1.5, 0.42) * bell(y - (face.mouth_y - face.lip_lo - 0.35), 0.40)   # beside the soul patch
    return np.clip(mask * (1 - 0.8 * bare * near), 0, 1) * off_ear(points, face)


def hairline_mask(points: Floats, person: Person, soft: float) -> Floats:
    """1 where hair grows on the scalp, (n,), fading over `soft` cm; the hairline is a smooth curve round the head."""
    x, y, z = points.T
    angle = np.arctan2(np.abs(x), z + 0.8)
    height = PchipInterpolator(np.array(HAIRLINE_ANGLES), np.array(person.hair.hairline))(angle)
    above = step(-soft, soft, y - height)
    on_skull = field.evaluate(head.skull_sdf, person.face, np.ascontiguousarray(points)) < 0.9
    return above * on_skull * off_ear(points, person.face)


def off_ear(points: Floats, face: Face) -> Floats:
    """0 on the ears, 1 elsewhere, (n,)."""
    return step(0.05, 0.35, field.evaluate(head.ear_sdf, face, np.ascontiguousarray(points)))
