"""A picture cut to the shape of a film, as services want it that make one from it: they would stretch another shape."""

from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageOps

from tasks.media.pictures import JPEG_QUALITY, make_ready

BEHIND = "#808080"
"""Lies under the transparent parts of a picture."""


def write_framed(path: Path, target: Path, size: tuple[int, int]) -> None:
    """Writes a picture, upright and in sRGB, cut around its centre to exactly `size`.

    Args:
        path: PNG, JPEG, WebP or GIF.
        target: where the JPEG goes.
        size: (width, height) in pixels.

    Raises:
        FixRequest: missing, no picture, or damaged.
    """
    with TemporaryDirectory(dir=target.parent) as folder:
        ready = Path(folder) / "ready.jpg"
        make_ready(path, ready, backgrounds=(BEHIND,), size=size)
        with Image.open(ready, formats=("JPEG",)) as picture:
            framed = ImageOps.fit(picture, size, Image.Resampling.LANCZOS)
            framed.save(target, "JPEG", quality=JPEG_QUALITY, subsampling=0)
