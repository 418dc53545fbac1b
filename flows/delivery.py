"""Puts a finished set into the folder its maker asked for, each file whole or not at all."""

import os
import shutil
from pathlib import Path

from tasks.domain.reel import FinishedSet
from tasks.runtime.store import Store, writable


def check_writable(out: Path) -> None:
    """Finds out before any work whether `out` can be written.

    Raises:
        NotWritable: it cannot, and why.
    """
    with writable(out):
        out.mkdir(parents=True, exist_ok=True)
        probe = out / f".writable-{os.getpid()}"
        probe.write_bytes(b"reels")
        probe.unlink()


def deliver(finished: FinishedSet, store: Store, out: Path) -> None:
    """Copies the set into `out`, replacing an earlier one; the manifest comes last.

    Raises:
        NotWritable: no permission or no space left.
        StoreDamaged: a file of the set is gone from the store.
    """
    with writable(out):
        out.mkdir(parents=True, exist_ok=True)
        for name in sorted(finished.files, key=lambda name: (name == "reel.json", name)):
            draft = out / f".{name}.{os.getpid()}"
            try:
                shutil.copyfile(store.path(finished.files[name]), draft)
                os.replace(draft, out / name)
            finally:
                draft.unlink(missing_ok=True)
