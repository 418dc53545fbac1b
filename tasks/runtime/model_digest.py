"""What a model is, whatever it is called: a digest of its files, by which results are kept that hang on it.

Small files count whole. Of large ones, mostly weights, so much is read as takes a moment: training changes nearly every
number of a model, so two trainings differ wherever they are looked at.
"""

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

WHOLE_BYTES = 16 << 20
"""A file up to this size counts whole."""
PARTS, PART_BYTES = 64, WHOLE_BYTES // 64
"""Of a larger one so many parts count, from its beginning to its end at equal distances."""


def digest_of(folder: Path, files: Iterable[Path]) -> str:
    """SHA-256 of a model's files: their names below `folder`, their sizes, and what they hold.

    Files are read once as long as they keep size and time.
    """
    return _digest(folder, tuple(sorted(map(_stamp, files))))


def folder_digest(folder: Path) -> str:
    """The digest of everything that lies directly in a folder and is not hidden."""
    return digest_of(folder, (path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")))


def _stamp(path: Path) -> tuple[Path, int, int]:
    """Name, size and time of a file: another stamp may be another content."""
    found = path.stat()
    return path, found.st_size, found.st_mtime_ns


@lru_cache(maxsize=64)
def _digest(folder: Path, stamps: tuple[tuple[Path, int, int], ...]) -> str:
    digest = hashlib.sha256()
    for path, size, _ in stamps:
        digest.update(f"{path.relative_to(folder).as_posix()}\n{size}\n".encode())
        for part in _parts(path, size):
            digest.update(part)
    return digest.hexdigest()


def _parts(path: Path, size: int) -> Iterator[bytes]:
    """What counts of a file."""
    with path.open("rb") as file:
        if size <= WHOLE_BYTES:
            yield file.read()
            return
        for number in range(PARTS):
            file.seek(number * (size - PART_BYTES) // (PARTS - 1))
            yield file.read(PART_BYTES)
