"""Takes the inside out of a portrait's open mouth, and keeps its teeth.

A mouth at rest is closed, whatever the portrait shows. Lips that close meet within a pixel or two, not exactly; what they
leave between them must not be a tooth. So each lip is continued over the opening, as if mirrored at its own edge, up to the
line where they will meet; a faint shade along the edges is the line between closed lips.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.drawing.lips import MouthFrame

FRINGE, FRINGE_BLUR = 0.015, 1.2
"""Width of the rim beside the opening in which a lip's pixels are mixed with teeth or shadow, in units of the scale, and how
much more of it a soft picture has, in its blur."""
MIRRORED = 0.055
"""How deep into the lip the mirror reaches, in units of the scale; further on its last pixels are repeated."""
CORNERS = 0.35
"""Towards the corners of the mouth, from so far before them, lips and rims grow thin; in half widths of the mouth."""
SHADE, SHADE_WIDTH = 0.28, 0.011
"""Light that is lost where the lips meet, and how far from there, in units of the scale."""


LEAST_BRIGHT = 0.75
"""Brightest part of an opening relative to the skin, below which it is no teeth."""
LESS_RED = 4
"""Red chroma of lips above that of teeth from which colour tells them apart; in a grey picture it does not."""
TOOTH_COLUMNS, TOOTH_STEP = 81, 0.004
"""Resolution in which teeth are looked for: columns across the mouth, and step downwards in units of the scale."""
TOOTH_LIGHT, TOOTH_SHADE = 0.62, 0.28
"""Least brightness of a tooth relative to the brightest, in the middle of the mouth, and how much less in the corners."""
TOOTH_GAP = 0.014
"""A dark line between bright parts that is no wider than this, in units of the scale, lies within a tooth."""
FRONT, LEAST_LENGTH = 0.45, 0.030
"""Middle part of the mouth in which teeth must be seen, and their least length below the lip, in units of the scale."""


@dataclass(frozen=True)
class Teeth:
    """How far teeth reach below the upper lip of the portrait, in units of the scale, along the mouth."""

    x: NDArray[Any]
    lengths: NDArray[Any]


def take_out_inside(image: NDArray[np.uint8], frame: MouthFrame, blur: float) -> NDArray[np.uint8]:
    """The portrait, (height, width, 3) uint8, with lips where it shows the inside of the mouth; `blur` is its softness."""
    reach = 2 * (FRINGE + FRINGE_BLUR * blur / frame.unit)
    corners = frame.place(np.array([[-1.05, frame.upper[:, 1].min() - reach], [1.05, frame.upper[:, 1].min() - reach],
                                    [-1.05, frame.lower[:, 1].max() + reach], [1.05, frame.lower[:, 1].max() + reach]]))
    left, top = np.maximum(np.floor(corners.min(axis=0)), 0).astype(int)
    right, bottom = np.minimum(np.ceil(corners.max(axis=0)) + 1, image.shape[1::-1]).astype(int)
    pixels = np.stack(np.meshgrid(np.arange(left, right), np.arange(top, bottom)), axis=-1).astype(float)
    local = frame.locate(pixels)
    x, y = local[..., 0], local[..., 1]
    upper, lower = (np.interp(x, line[:, 0], line[:, 1]) for line in (frame.upper, frame.lower))
    above, thin = y < frame.seam(x), np.clip((1 - np.abs(x)) / CORNERS, 0, 1)
    fringe = reach / 2 * thin
    deep = np.where(above, y - upper, lower - y) + fringe
    mirrored = np.where(above, -1, 1) * np.minimum(np.maximum(2 * deep, 0), np.maximum(deep, 0) + MIRRORED * thin)
    source = frame.place(np.stack([x, y + mirrored], axis=-1)).astype(np.float32)
    lips = cv2.remap(image, source, np.empty(0), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    line = np.exp(-((np.maximum(fringe - deep, 0) / SHADE_WIDTH) ** 2)) * np.clip((lower - upper) / reach, 0, 1)
    part = image[top:bottom, left:right]
    closed = np.where((deep > 0)[..., None], lips, part) * (1 - SHADE * line)[..., None]
    inside = (np.abs(x) < 1)[..., None]
    result = image.copy()
    result[top:bottom, left:right] = np.where(inside, np.round(closed), part)
    return result


def find_teeth(image: NDArray[np.uint8], frame: MouthFrame, skin: float) -> Teeth | None:
    """The portrait's own upper teeth.

    They are what is bright between the lips and has less colour than these. They begin at the upper lip; what lies below the
    first gap under them is something else.

    Args:
        image: (height, width, 3) uint8, BGR.
        frame: the mouth's own axes.
        skin: luma of plain skin, 0 to 255.

    Returns:
        None where too few are seen to speak with.
    """
    x, deep = np.linspace(-1, 1, TOOTH_COLUMNS), np.arange(0, 2 * frame.widest, TOOTH_STEP)[:, None]
    upper, lower = (np.interp(x, line[:, 0], line[:, 1]) for line in (frame.upper, frame.lower))
    y = upper + deep
    places = frame.place(np.stack(np.broadcast_arrays(x, y), axis=-1)).astype(np.float32)
    seen = cv2.remap(image, places, np.empty(0), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    luma, red = (plane.astype(np.float32) for plane in cv2.split(cv2.cvtColor(seen, cv2.COLOR_BGR2YCrCb))[:2])
    inside, in_lip = (y < lower) & (deep > 0), (np.abs(y - lower - MIRRORED / 2) < MIRRORED / 2) & (np.abs(x) < 0.6)
    bright = float(np.percentile(luma[inside], 92)) if inside.any() else 0.0
    if bright < LEAST_BRIGHT * skin or not in_lip.any():
        return None
    lip_red, tooth_red = float(np.median(red[in_lip])), float(np.median(red[inside & (luma > 0.9 * bright)]))
    pale = red < (lip_red + tooth_red) / 2 if lip_red - tooth_red > LESS_RED else np.ones_like(inside)
    tooth = ((luma > (TOOTH_LIGHT - TOOTH_SHADE * x**2) * bright) & pale & inside).astype(np.uint8)
    joined = cv2.morphologyEx(tooth, cv2.MORPH_CLOSE, np.ones((round(TOOTH_GAP / TOOTH_STEP), 5), np.uint8))
    started = np.cumsum(joined, axis=0) > 0
    ends = np.where(joined.any(axis=0), (started & (joined == 0)).argmax(axis=0), 0) * TOOTH_STEP
    lengths = cv2.GaussianBlur(cv2.medianBlur(ends.astype(np.float32)[None], 5), (0, 0), 1.5)[0]
    front = lengths[np.abs(x) < FRONT]
    return Teeth(x, lengths) if float(np.percentile(front, 15)) > LEAST_LENGTH else None
