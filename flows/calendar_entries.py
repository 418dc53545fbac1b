"""The entries of a calendar: what each is made from, and which were taken."""

import hashlib

from flows.planning import overrides_of, plan_reel
from tasks.domain.calendar import CalendarEntry, TakenEntry
from tasks.domain.script import Script
from tasks.media.text.slug import slug
from tasks.runtime.library import Library
from tasks.runtime.settings import Settings
from tasks.runtime.store import Store
from tasks.script.parse import form_of, parse_script, read_script

DIGITS = 8
"""Hex digits that tell files apart whose names give the same words."""


def claims_folder(file: str) -> str:
    """Where the claims of a calendar's entries are: by the file's path, so that two calendars do not meet."""
    return f"calendar/{slug(file)}-{hashlib.sha256(file.encode()).hexdigest()[:DIGITS]}"


def script_of(entry: CalendarEntry, library: Library) -> Script:
    """The script of an entry.

    Raises:
        UnknownName, ScriptError: there is no such file in the library, or it is no script.
    """
    if entry.text is None:
        return read_script(library.file(entry.script or ""))
    return parse_script(entry.text, name=f"{entry.id}{form_of(entry.text, entry.id)}")


def taken_entries(file: str, store: Store) -> dict[str, TakenEntry]:
    """The claims of a calendar's entries, by the entry's id."""
    found = (store.claimed_as(key, TakenEntry) for key in store.claims(claims_folder(file)))
    return {one.id: one for one in found if one}


def digest_of(entry: CalendarEntry, script: Script) -> str:
    """Digest of everything that is made of an entry."""
    return hashlib.sha256(f"{entry.sha256()}{script.sha256()}".encode()).hexdigest()


def planned_script(entry: CalendarEntry, library: Library, store: Store, settings: Settings) -> Script:
    """The script of an entry that can be made as it is.

    Raises:
        ReelsError: it cannot; see `plan_reel`.
    """
    script = script_of(entry, library)
    plan_reel(script, overrides=overrides_of(entry.model_dump()), store=store, settings=settings)
    return script
