"""A softly blurred room behind the person, and the final composite."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

from .colour import srgb
from .person import Room
from .profiles import Floats

FULL_WIDTH_PX = 1080
"""Width of a full-size picture; blurs are given for it."""
SHRINK = 4
"""The room is drawn so many times smaller: everything in it is out of focus."""
PORTRAIT_ASPECT = 1.78
"""Height over width, so that round things are round."""
SHELF_HEIGHTS = (0.235, 0.415)
"""The shelves, from the top of the picture."""
PLANT = (0.03, 0.64)
"""Where the plant grows, (x, y)."""


def finish(person_path: Path, out: Path, room: Room, seed: int) -> None:
    """Puts the rendered person over the room, with light wrap, bloom and dither.

    Args:
        person_path: the person, a picture with transparency.
        out: the finished picture is written here.
        room: colours of the room.
        seed: places books and leaves.
    """
    person = np.asarray(Image.open(person_path).convert("RGBA")).astype(np.float32) / 255
    height, width = person.shape[:2]
    scale = width / FULL_WIDTH_PX
    alpha, colour = person[..., 3:], person[..., :3]
    back = paint_room(width, height, room, seed)
    # a contact of light from the room along the silhouette
    soft = gaussian_filter(alpha[..., 0], 9 * scale)[..., None]
    glow = gaussian_filter(back, (18 * scale, 18 * scale, 0))
    image = back * (1 - alpha) + colour * alpha
    image += glow * alpha * np.clip(1 - soft, 0, 1) * 0.16
    image += gaussian_filter(np.clip(image - 0.72, 0, 1), (14 * scale, 14 * scale, 0)) * 0.35
    # gentle contrast and warmth
    mean = image.mean(-1, keepdims=True)
    image = np.clip(mean + (image - mean) * 1.08, 0, 1)
    image = image - 0.025 * np.sin(2 * np.pi * image)
    image += np.random.default_rng(5).uniform(-0.5, 0.5, (height, width, 1)) / 255
    Image.fromarray((np.clip(image, 0, 1) * 255 + 0.5).astype(np.uint8)).save(out, optimize=True)


def paint_room(width: int, height: int, room: Room, seed: int) -> Floats:
    """Wall, window, shelves, plant and lamps, out of focus: (height, width, 3), sRGB from 0 to 1."""
    rng = np.random.default_rng(seed)
    w, h = width // SHRINK, height // SHRINK
    y, x = np.mgrid[0:h, 0:w].astype(float)
    x, y = x / w, y / h
    scale = w / FULL_WIDTH_PX
    top, mid, low, glow = (srgb(colour) for colour in (room.top, room.mid, room.low, room.glow))
    t = y[..., None]
    image = np.where(t < 0.5, top + (mid - top) * (t / 0.5), mid + (low - mid) * ((t - 0.5) / 0.5))
    lay(image, blur(window_mask(x, y), 26 * scale), glow, 0.55)
    add_shelves(image, x, y, room, scale, rng)
    lay(image, blur(plant_mask(x, y, rng), 9 * scale), srgb(room.leaf), 0.62)
    for lamp in room.lamps:
        d = np.hypot(x - lamp.x, (y - lamp.y) * PORTRAIT_ASPECT)
        lay(image, blur((d < lamp.radius).astype(float), 5 * scale), glow, lamp.strength)
        lay(image, np.exp(-(d / (lamp.radius * 3.2)) ** 2), glow, lamp.strength * 0.5)
    image = gaussian_filter(image, (6 * scale, 6 * scale, 0), mode="nearest")
    # halo behind the head, gentle vignette
    d = np.hypot((x - 0.5) / 0.62, (y - 0.40) / 0.46)
    image += (np.minimum(image * 1.08 + 0.04, 1) - image) * np.exp(-d ** 2)[..., None] * 0.8
    d = np.hypot((x - 0.5) / 0.95, (y - 0.45) / 0.85)
    image *= (1 - 0.22 * np.clip(d - 0.35, 0, 1) ** 1.5)[..., None]
    channels = [Image.fromarray(image[..., c].astype(np.float32)) for c in range(3)]
    full = [np.asarray(channel.resize((width, height), Image.BICUBIC)) for channel in channels]
    return np.clip(np.stack(full, -1), 0, 1)


def window_mask(x: Floats, y: Floats) -> Floats:
    """A slanted patch of light on the wall, with the shadow of its bars."""
    slanted = x + 0.10 * (y - 0.2)
    bars = (1 - 0.75 * (np.abs(slanted - 0.075) < 0.012)) * (1 - 0.75 * (np.abs(y - 0.255) < 0.006))
    return box(slanted, y, -0.2, 0.02, 0.27, 0.50) * bars


def add_shelves(image: Floats, x: Floats, y: Floats, room: Room, scale: float, rng: np.random.Generator) -> None:
    """Paints two shelves with books on the right."""
    dark = srgb(room.low) * 0.72
    for shelf_y in SHELF_HEIGHTS:
        lay(image, blur(box(x, y, 0.74, shelf_y, 1.2, shelf_y + 0.012), 10 * scale), dark, 0.55)
        left = 0.765
        while left < 1.02:
            book_w, book_h = rng.uniform(0.018, 0.040), rng.uniform(0.055, 0.105)
            colour = srgb(room.books[rng.integers(len(room.books))])
            if rng.random() < 0.82:
                lay(image, blur(box(x, y, left, shelf_y - book_h, left + book_w, shelf_y), 12 * scale), colour, 0.62)
            left += book_w + 0.004


def plant_mask(x: Floats, y: Floats, rng: np.random.Generator) -> Floats:
    """Six leaves, low on the side of the window."""
    mask = np.zeros_like(x)
    plant_x, plant_y = PLANT
    angles = np.linspace(-1.95, -0.40, 6) + rng.normal(0, 0.05, 6)
    for angle, length in zip(angles, rng.uniform(0.20, 0.30, 6), strict=True):
        cos, sin = np.cos(angle), np.sin(angle)
        dx, dy = x - plant_x, (y - plant_y) * PORTRAIT_ASPECT
        u, v = (dx * cos + dy * sin) / length, (-dx * sin + dy * cos) / length
        v = v - 0.18 * u * u * np.sign(cos)
        leaf = (u > 0) & (u < 1) & (np.abs(v) < 0.135 * np.sin(np.pi * np.clip(u, 0, 1) ** 1.4))
        mask = np.maximum(mask, leaf * rng.uniform(0.6, 1.0))
    return mask


def lay(image: Floats, mask: Floats, colour: Any, strength: float) -> None:
    """Moves the image toward a colour where the mask says so, in place."""
    image += (np.asarray(colour) - image) * (mask * strength)[..., None]


def box(x: Floats, y: Floats, x0: float, y0: float, x1: float, y1: float) -> Floats:
    """1 inside a rectangle."""
    return ((x > x0) & (x < x1) & (y > y0) & (y < y1)).astype(float)


def blur(mask: Floats, sigma: float) -> Floats:
    """Gaussian blur that does not darken the border."""
    return gaussian_filter(mask, sigma, mode="nearest")
