"""Where a store lies: what a folder and a bucket have in common, and the words both need.

A place keeps named contents. Names are slash-separated and begin with one of the rooms of the store (`files/`, `results/`,
`claims/`, `published/`). What each room means is the store's business; a place only sees to it that a content appears whole
or not at all, and that of many who create one name exactly one succeeds.
"""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tasks.domain.errors import NotWritable
from tasks.domain.media import MediaFile

CHUNK_BYTES = 1 << 20
"""Bytes read at once while a file is hashed."""
FULL = (errno.ENOSPC, errno.EDQUOT)
"""The operating system's refusals that mean: no room."""
REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.EISDIR, errno.ENOENT,
           errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL, errno.EFBIG, errno.EIO)
"""Its refusals that mean: not here."""


@dataclass(frozen=True)
class Entry:
    """One content of a place: its name, its length, and when it was last used, seconds since the epoch."""

    name: str
    size_bytes: int
    used_s: float


class Place(Protocol):
    """A folder or a bucket that holds a store."""

    @property
    def address(self) -> str:
        """How messages call the place."""
        ...

    @property
    def scratch_root(self) -> Path:
        """The local folder for work in progress; made when first needed."""
        ...

    @property
    def cache_root(self) -> Path | None:
        """The local folder of copies, None where the place itself is local."""
        ...

    def address_of(self, name: str) -> str:
        """Where the content of a name lies, as a person would look for it."""
        ...

    def read(self, name: str) -> bytes | None:
        """A small content, None where there is none."""
        ...

    def write(self, name: str, content: bytes) -> None:
        """Puts a small content under `name`, in place of an earlier one."""
        ...

    def create(self, name: str, content: bytes) -> bool:
        """Puts a small content under `name` if nothing is there; tells whether this caller did."""
        ...

    def remove(self, name: str, *, unused_since_s: float | None = None) -> bool:
        """Takes a content away, or leaves it where it was used since that moment; tells whether it is gone by this call."""
        ...

    def touch(self, name: str) -> None:
        """Notes that a content is used now; nothing happens where there is none."""
        ...

    def entries(self, room: str) -> Iterator[Entry]:
        """All contents whose names begin with `room` and a slash, in no order."""
        ...

    def keep(self, path: Path, file: MediaFile) -> None:
        """Moves a complete local file into the place, unless it is there already; either way it counts as used now."""
        ...

    def holds(self, file: MediaFile) -> bool:
        """True when the file is there and, as far as can be told cheaply, undamaged."""
        ...

    def fetch(self, file: MediaFile) -> Path | None:
        """A local file with exactly the content that the digest names, None where that cannot be had."""
        ...

    def lay_out(self, location: str, files: Mapping[str, MediaFile]) -> None:
        """Copies files side by side below `location`, in their order; a second call for the same changes nothing."""
        ...


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's content, lowercase hex."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def matches(path: Path, file: MediaFile) -> bool:
    """True when the content at `path` is the one that size and digest of `file` name."""
    try:
        return path.stat().st_size == file.size_bytes and sha256_of(path) == file.sha256
    except OSError:
        return False


def move(source: Path, target: Path) -> None:
    """Moves `source` onto `target` atomically, across file systems too; the move counts as the last use."""
    os.utime(source)
    try:
        os.replace(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            shutil.copyfile(source, draft)
            os.replace(draft, target)
        finally:
            draft.unlink(missing_ok=True)


@contextmanager
def writable(place: Path) -> Iterator[None]:
    """Turns the operating system's refusals to write at `place` into one clear error."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise NotWritable(f"no space left on the disk of {str(place)!r}: free some and run the command again") from error
        if error.errno in REFUSED:
            raise NotWritable(f"cannot write to {str(place)!r} ({error.strerror}): choose another folder or change"
                              " its permissions") from error
        raise
