"""Opens a photo from outside: whatever its form, the result is upright, in sRGB and opaque."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tasks.domain.errors import AvatarError
from tasks.media.image_file import ImageKind, open_image
from tasks.media.plain_picture import (
    UPRIGHT,
    alpha_range,
    is_animated,
    mean_visible_colour,
    orientation,
    profile_is_unusable,
    to_eight_bits,
    to_srgb,
    upright_size,
)

PHOTO = ImageKind("photo", ("PNG", "JPEG", "WEBP"), AvatarError, "check the path", "PNG or JPEG")
"""What a photo may be."""
SMALLEST_SIDE_PX = 128
"""A smaller side shows no face worth animating."""
LARGEST_SIDE_PX = 4096
"""A photo is kept no larger than this: the portrait made of it has 1920 rows."""
BACKDROP_LIGHTNESS = 0.30, 0.78
"""Lightness of the plain ground that is laid behind a light and behind a dark person, of 1."""
BACKDROP_COLOUR = 0.12
"""How much of the person's own colour that ground keeps: harmony without distraction."""


@dataclass(frozen=True)
class Photo:
    """A photo as the rest of the program wants it.

    Attributes:
        name: of the file, for messages.
        image: (height, width, 3) uint8, BGR, sRGB, upright, opaque.
        alpha: (height, width) float32, 0 clear to 1 opaque; None where nothing is transparent.
        ground: (3,) float32, BGR, the colour laid behind what is transparent; None where nothing is.
        told: what its owner should know, a sentence each.
    """

    name: str
    image: NDArray[np.uint8]
    alpha: NDArray[np.float32] | None = None
    ground: NDArray[np.float32] | None = None
    told: tuple[str, ...] = ()


def open_photo(path: Path) -> Photo:
    """Reads a photo; bytes and pixels are counted before anything is decoded.

    Raises:
        AvatarError: missing, no picture of a kind that is read, too large or small, animated, damaged, or invisible.
    """
    with open_image(path, PHOTO) as picture:
        _refuse_unfit(path, picture)
        profile, turned = picture.info.get("icc_profile"), UPRIGHT.get(orientation(picture))
        told = _remarks(path.name, picture)
        picture.load()
        if alpha_range(picture)[1] == 0:
            raise AvatarError(f"the photo {str(path)!r} is wholly transparent, so nobody is seen: save it with its content"
                              " visible")
        plain = to_srgb(_bounded(to_eight_bits(picture)), profile)
    upright = plain if turned is None else plain.transpose(turned)
    pixels = np.asarray(upright)
    if pixels.shape[2] == 3 or pixels[..., 3].min() == 255:
        return Photo(path.name, np.ascontiguousarray(pixels[..., 2::-1]), told=told)
    return _before_ground(path.name, pixels.astype(np.float32), told)


def _refuse_unfit(path: Path, picture: Image.Image) -> None:
    """Stops what cannot become a portrait, before it is decoded."""
    width, height = upright_size(picture)
    if min(width, height) < SMALLEST_SIDE_PX:
        raise AvatarError(f"the photo {str(path)!r} has {width} x {height} pixels, each side needs at least"
                          f" {SMALLEST_SIDE_PX}: take a larger one")
    if is_animated(picture):
        count = getattr(picture, "n_frames", 2)
        raise AvatarError(f"the photo {str(path)!r} is animated: save one of its {count} frames as PNG or JPEG")


def _remarks(name: str, picture: Image.Image) -> tuple[str, ...]:
    """What the owner of a photo should know about its colours."""
    told = []
    if picture.mode == "CMYK":
        told.append(f"the photo {name!r} has colours for print (CMYK), which were converted: look whether they came out as"
                    " meant")
    if profile_is_unusable(picture):
        told.append(f"the colour profile inside the photo {name!r} cannot be used: its colours are taken for sRGB")
    return tuple(told)


def _bounded(picture: Image.Image) -> Image.Image:
    """The picture no larger than useful."""
    scale = LARGEST_SIDE_PX / max(picture.size)
    if scale >= 1:
        return picture
    small = round(picture.width * scale), round(picture.height * scale)
    return picture.resize(small, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _before_ground(name: str, pixels: NDArray[np.float32], told: tuple[str, ...]) -> Photo:
    """The photo of (height, width, 4) pixels over a plain ground."""
    alpha, ground = pixels[..., 3] / np.float32(255), fitting_ground(pixels)
    mixed = pixels[..., :3] * alpha[..., None] + ground * (1 - alpha[..., None])
    remark = f"the photo {name!r} has transparent parts: a calm ground in its own colours is laid behind"
    return Photo(name, np.ascontiguousarray((mixed + 0.5).astype(np.uint8)[..., ::-1]), alpha, ground[::-1], (*told, remark))


def fitting_ground(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """(3,) the colour of a plain ground before which what is seen of (height, width, 4) pixels stands out calmly.

    It has a trace of the colours seen and is dark behind a light person, light behind a dark one.
    """
    seen = mean_visible_colour(pixels)
    lightness = float(cv2.cvtColor((seen[None, None] / 255).astype(np.float32), cv2.COLOR_RGB2LAB)[0, 0, 0]) / 100
    dark, light = BACKDROP_LIGHTNESS
    wanted = dark if lightness > (dark + light) / 2 else light
    grey = np.full(3, 255 * wanted, np.float32)
    return np.asarray(np.clip(grey + BACKDROP_COLOUR * (seen - seen.mean()), 0, 255), np.float32)
