"""Begins the reels that a calendar says are due: each entry once, however often and on however many machines this runs."""

import datetime as dt
from collections.abc import Sequence

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

import tasks.orchestration.results  # noqa: F401  its block is where Prefect keeps results when the store is a bucket
from flows.calendar_entries import script_of, taken_entries
from flows.calendar_taking import Taking, take_due
from flows.endings import with_plain_end
from flows.notices import run_page
from tasks.domain.calendar import Calendar, Occasion
from tasks.domain.errors import ReelsError
from tasks.media.text.templates import render_template
from tasks.runtime.library import Library
from tasks.runtime.settings import current_settings
from tasks.runtime.store import Store
from tasks.runtime.stores import open_store

FILE = "calendar.yaml"
"""The calendar that is read unless another is named."""
NOTHING_DUE = "Nothing due"
"""State of a run that had nothing to take."""
AHEAD = dt.timedelta(days=14)
"""How far the page looks ahead."""


@flow(name="content-calendar", flow_run_name="calendar: {file}", validate_parameters=True)
def content_calendar(file: str = FILE) -> State[None]:
    """Takes what is due from a calendar, and ends; a wrong entry stops no other.

    Args:
        file: the calendar, by its path inside the library.

    Raises:
        UnknownName: there is no such file; `calendar.yaml` may be missing, as long as nobody plans anything.
        FixRequest: it is no calendar, or an entry that is due cannot be made.
    """
    return with_plain_end(lambda: _take(file))


def _take(file: str) -> State[None]:
    """Takes what is due; the state says what that was."""
    settings, now, store = current_settings(), dt.datetime.now(dt.UTC), open_store()
    library = Library(settings.library_path)
    if file == FILE and FILE not in {path.name for path in library.root.glob("*.yaml")}:
        return Completed(name=NOTHING_DUE, message=f"there is no {FILE} in the library: nothing is planned")
    calendar = library.calendar(file)
    takings = take_due(file, calendar, now=now, store=store, settings=settings)
    show(file, calendar, takings, now, store, library)
    if not takings:
        return Completed(name=NOTHING_DUE, message=f"nothing is due in {file}; next: {_next(calendar, now) or 'nothing'}")
    begun = [taking.id for taking in takings if taking.run_id]
    wrong = [f"{taking.id!r}: {taking.reason}" for taking in takings if not taking.run_id]
    said = f"taken: {', '.join(begun) or 'nothing'}"
    return Failed(message=f"{said}; not taken: {'; '.join(wrong)}") if wrong else Completed(message=said)


def show(file: str, calendar: Calendar, takings: Sequence[Taking], now: dt.datetime, store: Store, library: Library) -> None:
    """Puts on the run's page what was taken and what comes next."""
    taken, occasions = taken_entries(file, store), calendar.occasions(now)
    coming = [_line(one, library, calendar) for one in occasions if one.when == "later" and one.due - now <= AHEAD]
    missed = [_line(one, library, calendar) for one in occasions if one.when == "missed" and one.entry.id not in taken]
    page = render_template(
        current_settings().templates_path, "artifacts/calendar.md.j2", file=file, coming=coming, missed=missed,
        days=AHEAD.days, takings=[taking.model_dump() | {"page": taking.run_id and run_page(taking.run_id)}
                                  for taking in takings])
    create_markdown_artifact(page, key="calendar", description=f"What was taken from {file}, and what comes next")


def _next(calendar: Calendar, now: dt.datetime) -> str | None:
    """The entry that comes next, and when, by the calendar's clock."""
    coming = (one for one in calendar.occasions(now) if one.when == "later")
    return next((f"{one.entry.id!r} at {one.entry.at} {one.entry.time_zone or calendar.time_zone}" for one in coming), None)


def _line(one: Occasion, library: Library, calendar: Calendar) -> dict[str, str]:
    """An entry as the page shows it: its time as the calendar says it, its title, and what is wrong with its script."""
    at = f"{one.entry.at} {one.entry.time_zone or calendar.time_zone}"
    try:
        title, trouble = script_of(one.entry, library).title, ""
    except ReelsError as error:
        title, trouble = "", str(error)
    return {"id": one.entry.id, "at": at, "title": title, "note": trouble or one.note}
