"""Puts a finished set into the folder its maker asked for, the set whole or not at all."""

import os
import shutil
import tempfile
from pathlib import Path

from tasks.domain.reel import TAKES, FinishedSet
from tasks.runtime.store import Store, writable

REFUSED_FOLDER = "refused"
"""Where in the output folder a reel goes that failed its checks."""
EDIT_FOLDER = "edit"
"""Where in the output folder the files for an editing program go."""


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
    """Copies the set into `out`, replacing an earlier one once all of it is there; the manifest comes last.

    Raises:
        NotWritable: no permission or no space left; `out` is as it was.
        StoreDamaged: a file of the set is gone from the store.
    """
    with writable(out):
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".draft-", dir=out) as folder:
            edit = {f"{EDIT_FOLDER}/{name}": file for name, file in finished.edit.items()}
            files = {**finished.seen, **edit}
            names = sorted(files, key=lambda name: (name == "reel.json", name))
            for name in names:
                Path(folder, name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(store.path(files[name]), Path(folder, name))
            for name in names:
                (out / name).parent.mkdir(parents=True, exist_ok=True)
                os.replace(Path(folder, name), out / name)
        if TAKES not in files:  # an earlier set's would show takes that are not in this one
            (out / TAKES).unlink(missing_ok=True)
