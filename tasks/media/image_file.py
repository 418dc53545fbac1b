"""Opens picture files from outside: bytes and pixels are counted before anything is decoded."""

import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from tasks.domain.errors import ReelsError

MAX_BYTES = 64 << 20
"""Largest file read."""
MAX_PIXELS = 50_000_000
"""Most pixels decoded: six times a 4K picture, 150 MB in memory."""


@dataclass(frozen=True)
class ImageKind:
    """A kind of picture file, and how a message about it speaks."""

    name: str
    """E.g. 'portrait'."""
    formats: tuple[str, ...]
    """What may lie behind a file's name, by Pillow's names; the content counts, not the suffix."""
    error: type[ReelsError]
    """What is raised."""
    if_missing: str
    """What to do where there is no file."""
    save_as: str
    """What to save another kind of file as."""


@contextmanager
def open_image(path: Path, kind: ImageKind) -> Iterator[Image.Image]:
    """A picture of which only the header is read; what goes wrong in the block, decoding too, becomes a sentence.

    Raises:
        ReelsError: of class `kind.error`: missing, no picture, too many bytes or pixels, or damaged.
    """
    called = f"the {kind.name} {str(path)!r}"
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise kind.error(f"{called} is a folder, a device or a pipe, not a file: name the file")
        size_bytes = status.st_size
        if size_bytes > MAX_BYTES:
            raise kind.error(f"{called} has {size_bytes:,} bytes, at most {MAX_BYTES:,} are read: save it smaller")
        with _header(path, kind) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise kind.error(f"{called} has {width} x {height} pixels, at most {MAX_PIXELS:,} are read: save it smaller")
            yield picture
    except FileNotFoundError as error:
        raise kind.error(f"{called} is missing: {kind.if_missing}") from error
    except UnidentifiedImageError as error:
        raise kind.error(f"{called} is no picture of a kind that is read here ({', '.join(kind.formats)}): save it as"
                         f" {kind.save_as}") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise kind.error(f"{called} is damaged or cannot be read ({error}): put it there again") from error


def _header(path: Path, kind: ImageKind) -> Image.Image:
    """The picture opened, nothing decoded yet."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of large sizes, which are refused here, and of damaged notes, which do not matter
        try:
            return Image.open(path, formats=kind.formats)
        except Image.DecompressionBombError as error:
            raise kind.error(f"the {kind.name} {str(path)!r} has too many pixels ({error}): save it smaller") from error
