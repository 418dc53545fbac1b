"""`reels gc`: clears away what the store has not needed for a while.

What goes and what stays is said in tasks/runtime/clean_up.py, together with how a run that is about to reuse an old result
is kept from harm. Here the runs that are not finished set the bounds: what was used since the oldest of them was made stays,
and so does every file they were given. Where no server can be asked, only age and claims decide, and that is said.
"""

import argparse
import datetime as dt
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict

from flows.unfinished import UnfinishedRun, unfinished_runs
from tasks.domain.errors import FixRequest
from tasks.runtime.clean_up import CleanUp, Freed, clean_up
from tasks.runtime.settings import current_settings
from tasks.runtime.stores import store_of

DURATION = re.compile(r"(\d+)([hdw])")
"""A duration as it is written: a number and a unit."""
UNITS = {"h": dt.timedelta(hours=1), "d": dt.timedelta(days=1), "w": dt.timedelta(weeks=1)}
"""The units there are."""
LEAST, MOST = dt.timedelta(hours=1), dt.timedelta(days=36500)
"""Durations that can be meant."""


def gc(arguments: argparse.Namespace) -> int:
    """Clears the store, as the command line says, and tells what was freed."""
    keep, settings = parse_duration(arguments.keep), current_settings()
    runs, now = unfinished_runs(settings), dt.datetime.now(dt.UTC)
    known: Sequence[UnfinishedRun] = () if isinstance(runs, str) else runs
    oldest = oldest_need(known)
    since = min(now - keep, oldest.needs_since) if oldest and oldest.needs_since else now - keep
    done = clean_up(
        store_of(settings), unused_since_s=since.timestamp(), at_work=lambda: _at_work(unfinished_runs(settings)),
        named=frozenset().union(*(run.files for run in known)), dry_run=arguments.dry_run)
    held_by = oldest if oldest and since < now - keep else None
    if arguments.json:
        sys.stdout.write(json.dumps({
            **asdict(done), "dry_run": arguments.dry_run, "unused_since": since.isoformat(timespec="seconds"),
            "unfinished_runs": None if isinstance(runs, str) else len(known),
            "held_by": held_by.name if held_by else None}) + "\n")
        return 0
    if isinstance(runs, str):
        sys.stderr.write(f"note: the runs that are not finished are not known ({runs}): only age and claims decide\n")
    if held_by:
        sys.stderr.write(f"note: {held_by.name!r} is not finished ({held_by.state}): what was used since"
                         f" {since:%Y-%m-%d %H:%M} UTC stays\n")
    sys.stdout.write(told(done, dry_run=arguments.dry_run))
    return 0


def parse_duration(text: str) -> dt.timedelta:
    """A duration such as '30d', '12h' or '2w'.

    Raises:
        FixRequest: it is none, or one that cannot be meant.
    """
    found = DURATION.fullmatch(text.strip())
    if not found:
        raise FixRequest(f"--keep {text!r} is no duration: write a number and h, d or w, e.g. 12h, 30d or 2w")
    number, unit = int(found[1]), UNITS[found[2]]
    if not LEAST / unit <= number <= MOST / unit:
        raise FixRequest(f"--keep {text!r} cannot be meant: at least 1h and at most 36500d, e.g. 30d")
    return number * unit


def oldest_need(runs: Sequence[UnfinishedRun]) -> UnfinishedRun | None:
    """The run whose needs reach back furthest."""
    return min((run for run in runs if run.needs_since), key=lambda run: run.needs_since or dt.datetime.max, default=None)


def _at_work(runs: Sequence[UnfinishedRun] | str) -> bool:
    return not isinstance(runs, str) and any(run.at_work for run in runs)


def told(done: CleanUp, *, dry_run: bool) -> str:
    """What a person reads about a clean-up."""
    total = sum(part.size_bytes for part in (done.results, done.files, done.copies, done.leftovers))
    lines = [f"{'would free' if dry_run else 'freed'} {_size(total)}"]
    lines += [f"  {_size(part.size_bytes):>9}  {part.count} {what}" for part, what in (
        (done.results, "results of stages"), (done.files, "files"), (done.copies, "local copies of the bucket's files"),
        (done.leftovers, "leftovers of processes that are gone")) if part.count]
    return "\n".join([*lines, *_waiting(done.waiting)]) + "\n"


def _waiting(part: Freed) -> list[str]:
    if not part.count:
        return []
    return [f"{part.count} more files ({_size(part.size_bytes)}) go next time: a run is at work that may just reuse them"]


def _size(size_bytes: float) -> str:
    """A size in the unit that suits it."""
    for unit in ("bytes", "kB", "MB"):
        if size_bytes < 1000:
            return f"{size_bytes:.0f} {unit}" if unit == "bytes" else f"{size_bytes:.1f} {unit}"
        size_bytes /= 1000
    return f"{size_bytes:.1f} GB"
