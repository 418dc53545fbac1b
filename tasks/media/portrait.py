"""Checks a portrait's file before anything decodes it for real."""

from pathlib import Path

from tasks.domain.errors import AvatarError
from tasks.media.image_file import ImageKind, open_image

PORTRAIT = ImageKind("portrait", ("PNG", "JPEG", "WEBP"), AvatarError, "put a picture there", "PNG")
"""What a portrait may be."""
MIN_SIDE_PX = 256
"""A smaller side shows no face worth animating."""


def check_portrait(path: Path) -> tuple[int, int]:
    """Makes sure that a portrait can be decoded, size and pixel count first.

    Returns:
        (width, height) in pixels.

    Raises:
        AvatarError: missing, no picture, too large or small, or damaged.
    """
    with open_image(path, PORTRAIT) as picture:
        width, height = picture.size
        if min(width, height) < MIN_SIDE_PX:
            raise AvatarError(f"the portrait {str(path)!r} has {width} x {height} pixels, each side needs at least"
                              f" {MIN_SIDE_PX}: take a larger picture")
        picture.load()
    return width, height
