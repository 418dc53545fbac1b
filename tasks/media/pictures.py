"""Pictures that a script shows: checked before anything decodes them for real, and made ready for drawing.

A picture comes as cameras and programs write it: lying on its side with a note to turn it, in the colours of a printing
press, with transparent parts. Drawing gets it upright, in sRGB, opaque, and no larger than it can show.
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from tasks.domain.errors import FixRequest
from tasks.domain.timeline import SIZE_PX
from tasks.media.image_file import ImageKind, open_image
from tasks.media.plain_picture import (
    UPRIGHT,
    alpha_range,
    is_animated,
    keeps_sides,
    mean_visible_colour,
    orientation,
    profile_is_unusable,
    to_eight_bits,
    to_srgb,
    upright_size,
)

PICTURE = ImageKind("picture", ("PNG", "JPEG", "WEBP", "GIF"), FixRequest, "put it there, or correct its name",
                    "PNG or JPEG")
"""What a picture may be."""
SOFT_SCALE = 1.5
"""Enlarged more than this, a picture looks soft, which its owner should know."""
GREATEST_SCALE = 2.5
"""Enlarged more than this, it is a blur: nobody would post it."""
ROOM_SCALE = 1.5
"""A picture is kept this much larger than the frame at most: enough for every camera move."""
JPEG_QUALITY = 95
"""Of pictures made ready, without halved colours: within two levels of the original."""



@dataclass(frozen=True)
class PictureFacts:
    """What is known about a picture that can be shown."""

    width_px: int
    """Upright."""
    height_px: int
    """Upright."""
    warnings: tuple[str, ...] = ()
    """What its owner should know, a sentence each."""


def check_picture(path: Path, *, size: tuple[int, int] = SIZE_PX) -> PictureFacts:
    """Makes sure that a picture can be shown: bytes and pixels first, then decoded to the end.

    Args:
        path: the file.
        size: what it must fill, (width, height).

    Raises:
        FixRequest: missing, no picture, too large or small, damaged, or nothing to be seen in it.
    """
    with _opened(path) as picture:
        width, height = upright_size(picture)
        if small := smallness((width, height), size):
            raise FixRequest(f"the picture {str(path)!r} {small}: take a larger one")
        scale = cover_scale((width, height), size)
        return PictureFacts(width, height, tuple(_findings(path, picture, scale)))


def picture_size(path: Path) -> tuple[int, int]:
    """(width, height) of an upright picture that was checked before; only its header is read."""
    with Image.open(path, formats=PICTURE.formats) as picture:
        width, height = picture.size
    return width, height


def make_ready(path: Path, target: Path, *, backgrounds: Sequence[str], size: tuple[int, int] = SIZE_PX) -> tuple[int, int]:
    """Writes a picture as drawing wants it: upright, sRGB, opaque, no larger than useful.

    Args:
        path: a file that `check_picture` accepts.
        target: where the JPEG goes.
        backgrounds: colours as #rrggbb; transparent parts get the one that differs most from what is seen.
        size: what the picture will fill, (width, height).

    Returns:
        (width, height) of what was written.

    Raises:
        FixRequest: the file is no longer what was checked.
    """
    upright = read_picture(path, backgrounds=backgrounds, size=size)
    upright.save(target, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return upright.size


def read_picture(path: Path, *, backgrounds: Sequence[str], size: tuple[int, int] = SIZE_PX) -> Image.Image:
    """A picture upright, in sRGB or grey, opaque, no larger than useful; see `make_ready`.

    Raises:
        FixRequest: it is no picture that can be read.
    """
    with _opened(path) as picture:
        profile = picture.info.get("icc_profile")
        turned = UPRIGHT.get(orientation(picture))
        plain = _fitting(to_eight_bits(picture), size if turned is None or keeps_sides(turned) else size[::-1])
        ready = _opaque(to_srgb(plain, profile), backgrounds)
    return ready if turned is None else ready.transpose(turned)


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """The decoded picture; of an animated one the first frame."""
    with open_image(path, PICTURE) as picture:
        picture.load()
        yield picture


def _findings(path: Path, picture: Image.Image, scale: float) -> Iterator[str]:
    """What the owner of a picture should know, though it can be shown."""
    name = repr(path.name)
    if scale > SOFT_SCALE:
        yield f"the picture {name} is enlarged {scale:.1f} times and will look soft: a larger one would be sharp"
    if is_animated(picture):
        yield f"the picture {name} is animated: its first frame is shown; save it as a film to show it move"
    if picture.mode == "CMYK":
        yield f"the picture {name} has colours for print (CMYK), which were converted: look whether they came out as meant"
    if profile_is_unusable(picture):
        yield f"the colour profile inside the picture {name} cannot be used: its colours are taken for sRGB"
    visible = alpha_range(picture)
    if visible[1] == 0:
        raise FixRequest(f"the picture {str(path)!r} is wholly transparent, so nothing would be seen: save it with its"
                         " content visible")
    if visible[0] < 255:
        yield f"the picture {name} is partly transparent: there the brand's colour shows"


def cover_scale(have: tuple[int, int], want: tuple[int, int]) -> float:
    """How many times a picture is enlarged to cover a frame; sizes are (width, height)."""
    return max(wanted / there for wanted, there in zip(want, have, strict=True))


def smallness(have: tuple[int, int], want: tuple[int, int]) -> str | None:
    """What is wrong with a picture or film that is too small to fill a frame, as the end of a sentence about it; None where
    it is large enough. Sizes are (width, height).
    """
    scale = cover_scale(have, want)
    if scale <= GREATEST_SCALE:
        return None
    return (f"has {have[0]} x {have[1]} pixels and would be enlarged {scale:.1f} times to fill {want[0]} x {want[1]}, at"
            f" most {GREATEST_SCALE:g} is bearable")


def least_size(want: tuple[int, int]) -> tuple[int, int]:
    """The smallest size of a reel's shape that fills a frame without being refused; sizes are (width, height)."""
    scale = max(wanted / side for wanted, side in zip(want, SIZE_PX, strict=True)) / GREATEST_SCALE
    return math.ceil(SIZE_PX[0] * scale), math.ceil(SIZE_PX[1] * scale)


def _fitting(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture no larger than useful for a frame of `size`, transparent pixels not bleeding into others."""
    scale = ROOM_SCALE * cover_scale(picture.size, size)
    if scale >= 1:
        return picture
    small = round(picture.width * scale), round(picture.height * scale)
    return picture.resize(small, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _opaque(picture: Image.Image, backgrounds: Sequence[str]) -> Image.Image:
    """The picture without transparency, over the background from which it stands out best."""
    if picture.mode != "RGBA":
        return picture
    pixels = np.asarray(picture, np.float32)
    weight, seen = pixels[..., 3:] / 255, mean_visible_colour(pixels)
    colours = [np.array(tuple(bytes.fromhex(colour.removeprefix("#"))), np.float32) for colour in backgrounds]
    behind = max(colours, key=lambda colour: float(np.abs(colour - seen).sum()))
    mixed = pixels[..., :3] * weight + behind * (1 - weight)
    return Image.fromarray((mixed + 0.5).astype(np.uint8))
