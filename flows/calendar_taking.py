"""Taking the entries of a calendar: each once, by a claim in the store.

    calendar/<file>/<entry>     put before the run is started, with everything it is started with; completed with its id

Whoever finds a claim without a run starts the run that it holds, under the same key: the same run comes of it, on whatever
machine and however often.
"""

import datetime as dt

from flows.calendar_entries import claims_folder, digest_of, planned_script
from flows.planning import overrides_of
from flows.submission import named, parameters_of, submit_parameters
from tasks.domain.base import Record
from tasks.domain.calendar import Calendar, Occasion, TakenEntry
from tasks.domain.errors import FixRequest, ReelsError
from tasks.runtime.library import Library
from tasks.runtime.settings import Settings
from tasks.runtime.store import Store


class Taking(Record):
    """What came of one entry in one firing."""

    id: str
    title: str | None = None
    run_id: str | None = None
    reason: str = ""


def take_due(
    file: str, calendar: Calendar, *, now: dt.datetime, store: Store, settings: Settings,
) -> tuple[Taking, ...]:
    """Starts what was claimed and never started, and then everything that is due and nobody has taken.

    Args:
        file: the calendar's path in the library.
        calendar: what it says.
        now: UTC.
        store: where the claims are.
        settings: with the library.

    Returns:
        one record for each entry that was taken now, or could not be; the others are not told.
    """
    folder = claims_folder(file)
    kept = store.claims(folder)
    begun = [taking for key in kept if (taking := _go_on(key, store))]
    due = [one for one in calendar.occasions(now) if one.when == "due" and f"{folder}/{one.entry.id}" not in kept]
    taken = [_take(one, folder, now, store, settings) for one in due]
    return (*begun, *filter(None, taken))


def _take(occasion: Occasion, folder: str, now: dt.datetime, store: Store, settings: Settings) -> Taking | None:
    """Claims an entry and starts its run; None where somebody else was first. Errors are told, not raised."""
    entry, key = occasion.entry, f"{folder}/{occasion.entry.id}"
    try:
        script = planned_script(entry, Library(settings.library_path), store, settings)
        claim = TakenEntry(id=entry.id, due=occasion.due, taken=now, title=script.title, sha256=digest_of(entry, script),
                           parameters=parameters_of(script, overrides_of(entry.model_dump())))
        if not store.claim(key, claim.model_dump(mode="json")):
            return None
        return _start(key, claim, store)
    except ReelsError as error:
        return Taking(id=entry.id, reason=str(error))


def _go_on(key: str, store: Store) -> Taking | None:
    """Starts the run of a claim that has none; None where there is nothing to do."""
    try:
        claim = store.claimed_as(key, TakenEntry)
        return _start(key, claim, store) if claim and claim.run_id is None else None
    except ReelsError as error:
        return Taking(id=key.rpartition("/")[2], reason=str(error))


def _start(key: str, claim: TakenEntry, store: Store) -> Taking:
    """Starts the run that a claim holds and completes the claim.

    Raises:
        FixRequest: the server refuses it; the claim is given back, so that the entry can be corrected.
        FixMachine, TryAgain: it cannot be started now; the claim stays, and the next firing goes on.
    """
    parameters = claim.parameters or {}
    try:
        run_id = submit_parameters(parameters, key=key, name=named(claim.title, parameters.get("variant")),
                                   tags=["calendar", f"entry-{claim.id}"])
    except FixRequest:
        store.release(key)
        raise
    store.complete(key, claim.model_copy(update={"run_id": run_id, "parameters": None}).model_dump(mode="json"))
    return Taking(id=claim.id, title=claim.title, run_id=run_id)
