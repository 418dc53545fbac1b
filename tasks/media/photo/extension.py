"""Continues a picture beyond its edges, so that nobody sees where it ended.

What lies beyond an edge is the picture's own reflection, which is continuous with it, but reaches back ever more slowly
and is blurred the more the farther out it is: no second face, no stripes, no seam. Background and person are continued
apart: the background as if nobody stood there; the person only downwards, shoulders widening, ever more in the plain colour
of the clothes, and darker, as if the light were on the face. Grain as in the photo lies over it.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.drawing.plate import fill_smoothly
from tasks.media.easing import smooth_step

Floats = NDArray[np.float32]

STEP = 2
"""What is added is made at half the size: it is blurred anyway."""
BLUR_PER_PX = 0.22
"""How much more blurred it is a pixel farther out."""
BLURS_PX = (0.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
"""Blurs between which is mixed."""
BACKGROUND_REACH_PX, SIDE_REACH_PX = 260.0, 14.0
"""How far back into the photo the reflections of the background, and of a person cut off at a side, reach at most."""
CLOTHES_REACH = 0.5
"""How far those of the person reach downwards, as a share of the clothes that are seen."""
PLAIN_FROM_PX = 75.0
"""How far below the photo the clothes have taken on their plain colour by two thirds."""
FALL_OFF, FALL_OFF_PX = 0.28, 800.0
"""How much darker the person gets downwards, and over how many pixels."""
SHOULDERS_PX, SHOULDERS_SOFT_PX = 320.0, 26.0
"""How far below the photo shoulders have widened to all of the portrait, and how soft their outline is."""
NECK_WIDE, SHOULDERS_WIDE = 0.5, 0.9
"""Half of the person's width at the photo's lower edge, in widths of the face, that is a neck's, and shoulders'."""
GRAIN_SIGMA = 1.5
"""What is finer than this many pixels of the photo is its grain."""
MOST_GRAIN = 6.0
"""Grain is not stronger than this, levels: what measures more is texture."""


@dataclass(frozen=True)
class Known:
    """What a photo fills of a portrait, pixels; right and bottom are the first outside."""

    left: int
    top: int
    right: int
    bottom: int

    def fills(self, size: tuple[int, int]) -> bool:
        """True where nothing of a portrait of `size`, (width, height), is left empty."""
        return (self.left, self.top, self.right, self.bottom) == (0, 0, *size)

    def smaller(self) -> "Known":
        """The same at the size at which things are added, surely inside."""
        return Known(-(-self.left // STEP), -(-self.top // STEP), self.right // STEP, self.bottom // STEP)


@dataclass(frozen=True)
class Torso:
    """What is known about the part of the person that is to be continued.

    Attributes:
        from_row: below it are clothes; reflections of the person do not reach higher.
        colour: (3,) of the clothes, BGR.
        middle: column of the face's middle.
        face_px: width of the face.
    """

    from_row: float
    colour: Floats
    middle: float
    face_px: float


def extend(image: NDArray[np.uint8], matte: Floats, known: Known, torso: Torso, *, grain_px: float,
           backdrop: Floats | None = None) -> NDArray[np.uint8]:
    """Fills what a photo leaves empty of a portrait.

    Args:
        image: (height, width, 3) uint8, BGR, right within `known`.
        matte: (height, width) float32, 1 where the person is, right within `known`.
        known: what the photo fills.
        torso: how the person goes on.
        grain_px: size of a pixel of the photo in the portrait.
        backdrop: (height, width, 3) what is behind the person; the photo's own background goes on unless given.

    Returns:
        Like `image`; within `known` nothing is changed.
    """
    size = image.shape[1], image.shape[0]
    small = size[0] // STEP, size[1] // STEP
    picture, cover, part = (cv2.resize(image, small, interpolation=cv2.INTER_AREA),
                            cv2.resize(matte, small, interpolation=cv2.INTER_AREA), known.smaller())
    if backdrop is None:
        behind = _continued(_without(picture, cover > 0.1, part), part, (BACKGROUND_REACH_PX,) * 3)
    else:
        behind = cv2.resize(backdrop, small, interpolation=cv2.INTER_AREA)
    opacity = _outline(cover, part, torso)[..., None]
    made_up = cv2.resize(_person(picture, cover, part, torso) * opacity + behind * (1 - opacity), size,
                         interpolation=cv2.INTER_CUBIC)
    made_up += grain_like(image, matte, known, grain_px)[..., None]
    result = np.clip(made_up + 0.5, 0, 255).astype(np.uint8)
    window = slice(known.top, known.bottom), slice(known.left, known.right)
    result[window] = image[window]
    return np.asarray(result, np.uint8)


def grain_like(image: NDArray[np.uint8], matte: Floats, known: Known, grain_px: float) -> Floats:
    """(height, width) noise as strong and as coarse as the grain of a photo's background."""
    luma = cv2.cvtColor(image[known.top:known.bottom, known.left:known.right], cv2.COLOR_BGR2GRAY).astype(np.float32)
    fine = np.abs(luma - cv2.GaussianBlur(luma, (0, 0), GRAIN_SIGMA * max(grain_px, 1.0)))
    free = fine[matte[known.top:known.bottom, known.left:known.right] < 0.1]
    strength = min(1.48 * float(np.median(free if free.size else fine)), MOST_GRAIN)
    height, width = image.shape[:2]
    grains = max(2, round(width / max(grain_px, 1.0))), max(2, round(height / max(grain_px, 1.0)))
    noise = np.random.default_rng(0).standard_normal(grains[::-1], np.float32)
    return np.asarray(strength * cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def _person(picture: NDArray[np.uint8], cover: Floats, part: Known, torso: Torso) -> Floats:
    """The person beyond the photo's edges: its clothes ever plainer and darker downwards."""
    reach = max(4.0, CLOTHES_REACH * (STEP * part.bottom - torso.from_row))
    person = _continued(_without(picture, cover < 0.9, part), part, (SIDE_REACH_PX, SIDE_REACH_PX, reach))
    below = STEP * np.maximum(np.arange(len(picture)) - (part.bottom - 1), 0).astype(np.float32)[:, None, None]
    plain = 1 - np.exp(-below / PLAIN_FROM_PX)
    return np.asarray((person * (1 - plain) + torso.colour * plain) * (1 - FALL_OFF * smooth_step(below, 0, FALL_OFF_PX)))


def _outline(cover: Floats, part: Known, torso: Torso) -> Floats:
    """(height, width) how opaque the person is: as at the nearest edge; below the photo shoulders widen."""
    height, width = cover.shape
    columns, rows = (np.clip(np.arange(length), start, end - 1).astype(np.float32)
                     for length, start, end in ((width, part.left, part.right), (height, part.top, part.bottom)))
    nearest = np.asarray(cv2.remap(cover, *_grid(columns, rows), cv2.INTER_LINEAR), np.float32)
    below = STEP * np.maximum(np.arange(height) - (part.bottom - 1), 0).astype(np.float32)[:, None]
    nearest = _mixed(nearest, below * np.ones((1, width), np.float32))
    aside = STEP * np.abs(np.arange(width) - torso.middle / STEP)[None]
    half = _half_width(cover[part.bottom - 1], part, torso)
    bend = float(np.interp(half / torso.face_px, (NECK_WIDE, SHOULDERS_WIDE), (0.5, 1.0)))
    wide = half + STEP * width / 2 * np.clip(below / SHOULDERS_PX, 0, 1) ** bend
    shoulders = smooth_step(wide - aside, -SHOULDERS_SOFT_PX, SHOULDERS_SOFT_PX) * (below > 0)
    above = np.arange(height)[:, None] < part.top
    return np.asarray(np.where(above, 0, np.maximum(nearest, shoulders)), np.float32)


def _half_width(edge: Floats, part: Known, torso: Torso) -> float:
    """How far the person reaches to both sides at the photo's lower edge, pixels; what is farther off is something else."""
    middle = int(np.clip(torso.middle / STEP, part.left, part.right - 1))
    solid = edge > 0.5
    if not solid[middle]:
        return 0.0
    right = int(np.argmin(np.append(solid[middle:part.right], False)))
    left = int(np.argmin(np.append(solid[part.left:middle + 1][::-1], False)))
    return float(STEP * min(left, right))


def _without(picture: NDArray[np.uint8], hidden: NDArray[np.bool_], part: Known) -> NDArray[np.uint8]:
    """The picture with what is hidden, or not known, made up from what surrounds it."""
    missing = np.ones(picture.shape[:2], np.uint8)
    window = slice(part.top, part.bottom), slice(part.left, part.right)
    missing[window] = hidden[window]
    if missing.all():
        return picture
    smooth = fill_smoothly(picture.astype(np.float32), missing)
    weight = cv2.GaussianBlur(cv2.dilate(missing, np.ones((5, 5), np.uint8)).astype(np.float32), (0, 0), 1.5)[..., None]
    return np.asarray(picture * (1 - weight) + smooth * weight + 0.5, np.uint8)


def _continued(picture: NDArray[np.uint8], part: Known, reaches: tuple[float, float, float]) -> Floats:
    """The picture beyond its edges: reflected as far back as `reaches` says of sides, top and bottom, and blurred."""
    height, width = picture.shape[:2]
    sides, top, bottom = (max(reach / STEP, 1.0) for reach in reaches)
    columns, across = _reflected(width, part.left, part.right, (sides, sides))
    rows, down = _reflected(height, part.top, part.bottom, (top, bottom))
    reflected = cv2.remap(picture, *_grid(columns, rows), cv2.INTER_LINEAR).astype(np.float32)
    return _mixed(reflected, STEP * np.maximum(across[None], down[:, None]))


def _reflected(length: int, start: int, end: int, reaches: tuple[float, float]) -> tuple[Floats, Floats]:
    """(length,) where each place finds its content, and how far outside it is, pixels."""
    places, span = np.arange(length, dtype=np.float32), max(float(end - 1 - start), 1.0)
    before, after = np.maximum(start - places, 0), np.maximum(places - (end - 1), 0)
    limits = [min(reach, span) for reach in reaches]
    back = [limit * (1 - np.exp(-away / limit)) for limit, away in zip(limits, (before, after), strict=True)]
    found = np.clip(places, start, end - 1) + back[0] - back[1]
    return found.astype(np.float32), np.maximum(before, after).astype(np.float32)


def _mixed(picture: Floats, far_px: Floats) -> Floats:
    """A picture (height, width, ...) blurred by as much as each place is far out."""
    steps = np.log2(1 + np.array(BLURS_PX))
    level = np.interp(np.log2(1 + BLUR_PER_PX * far_px), steps, np.arange(len(steps))).astype(np.float32)
    result = picture.copy()
    for index, sigma in enumerate(BLURS_PX[1:], 1):
        weight = np.clip(level - (index - 1), 0, 1)
        result += (_blurred(picture, sigma / STEP) - result) * weight.reshape(*weight.shape, *(1,) * (picture.ndim - 2))
    return result


def _blurred(picture: Floats, sigma: float) -> Floats:
    """Blurred by `sigma` pixels; on a smaller copy where that is not seen."""
    step = max(1, int(sigma / 3))
    size = picture.shape[1::-1]
    small = cv2.resize(picture, (-(-size[0] // step), -(-size[1] // step)), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), sigma / step, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(soft, size, interpolation=cv2.INTER_LINEAR), np.float32)


def _grid(columns: Floats, rows: Floats) -> tuple[Any, Any]:
    """Both maps of a remap that has the same columns in all rows."""
    return np.repeat(columns[None], len(rows), axis=0), np.repeat(rows[:, None], len(columns), axis=1)
