"""The content calendar: which reel is begun when, and what was taken of it.

Times are wall-clock times of a place. Where the clocks go forward, a time that does not exist is moved behind the gap; where
they go back, the first of the two is meant (as RFC 5545, section 3.3.5, has it for calendars).
"""

import datetime as dt
import difflib
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, field_validator, model_validator

from tasks.domain.base import Frozen, Record
from tasks.domain.script import MediaPath, Name
from tasks.domain.text import Line, Lines

MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2})?( ?(Z|[+-]\d{2}:\d{2}))?")
"""A day and a time, at the end what the clock differs from UTC where that is meant."""
GRACE_HOURS = 24.0
"""How late an entry is still made, unless the calendar says otherwise: a machine may be off for a night."""
MOST_GRACE_HOURS = 24.0 * 14
"""Longest grace: what is older is no longer what anybody expects to appear."""


FIRST_YEAR, LAST_YEAR = 2000, 2199
"""Years that are meant; another is a slip of the finger."""


class CalendarEntry(Frozen):
    """One reel and when it is begun."""

    id: Name = Field(description="names the entry for good: each id is made once; write a new one to make it again")
    at: str = Field(description="when the reel is begun, e.g. 2026-12-01 06:00; Z or +01:00 at its end says the"
                                " difference from UTC, and no time zone matters")
    time_zone: str | None = Field(default=None, description="whose clock `at` means; default: the calendar's")
    script: MediaPath | None = Field(default=None, description="a script's file, by its path inside the library")
    text: Lines | None = Field(default=None, description="the script itself instead: plain text, Markdown or YAML")
    variant: str | None = Field(default=None, description="which variant of the script, 'main' for the script itself")
    avatar: Line | None = Field(default=None, description="who presents it; default: the script's choice")
    brand: Line | None = Field(default=None, description="its brand kit; default: the script's choice")
    style: Line | None = Field(default=None, description="its caption style; default: the script's choice")
    engines: dict[str, str] = Field(default_factory=dict, description="stage -> engine")
    publish: tuple[str, ...] | None = Field(default=None, description="publish engines in order; an empty list hands it to"
                                                                      " nobody")
    seed: int | None = Field(default=None, ge=0, description="another seed is another take")
    grace_hours: float | None = Field(default=None, ge=0, le=MOST_GRACE_HOURS, description="how late it is still made;"
                                                                                           " default: the calendar's")

    @field_validator("at")
    @classmethod
    def _must_be_a_moment(cls, at: str) -> str:
        if not MOMENT.fullmatch(at) or _read(at) is None:
            raise ValueError(f"is {at!r}, which is no day and time: write e.g. 2026-12-01 06:00")
        return at

    @field_validator("time_zone")
    @classmethod
    def _must_be_a_zone(cls, name: str | None) -> str | None:
        return name if name is None else known_zone(name)

    @model_validator(mode="after")
    def _must_have_one_script(self) -> Self:
        if (self.script is None) == (self.text is None):
            raise ValueError("needs one of 'script' (a file of the library) and 'text' (the script itself)")
        return self

    def sha256(self) -> str:
        """Digest of what the entry says, without the script's file."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class Calendar(Frozen):
    """What is made when."""

    schema_version: Literal[1] = Field(default=1, alias="schema", description="version of this file format")
    time_zone: str = Field(description="whose clock the entries mean, e.g. Europe/Berlin")
    grace_hours: float = Field(default=GRACE_HOURS, ge=0, le=MOST_GRACE_HOURS, description="how late an entry is still made;"
                                                                                           " what is later is left out")
    entries: tuple[CalendarEntry, ...] = Field(default=(), description="the reels, in any order")

    @field_validator("time_zone")
    @classmethod
    def _must_be_a_zone(cls, name: str) -> str:
        return known_zone(name)

    @field_validator("entries")
    @classmethod
    def _must_differ(cls, entries: tuple[CalendarEntry, ...]) -> tuple[CalendarEntry, ...]:
        names = [entry.id for entry in entries]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise ValueError(f"has two entries with the id {twice!r}: name one differently")
        return entries

    def occasions(self, now: dt.datetime) -> "tuple[Occasion, ...]":
        """The entries by time, each with what `now` means for it."""
        return tuple(sorted(self._occasions(now), key=lambda one: (one.due, one.entry.id)))

    def _occasions(self, now: dt.datetime) -> "Iterator[Occasion]":
        for entry in self.entries:
            due, note = moment_of(entry.at, entry.time_zone or self.time_zone)
            grace = dt.timedelta(hours=self.grace_hours if entry.grace_hours is None else entry.grace_hours)
            when: Literal["later", "due", "missed"] = "later" if now < due else "due" if now - due <= grace else "missed"
            yield Occasion(entry=entry, due=due, when=when, note=note)


class Occasion(Record):
    """An entry at a moment."""

    entry: CalendarEntry
    due: dt.datetime = Field(description="when it is begun, UTC")
    when: Literal["later", "due", "missed"] = Field(description="'missed': longer ago than its grace")
    note: str = Field(default="", description="what was made of a time that the clocks skip or show twice")


class TakenEntry(Record):
    """The claim on an entry: written before its run is started, completed with the run afterwards."""

    id: str
    due: dt.datetime
    taken: dt.datetime
    title: str
    sha256: str = Field(description="digest of entry and script as they were")
    parameters: dict[str, Any] | None = Field(default=None, description="what the run is started with, until it is")
    run_id: str | None = None


def moment_of(at: str, zone: str) -> tuple[dt.datetime, str]:
    """A moment in UTC, and a note where the clocks skip or repeat its time.

    Args:
        at: day and time, as `CalendarEntry.at`.
        zone: whose clock is meant where `at` says no difference from UTC.
    """
    read = _read(at)
    if read is None:
        raise ValueError(f"{at!r} is no day and time")
    if read.tzinfo is not None:
        return read.astimezone(dt.UTC), ""
    local = read.replace(tzinfo=ZoneInfo(zone))
    moment = local.astimezone(dt.UTC)
    seen = moment.astimezone(local.tzinfo)
    if seen.replace(tzinfo=None) != read:
        return moment, f"the clocks of {zone} skip {read:%H:%M} on that day: {seen:%H:%M} is meant"
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        return moment, f"the clocks of {zone} show {read:%H:%M} twice on that day: the first is meant"
    return moment, ""


def known_zone(name: str) -> str:
    """The name of a time zone, if there is one.

    Raises:
        ValueError: there is none, with the nearest name.
    """
    if name not in _zones():
        near = difflib.get_close_matches(name, _zones(), n=1)
        raise ValueError(f"is {name!r}, which is no time zone: write {near[0] if near else 'e.g. Europe/Berlin'}")
    return name


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _read(at: str) -> dt.datetime | None:
    """Day and time as they stand there, None where they are none."""
    try:
        read = dt.datetime.fromisoformat(at.replace(" Z", "Z").replace(" +", "+").replace(" -", "-"))
    except ValueError:
        return None
    return read if FIRST_YEAR <= read.year <= LAST_YEAR else None
