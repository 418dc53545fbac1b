"""`reels batch`: how the reels of a batch stand now."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence

from tasks.domain.base import Record
from tasks.domain.batch import Batch, BatchReel
from tasks.domain.errors import UnknownName
from tasks.runtime.settings import current_settings
from tasks.runtime.store import Store
from tasks.runtime.stores import open_store

FOLDER = "batches"
"""Folder of claims: one a batch."""
MOST_LISTED = 20
"""Batches that the list shows, the newest first."""
SHORT = 8
"""Digits of an id that are shown; any number that is unique will do."""
LONGEST_NAME = 48
"""Characters of a reel's name that the terminal shows."""


class BatchRow(Record):
    """One reel of a batch as it stands now."""

    name: str
    source: str
    run_id: str | None
    page: str | None
    state: str
    reason: str


def batch(arguments: argparse.Namespace) -> int:
    """Shows the batches there are, or the reels of one."""
    from flows.connection import connect

    settings = current_settings()
    connect(settings)
    if arguments.id is None:
        return _print_list(recent(open_store()), as_json=arguments.json)
    chosen = find(arguments.id, open_store())
    from flows.answering import answering_server

    with answering_server():
        rows = rows_of(chosen)
    if arguments.json:
        found = {"schema": 1, "id": chosen.id, "name": chosen.name, "when": chosen.when.isoformat(),
                 "reels": [row.model_dump(mode="json") for row in rows]}
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
        return 0
    sys.stdout.write(f"batch {short(chosen)}: {chosen.name}, started {chosen.when:%Y-%m-%d %H:%M} UTC\n\n{table(rows)}\n\n"
                     f"{count_words(rows)}\n")
    return 0


def keep(made: Batch, store: Store) -> None:
    """Writes down what was started; a run that begins again writes the same."""
    store.complete(f"{FOLDER}/{made.id}", made.model_dump(mode="json"))


def recent(store: Store) -> tuple[Batch, ...]:
    """The newest batches first."""
    found = [one for key in store.claims(FOLDER) if (one := store.claimed_as(key, Batch))]
    return tuple(sorted(found, key=lambda one: one.when, reverse=True)[:MOST_LISTED])


def find(id_begins: str, store: Store) -> Batch:
    """The batch whose id begins so.

    Raises:
        UnknownName: none does, or several do.
    """
    keys = [key for key in store.claims(FOLDER) if key.removeprefix(f"{FOLDER}/").startswith(id_begins.lower())]
    found = store.claimed_as(keys[0], Batch) if len(keys) == 1 and id_begins else None
    if found is None:
        many = f"{len(keys)} batches have ids that begin with" if len(keys) > 1 else "there is no batch with the id"
        raise UnknownName(f"{many} {id_begins!r}: `reels batch` lists the newest")
    return found


def rows_of(made: Batch) -> tuple[BatchRow, ...]:
    """How each reel stands now, asked of the Prefect server."""
    from flows.run_states import states_of

    states = states_of(made.run_ids)
    return tuple(_row(reel, states[reel.run_id].state, states[reel.run_id].reason) if reel.run_id
                 else _row(reel, reel.start, reel.reason) for reel in made.reels)


def count_words(rows: Sequence[BatchRow]) -> str:
    """How many reels stand how, in words."""
    counts = Counter(row.state for row in rows)
    return ", ".join(f"{count} {state}" for state, count in counts.most_common())


def short(made: Batch) -> str:
    """The beginning of a batch's id."""
    return made.id[:SHORT]


def table(rows: Sequence[BatchRow]) -> str:
    """The rows in columns of plain text."""
    names = [row.name if len(row.name) <= LONGEST_NAME else f"{row.name[:LONGEST_NAME - 1]}…" for row in rows]
    wide = max(map(len, names))
    return "\n".join(f"{name:<{wide}}  {row.state:<11}  {row.run_id or '-':<36}  {row.reason}".rstrip()
                     for name, row in zip(names, rows, strict=True))


def _row(reel: BatchReel, state: str, reason: str) -> BatchRow:
    from flows.notices import run_page

    return BatchRow(name=reel.name, source=reel.source, run_id=reel.run_id, page=reel.run_id and run_page(reel.run_id),
                    state=state, reason=reason)


def _print_list(found: Sequence[Batch], *, as_json: bool) -> int:
    if as_json:
        listed = [{"id": one.id, "name": one.name, "when": one.when.isoformat(), "reels": len(one.reels)} for one in found]
        sys.stdout.write(json.dumps(listed, indent=2) + "\n")
        return 0
    for one in found:
        sys.stdout.write(f"{short(one)}  {one.when:%Y-%m-%d %H:%M}  {len(one.reels):>3} reels  {one.name}\n")
    if not found:
        sys.stdout.write("there is no batch yet: run the deployment produce-batch\n")
    return 0
