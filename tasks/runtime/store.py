"""The store: every artifact under its digest, Prefect's results, approvals and claims, in a folder or a bucket.

    files/ab/ab12….wav     artifacts, named by their SHA-256
    results/               results of Prefect tasks and flows, JSON; those of stages are named by content key
    claims/                claims: who does, or did, what must happen once
    published/             publications of the folder engine
    scratch/               work in progress, always local; a file enters `files/` complete or not at all

All workers of an installation share it. There is no other ledger. `store_of` (tasks/runtime/stores.py) gives the store that
the settings name.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from tasks.domain.errors import StoreDamaged
from tasks.domain.media import MediaFile
from tasks.runtime.store_folder import FolderPlace, scratch_prefix
from tasks.runtime.store_place import Entry, Place, sha256_of, writable

__all__ = ["Store", "sha256_of", "writable"]

M = TypeVar("M", bound=BaseModel)

RESULTS, CLAIMS, FILES = "results", "claims", "files"
"""Rooms of the store, beside the ones of publications and of work in progress."""


class Store:
    """Immutable files, kept results and claims.

    Args:
        place: where they lie; a path stands for the folder there.
    """

    def __init__(self, place: Path | Place) -> None:
        self.place: Place = FolderPlace(place) if isinstance(place, Path) else place

    @property
    def root(self) -> Path:
        """The folder of a store that lies in one; for those who look at it from outside, such as tests.

        Raises:
            TypeError: the store lies in a bucket.
        """
        if isinstance(self.place, FolderPlace):
            return self.place.root
        raise TypeError(f"the store {self.place.address!r} is no folder")

    def put(self, path: Path) -> MediaFile:
        """Moves a finished file into the store; the same content is kept once.

        Args:
            path: a complete file, best made inside `scratch()`; its suffix is kept.

        Raises:
            NotWritable: the disk cannot be written.
            FixMachine, TryAgain: the bucket refuses, or does not answer.
        """
        digest = sha256_of(path)
        file = MediaFile(uri=f"{FILES}/{digest[:2]}/{digest}{path.suffix}", sha256=digest, size_bytes=path.stat().st_size)
        self.place.keep(path, file)
        return file

    def put_copy(self, path: Path) -> MediaFile:
        """Copies a file of the library into the store and leaves the original where it is."""
        with self.scratch() as folder:
            with writable(folder):
                copy = Path(shutil.copyfile(path, folder / path.name))
            return self.put(copy)

    def put_text(self, text: str, suffix: str) -> MediaFile:
        """Keeps `text` as a UTF-8 file with `suffix` ('.json', '.ass', …)."""
        with self.scratch() as folder:
            path = folder / f"text{suffix}"
            with writable(folder):
                path.write_text(text, "utf-8", newline="\n")
            return self.put(path)

    def path(self, file: MediaFile) -> Path:
        """A local path to the bytes of `file`, checked against its digest; of a bucket's file, a copy in the local cache.

        Raises:
            StoreDamaged: the file is missing or has other content than when it was put.
            NotWritable: there is no room for the copy.
            FixMachine, TryAgain: the bucket refuses, or does not answer.
        """
        path = self.place.fetch(file)
        if path is None:
            raise StoreDamaged(f"the store's file {self.where(file)!r} is missing or damaged: run the same command again,"
                               " it will be made anew")
        return path

    def intact(self, file: MediaFile) -> bool:
        """True when the file is there, undamaged.

        In a folder the whole content is read and must match its digest. A bucket is asked for the length and for the digest
        that was noted beside the content when it came; a content without a note is fetched and read. The content is always
        checked when `path` fetches it, and one that fails then is removed, so that it counts as missing from then on.
        """
        return self.place.holds(file)

    def where(self, file: MediaFile) -> str:
        """Where a person finds the bytes of `file`: a path, or the address in the bucket."""
        return self.place.address_of(file.uri)

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A temporary local folder, gone when the block ends; of a folder store, on the store's file system."""
        with writable(self.place.scratch_root):
            self.place.scratch_root.mkdir(parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(dir=self.place.scratch_root, prefix=scratch_prefix()))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def check_writable(self) -> None:
        """Writes and removes a record nobody looks at, as the doctor does.

        Raises:
            NotWritable, FixMachine, TryAgain: it cannot be done, and why.
        """
        with self.scratch() as folder:
            name = f"{RESULTS}/writable-{folder.name}"
            self.place.write(name, b"reels")
            self.place.remove(name)

    def lay_out(self, location: str, files: Mapping[str, MediaFile]) -> None:
        """Copies files side by side to a location such as 'published/2026-03-01-tea', in their order.

        In a folder all of them appear at once, or none. In a bucket they appear one by one, and only after all were found
        intact: put the file last whose presence says that the set is whole.

        Raises:
            StoreDamaged: a file of the set is gone.
            NotWritable, FixMachine, TryAgain: the place cannot be written.
        """
        self.place.lay_out(location, files)

    def result(self, key: str) -> bytes | None:
        """The kept result under `key`, as Prefect wrote it, or None."""
        return self.place.read(f"{RESULTS}/{key}")

    def keep_result(self, key: str, content: bytes) -> None:
        """Keeps a result under `key`, in place of an earlier one."""
        self.place.write(f"{RESULTS}/{key}", content)

    def use_result(self, key: str) -> None:
        """Notes that the result under `key` is used now, so that it is not cleared away as old."""
        self.place.touch(f"{RESULTS}/{key}")

    def forget_result(self, key: str) -> None:
        """Takes the result under `key` away; nothing happens where there is none."""
        self.place.remove(f"{RESULTS}/{key}")

    def results(self) -> Iterator[Entry]:
        """All kept results; an entry's name is its key."""
        for entry in self.place.entries(RESULTS):
            yield Entry(entry.name.removeprefix(f"{RESULTS}/"), entry.size_bytes, entry.used_s)

    def claim(self, key: str, record: Mapping[str, Any]) -> bool:
        """Puts `record` under `key` if nothing is there yet; tells whether this caller was first.

        Args:
            key: slash-separated name, e.g. 'publish/folder/1f…'.
            record: JSON-serialisable facts.
        """
        return self.place.create(_claim_name(key), _record(record))

    def claimed(self, key: str) -> dict[str, Any] | None:
        """The record under `key`, or None.

        Raises:
            StoreDamaged: the record is not readable.
        """
        try:
            content = self.place.read(_claim_name(key))
            record = None if content is None else json.loads(content)
        except (OSError, ValueError) as error:
            raise self._damaged(key, str(error)) from error
        if content is not None and not isinstance(record, dict):
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
        self.place.write(_claim_name(key), _record(record))

    def release(self, key: str) -> None:
        """Takes the record under `key` away, so that it can be claimed again; nothing happens where there is none."""
        self.place.remove(_claim_name(key))

    def claims(self, prefix: str) -> list[str]:
        """The keys of all records under `prefix`, a folder of keys like 'publish/folder', in order of their names."""
        names = (entry.name for entry in self.place.entries(f"{CLAIMS}/{prefix}".rstrip("/")))
        return sorted(name.removeprefix(f"{CLAIMS}/").removesuffix(".json") for name in names if name.endswith(".json"))

    def _damaged(self, key: str, reason: str) -> StoreDamaged:
        return StoreDamaged(f"the claim {key!r} is not readable ({reason}): look at"
                            f" {self.place.address_of(_claim_name(key))!r} and mend or remove it")


def _claim_name(key: str) -> str:
    return f"{CLAIMS}/{key}.json"


def _record(record: Mapping[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False, sort_keys=True).encode()
