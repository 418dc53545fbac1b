"""Finds the edges of the lids and the rim of the iris.

The face mesh sees every eye as an average eye: with large or painted ones its corners lie well inside the white, and its
iris is too small. Each edge is traced near the mesh's own: the rim of the iris as the circle with the strongest step from
dark to bright on its sides, the upper lid where the line of the lashes ends, the lower lid where skin begins.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.rig.lips import as_points
from tasks.media.rig.model import EyeRig
from tasks.media.rig.topology import (
    LEFT_EYE_LOWER,
    LEFT_EYE_UPPER,
    LEFT_IRIS,
    RIGHT_EYE_LOWER,
    RIGHT_EYE_UPPER,
    RIGHT_IRIS,
)
from tasks.media.rig.tracing import fit_robustly, sample_grid, trace_path

REACH_U, REACH_V = 0.75, 0.40
"""Half size of the region searched, in widths of the mesh's eye."""
SAMPLES_PER_WIDTH = 160
"""Resolution of the search."""
LARGEST_CORRECTION = 0.22
"""How far outside the mesh's corner the corner of an eye may lie, in widths of the eye."""
LARGEST_STRAY = 0.08
"""An edge that strays from the mesh's by more than this on average, in widths of the eye, followed something else."""
DARK_GLASS = 0.38
"""Brightest part of an eye relative to the skin, below which it is taken to be covered."""
WHITE_BRIGHT = 0.6
"""Brightness of the white of an eye, relative to the brightest part of the eye."""
CORNER_MARGIN = 0.03
"""How far the corner lies outside the last white, in widths of the eye."""
CLOSED = 0.13
"""Opening relative to the width, below which an eye is taken to be closed."""
EDGE_DEGREE = 4
"""Degree of the polynomial that the edge of a lid is."""
POINTS = 25
"""Points of a traced line."""


@dataclass(frozen=True)
class EyeView:
    """An eye seen upright: what was sampled, and where it lies in the picture."""

    picture: NDArray[np.float32]
    centre: NDArray[Any]
    right: NDArray[Any]
    along: NDArray[Any]
    down: NDArray[Any]
    width_px: float

    def place(self, local: NDArray[Any]) -> NDArray[Any]:
        """(n, 2) points of the upright view as points of the picture."""
        below = np.array([-self.right[1], self.right[0]])
        result: NDArray[Any] = self.centre + local[:, :1] * self.right + local[:, 1:] * below
        return result

    def locate(self, points: NDArray[Any]) -> NDArray[Any]:
        """(n, 2) points of the picture as points of the upright view; the inverse of `place`."""
        offset = points - self.centre
        return np.stack([offset @ self.right, offset @ np.array([-self.right[1], self.right[0]])], axis=-1)


def trace_eyes(image: NDArray[np.uint8], points: NDArray[Any], skin: NDArray[Any]) -> tuple[EyeRig, EyeRig]:
    """Both eyes, left and right in the picture.

    Args:
        image: (height, width, 3) uint8, BGR.
        points: (478, 3) landmarks in pixels.
        skin: (3,) colour of plain skin, BGR.
    """
    left = trace_eye(image, points[:, :2], (LEFT_EYE_UPPER, LEFT_EYE_LOWER, LEFT_IRIS), skin)
    right = trace_eye(image, points[:, :2], (RIGHT_EYE_UPPER, RIGHT_EYE_LOWER, RIGHT_IRIS), skin)
    return left, right


def trace_eye(image: NDArray[np.uint8], points: NDArray[Any], indices: tuple[tuple[int, ...], ...], skin: NDArray[Any]
              ) -> EyeRig:
    """One eye, from its mesh points."""
    upper, lower, iris = (points[list(index)] for index in indices)
    view = look_at(image, upper[0], upper[-1])
    mesh_upper, mesh_lower = view.locate(upper), view.locate(lower)
    bright = view.picture.max(axis=2)
    ring = fit_iris(view, view.locate(iris))
    opening = float((mesh_lower - mesh_upper)[:, 1].max()) / view.width_px
    visible = float(np.percentile(bright[len(bright) // 3:-len(bright) // 3], 90)) / max(float(skin.max()), 1)
    lines = trace_lids(view, mesh_upper, mesh_lower, ring, skin)
    centre = view.place(ring[None, :2])
    return EyeRig(upper=as_points(view.place(lines[0])), lower=as_points(view.place(lines[1])), iris=as_points(centre)[0],
                  iris_radius_px=round(float(ring[2]), 2), moves=opening >= CLOSED and visible >= DARK_GLASS)


def look_at(image: NDArray[np.uint8], left: NDArray[Any], right: NDArray[Any]) -> EyeView:
    """The upright view of the eye between two corners."""
    width = float(np.linalg.norm(right - left))
    unit = (right - left) / width
    along = np.arange(-REACH_U, REACH_U, 1 / SAMPLES_PER_WIDTH) * width
    down = np.arange(-REACH_V, REACH_V, 1 / SAMPLES_PER_WIDTH) * width
    centre = (left + right) / 2
    return EyeView(sample_grid(image, centre, unit, along, down), centre, unit, along, down, width)


def fit_iris(view: EyeView, iris: NDArray[Any]) -> NDArray[Any]:
    """(x, y, radius) of the iris in the upright view, from the mesh's five points."""
    radius = float(np.linalg.norm(iris[1:] - iris[0], axis=1).mean())
    angles = np.radians(np.r_[np.arange(-28, 40, 4), 180 - np.arange(-28, 40, 4)])
    circle = np.stack([np.cos(angles), np.sin(angles)])
    shifts = np.linspace(-0.4, 0.4, 17) * radius
    x, y, r = np.meshgrid(iris[0, 0] + shifts, iris[0, 1] + shifts, np.linspace(0.8, 2.0, 37) * radius, indexing="ij")
    white = cv2.GaussianBlur(view.picture.min(axis=2), (0, 0), 2)

    def on_circle(grow: float) -> NDArray[Any]:
        ring = r[..., None] + grow * radius
        u, v = x[..., None] + ring * circle[0], y[..., None] + ring * circle[1]
        column = (u - view.along[0]) / (view.along[1] - view.along[0])
        row = (v - view.down[0]) / (view.down[1] - view.down[0])
        inside = (np.clip(row, 0, len(white) - 1).astype(int), np.clip(column, 0, white.shape[1] - 1).astype(int))
        return np.asarray(white[inside])

    step = on_circle(0.10) - on_circle(-0.10)
    side = len(angles) // 2
    step = np.minimum(np.median(step[..., :side], axis=-1), np.median(step[..., side:], axis=-1))
    best = np.unravel_index(int(step.argmax()), step.shape)
    return np.array([x[best], y[best], r[best]])


def trace_lids(view: EyeView, mesh_upper: NDArray[Any], mesh_lower: NDArray[Any], ring: NDArray[Any], skin: NDArray[Any]
               ) -> tuple[NDArray[Any], NDArray[Any]]:
    """Upper and lower edge in the upright view, each (25, 2), meeting in the corners."""
    left, right = find_corners(view, ring, skin)
    bright = cv2.GaussianBlur(view.picture.max(axis=2), (0, 0), 1.5)
    foreign = np.linalg.norm(view.picture - skin_below(view, mesh_lower), axis=2)
    foreign = cv2.GaussianBlur(np.minimum(foreign, 0.5 * float(np.percentile(foreign, 95))), (0, 0), 1.5)
    x = np.linspace(left, right, POINTS)
    upper = trace_edge(view, bright, mesh_upper, x)
    lower = trace_edge(view, -foreign, mesh_lower, x)
    meeting = np.interp(x, [left, right], [(upper[0] + lower[0]) / 2, (upper[-1] + lower[-1]) / 2])
    inside = np.clip(np.sin(np.linspace(0, np.pi, POINTS)) / 0.10, 0, 1)
    upper, lower = (meeting + (line - meeting) * inside for line in (upper, lower))
    return np.stack([x, np.minimum(upper, meeting)], -1), np.stack([x, np.maximum(lower, upper)], -1)


def find_corners(view: EyeView, ring: NDArray[Any], skin: NDArray[Any]) -> tuple[float, float]:
    """Where the white of the eye ends on the left and on the right, as distances along the upright view."""
    near = np.abs(view.down - ring[1]) < 0.8 * ring[2]
    picture = view.picture[near]
    grey = picture.max(axis=2) - picture.min(axis=2)
    bright = picture.max(axis=2) / float(np.percentile(picture, 97))
    white = (bright > WHITE_BRIGHT) & (grey < 0.5 * float(np.ptp(skin)) + 12)
    solid = white.sum(axis=0) >= 0.03 * SAMPLES_PER_WIDTH
    half, limit, margin = view.width_px / 2, LARGEST_CORRECTION * view.width_px, CORNER_MARGIN * view.width_px
    inside = np.abs(view.along) < half - limit / 4
    solid |= inside
    first, last = int(inside.argmax()), len(inside) - 1 - int(inside[::-1].argmax())
    left = view.along[first - run_length(solid[first::-1]) + 1] - margin
    right = view.along[last + run_length(solid[last:]) - 1] + margin
    return float(np.clip(left, -half - limit, -half)), float(np.clip(right, half, half + limit))


def run_length(flags: NDArray[Any]) -> int:
    """How many true values `flags` starts with."""
    return len(flags) if flags.all() else int((~flags).argmax())


def skin_below(view: EyeView, mesh_lower: NDArray[Any]) -> NDArray[Any]:
    """(3,) colour of the skin just under the eye."""
    under = (view.down > mesh_lower[:, 1].max() + 0.10 * view.width_px)
    result: NDArray[Any] = np.median(view.picture[under][:, np.abs(view.along) < 0.3 * view.width_px].reshape(-1, 3), axis=0)
    return result


def trace_edge(view: EyeView, rising: NDArray[Any], mesh: NDArray[Any], x: NDArray[Any]) -> NDArray[Any]:
    """(25,) heights of the line near `mesh` below which `rising` is larger than above it."""
    expected = np.interp(view.along, mesh[:, 0], mesh[:, 1])
    gap = 3
    step = np.zeros_like(rising)
    step[gap:-gap] = rising[2 * gap:] - rising[:-2 * gap]
    distance = (view.down[:, None] - expected[None]) / (0.12 * view.width_px)
    cost = -np.clip(step / (float(np.percentile(step, 99)) + 1e-3), 0, 1) + 0.35 * distance**2
    columns = (view.along >= x[0]) & (view.along <= x[-1])
    path = view.down[trace_path(cost[:, columns], stiffness=0.02)]
    traced = np.polyval(fit_robustly(view.along[columns] / view.width_px, path, EDGE_DEGREE), x / view.width_px)
    known = np.interp(x, mesh[:, 0], mesh[:, 1])
    stray = float(np.abs(traced - known)[POINTS // 5:-POINTS // 5].mean())
    return traced if stray < LARGEST_STRAY * view.width_px else known
