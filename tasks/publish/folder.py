"""Publishes into the store, be it a folder or a bucket: `<store>/published/<date>-<slug>-<8 hex of the content key>/`."""

import datetime as dt
from typing import ClassVar

from tasks.domain.reel import FinishedSet
from tasks.publish.base import KEY_DIGITS, MANIFEST
from tasks.runtime.store import Store

FOLDER = "published"
"""Folder of the store that holds all publications."""


class FolderPublisher:
    """A folder a publication.

    Args:
        store: where the sets come from and go to.
    """

    name: ClassVar[str] = "folder"
    version: ClassVar[str] = "1"

    def __init__(self, store: Store) -> None:
        self._store = store

    def location(self, finished: FinishedSet, key: str, today: dt.date) -> str:
        """The folder's path inside the store."""
        return f"{FOLDER}/{today.isoformat()}-{finished.slug}-{key[:KEY_DIGITS]}"

    def hand_on(self, finished: FinishedSet, location: str) -> None:
        """Copies the set to its place in the store.

        In a folder it is there with all files, or not at all. A bucket knows no such step: there the manifest comes last, so
        a place without one is not whole; whoever resumes a publication that broke off copies all of it again, and only then
        is its claim marked as done.

        Raises:
            NotWritable, FixMachine, TryAgain: the store cannot be written.
            StoreDamaged: a file of the set is gone from the store.
        """
        names = sorted(finished.files, key=lambda name: (name == MANIFEST, name))
        self._store.lay_out(location, {name: finished.files[name] for name in names})
