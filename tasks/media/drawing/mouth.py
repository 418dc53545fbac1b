"""A speaking mouth: two layers of skin that part along the lips, and the inside between them.

The mouth is not drawn into the portrait. It says where in the portrait each place of the frame finds its content, on either
side of the cut, so that skin is read only once on its way from the portrait to the frame; then it paints its inside.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.drawing.face import Face
from tasks.media.drawing.grid import Field, Grid
from tasks.media.drawing.interior import Interior, Window
from tasks.media.drawing.lip_red import LipRed, paleness_of
from tasks.media.drawing.lips import RIM, Rim, build_layer, mouth_frame, weigh
from tasks.media.drawing.planes import CHROMA_GREY, LUMA_BLACK, Planes
from tasks.media.easing import smooth_step

REACH = (0.95, 0.48, 1.12)
"""How far the patch reaches from the middle of the mouth: sideways, up, down, in units of the scale."""
PARTED, WIDE_OPEN, TUCKED_OPEN = 0.004, 0.022, 0.014
"""Growth of the gap between the lips at which the inside begins to show, and shows fully, in units of the scale; and where a
portrait's closed lips, whose gap is a dark line, show teeth on the lower one."""
CORNER_POINTS = 2
"""Points of a lip's edge, from each corner, over which the gap between the lips opens."""
ROUNDS, OPEN_ROUNDS = 3, 7
"""Rounds of the iteration that finds where moved skin comes from; lips that close a gap move further between neighbours."""
RED_RIM = 2.0
"""How much softer than the edge of the opening the red of pale lips ends on the skin."""
LEAST_SOFT = 0.3
"""Softness that changes no pixel to speak of, pixels."""
SUBPIXEL_BITS = 4
"""Polygons are filled in sixteenths of a pixel."""


Forward = Callable[[NDArray[Any]], NDArray[np.float32]]
"""Where in the frame points of the portrait are seen, (n, 2) pixels both."""


@dataclass(frozen=True)
class Shown:
    """How a frame of a film shows what is painted into it, next to the frame that the mouth was made of.

    Attributes:
        soft: how much softer it is, pixels.
        light: how much brighter.
    """

    soft: float = 0.0
    light: float = 1.0


AS_IT_IS = Shown()
"""A portrait is as soft and as bright as itself."""


@dataclass(frozen=True)
class Lips:
    """Where the lips are in one frame, in the portrait: edges as (n, 2) pixels, and how far both layers have moved."""

    upper: NDArray[np.float32]
    lower: NDArray[np.float32]
    upper_moves: Field
    lower_moves: Field
    gap: NDArray[Any]


class Mouth:
    """The mouth of one face."""

    def __init__(self, face: Face, step: int, *, rim: Rim = RIM) -> None:
        """Prepares the mouth of a face on a grid of `step` pixels; `rim` is its border, where all fades."""
        self._frame = frame = mouth_frame(face)
        self.grid = patch_grid(face, frame.centre, frame.unit, step)
        self.window = (self.grid.left, self.grid.top, self.grid.left + self.grid.columns * step,
                       self.grid.top + self.grid.rows * step)
        self._upper = build_layer(face, frame, self.grid, upper=True, rim=rim)
        self._lower = build_layer(face, frame, self.grid, upper=False, rim=rim)
        pale = paleness_of(face)
        self._interior = Interior(face, frame, pale=pale)
        self._red = LipRed(pale, self._interior.red_tint, frame.unit, frame.down)
        self._rim = max(0.7, 0.004 * frame.unit, 0.8 * face.blur)
        self._rounds = OPEN_ROUNDS if frame.is_open else ROUNDS
        self._rest_gap = self.shape({}).gap

    def shape(self, values: Mapping[str, float]) -> Lips:
        """The lips for values of the mouth curves."""
        weights = weigh(values)
        upper, lower = (self.grid.backward(layer.field(weights), rounds=self._rounds)
                        for layer in (self._upper, self._lower))
        top, bottom = self._upper.moved_edge(weights), self._lower.moved_edge(weights)
        gap = np.maximum((bottom - top) @ self._frame.down, 0) * taper(len(top))
        middle = (top + bottom) / 2
        half = (gap / 2)[:, None] * self._frame.down
        return Lips((middle - half).astype(np.float32), (middle + half).astype(np.float32), upper, lower, gap)

    def part(self, lips: Lips, places: Field) -> tuple[Field, Field]:
        """Where content comes from above and below the cut, if without the mouth it came from `places`."""
        left, top, right, bottom = self.window
        inside = ((places[..., 0] > left) & (places[..., 0] < right) & (places[..., 1] > top) & (places[..., 1] < bottom))
        rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
        upper, lower = places.copy(), places.copy()
        if len(rows):
            block = np.s_[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1]
            index = places[block] * np.float32(1 / self.grid.step)
            index[..., 0] += 0.5 - (left - 0.5) / self.grid.step
            index[..., 1] += 0.5 - (top - 0.5) / self.grid.step
            for field, moves in ((upper, lips.upper_moves), (lower, lips.lower_moves)):
                field[block] -= cv2.remap(moves, index, np.empty(0), cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        return upper, lower

    def cut_line(self, lips: Lips) -> NDArray[Any]:
        """(n, 2): the line between the layers, from side to side of what the mouth moves; pixels of the portrait."""
        middle = (lips.upper + lips.lower) / 2
        slope = self._frame.right / self._frame.right[0]
        left = middle[:1] + slope * (self.window[0] - middle[0, 0])
        right = middle[-1:] + slope * (self.window[2] - middle[-1, 0])
        return np.vstack([left, middle, right])

    def below(self, cut: NDArray[Any], part: Window) -> NDArray[np.float32]:
        """1 where the lower layer shows, in a rectangle of the frame; `cut` is the cut line in the frame."""
        deep = 4 * (self.window[3] - self.window[1]) * self._frame.down
        outline = np.vstack([cut, cut[::-1] + deep]) - part[:2]
        return soften(fill(outline, (part[2] - part[0], part[3] - part[1])), 0.6)

    def fill(self, target: Planes, lips: Lips, values: Mapping[str, float], forward: Forward,
             shown: Shown = AS_IT_IS) -> None:
        """Paints the inside of the mouth between the lips."""
        opening = float((lips.gap - self._rest_gap).max()) / self._frame.unit
        if opening <= PARTED:
            return
        outline = forward(np.vstack([lips.upper, lips.lower[::-1]]))
        part = even_box(outline, (0, 0, target.y.shape[1], target.y.shape[0]))
        if part[2] <= part[0] or part[3] <= part[1]:
            return
        rim = float(np.hypot(self._rim, shown.soft))
        mask = soften(fill(outline - part[:2], (part[2] - part[0], part[3] - part[1])), rim)
        middle = len(self._lower.edge) // 2
        jaw = self._lower.moved_edge(jaw_only(values))[middle] - self._lower.moved_edge(weigh({}))[middle]
        inside = show(self._interior.draw(part, mask, self._place(forward), jaw, opening, values), shown)
        tucked = 0.0 if self._frame.is_open else min(values.get("tuck", 0.0), 1.0)
        visible = mask * np.float32(smooth_step(opening, PARTED, WIDE_OPEN + (TUCKED_OPEN - WIDE_OPEN) * tucked))
        half = (mask.shape[1] // 2, mask.shape[0] // 2)
        under = target.crop(*part)
        blend(under.y, inside.y + LUMA_BLACK, visible)
        visible = cv2.resize(visible, half, interpolation=cv2.INTER_AREA)
        for plane, colour in ((under.u, inside.u), (under.v, inside.v)):
            blend(plane, cv2.resize(colour, half, interpolation=cv2.INTER_AREA) + CHROMA_GREY, visible)
        self._redden(target, lips, opening - PARTED, forward, RED_RIM * rim)

    def _redden(self, target: Planes, lips: Lips, opening: float, forward: Forward, rim: float) -> None:
        """Shows the red of pale lips that part."""
        for outline, light in self._red.outlines(lips.upper, lips.lower, opening):
            seen = forward(outline)
            part = even_box(seen, (0, 0, target.y.shape[1], target.y.shape[0]))
            if part[2] > part[0] and part[3] > part[1]:
                cover = soften(fill(seen - part[:2], (part[2] - part[0], part[3] - part[1])), rim)
                self._red.lay_on(target.crop(*part), cover, light)

    def _place(self, forward: Forward) -> NDArray[Any]:
        """(2, 3): from pixels of the portrait near the mouth to the frame's; so near, heads move without bending."""
        corners = self._frame.place(np.array([[-1, 0], [1, 0], [0, 0.2]])).astype(np.float32)
        return np.asarray(cv2.getAffineTransform(corners, forward(corners)))


def show(inside: Planes, shown: Shown) -> Planes:
    """The inside of the mouth as a frame of a film shows it."""
    if shown == AS_IT_IS:
        return inside
    lit = (plane * np.float32(shown.light) for plane in inside)
    if shown.soft < LEAST_SOFT:
        return Planes(*lit)
    return Planes(*(cv2.GaussianBlur(plane, (0, 0), shown.soft, borderType=cv2.BORDER_REPLICATE) for plane in lit))


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


def blend(target: NDArray[Any], colour: NDArray[Any], opacity: NDArray[Any]) -> None:
    """Lays `colour` over `target`."""
    target[:] = np.round(target + (colour - target) * opacity)
