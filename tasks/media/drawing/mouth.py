"""Draws a speaking mouth into the portrait: two layers of skin that part along the lips, and the inside between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.drawing.face import Face
from tasks.media.drawing.folds import Folds
from tasks.media.drawing.grid import Field, Grid, enlarge, halve
from tasks.media.drawing.interior import Interior, Window
from tasks.media.drawing.lips import build_layer, mouth_frame, weigh
from tasks.media.drawing.planes import CHROMA_GREY, LUMA_BLACK, Planes
from tasks.media.easing import smooth_step

REACH = (0.95, 0.48, 1.12)
"""How far the patch reaches from the middle of the mouth: sideways, up, down, in units of the scale."""
PARTED, WIDE_OPEN = 0.004, 0.022
"""Growth of the gap between the lips at which the inside begins to show, and shows fully, in units of the scale."""
CORNER_POINTS = 2
"""Points of a lip's edge, from each corner, over which the gap between the lips opens."""
SUBPIXEL_BITS = 4
"""Polygons are filled in sixteenths of a pixel."""


@dataclass(frozen=True)
class Lips:
    """Where the lips are in one frame: edges as (n, 2) pixels, and both layers' maps."""

    upper: NDArray[np.float32]
    lower: NDArray[np.float32]
    upper_places: Field
    lower_places: Field
    gap: NDArray[Any]


class Mouth:
    """The mouth of one face."""

    def __init__(self, face: Face, planes: Planes, step: int) -> None:
        self._frame = frame = mouth_frame(face)
        self.grid = patch_grid(face, frame.centre, frame.unit, step)
        self.window = (self.grid.left, self.grid.top, self.grid.left + self.grid.columns * step,
                       self.grid.top + self.grid.rows * step)
        self._source = planes.crop(*self.window).copy()
        self._folds = Folds(face, self.window, self._source.y)
        self._upper = build_layer(face, frame, self.grid, upper=True)
        self._lower = build_layer(face, frame, self.grid, upper=False)
        self._interior = Interior(face, frame)
        self._rest_gap = self._measure(weigh({})).gap

    def draw(self, planes: Planes, values: Mapping[str, float]) -> None:
        """Draws the mouth into its window of the portrait's planes."""
        target = planes.crop(*self.window)
        lips = self._measure(weigh(values))
        self._warp(target, self._source._replace(y=self._folds.shade(values)), lips)
        opening = float((lips.gap - self._rest_gap).max()) / self._frame.unit
        if opening > PARTED:
            self._fill(planes, lips, opening, values)

    def _measure(self, weights: list[float]) -> Lips:
        upper, lower = (self.grid.backward(layer.field(weights)) for layer in (self._upper, self._lower))
        top, bottom = self._upper.moved_edge(weights), self._lower.moved_edge(weights)
        gap = np.maximum((bottom - top) @ self._frame.down, 0) * taper(len(top))
        middle = (top + bottom) / 2
        half = (gap / 2)[:, None] * self._frame.down
        return Lips((middle - half).astype(np.float32), (middle + half).astype(np.float32), upper, lower, gap)

    def _warp(self, target: Planes, skin: Planes, lips: Lips) -> None:
        """Both layers, cut along the middle between the lips."""
        step, rows = self.grid.step, self.grid.rows
        cut = self._cut_line(lips)
        first = int(np.clip(cut[:, 1].min() // step - 1, 0, rows - 1))
        last = int(np.clip(cut[:, 1].max() // step + 2, first + 1, rows))
        origin = np.array([self.grid.left, self.grid.top], np.float32)
        below = self._below(cut, first * step, last * step)
        for index, (plane, source) in enumerate(zip(target, skin, strict=True)):
            scale = 1 if index == 0 else 2
            size = step // scale
            upper, lower = ((places - origin) if index == 0 else halve(places - origin)
                            for places in (lips.upper_places, lips.lower_places))
            a, b = first * size, last * size
            remap_into(plane[:b], source, enlarge(upper, size, (0, 0, self.grid.columns, last)))
            band = plane[a:b].copy()
            remap_into(plane[a:], source, enlarge(lower, size, (0, first, self.grid.columns, rows)))
            weight = below if index == 0 else cv2.resize(below, band.shape[::-1], interpolation=cv2.INTER_AREA)
            plane[a:b] = cv2.blendLinear(plane[a:b], band, weight, 1 - weight)

    def _cut_line(self, lips: Lips) -> NDArray[Any]:
        """The line between the layers across the whole patch, in patch pixels."""
        middle = (lips.upper + lips.lower) / 2 - [self.grid.left, self.grid.top]
        width, slope = self.grid.columns * self.grid.step, self._frame.right / self._frame.right[0]
        left = middle[:1] - slope * middle[0, 0]
        right = middle[-1:] + slope * (width - middle[-1, 0])
        return np.vstack([left, middle, right])

    def _below(self, cut: NDArray[Any], first: int, last: int) -> NDArray[np.float32]:
        """1 where the lower layer shows, between the rows `first` and `last` of the patch."""
        width = self.grid.columns * self.grid.step
        deep = 4 * self.grid.rows * self.grid.step * self._frame.down
        outline = np.vstack([cut, cut[::-1] + deep]) - [0, first]
        return soften(fill(outline, (width, last - first)), 0.6)

    def _fill(self, planes: Planes, lips: Lips, opening: float, values: Mapping[str, float]) -> None:
        """The inside of the mouth between the lips."""
        outline = np.vstack([lips.upper, lips.lower[::-1]])
        part = even_box(outline, self._interior.window)
        if part[2] <= part[0] or part[3] <= part[1]:
            return
        mask = soften(fill(outline - part[:2], (part[2] - part[0], part[3] - part[1])), max(0.7, 0.004 * self._frame.unit))
        middle = len(self._lower.edge) // 2
        jaw = self._lower.moved_edge(jaw_only(values))[middle] - self._lower.moved_edge(weigh({}))[middle]
        inside = self._interior.draw(part, mask, jaw, opening, values)
        visible = mask * np.float32(smooth_step(opening, PARTED, WIDE_OPEN))
        half = (mask.shape[1] // 2, mask.shape[0] // 2)
        target = planes.crop(*part)
        blend(target.y, inside[..., 0] + LUMA_BLACK, visible)
        small = cv2.resize(inside[..., 1:], half, interpolation=cv2.INTER_AREA)
        visible = cv2.resize(visible, half, interpolation=cv2.INTER_AREA)
        blend(target.u, small[..., 0] + CHROMA_GREY, visible)
        blend(target.v, small[..., 1] + CHROMA_GREY, visible)


def taper(count: int) -> NDArray[Any]:
    """(count,): 0 at both ends of a line, 1 inside; makes the lips meet in the corners of the mouth."""
    place = np.arange(count)
    return np.asarray(smooth_step(np.minimum(place, count - 1 - place), 0, CORNER_POINTS))


def jaw_only(values: Mapping[str, float]) -> list[float]:
    """Weights of the shapes that move the jaw itself, not the lips on it."""
    return weigh({"jaw": values.get("jaw", 0.0)})


def patch_grid(face: Face, centre: NDArray[Any], unit: float, step: int) -> Grid:
    """The grid of the patch around the mouth, inside the picture."""
    height, width = face.image.shape[:2]
    side, up, down = (reach * unit for reach in REACH)
    left, top = (int(max(edge, 0)) // step * step for edge in (centre[0] - side, centre[1] - up))
    columns = min(int(centre[0] + side), width) // step - left // step
    rows = min(int(centre[1] + down), height) // step - top // step
    return Grid(left, top, columns, rows, step)


def fill(outline: NDArray[Any], size: tuple[int, int]) -> NDArray[np.uint8]:
    """A polygon, filled with 255, its edge smooth."""
    mask = np.zeros((size[1], size[0]), np.uint8)
    cv2.fillPoly(mask, [np.round(outline * (1 << SUBPIXEL_BITS)).astype(np.int32)], 255, cv2.LINE_AA, SUBPIXEL_BITS)
    return mask


def soften(mask: NDArray[np.uint8], sigma: float) -> NDArray[np.float32]:
    """A mask of 0 to 255 as 0 to 1, blurred."""
    result: NDArray[np.float32] = cv2.GaussianBlur(mask, (0, 0), sigma).astype(np.float32) * np.float32(1 / 255)
    return result


def even_box(points: NDArray[Any], window: Window) -> Window:
    """The rectangle around `points` with some room, with even sides, inside `window`."""
    left, top = np.maximum(np.floor((points.min(axis=0) - 4) / 2) * 2, window[:2]).astype(int)
    right, bottom = np.minimum(np.ceil((points.max(axis=0) + 5) / 2) * 2, window[2:]).astype(int)
    return int(left), int(top), int(right), int(bottom)


def remap_into(target: NDArray[Any], source: NDArray[Any], places: NDArray[np.float32]) -> None:
    """Fetches `target` from `source` at `places`."""
    cv2.remap(source, places, np.empty(0), cv2.INTER_LINEAR, dst=target, borderMode=cv2.BORDER_REPLICATE)


def blend(target: NDArray[Any], colour: NDArray[Any], opacity: NDArray[Any]) -> None:
    """Lays `colour` over `target`."""
    target[:] = np.round(target + (colour - target) * opacity)
