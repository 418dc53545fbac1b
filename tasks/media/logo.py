"""Checks a logo's file: a PNG with transparency, large enough for its place."""

import warnings
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from tasks.domain.errors import FixRequest

MAX_BYTES = 8 << 20
"""Largest file read."""
MAX_SIDE_PX = 4096
"""Longest side decoded; ten times what the largest logo needs."""
SOFT_SCALE = 1.5
"""Enlarged more than this, the edges of a logo look soft."""
TALLEST = 2.0
"""Height of a logo by its width, at most: a taller one would reach into the face."""
SEEN = 8
"""Opacity from which on a part of the logo is seen, of 255."""


def check_logo(path: Path, width_px: int) -> tuple[int, int]:
    """Makes sure that a logo can be laid over the picture.

    Args:
        path: the file.
        width_px: how wide it will be on the picture.

    Returns:
        its own (width, height) in pixels.

    Raises:
        FixRequest: no PNG, damaged, without transparency, animated, too small or too large.
    """
    try:
        size_bytes = path.stat().st_size
        if size_bytes > MAX_BYTES:
            raise FixRequest(f"the logo {path.name!r} has {size_bytes:,} bytes, at most {MAX_BYTES:,} are read: save it"
                             " smaller")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=("PNG",)) as picture:
                _check_header(path, picture, width_px)
                _check_opacity(path, picture)
                return picture.width, picture.height
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise FixRequest(f"the logo {path.name!r} is no PNG that is read here: save it as PNG with transparency") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise FixRequest(f"the logo {path.name!r} is damaged or cannot be read ({error}): put it there again") from error


def _check_header(path: Path, picture: Image.Image, width_px: int) -> None:
    """What can be told before anything is decoded."""
    width, height = picture.size
    if max(width, height) > MAX_SIDE_PX:
        raise FixRequest(f"the logo {path.name!r} has {width} x {height} pixels, each side may have {MAX_SIDE_PX}: save it"
                         " smaller")
    if width * SOFT_SCALE < width_px:
        raise FixRequest(f"the logo {path.name!r} is {width} pixels wide and would be shown {width_px} wide: save it larger,"
                         " or give it a smaller width_px")
    if height > TALLEST * width:
        raise FixRequest(f"the logo {path.name!r} has {width} x {height} pixels, and at most {TALLEST:g} times as high as"
                         " wide fits: crop it")
    if getattr(picture, "n_frames", 1) > 1:
        raise FixRequest(f"the logo {path.name!r} is animated: save its first picture alone")


def _check_opacity(path: Path, picture: Image.Image) -> None:
    """Some of it must be seen, and some must be seen through."""
    if not picture.has_transparency_data:
        raise FixRequest(f"the logo {path.name!r} has no transparency: save it as PNG with a transparent background")
    opacity = np.asarray(picture.convert("RGBA"))[..., 3]
    if opacity.max() < SEEN:
        raise FixRequest(f"the logo {path.name!r} is transparent all over: there is nothing to be seen")
    if opacity.min() == 255:
        raise FixRequest(f"the logo {path.name!r} has no transparent part: save it as PNG with a transparent background")
