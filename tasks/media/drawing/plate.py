"""The background behind the person, and how the person lies over it.

When the head moves, a little of what was hidden beside it comes into view. The hole where the person stands is filled from
around, as smoothly as its rim allows.

Smooth as it is, the filling would show as a halo in a picture with grain or canvas: the texture of the background beside the
hole goes on in it, mirrored at its rim.

The person is laid over it as opaque as the matte says. In the matte's faint rim a pixel is also as opaque as it differs from
the made-up background: a curl of hair stays whole, the wall beside it stays behind. So a resting portrait is reproduced, and
no rim of background moves with the head.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.drawing.softness import find_grain
from tasks.media.easing import smooth_step

PERSON_FROM = 0.15
"""Matte value from which a pixel is not taken for background."""
FAINT, SURE = 0.06, 0.40
"""Matte values at which the person begins to show, and shows fully."""
SOLID_FROM, NEAR = 0.60, 0.026
"""Matte value of the person's solid part, and how far from it, in units of the scale, the matte is believed."""
HANGING_FROM = 0.40
"""Matte value of what hangs on the solid part and belongs to it too, e.g. the tips of grey hair before a grey wall."""
CLEARANCE, BLURRED_EDGE = 0.014, 3.0
"""How far around it the background is made up too, in units of the scale; and how much further, in the picture's blur."""
ALIKE, DIFFERENT = 4.0, 14.0
"""Differences from the background, of 255, at which a pixel near the silhouette begins to show, and shows fully."""
FILL_STEP = 4
"""The background is made up at a quarter of the size; it is smooth there anyway."""
RELAXATIONS, DRAFT_ROUNDS = 250, 40
"""Rounds of smoothing that let the made-up background leave the rim without a visible step; and for a first look."""
RIM_BLUR, TEXTURE_GAP = 6.0, 6
"""Smoothness of the hole's rim as a mirror, and pixels beside it that are not mirrored: the person's edge is in them."""
NEARLY_ALL = 0.93
"""Share of person from which a matte is not believed."""


def separate(image: NDArray[np.uint8], matte: NDArray[np.float32], scale: float, *, blur: float = 0.0
             ) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """The background without the person, and the opacity of the person over it.

    Args:
        image: (height, width, 3) uint8, BGR.
        matte: (height, width) float32, 1 where the person is.
        scale: the face's unit, pixels.
        blur: how soft the picture is, pixels; a soft person reaches further over the background.

    Returns:
        The plate, like `image`, and the opacity, (height, width) float32 from 0 to 1. A picture that is all person has
        opacity 1 everywhere.
    """
    if float(matte.mean()) > NEARLY_ALL:
        return image, np.ones(image.shape[:2], np.float32)
    matte = matte * around_person(matte, NEAR * scale)
    away = cv2.distanceTransform((matte <= PERSON_FROM).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    hole = (away < CLEARANCE * scale + BLURRED_EDGE * blur).astype(np.uint8)
    grain = find_grain(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), blur)
    outside = grain[hole == 0]
    rough = float(outside.std()) if outside.size else 0.0
    draft = fill_hole(image, hole, rounds=DRAFT_ROUNDS)
    hole[find_background(image, draft, hole, matte, rough)] = 0
    plate = fill_hole(image, hole, rounds=RELAXATIONS, grain=grain)
    return plate, find_opacity(image, plate, matte, rough) * hole


def find_background(image: NDArray[np.uint8], plate: NDArray[np.uint8], hole: NDArray[np.uint8], matte: NDArray[np.float32],
                    rough: float) -> NDArray[np.bool_]:
    """Parts of the hole's faint rim that look like what lies just outside, not like what was made up: a shelf goes on."""
    labels = cv2.distanceTransformWithLabels(hole, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL)[1]
    known = hole == 0
    colours = np.zeros((int(labels.max()) + 1, 3), np.uint8)
    colours[labels[known]] = image[known]
    beside = cv2.absdiff(image, colours[labels]).max(axis=2)
    made_up = cv2.absdiff(image, plate).max(axis=2)
    goes_on = (matte < SURE) & (hole > 0) & (beside < DIFFERENT + 2 * rough) & (made_up > beside + ALIKE + 2 * rough)
    return opened(goes_on, 1) > 0


def find_opacity(image: NDArray[np.uint8], plate: NDArray[np.uint8], matte: NDArray[np.float32], rough: float
                 ) -> NDArray[np.float32]:
    """(height, width): how opaque the person is, from the matte, and at its faint rim from the difference to `plate`.

    A background whose texture is `rough` levels strong differs from what is made up by that much anyway.
    """
    difference = cv2.absdiff(image, plate).max(axis=2).astype(np.float32)
    differs = smooth_step(cv2.GaussianBlur(difference, (0, 0), 0.8), ALIKE + 2 * rough, DIFFERENT + 3 * rough)
    return np.asarray(np.maximum(smooth_step(matte, FAINT, SURE), differs), np.float32)


def around_person(matte: NDArray[np.float32], reach: float) -> NDArray[np.float32]:
    """1 within `reach` pixels of the largest solid part of the matte and what hangs on it; the rest are things beside it."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(opened(matte > SOLID_FROM, reach), connectivity=4)
    if count < 2:
        return np.ones(matte.shape, np.float32)
    largest = labels == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    firm = opened(matte > HANGING_FROM, reach / 2) | largest.astype(np.uint8)
    parts = cv2.connectedComponents(firm, connectivity=4)[1]
    person = parts == parts[largest][0]
    return np.asarray(cv2.dilate(person.astype(np.uint8), disc(reach)), np.float32)


def opened(mask: NDArray[np.bool_], radius: float) -> NDArray[np.uint8]:
    """1 where a disc of `radius` pixels fits into the mask: without its threads and specks."""
    return np.asarray(cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, disc(radius)), np.uint8)


def disc(radius: float) -> NDArray[np.uint8]:
    """A round structuring element."""
    side = 2 * max(1, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def fill_hole(image: NDArray[np.uint8], hole: NDArray[np.uint8], *, rounds: int, grain: NDArray[np.float32] | None = None
              ) -> NDArray[np.uint8]:
    """The picture with the pixels where `hole` is 1 made up: as smooth as the rim allows, with the texture `grain`."""
    small = (image.shape[1] // FILL_STEP, image.shape[0] // FILL_STEP)
    missing = cv2.dilate(cv2.resize(hole, small, interpolation=cv2.INTER_NEAREST), np.ones((5, 5), np.uint8))
    known = cv2.resize(image, small, interpolation=cv2.INTER_AREA).astype(np.float32)
    filled = fill_smoothly(known, missing)
    for _ in range(rounds):
        filled = np.where(missing[..., None] > 0, cv2.blur(filled, (3, 3), borderType=cv2.BORDER_REPLICATE), known)
    made_up = cv2.resize(filled, image.shape[1::-1], interpolation=cv2.INTER_CUBIC)
    if grain is not None and grain.any():
        made_up = made_up + mirror_texture(grain, hole)[..., None]
    return np.where(hole[..., None] > 0, np.clip(np.round(made_up), 0, 255), image).astype(np.uint8)


def mirror_texture(grain: NDArray[np.float32], hole: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(height, width): the fine texture of what lies around the hole, mirrored into it at its rim; 0 where there is none."""
    away = cv2.distanceTransform(hole, cv2.DIST_L2, cv2.DIST_MASK_5)
    border = cv2.distanceTransform(1 - hole, cv2.DIST_L2, cv2.DIST_MASK_5)
    signed = cv2.GaussianBlur(away - border, (0, 0), RIM_BLUR)
    down, across = np.gradient(signed)
    y, x = np.indices(hole.shape, np.float32)
    far = 2 * away + TEXTURE_GAP
    places = np.stack([x - far * across, y - far * down], axis=-1).astype(np.float32)
    found = cv2.remap(grain * (border > TEXTURE_GAP / 2), places, np.empty(0), cv2.INTER_LINEAR,
                      borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(found * (hole > 0), np.float32)


def fill_smoothly(image: NDArray[np.float32], missing: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Missing pixels as averages of known ones, near ones counting most.

    Source: the pull-push interpolation of Gortler et al., The Lumigraph, SIGGRAPH 1996, doi:10.1145/237170.237200.
    """
    known = (1 - missing).astype(np.float32)
    levels = [np.dstack([image * known[..., None], known])]
    while min(levels[-1].shape[:2]) > 2:
        height, width = levels[-1].shape[:2]
        levels.append(cv2.resize(levels[-1], ((width + 1) // 2, (height + 1) // 2), interpolation=cv2.INTER_AREA))
    filled = levels[-1][..., :3] / np.maximum(levels[-1][..., 3:], 1e-6)
    for level in reversed(levels[:-1]):
        filled = cv2.resize(filled, level.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        filled = level[..., :3] + filled * (1 - level[..., 3:])
    return np.asarray(filled, np.float32)
