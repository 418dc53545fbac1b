"""The store: one folder that holds every artifact under its digest, Prefect's results, approvals and claims.

    <root>/files/ab/ab12….wav     artifacts, named by their SHA-256
    <root>/results/               results of Prefect tasks, JSON, named by content key
    <root>/claims/                claims: who does, or did, what must happen once
    <root>/scratch/               work in progress; a file enters `files/` complete or not at all

All workers of an installation share it. There is no other ledger.
"""

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from tasks.domain.errors import NotWritable, StoreDamaged
from tasks.domain.media import MediaFile

M = TypeVar("M", bound=BaseModel)

CHUNK_BYTES = 1 << 20
"""Bytes read at once while a file is hashed."""
FULL = (errno.ENOSPC, errno.EDQUOT)
"""The operating system's refusals that mean: no room."""
REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.EISDIR, errno.ENOENT,
           errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL, errno.EFBIG, errno.EIO)
"""Its refusals that mean: not here."""


class Store:
    """A folder of immutable files and of claims.

    Args:
        root: the folder; made when first written to.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, path: Path) -> MediaFile:
        """Moves a finished file into the store; the same content is kept once.

        Args:
            path: a complete file, best made inside `scratch()`; its suffix is kept.

        Raises:
            NotWritable: the store cannot be written.
        """
        digest = sha256_of(path)
        uri = f"files/{digest[:2]}/{digest}{path.suffix}"
        target = self.root / uri
        with writable(self.root):
            if not (target.is_file() and sha256_of(target) == digest):
                target.parent.mkdir(parents=True, exist_ok=True)
                _replace(path, target)
        return MediaFile(uri=uri, sha256=digest, size_bytes=target.stat().st_size)

    def put_copy(self, path: Path) -> MediaFile:
        """Copies a file of the library into the store and leaves the original where it is."""
        with self.scratch() as folder:
            with writable(self.root):
                copy = Path(shutil.copyfile(path, folder / path.name))
            return self.put(copy)

    def put_text(self, text: str, suffix: str) -> MediaFile:
        """Keeps `text` as a UTF-8 file with `suffix` ('.json', '.ass', …)."""
        with self.scratch() as folder:
            path = folder / f"text{suffix}"
            with writable(self.root):
                path.write_text(text, "utf-8", newline="\n")
            return self.put(path)

    def path(self, file: MediaFile) -> Path:
        """Where the bytes of `file` lie, checked against its digest.

        Raises:
            StoreDamaged: the file is missing or has other content than when it was put.
        """
        path = self.root / file.uri
        if not self.intact(file):
            raise StoreDamaged(f"the store's file {str(path)!r} is missing or damaged: run the same command again,"
                               " it will be made anew")
        return path

    def intact(self, file: MediaFile) -> bool:
        """True when the file is there and its content matches its digest."""
        path = self.root / file.uri
        try:
            return path.stat().st_size == file.size_bytes and sha256_of(path) == file.sha256
        except OSError:
            return False

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A temporary folder on the store's file system, gone when the block ends."""
        with writable(self.root):
            (self.root / "scratch").mkdir(parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(dir=self.root / "scratch"))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def claim(self, key: str, record: Mapping[str, Any]) -> bool:
        """Puts `record` under `key` if nothing is there yet; tells whether this caller was first.

        Args:
            key: slash-separated name, e.g. 'publish/folder/1f…'.
            record: JSON-serialisable facts.
        """
        path = self._claim_path(key)
        with writable(self.root), self.scratch() as folder:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = folder / "claim.json"
            draft.write_text(json.dumps(record, ensure_ascii=False, sort_keys=True), "utf-8")
            try:
                os.link(draft, path)
            except FileExistsError:
                return False
        return True

    def claimed(self, key: str) -> dict[str, Any] | None:
        """The record under `key`, or None.

        Raises:
            StoreDamaged: the record is not readable.
        """
        try:
            record = json.loads(self._claim_path(key).read_text("utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise self._damaged(key, str(error)) from error
        if not isinstance(record, dict):
            raise self._damaged(key, "no record of facts")
        return record

    def claimed_as(self, key: str, model: type[M]) -> M | None:
        """The record under `key` as a model, or None.

        Raises:
            StoreDamaged: the record is not readable, or facts are missing in it.
        """
        record = self.claimed(key)
        try:
            return None if record is None else model.model_validate(record)
        except ValidationError as error:
            raise self._damaged(key, error.errors()[0]["msg"]) from error

    def complete(self, key: str, record: Mapping[str, Any]) -> None:
        """Replaces the record under `key`, which the caller holds, by its completed form."""
        with writable(self.root), self.scratch() as folder:
            draft = folder / "claim.json"
            draft.write_text(json.dumps(record, ensure_ascii=False, sort_keys=True), "utf-8")
            self._claim_path(key).parent.mkdir(parents=True, exist_ok=True)
            os.replace(draft, self._claim_path(key))

    def release(self, key: str) -> None:
        """Takes the record under `key` away, so that it can be claimed again; nothing happens where there is none."""
        with writable(self.root):
            self._claim_path(key).unlink(missing_ok=True)

    def claims(self, prefix: str) -> list[str]:
        """The keys of all records under `prefix`, a folder of keys like 'publish/folder', in order of their names."""
        folder = self.root / "claims" / prefix
        return sorted(path.relative_to(self.root / "claims").with_suffix("").as_posix() for path in folder.rglob("*.json"))

    def _claim_path(self, key: str) -> Path:
        return self.root / "claims" / f"{key}.json"

    def _damaged(self, key: str, reason: str) -> StoreDamaged:
        return StoreDamaged(f"the claim {key!r} is not readable ({reason}): look at {str(self._claim_path(key))!r} and mend"
                            " or remove it")


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's content, lowercase hex."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


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


def _replace(source: Path, target: Path) -> None:
    """Moves `source` onto `target` atomically, across file systems too."""
    try:
        os.replace(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        shutil.copyfile(source, draft)
        os.replace(draft, target)
