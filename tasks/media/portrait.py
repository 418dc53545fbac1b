"""Checks a portrait's file before anything decodes it for real."""

import warnings
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from tasks.domain.errors import AvatarError

FORMATS = ("PNG", "JPEG", "WEBP")
"""What may lie behind a portrait's name; the file's content counts, not its suffix."""
MAX_BYTES = 64 << 20
"""Largest file read."""
MAX_PIXELS = 50_000_000
"""Most pixels decoded: six times a 4K picture, 150 MB in memory."""
MIN_SIDE_PX = 256
"""A smaller side shows no face worth animating."""


def check_portrait(path: Path) -> tuple[int, int]:
    """Makes sure that a portrait can be decoded, size and pixel count first.

    Returns:
        (width, height) in pixels.

    Raises:
        AvatarError: missing, no picture, too large or small, or damaged.
    """
    try:
        size_bytes = path.stat().st_size
        if size_bytes > MAX_BYTES:
            raise AvatarError(f"the portrait {str(path)!r} has {size_bytes:,} bytes, at most {MAX_BYTES:,} are read: save it"
                              " smaller")
        return _decode(path)
    except FileNotFoundError as error:
        raise AvatarError(f"the portrait {str(path)!r} is missing: put a picture there") from error
    except UnidentifiedImageError as error:
        raise AvatarError(f"the portrait {str(path)!r} is no picture of a kind that is read here ({', '.join(FORMATS)}):"
                          " save it as PNG") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise AvatarError(f"the portrait {str(path)!r} is damaged or cannot be read ({error}): put it there again"
                          ) from error


def _decode(path: Path) -> tuple[int, int]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            opened = Image.open(path, formats=FORMATS)
        except Image.DecompressionBombError as error:
            raise AvatarError(f"the portrait {str(path)!r} has too many pixels ({error}): save it smaller") from error
    with opened as picture:
        width, height = picture.size
        if width * height > MAX_PIXELS:
            raise AvatarError(f"the portrait {str(path)!r} has {width} x {height} pixels, at most {MAX_PIXELS:,} are read:"
                              " save it smaller")
        if min(width, height) < MIN_SIDE_PX:
            raise AvatarError(f"the portrait {str(path)!r} has {width} x {height} pixels, each side needs at least"
                              f" {MIN_SIDE_PX}: take a larger picture")
        picture.load()
    return width, height
