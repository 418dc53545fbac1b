"""A store in a folder: the operating system's links and renames make every step whole or nothing."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from tasks.domain.errors import StoreDamaged
from tasks.domain.media import MediaFile
from tasks.runtime.store_place import Entry, matches, move, writable


class FolderPlace:
    """A folder on a disk, or on a network file system with atomic links and renames.

    Args:
        root: the folder; made when first written to.
    """

    cache_root = None

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def address(self) -> str:
        """The folder's path."""
        return str(self.root)

    @property
    def scratch_root(self) -> Path:
        """On the folder's own file system, so that a finished file is moved, not copied."""
        return self.root / "scratch"

    def address_of(self, name: str) -> str:
        """The path of a content."""
        return str(self.root / name)

    def read(self, name: str) -> bytes | None:
        try:
            return (self.root / name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes) -> None:
        with self._draft(name, content) as draft:
            os.replace(draft, self.root / name)

    def create(self, name: str, content: bytes) -> bool:
        with self._draft(name, content) as draft:
            try:
                os.link(draft, self.root / name)
            except FileExistsError:
                return False
        return True

    def remove(self, name: str, *, unused_since_s: float | None = None) -> bool:
        path = self.root / name
        with writable(self.root):
            try:
                if unused_since_s is not None and path.stat().st_mtime >= unused_since_s:
                    return False
                path.unlink()
            except FileNotFoundError:
                return False
        return True

    def touch(self, name: str) -> None:
        with suppress(OSError):  # a store that may only be read still gives what it has
            os.utime(self.root / name)

    def entries(self, room: str) -> Iterator[Entry]:
        for path in (self.root / room).rglob("*"):
            with suppress(FileNotFoundError):  # taken away by somebody else in the meantime
                if path.is_file():
                    facts = path.stat()
                    yield Entry(path.relative_to(self.root).as_posix(), facts.st_size, facts.st_mtime)

    def keep(self, path: Path, file: MediaFile) -> None:
        target = self.root / file.uri
        with writable(self.root):
            if matches(target, file):
                self.touch(file.uri)
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                move(path, target)

    def holds(self, file: MediaFile) -> bool:
        """Reads the whole file: its content must match its digest."""
        return matches(self.root / file.uri, file)

    def fetch(self, file: MediaFile) -> Path | None:
        return self.root / file.uri if self.holds(file) else None

    def lay_out(self, location: str, files: Mapping[str, MediaFile]) -> None:
        """Copies into a draft and renames that: the folder is there with all files, or not at all."""
        target = self.root / location
        with writable(target):
            self.scratch_root.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self.scratch_root, prefix=scratch_prefix()) as folder:
                draft = Path(folder, target.name)
                draft.mkdir()
                for name, file in files.items():
                    shutil.copyfile(self._found(file), draft / name)
                target.parent.mkdir(parents=True, exist_ok=True)
                try:
                    os.rename(draft, target)  # noqa: PTH104  says that it is the system's atomic rename
                except OSError:
                    if not target.is_dir():
                        raise  # else it is there already: an earlier run, or one beside this, was first

    def _found(self, file: MediaFile) -> Path:
        path = self.fetch(file)
        if path is None:
            raise StoreDamaged(f"the store's file {self.address_of(file.uri)!r} is missing or damaged: run the same command"
                               " again, it will be made anew")
        return path

    @contextmanager
    def _draft(self, name: str, content: bytes) -> Iterator[Path]:
        """A complete file outside the rooms, with the folder of `name` made."""
        with writable(self.root):
            self.scratch_root.mkdir(parents=True, exist_ok=True)
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self.scratch_root, prefix=scratch_prefix()) as folder:
                draft = Path(folder, "draft")
                draft.write_bytes(content)
                yield draft


def scratch_prefix() -> str:
    """How folders for work in progress begin: machine and process, so that those of dead processes can be told."""
    return f"{os.uname().nodename}-{os.getpid()}-"
