"""Traces where the lips meet.

The face mesh places the line between closed lips a few pixels off, and knows nothing of the dark gap that a picture shows
there. The line is traced as the darkest path near the mesh's own; its two edges are where the darkness ends.

Of an open mouth it takes the lower teeth for the lower lip. Each lip's edge is traced where the colour of that lip ends.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.rig.model import MouthRig
from tasks.media.rig.topology import (
    LOWER_LIP_INNER,
    LOWER_LIP_OUTER,
    MOUTH_LEFT,
    MOUTH_RIGHT,
    UPPER_LIP_INNER,
    UPPER_LIP_OUTER,
)
from tasks.media.rig.tracing import fit_robustly, sample_grid, smooth_curve, trace_path

OPEN_GAP = 0.03
"""Distance between the lips, in units of the scale, from which a mouth counts as open."""
SEARCH = 0.055
"""How far from the mesh's line the seam may lie, in units of the scale."""
WIDEST_GAP = 0.016
"""Half of the widest dark gap that still belongs to closed lips, in units of the scale."""
COLUMNS, ROWS = 65, 45
"""Resolution of the search."""
EDGE_SEARCH = 0.085
"""How far from the mesh's line the edge of a parted lip may lie, in units of the scale."""
EDGE_DEGREE = 4
"""Degree of the polynomial by which the edge of a parted lip differs from the mesh's."""
LIP_DEPTH = (0.45, 0.85)
"""Where a lip shows its own colour: between these parts of the way from its edge to its outer border."""
POINTS = 33
"""Points of a traced line."""


def trace_lips(image: NDArray[np.uint8], points: NDArray[Any], scale_px: float) -> MouthRig:
    """The edges of the lips where they meet.

    Args:
        image: (height, width, 3) uint8, BGR.
        points: (478, 3) landmarks in pixels.
        scale_px: the scale of the rig.
    """
    upper, lower = points[list(UPPER_LIP_INNER), :2], points[list(LOWER_LIP_INNER), :2]
    left, right = points[MOUTH_LEFT, :2], points[MOUTH_RIGHT, :2]
    if np.linalg.norm(upper[5] - lower[5]) >= OPEN_GAP * scale_px:
        upper, lower = trace_parted(image, points[:, :2], scale_px)
        return MouthRig(upper=as_points(upper), lower=as_points(lower), is_open=True)
    middle = np.vstack([left, ((upper + lower) / 2)[1:-1], right])
    upper, lower = trace_seam(image, middle, scale_px)
    return MouthRig(upper=as_points(upper), lower=as_points(lower), is_open=False)


def trace_seam(image: NDArray[np.uint8], middle: NDArray[Any], scale_px: float) -> tuple[NDArray[Any], NDArray[Any]]:
    """Upper and lower edge of the dark gap near the line `middle`, each (33, 2)."""
    centre, half_width = (middle[0] + middle[-1]) / 2, float(np.linalg.norm(middle[-1] - middle[0])) / 2
    right = (middle[-1] - middle[0]) / (2 * half_width)
    below = np.array([-right[1], right[0]])
    along = np.linspace(-1, 1, COLUMNS) * half_width
    local = middle - centre
    expected = np.interp(along, local @ right, local @ below)
    offsets = np.linspace(-SEARCH, SEARCH, ROWS) * scale_px
    picture = sample_grid(image, centre, right, along, expected[None] + offsets[:, None])
    dark = cv2.GaussianBlur(picture.max(axis=2), (0, 0), 0.8)
    far = 2.2 * (offsets[:, None] / (SEARCH * scale_px)) ** 2
    cost = (dark - cv2.blur(dark, (1, ROWS))) / (float(dark.std()) + 1e-3) + far
    row = trace_path(cost, stiffness=0.35)
    taper = np.clip((1 - np.abs(along) / half_width) / 0.25, 0, 1)
    seam = expected + smooth_curve(offsets[row], 1.5) * taper
    over, under = gap_edges(dark, row, offsets, WIDEST_GAP * scale_px)
    x = np.linspace(-1, 1, POINTS) * half_width
    upper, lower = (np.interp(x, along, seam + smooth_curve(edge, 4) * taper) for edge in (over, under))
    line = centre + x[:, None] * right
    return line + upper[:, None] * below, line + lower[:, None] * below


def trace_parted(image: NDArray[np.uint8], points: NDArray[Any], scale_px: float) -> tuple[NDArray[Any], NDArray[Any]]:
    """The edges of parted lips, each (33, 2), from corner to corner, where they meet."""
    left, right = points[MOUTH_LEFT], points[MOUTH_RIGHT]
    half_width = float(np.linalg.norm(right - left)) / 2
    view = LipView(image, (left + right) / 2, (right - left) / (2 * half_width), half_width, scale_px)
    upper = view.trace(points[list(UPPER_LIP_INNER)], points[list(UPPER_LIP_OUTER)], inwards=1)
    lower = view.trace(points[list(LOWER_LIP_INNER)], points[list(LOWER_LIP_OUTER)], inwards=-1)
    middle = (upper + lower) / 2
    half_gap = np.maximum(lower - upper, 0) / 2
    return view.place(middle - half_gap), view.place(middle + half_gap)


@dataclass(frozen=True)
class LipView:
    """Parted lips seen upright."""

    image: NDArray[np.uint8]
    centre: NDArray[Any]
    right: NDArray[Any]
    half_width: float
    scale_px: float

    def trace(self, inner: NDArray[Any], outer: NDArray[Any], *, inwards: int) -> NDArray[Any]:
        """(33,) heights of a lip's edge; `inwards` is 1 where the inside of the mouth lies below it, -1 above it."""
        along = np.linspace(-1, 1, COLUMNS) * self.half_width
        ends = [[-self.half_width, 0], [self.half_width, 0]]
        mesh = np.vstack([ends[:1], self.locate(inner)[1:-1], ends[1:]])
        expected = np.interp(along, mesh[:, 0], mesh[:, 1])
        rim = np.interp(along, *self.locate(outer).T)
        offsets = np.linspace(-EDGE_SEARCH, EDGE_SEARCH, ROWS) * self.scale_px
        picture = sample_grid(self.image, self.centre, self.right, along, expected[None] + offsets[:, None])
        depths = np.linspace(*LIP_DEPTH, 7)[:, None]
        lip = sample_grid(self.image, self.centre, self.right, along, expected + (rim - expected) * depths)
        lip = cv2.GaussianBlur(np.median(lip, axis=0)[None], (0, 0), 3, borderType=cv2.BORDER_REPLICATE)
        foreign = np.linalg.norm(picture - lip, axis=2)
        foreign = cv2.GaussianBlur(np.minimum(foreign, 0.6 * float(np.percentile(foreign, 95))), (0, 0), 1.0)
        step = np.zeros_like(foreign)
        step[2:-2] = inwards * (foreign[4:] - foreign[:-4])
        cost = 0.18 * (offsets[:, None] / (EDGE_SEARCH * self.scale_px)) ** 2 - np.clip(
            step / (float(np.percentile(step, 97)) + 1e-3), 0, 1)
        path = offsets[trace_path(cost, stiffness=0.05)]
        found = np.polyval(fit_robustly(along / self.half_width, path, EDGE_DEGREE), along / self.half_width)
        taper = np.clip((1 - np.abs(along) / self.half_width) / 0.12, 0, 1)
        return np.asarray(np.interp(np.linspace(-1, 1, POINTS) * self.half_width, along, expected + found * taper))

    def locate(self, points: NDArray[Any]) -> NDArray[Any]:
        """(n, 2) points of the picture as points of the view, from left to right."""
        offset = points - self.centre
        local = np.stack([offset @ self.right, offset @ np.array([-self.right[1], self.right[0]])], axis=-1)
        return local[np.argsort(local[:, 0], kind="stable")]

    def place(self, heights: NDArray[Any]) -> NDArray[Any]:
        """(33, 2) points of the picture at `heights` of the view."""
        below = np.array([-self.right[1], self.right[0]])
        return np.asarray(self.centre + np.linspace(-1, 1, POINTS)[:, None] * self.half_width * self.right
                          + heights[:, None] * below)


def gap_edges(dark: NDArray[Any], row: NDArray[np.intp], offsets: NDArray[Any], limit_px: float
              ) -> tuple[NDArray[Any], NDArray[Any]]:
    """How far above and below its darkest row each column rises half way to the brightness of the lips, in pixels."""
    step = offsets[1] - offsets[0]
    reach = max(2, round(limit_px / step))
    over, under = np.zeros(len(row)), np.zeros(len(row))
    for column, centre in enumerate(row):
        profile = np.pad(dark[:, column], reach, mode="edge")[centre:centre + 2 * reach + 1]
        bright = profile > (profile[reach] + np.median(dark[:, column])) / 2
        over[column] = -step * first_true(bright[reach::-1])
        under[column] = step * first_true(bright[reach:])
    return over, under


def first_true(flags: NDArray[Any]) -> int:
    """Index of the first true value, or the last index."""
    return int(flags.argmax()) if flags.any() else len(flags) - 1


def as_points(line: NDArray[Any]) -> tuple[tuple[float, float], ...]:
    """(n, 2) as rounded points."""
    return tuple((round(float(x), 2), round(float(y), 2)) for x, y in line)
