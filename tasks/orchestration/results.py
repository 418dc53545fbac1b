"""Kept results: which of them are still whole, and where Prefect puts them.

A kept result counts only if every file that it names is still in the store with its digest; else the record is dropped, and
the stage runs again.
"""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from prefect.filesystems import WritableFileSystem

from tasks.domain.errors import ReelsError
from tasks.domain.media import files_named
from tasks.runtime.store import Store
from tasks.runtime.stores import RESULTS_BLOCK, open_store


def is_kept(key: str) -> bool:
    """True when the result of a stage lies under its content key, undamaged."""
    store = open_store()
    return not forget_damaged(store, key) and store.result(key) is not None


def forget_damaged(store: Store, key: str) -> bool:
    """Drops the result under `key` if a file it names is gone or altered, and tells whether it did; a sound one is used."""
    kept = store.result(key)
    if kept is None:
        return False
    try:
        intact = all(store.intact(file) for file in files_named(json.loads(kept)))
    except ValueError:
        intact = False
    if intact:
        store.use_result(key)
    else:
        store.forget_result(key)
    return not intact


_said: ContextVar[ReelsError | None] = ContextVar("said", default=None)
"""What the store said last while Prefect looked for an earlier result; Prefect itself takes every error for: none there."""


@contextmanager
def remembering_errors() -> Iterator[None]:
    """Keeps an error of the store for the stage, which would otherwise be made, and paid, a second time."""
    _said.set(None)
    try:
        yield
    except ReelsError as error:
        _said.set(error)
        raise


def raise_remembered() -> None:
    """Raises what the store said while Prefect looked for an earlier result.

    Raises:
        ReelsError: the store failed.
    """
    if error := _said.get():
        _said.set(None)
        raise error


class StoreResults(WritableFileSystem):
    """Where Prefect keeps results when the store is a bucket: in the store of the process that reads or writes them.

    Prefect takes another place than a folder only as a block that its server knows. This one holds nothing, neither the
    bucket's address nor a key; both come from settings and environment of each process.
    """

    _block_type_name = "Reels store"
    _block_type_slug = RESULTS_BLOCK.partition("/")[0]

    def read_path(self, path: str, **_: bool) -> bytes:  # type: ignore[override]
        with remembering_errors():
            content = open_store().result(path)
        if content is None:
            raise ValueError(f"no result is kept under {path!r}")
        return content

    async def aread_path(self, path: str) -> bytes:
        """The same for Prefect's own loop."""
        return await asyncio.to_thread(self.read_path, path)

    def write_path(self, path: str, content: bytes, **_: bool) -> None:  # type: ignore[override]
        open_store().keep_result(path, content)

    async def awrite_path(self, path: str, content: bytes) -> None:
        """The same for Prefect's own loop."""
        await asyncio.to_thread(self.write_path, path, content)


def register_results() -> None:
    """Makes Prefect's server know the block of that name; once is enough, and again does no harm."""
    name = RESULTS_BLOCK.partition("/")[2]
    try:
        StoreResults.load(name)
    except ValueError:
        StoreResults().save(name, overwrite=True)
