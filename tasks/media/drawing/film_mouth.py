"""A speaking mouth on a film: the puppet's lips, carried along by a head that moves by itself.

All shapes are built once, on the reference frame of the film. On any other frame an affine map carries them to where the
head is; the frame's own lips are closed first, then opened as the curves say, and where they were filmed open, those of the
reference frame are laid over them (`lent_lips.py`). Nothing outside the patch around the mouth is
touched, and where the film's mouth must be left alone the drawing fades to what was filmed.

Convention: *reference* means pixels of the frame drawn, with the head where it was on the reference frame.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.affine import apply_affine, invert_affine
from tasks.media.drawing.contours import mix_fields, read_contours, spread_contour, stack_fields
from tasks.media.drawing.face import Face, place_face, with_blur
from tasks.media.drawing.grid import Field, Grid, apart, enlarge, grid_step, halve
from tasks.media.drawing.lent_lips import lay_over, lend, lending
from tasks.media.drawing.lips import Rim, mouth_frame
from tasks.media.drawing.mouth import LEAST_SOFT, Lips, Mouth, Shown
from tasks.media.drawing.planes import Planes, to_planes
from tasks.media.drawing.puppet import CUT_RIM
from tasks.media.mouth_track import MouthTrack, head_places
from tasks.media.rig.model import Rig

FILM_RIM = Rim(0.34, 2.0)
"""The border of the patch where all movement fades: wider and softer than a portrait's, for a border that is seen to move
otherwise than the skin beside it is a jump that the film has not."""
UNTOUCHED = 1 / 512
"""Strength below which a frame is left as it is."""


@dataclass(frozen=True)
class Patch:
    """The part of a frame that is drawn anew.

    Attributes:
        grid: its nodes, in pixels of the frame.
        own: where each node finds its content above and below the cut between the lips.
        lent: where it would find it in the reference frame.
        cut: (n, 2) the line between the lips.
    """

    grid: Grid
    own: tuple[Field, Field]
    lent: tuple[Field, Field]
    cut: NDArray[Any]

    def part(self, rows: tuple[int, int], columns: tuple[int, int]) -> "Patch":
        """Some rows and columns of its nodes, [start, end)."""
        grid = Grid(self.grid.left + columns[0] * self.grid.step, self.grid.top + rows[0] * self.grid.step,
                    columns[1] - columns[0], rows[1] - rows[0], self.grid.step)
        window = np.s_[rows[0]:rows[1] + 2, columns[0]:columns[1] + 2]
        own, lent = ((upper[window], lower[window]) for upper, lower in (self.own, self.lent))
        return Patch(grid, own, lent, self.cut)

    def within(self, target: Planes, first: int) -> Planes:
        """Views of what it covers of planes whose first row is the frame's row `first`."""
        left, top = self.grid.left, self.grid.top - first
        return target.crop(left, top, left + self.grid.columns * self.grid.step, top + self.grid.rows * self.grid.step)


class FilmMouth:
    """The mouth of one film at one frame size."""

    def __init__(self, rig: Rig, track: MouthTrack, size: tuple[int, int], picture: NDArray[np.uint8]) -> None:
        """Prepares everything that does not change from frame to frame.

        Args:
            rig: of the film's reference frame.
            track: the mouth on every frame.
            size: (width, height) of the frames drawn, which the film covers.
            picture: the film's reference frame, (height, width, 3) uint8 BGR.
        """
        zoom = max(size[0] / track.size[0], size[1] / track.size[1])
        place = np.array([[zoom, 0, (size[0] - zoom * track.size[0]) / 2], [0, zoom, (size[1] - zoom * track.size[1]) / 2]])
        self._size = size
        fitted = replace(track, size=size, reference=apply_affine(place, track.reference).astype(np.float32),
                         points=apply_affine(place, track.points).astype(np.float32))
        face = film_face(rig, place, size, picture)
        self._frame = frame = mouth_frame(face)
        self._reference = to_planes(face.image)
        step = grid_step(face.scale)
        self._mouth = Mouth(face, step, rim=FILM_RIM)
        self._spread = tuple(stack_fields(spread_contour(face, frame, self._mouth.grid, upper=upper, rim=FILM_RIM))
                             for upper in (True, False))
        self._strength, self._soft, self._light = track.strength, zoom * track.soft, track.light
        self._places = head_places(fitted)
        self._back = np.stack([invert_affine(matrix) for matrix in self._places])
        self._resting, self._filmed = read_contours(fitted, self._back, frame)
        self._lending = np.float32(not frame.is_open) * lending(self._filmed, track.strength, frame.unit)

    def draw(self, target: Planes, picture: Planes, frame: int, values: Mapping[str, float], *, first: int = 0) -> None:
        """Draws the mouth into a frame that shows the film.

        Args:
            target: planes of the frame, or of its rows from `first` on; the film is already in them.
            picture: the film's whole frame at the size of the frames drawn.
            frame: index in the film; past its end the last one.
            values: of the mouth curves.
            first: row of the frame that is the target's first, even.
        """
        frame = min(frame, len(self._strength) - 1)
        strength = float(self._strength[frame])
        if strength < UNTOUCHED:
            return
        values = {name: strength * value for name, value in values.items()}
        lips = self._mouth.shape(values)
        rests, reals = self._contours(frame)
        patch = self._patch(frame, lips, rests, reals, rows=(first, first + len(target.y)))
        if patch is None:
            return
        self._lay(patch.within(target, first), picture, patch, patch.own)
        if self._lending[frame] > UNTOUCHED:
            self._lend(target, patch, frame, first)

        def forward(points: NDArray[Any]) -> NDArray[np.float32]:
            moved = points + self._mouth.grid.sample(rests[1], points)
            seen: NDArray[np.float32] = (apply_affine(self._places[frame], moved) - [0, first]).astype(np.float32)
            return seen

        self._mouth.fill(target, lips, values, forward, Shown(float(self._soft[frame]), float(self._light[frame])))

    def _contours(self, frame: int) -> tuple[list[Field], list[Field]]:
        """What leads from the reference's lips to the frame's resting ones, and to its filmed ones; upper and lower."""
        both = [mix_fields(np.stack([rest[frame], real[frame]]), stacked, self._mouth.grid) for stacked, rest, real in zip(
            self._spread, (self._resting.upper, self._resting.lower), (self._filmed.upper, self._filmed.lower), strict=True)]
        return [rest for rest, _ in both], [real for _, real in both]

    def _patch(self, frame: int, lips: Lips, rests: list[Field], reals: list[Field], *, rows: tuple[int, int]
               ) -> Patch | None:
        """Where the part around the mouth finds its content; None where it lies outside the rows drawn."""
        grid = self._window(frame, rows)
        if grid is None:
            return None
        seen = carry(self._back[frame], grid.nodes())
        own, lent = [], []
        for moves, rest, real in zip((lips.upper_moves, lips.lower_moves), rests, reals, strict=True):
            at = seen - self._read(rest, seen)
            at = seen - self._read(rest, at)
            at -= self._read(moves, at)
            lent.append(at)
            own.append(carry(self._places[frame], at + self._read(real, at)))
        cut = self._mouth.cut_line(lips)
        moved = cut + sum(self._mouth.grid.sample(rest, cut) for rest in rests) / 2
        return Patch(grid, (own[0], own[1]), (lent[0], lent[1]), apply_affine(self._places[frame], moved))

    def _window(self, frame: int, rows: tuple[int, int]) -> Grid | None:
        """The part of the frame that the mouth's patch covers, within the frame and the rows drawn.

        Where these cut it off its last step ends with them; what is left over lies at its other side, where nothing moves.
        """
        left, top, right, bottom = self._mouth.window
        corners = apply_affine(self._places[frame], np.array([(x, y) for x in (left, right) for y in (top, bottom)], float))
        step = self._mouth.grid.step
        low, ends = np.maximum(corners.min(axis=0), (0, rows[0])), np.array([self._size[0], min(rows[1], self._size[1])])
        high = np.minimum(corners.max(axis=0), ends)
        start = (low // 2 * 2).astype(int)
        count = ((high - start) // step).astype(int)
        start = np.where(high == ends, ends - count * step, start)
        return Grid(int(start[0]), int(start[1]), int(count[0]), int(count[1]), step) if count.min() > 0 else None

    def _read(self, field: Field, places: Field) -> Field:
        """A field of the reference, at places of it; nothing moves outside its patch."""
        grid = self._mouth.grid
        index = places * np.float32(1 / grid.step)
        index += np.array([0.5 - (grid.left - 0.5) / grid.step, 0.5 - (grid.top - 0.5) / grid.step], np.float32)
        return np.asarray(cv2.remap(field, index, np.empty(0), cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT), np.float32)

    def _lay(self, part: Planes, picture: Planes, patch: Patch, places: tuple[Field, Field]) -> None:
        """Draws both lips' sides of a patch into planes of its size, and joins them along the cut."""
        grid, cut = patch.grid, patch.cut
        ends = np.array([cut[:, 1].min() - CUT_RIM, cut[:, 1].max() + CUT_RIM + grid.step])
        rows = np.clip((ends - grid.top) // grid.step, 0, grid.rows).astype(int)
        fetch(part, picture, places[0], grid, (0, int(rows[1])))
        both = rows_of(part, int(rows[0]) * grid.step, int(rows[1]) * grid.step)
        above = both.copy()
        fetch(part, picture, places[1], grid, (int(rows[0]), grid.rows))
        top = grid.top + int(rows[0]) * grid.step
        if not above.y.size:
            return
        below = self._mouth.below(cut, (grid.left, top, grid.left + above.y.shape[1], top + above.y.shape[0]))
        small = cv2.resize(below, above.u.shape[::-1], interpolation=cv2.INTER_AREA)
        for plane, other, weight in zip(both, above, (below, small, small), strict=True):
            cv2.blendLinear(plane, other, weight, 1 - weight, dst=plane)

    def _lend(self, target: Planes, patch: Patch, frame: int, first: int) -> None:
        """Lays the lips of the reference frame over the frame's own, as soft as those were filmed."""
        lent = lend(patch.lent, self._frame, float(self._lending[frame]))
        if lent is None:
            return
        part = patch.part(lent.rows, lent.columns)
        own = part.within(target, first)
        over = own.copy()
        self._lay(over, self._reference, part, part.lent)
        if self._soft[frame] > LEAST_SOFT:
            over = Planes(*(cv2.GaussianBlur(plane, (0, 0), float(self._soft[frame]) / share)
                            for plane, share in zip(over, (1, 2, 2), strict=True)))
        step = part.grid.step
        wide = cv2.resize(lent.weight, None, fx=step, fy=step, interpolation=cv2.INTER_LINEAR)
        lay_over(own, over, np.asarray(wide[step:-step, step:-step], np.float32))


def film_face(rig: Rig, place: NDArray[Any], size: tuple[int, int], picture: NDArray[np.uint8]) -> Face:
    """The face of a film's reference frame, in pixels of the frames drawn, and as soft as it was filmed."""
    nowhere = np.zeros((1, 1), np.float32)
    seen = cv2.warpAffine(picture, place, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return with_blur(place_face(rig, place, np.asarray(seen, np.uint8), matte=nowhere, depth=nowhere))


def carry(place: NDArray[Any], field: Field) -> Field:
    """Places on a grid after an affine map."""
    return np.asarray(cv2.transform(field, place.astype(np.float32)), np.float32)


def fetch(target: Planes, picture: Planes, places: Field, grid: Grid, rows: tuple[int, int]) -> None:
    """Fetches the content of some rows of a grid's nodes."""
    if rows[0] >= rows[1]:
        return
    window, step = (0, rows[0], grid.columns, rows[1]), grid.step
    part = rows_of(target, rows[0] * step, rows[1] * step)
    fine, half = enlarge(apart(places), step, window), enlarge(apart(halve(places)), step // 2, window)
    for plane, source, at, kernel in zip(part, picture, (fine, half, half),
                                         (cv2.INTER_CUBIC, cv2.INTER_LINEAR, cv2.INTER_LINEAR), strict=True):
        cv2.remap(source, *at, kernel, dst=plane, borderMode=cv2.BORDER_REPLICATE)


def rows_of(planes: Planes, top: int, bottom: int) -> Planes:
    """Views of some rows, both even."""
    return planes.crop(0, top, planes.y.shape[1], bottom)
