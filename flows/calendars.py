"""`reels calendar`: checks a calendar and shows how each of its entries stands."""

import argparse
import datetime as dt
import json
import sys
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from pydantic import Field

from flows.calendar_entries import digest_of, planned_script, script_of, taken_entries
from tasks.domain.base import Record
from tasks.domain.calendar import Calendar, Occasion, TakenEntry
from tasks.domain.errors import FixRequest, ReelsError
from tasks.runtime.library import Library
from tasks.runtime.settings import Settings, current_settings
from tasks.runtime.store import Store
from tasks.runtime.stores import open_store

CHANGED = "changed since it was taken, and not made again: give it a new id to make it anew"
"""What is said of an entry that is not what was taken."""
REFUSED = "refused"
"""State of an entry that cannot be made as it is."""


class EntryRow(Record):
    """One entry as it stands now."""

    id: str
    at: str = Field(description="when it is begun, by the calendar's clock")
    due: dt.datetime = Field(description="the same, UTC")
    title: str
    state: str = Field(description="'later', 'due', 'missed', 'refused', 'taken', or how its run stands")
    run_id: str | None = None
    note: str = ""


def calendar(arguments: argparse.Namespace) -> int:
    """Shows every entry of a calendar by time."""
    settings, now = current_settings(), dt.datetime.now(dt.UTC)
    plan, store = Library(settings.library_path).calendar(arguments.file), open_store()
    taken = taken_entries(arguments.file, store)
    states = _states(taken, settings)
    rows = [_row(one, taken.get(one.entry.id), states, plan, store, settings) for one in plan.occasions(now)]
    if arguments.json:
        found = {"schema": 1, "file": arguments.file, "entries": [row.model_dump(mode="json") for row in rows]}
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
    else:
        sys.stdout.write(table(rows) + "\n")
    return FixRequest.exit_code if any(row.state == REFUSED for row in rows) else 0


def table(rows: Sequence[EntryRow]) -> str:
    """The rows in columns of plain text."""
    head = ("when", "entry", "state", "title", "note")
    lines = [head, *((row.at, row.id, row.state, row.title, row.note) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
                     for line in lines)


def _states(taken: Mapping[str, TakenEntry], settings: Settings) -> dict[str, tuple[str, str]]:
    """State and reason of each taken entry's run; the server is asked only where there is something to ask."""
    runs = {entry_id: one.run_id for entry_id, one in taken.items() if one.run_id}
    if not runs:
        return {}
    from flows.connection import connect

    connect(settings)
    from flows.answering import answering_server
    from flows.run_states import states_of

    with answering_server():
        states = states_of(runs.values())
    return {entry_id: (states[run_id].state, states[run_id].reason) for entry_id, run_id in runs.items()}


def _row(
    one: Occasion, taken: TakenEntry | None, states: Mapping[str, tuple[str, str]], plan: Calendar, store: Store,
    settings: Settings,
) -> EntryRow:
    library, zone = Library(settings.library_path), ZoneInfo(one.entry.time_zone or plan.time_zone)
    row = EntryRow(id=one.entry.id, at=f"{one.due.astimezone(zone):%a %Y-%m-%d %H:%M %Z}", due=one.due, title="",
                   state=one.when, note=one.note)
    if taken:
        state, reason = states.get(one.entry.id, ("taken", "its run is started by the next firing"))
        changed = _is_changed(one, taken, library)
        return row.model_copy(update={"title": taken.title, "state": state, "run_id": taken.run_id,
                                      "note": CHANGED if changed else reason})
    missed = one.when == "missed"
    try:
        script = script_of(one.entry, library) if missed else planned_script(one.entry, library, store, settings)
    except ReelsError as error:
        return row.model_copy(update={"state": row.state if missed else REFUSED, "note": str(error).partition("\n")[0]})
    return row.model_copy(update={"title": script.title})


def _is_changed(one: Occasion, taken: TakenEntry, library: Library) -> bool:
    """True where entry or script are not what was taken; a script that is gone tells nothing."""
    try:
        return digest_of(one.entry, script_of(one.entry, library)) != taken.sha256
    except ReelsError:
        return False
