"""Publishes into a folder of the store: `<store>/published/<date>-<slug>-<8 hex of the content key>/`."""

import datetime as dt
import os
import shutil
from typing import ClassVar

from tasks.domain.reel import FinishedSet
from tasks.publish.base import KEY_DIGITS
from tasks.runtime.store import Store, writable

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
        """Copies the set into a draft and renames that: the folder is there with all files, or not at all.

        Raises:
            NotWritable: no permission or no space left.
            StoreDamaged: a file of the set is gone from the store.
        """
        target = self._store.root / location
        with self._store.scratch() as folder, writable(target):
            draft = folder / target.name
            draft.mkdir()
            for name, file in finished.files.items():
                shutil.copyfile(self._store.path(file), draft / name)
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.rename(draft, target)  # noqa: PTH104  says that it is the system's atomic rename
            except OSError:
                if not target.is_dir():
                    raise  # else it is there already: an earlier run, or one beside this, was first
