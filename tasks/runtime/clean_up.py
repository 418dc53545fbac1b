"""Clears away what the store no longer needs, and never what a run that goes on needs.

What stays, whatever its age: claims (approvals, costs, leases, publications: they are small, and they are the ledger),
publications, every finished set with its files, and every file that a claim names, except what a server of the user's own
made: a paid result would cost again, this one is made anew for nothing. Results of stages and other files go once
they were not used since a given moment. A run notes each result it finds as used, so whatever a run needs was used since it
began: the caller gives a moment before the oldest unfinished run.

A run may be about to reuse an old result just now. Results therefore go first, and each is looked at once more right before
it goes. A run that comes too late finds none and makes the stage anew. A run that was first knows the result's files: so
files which lost their last result in this very clean-up stay until the next one if any run is at work once the results are
gone. Files that no result named before cannot be found by a run, only made again, or through the ledger, which takes a file
that is not there as lost; and putting a file again counts as use.
What is lost all the same, to a clock that is wrong by more than `MARGIN_S`, is noticed by its digest and made anew.
"""

import json
import os
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from tasks.domain.media import files_named, objects_in
from tasks.runtime.ledger import is_free
from tasks.runtime.store import FILES, RESULTS, Store
from tasks.runtime.store_cache import DRAFT
from tasks.runtime.store_place import Entry

MARGIN_S = 3600.0
"""How far the clocks of workers and of the store may be apart, and how late a bucket notes a use."""
LEFT_BEHIND_S = 86400.0
"""Work in progress that did not change for so long, of a process that is gone, is left over."""
READERS = 16
"""Records read at the same time: a bucket answers many callers as fast as one."""
SET_FIELDS = frozenset({"id", "slug", "files"})
"""Fields of a FinishedSet that no other result has together."""


@dataclass
class Freed:
    """How much of one kind was cleared away."""

    count: int = 0
    size_bytes: int = 0

    def add(self, size_bytes: int) -> None:
        """Counts one more."""
        self.count += 1
        self.size_bytes += size_bytes


@dataclass
class CleanUp:
    """What one clean-up freed, and what it left for the next."""

    results: Freed = field(default_factory=Freed)
    files: Freed = field(default_factory=Freed)
    copies: Freed = field(default_factory=Freed)
    leftovers: Freed = field(default_factory=Freed)
    waiting: Freed = field(default_factory=Freed)


def clean_up(
    store: Store, *, unused_since_s: float, at_work: Callable[[], bool], named: Collection[str] = (), dry_run: bool = False,
) -> CleanUp:
    """Clears one store away.

    Args:
        store: which.
        unused_since_s: what was used since this moment stays, seconds since the epoch; no later than the oldest unfinished
            run was made.
        at_work: tells whether a run is at work; asked when the results are gone.
        named: uris of files that unfinished runs were given.
        dry_run: only counts.

    Returns:
        What was freed, or would be.
    """
    done, since_s = CleanUp(), unused_since_s - MARGIN_S
    seen = list(store.results())
    documents = dict(zip((entry.name for entry in seen), _read(store, seen), strict=True))
    old = [entry for entry in seen if entry.used_s < since_s and not holds_finished_set(documents[entry.name])]
    leaving = {entry.name for entry in old}
    losing = _named(documents[name] for name in leaving)
    for entry in old:
        if dry_run or store.place.remove(f"{RESULTS}/{entry.name}", unused_since_s=since_s):
            done.results.add(entry.size_bytes)
    needed = (set(named) | _named(documents[entry.name] for entry in seen if entry.name not in leaving)
              | _named_since(store, seen, leaving if dry_run else ()) | named_by_claims(store))
    busy = at_work()
    for entry in store.place.entries(FILES):
        if entry.used_s >= since_s or entry.name in needed:
            continue
        if busy and entry.name in losing:
            done.waiting.add(entry.size_bytes)
        elif dry_run or store.place.remove(entry.name, unused_since_s=since_s):
            done.files.add(entry.size_bytes)
    _clear_copies(store.place.cache_root, since_s, done.copies, dry_run=dry_run)
    _clear_leftovers(store, done.leftovers, dry_run=dry_run)
    return done


def holds_finished_set(document: Any) -> bool:
    """True when a result is, or holds, a finished set."""
    return any(found.keys() >= SET_FIELDS for found in objects_in(document))


def named_by_claims(store: Store) -> set[str]:
    """Uris of all files that claims name, without those that a server of the user's own made.

    Raises:
        StoreDamaged: a claim is not readable, so nobody knows what it names.
    """
    with ThreadPoolExecutor(READERS) as readers:
        return _named(readers.map(partial(_needed_claim, store), store.claims("")))


def _needed_claim(store: Store, key: str) -> Any:
    """The record of a claim whose files are needed; None where they are not, or it was released meanwhile."""
    record = store.claimed(key)
    return None if record is None or is_free(key, record) else record


def _read(store: Store, entries: Iterable[Entry]) -> list[Any]:
    """The documents of kept results; one that cannot be read names nothing, and no run takes it."""

    def document(entry: Entry) -> Any:
        try:
            return json.loads(store.result(entry.name) or b"null")
        except ValueError:
            return None

    with ThreadPoolExecutor(READERS) as readers:
        return list(readers.map(document, entries))


def _named(documents: Iterable[Any]) -> set[str]:
    return {file.uri for document in documents for file in files_named(document)}


def _named_since(store: Store, seen: Iterable[Entry], ignored: Collection[str]) -> set[str]:
    """Uris that results name which are new, or stayed because they were used in the meantime."""
    before = {(entry.name, entry.used_s) for entry in seen}
    return _named(_read(store, [entry for entry in store.results() if entry.name not in ignored
                                and ((entry.name, entry.used_s) not in before)]))


def _clear_copies(cache: Path | None, since_s: float, freed: Freed, *, dry_run: bool) -> None:
    """Puts local copies out that nobody used since then, and copies whose making broke off a day ago."""
    for path in cache.glob("*/*") if cache else ():
        with suppress(OSError):
            facts = path.stat()
            broken_off = path.parent.name.startswith(DRAFT)
            if facts.st_mtime < (time.time() - LEFT_BEHIND_S if broken_off else since_s):
                freed.add(facts.st_size)
                _remove(path.parent if broken_off else path, dry_run=dry_run)


def _clear_leftovers(store: Store, freed: Freed, *, dry_run: bool) -> None:
    """Removes work in progress of processes that are gone."""
    scratch = store.place.scratch_root
    for folder in scratch.iterdir() if scratch.is_dir() else ():
        if _last_change_s(folder) < time.time() - LEFT_BEHIND_S and not _owner_lives(folder.name):
            freed.add(sum(path.stat().st_size for path in _within(folder) if path.is_file()))
            _remove(folder, dry_run=dry_run)


def _last_change_s(folder: Path) -> float:
    return max(path.stat().st_mtime for path in _within(folder))


def _within(folder: Path) -> Iterator[Path]:
    yield folder
    yield from folder.rglob("*")


def _owner_lives(name: str) -> bool:
    """True when the process of this machine that a folder is named for is there; of other machines nothing is known."""
    machine, _, rest = name.rpartition("-")[0].rpartition("-")
    return machine == os.uname().nodename and rest.isdigit() and psutil.pid_exists(int(rest))


def _remove(path: Path, *, dry_run: bool) -> None:
    if dry_run:
        return
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
