"""Local copies of a bucket's files, named by their digest, within a limit.

A copy is checked against its digest each time it is asked for, and enters under its name complete or not at all. Past the
limit the copies that were not used for the longest time go first; those used lately stay even then, because a stage may hold
their paths.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tasks.domain.media import MediaFile
from tasks.runtime.store_place import matches, move, writable

IN_USE_S = 2 * 3600.0
"""A copy used within this time is never put out: the longest stage may still read it."""
DRAFT = ".draft-"
"""How the folders of copies that are being made begin; they lie beside the copies."""


class StoreCache:
    """A folder of copies.

    Args:
        folder: where they lie; made when first written to.
        limit_bytes: how much they may hold together.
    """

    def __init__(self, folder: Path, *, limit_bytes: int) -> None:
        self.folder = folder
        self._limit_bytes = limit_bytes

    def find(self, file: MediaFile) -> Path | None:
        """The copy of a file, which counts as used now; None where there is none, or a damaged one, which goes."""
        path = self._place(file)
        if not path.is_file():
            return None
        if not matches(path, file):
            path.unlink(missing_ok=True)
            return None
        with suppress(OSError):
            os.utime(path)
        return path

    def admit(self, path: Path, file: MediaFile) -> Path:
        """Moves a complete file in, whose content the caller knows to match, and makes room for it.

        Raises:
            NotWritable: no permission or no space left.
        """
        target = self._place(file)
        with writable(self.folder):
            target.parent.mkdir(parents=True, exist_ok=True)
            move(path, target)
        self._make_room()
        return target

    @contextmanager
    def draft(self) -> Iterator[Path]:
        """A path on the cache's file system where a copy can be made; what lies there is gone when the block ends."""
        with writable(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            folder = tempfile.TemporaryDirectory(dir=self.folder, prefix=DRAFT)
        with folder:
            yield Path(folder.name, "copy")

    def _place(self, file: MediaFile) -> Path:
        return self.folder / file.sha256[:2] / f"{file.sha256}{Path(file.uri).suffix}"

    def _make_room(self) -> None:
        """Puts out the copies unused for longest until the rest is within the limit."""
        copies = sorted(self._copies())
        excess = sum(size for _, size, _ in copies) - self._limit_bytes
        for used_s, size, path in copies:
            if excess <= 0 or used_s > time.time() - IN_USE_S:
                return
            path.unlink(missing_ok=True)
            excess -= size

    def _copies(self) -> Iterator[tuple[float, int, Path]]:
        """Last use, length and path of every copy."""
        for path in self.folder.glob("[0-9a-f][0-9a-f]/*"):
            with suppress(OSError):
                facts = path.stat()
                yield facts.st_mtime, facts.st_size, path
