"""The ledger: what was reserved and paid, kept as claims of the store.

    requests/<request>/<attempt>     one attempt at a paid request: who, what for, how much, its state, the service's job
    request-fates/<request>/<attempt>    put by whoever decides first whether a reservation is sent or given up
    costs/<day>/<request>-<attempt>      says that the attempt was reserved on that day (UTC)
    reel-costs/<reel>/<request>-<attempt>    says that it was made for that reel
    request-jobs/<provider>/<job>    says whose a service's job is: put once

`<request>` is the digest of all that decides the answer: the same content asked for twice is one request. Those of day and
reel are written before the attempt itself, so that whoever adds up a day or a reel misses none; an attempt at a server of
the user's own, where nothing is paid, has neither.
"""

import datetime as dt
import hashlib
import os
import socket
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any, Literal

import psutil
from pydantic import Field

from tasks.domain.base import Record
from tasks.domain.media import MediaFile
from tasks.domain.money import NOTHING, total
from tasks.runtime.providers import PROVIDERS
from tasks.runtime.store import Store

State = Literal["reserved", "sending", "unknown", "sent", "paid", "lost", "released"]
"""What became of an attempt: `reserved` nothing was sent yet; `sending` an answer is awaited; `unknown` none came; `sent`
the service works on a job; `paid` the result is here; `lost` charged without a result; `released` not charged."""
OPEN: tuple[State, ...] = ("reserved", "sending", "unknown", "sent")
"""States in which the money is set aside and nobody knows yet what it will be."""
OVER: tuple[State, ...] = ("lost", "released")
"""States after which the same request may be made anew."""

READERS = 16
"""Attempts read at once: a bucket takes its time over each, while everybody else who wants to spend waits."""
SLACK_S = 1.0
"""How exactly the moment is known at which a process began."""


class Holder(Record):
    """The process that acts on an attempt."""

    run: str | None = Field(description="the flow run it works for")
    host: str
    pid: int
    began_s: float = Field(description="when the process began, seconds since 1970")
    until: dt.datetime = Field(description="after this moment it is thought to have ended")

    def gone(self, asker: "Holder") -> bool:
        """Whether it surely acts no more, as far as `asker` can tell."""
        if dt.datetime.now(dt.UTC) > self.until:
            return True
        same_process = (self.host, self.pid) == (asker.host, asker.pid) and abs(self.began_s - asker.began_s) < SLACK_S
        if self.host == asker.host and not same_process and not _alive(self.pid, self.began_s):
            return True
        return self.run is not None and self.run == asker.run and not same_process


class Entry(Record):
    """One attempt at a paid request."""

    request: str = Field(description="digest of what is asked for")
    attempt: int = Field(ge=1)
    day: dt.date = Field(description="when the money was set aside, UTC")
    state: State
    stage: str
    engine: str
    version: str
    provider: str
    reel: str = Field(description="digest of what was approved")
    title: str = Field(description="the reel's title")
    reserved_usd: Decimal
    why: str = Field(description="how the price comes about")
    cost_usd: Decimal | None = Field(default=None, description="what was charged, once that is known")
    sent_at: dt.datetime | None = Field(default=None, description="when it was first sent")
    job: str | None = Field(default=None, description="the service's own name of the work")
    result: MediaFile | None = None
    note: str = Field(default="", description="what went wrong")
    holder: Holder

    @property
    def token(self) -> str:
        """The idempotency key that the service gets: the same for the same attempt, whoever sends it."""
        return f"{self.request}-{self.attempt}"

    @property
    def counts_usd(self) -> Decimal:
        """What it takes of every limit: the price as long as nothing else is known, then what was charged."""
        return self.reserved_usd if self.state in OPEN else self.cost_usd or NOTHING


class Ledger:
    """What was reserved and paid.

    Args:
        store: the installation's.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def current(self, request: str) -> Entry | None:
        """The last attempt at a request, None where it was never made."""
        attempts = self.store.claims(f"requests/{request}")
        return self.store.claimed_as(attempts[-1], Entry) if attempts else None

    def open(self, entry: Entry, *, counts: bool = True) -> bool:
        """Enters a new attempt, which counts for its day and its reel; False where somebody else has just made it."""
        if counts:
            marker = {"attempt": _place(entry)}
            self.store.claim(f"costs/{entry.day}/{entry.token}", marker)
            self.store.claim(f"reel-costs/{entry.reel}/{entry.token}", marker)
        return self.store.claim(_place(entry), entry.model_dump(mode="json"))

    def keep(self, entry: Entry) -> Entry:
        """Writes the present state of an attempt, and gives it."""
        self.store.complete(_place(entry), entry.model_dump(mode="json"))
        return entry

    def decide(self, entry: Entry, fate: Literal["send", "release"]) -> bool:
        """Settles whether a reservation is sent or given up; False where that was settled before."""
        return self.store.claim(f"request-fates/{entry.request}/{entry.attempt:04}", {"fate": fate})

    def take_job(self, entry: Entry, job: str) -> bool:
        """Settles that a service's job is this attempt's; False where it is another's."""
        return self.store.claim(_job_place(entry, job), {"attempt": _place(entry)}) or self.may_take_job(entry, job)

    def may_take_job(self, entry: Entry, job: str) -> bool:
        """Whether a service's job is nobody's yet, or this attempt's."""
        owner = self.store.claimed(_job_place(entry, job))
        return owner is None or owner.get("attempt") == _place(entry)

    def of_day(self, day: dt.date) -> list[Entry]:
        """All attempts reserved on a day."""
        return [entry for entry in self._marked(f"costs/{day}") if entry.day == day]

    def of_reel(self, reel: str) -> list[Entry]:
        """All attempts made for a reel."""
        return [entry for entry in self._marked(f"reel-costs/{reel}") if entry.reel == reel]

    def days(self) -> list[dt.date]:
        """The days on which something was reserved, in order."""
        return sorted({dt.date.fromisoformat(key.split("/")[1]) for key in self.store.claims("costs")})

    def _marked(self, folder: str) -> list[Entry]:
        names = [key.rpartition("/")[2].rpartition("-") for key in self.store.claims(folder)]
        keys = [f"requests/{request}/{int(attempt):04}" for request, _, attempt in names]
        with ThreadPoolExecutor(READERS) as pool:
            found = list(pool.map(lambda key: self.store.claimed_as(key, Entry), keys))
        return [entry for entry in found if entry]


def sum_of(entries: Iterable[Entry]) -> Decimal:
    """What the attempts take of a limit together."""
    return total(entry.counts_usd for entry in entries)


def is_free(key: str, record: Mapping[str, Any]) -> bool:
    """Whether a claim is an attempt at a server of the user's own, which makes its result again for nothing.

    Args:
        key: of the claim.
        record: what stands in it.
    """
    own = {provider.name for provider in PROVIDERS if provider.own}
    return key.startswith("requests/") and record.get("provider") in own


def this_process(run: str | None, *, for_s: float) -> Holder:
    """The present process as holder of an attempt for the next `for_s` seconds."""
    pid = os.getpid()
    return Holder(run=run, host=socket.gethostname(), pid=pid, began_s=psutil.Process(pid).create_time(),
                  until=dt.datetime.now(dt.UTC) + dt.timedelta(seconds=for_s))


def _place(entry: Entry) -> str:
    return f"requests/{entry.request}/{entry.attempt:04}"


def _job_place(entry: Entry, job: str) -> str:
    return f"request-jobs/{entry.provider}/{hashlib.sha256(job.encode()).hexdigest()}"


def _alive(pid: int, began_s: float) -> bool:
    """Whether the process of that number is still the one that began then."""
    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - began_s) < SLACK_S and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
