"""Leases: who works on something now, so that two never do, and so that it shows when nobody does any more.

A lease is a row of numbered claims in the store, `leases/<name>/000001`, `…/000002`, one for each time it was taken. The
newest generation alone counts. Whoever wants the lease claims the number after the newest once that is free; of two who try,
the store lets one through. The holder renews its own record; once it sees a newer generation, it has lost and stops. Numbers
are never used twice, so a holder that slept through everything cannot mistake another's lease for its own.

A lease is free when its holder gave it back, when the holder's process is gone (seen from the same machine only), or when
its time is over. That time is written by the holder's clock and read by another's: `CLOCK_MARGIN_S` is what clocks may
differ by. Should they differ by more, two may work side by side for at most a renewal; what must happen once is then still
guarded by `confirm()`, which looks at the store right before the act.

A holder that cannot reach the store for so long that its time is over does not know whether another has taken its place. It
asks somebody else then (`replaced`), every few seconds, and stops if the answer is yes or there is none.
"""

import contextlib
import os
import platform
import socket
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import NoReturn

import psutil
from pydantic import Field

from tasks.domain.base import Record
from tasks.domain.errors import ReelsError
from tasks.runtime.patience import patience
from tasks.runtime.store import Store

LIFE_S = 40.0
"""How long a lease lasts without renewal: three renewals may fail, and a run is still taken up again within a minute."""
RENEWAL_S = 10.0
"""Seconds between two renewals: a request each to a bucket, which is little."""
CLOCK_MARGIN_S = 10.0
"""What the clocks of two machines may differ by; machines that ask a time server differ by less than one second."""
WAKE_S = 1.0
"""Seconds between two looks at the clock: a machine that slept notices that soon after it wakes."""
DOUBT_S = 2.0
"""Seconds between two questions whether another has taken over, while the store does not answer: a process needs longer to
begin."""
POLL_S = 1.0
"""Seconds between two looks at a lease somebody else holds."""


class LeaseRecord(Record):
    """One generation of a lease."""

    holder: str = Field(description="who holds it: another word each time it is taken")
    host: str = Field(description="name of the machine, for people")
    machine: str = Field(description="what tells this machine, since it was started, from every other")
    pid: int = Field(description="the process that holds it")
    started: float = Field(description="when that process began, Unix seconds: numbers of processes are used again")
    taken: float = Field(description="when the lease was taken, Unix seconds by the holder's clock")
    until: float = Field(description="when it ends unless renewed, or when it was given back; the same clock")
    released: bool = Field(default=False, description="the holder gave it back")

    @property
    def who(self) -> str:
        """The holder, for people."""
        return f"process {self.pid} on {self.host!r}"


class Lease:
    """A lease that this process holds, renewed in the background until it is given back.

    Args:
        store: where it is kept.
        name: of what.
        generation: its number.
        record: its record.
        lost: called once, from whatever thread notices, when somebody else holds the lease.
        replaced: tells, without the store, whether another may have taken over; asked once the lease's time is over because
            the store did not answer. None: it is kept until the store says otherwise.
    """

    def __init__(
        self, store: Store, name: str, generation: int, record: LeaseRecord, *, lost: Callable[[str], object],
        replaced: Callable[[], bool] | None = None,
    ) -> None:
        self._store, self._name, self._generation = store, name, generation
        self._record, self._lost = record, lost
        self._busy, self._ended = threading.Lock(), threading.Event()
        self._replaced = replaced
        threading.Thread(target=self._keep, name=f"lease {name}", daemon=True).start()
        if replaced:
            threading.Thread(target=self._doubt, name=f"doubt {name}", daemon=True).start()

    def confirm(self) -> bool:
        """Renews the lease and tells whether it is still this process's: to be asked right before what must happen once.

        Raises:
            ReelsError: the store cannot be reached, so nobody knows.
        """
        with self._busy:
            if self._ended.is_set():
                return False
            self._write(until=time.time() + LIFE_S)
            while time.time() > self._record.until:  # the store was away meanwhile
                self._write(until=time.time() + LIFE_S)
            newer = self._store.claimed_as(_key(self._name, self._generation + 1), LeaseRecord)
            if newer is None:
                return True
            self._ended.set()
        self._lost(f"{newer.who} has taken over what this process was doing ({self._name})")
        return False

    def release(self, *, forget: bool = False) -> None:
        """Gives the lease back; a store that cannot be reached lets it run out instead.

        Args:
            forget: leave no record; numbers start again, so this is for what may be done twice, at a waste and no harm.
        """
        with self._busy:
            if self._ended.is_set():
                return
            self._ended.set()
            with contextlib.suppress(ReelsError, OSError), patience.suspended():
                if forget:
                    for generation in range(1, self._generation + 1):
                        self._store.release(_key(self._name, generation))
                else:
                    self._write(until=time.time(), released=True)

    def settle(self) -> None:
        """Gives the lease up where another may have it: to be asked before the end of what it is for is told to anybody."""
        if not self._ended.is_set() and self._replaced and time.time() > self._record.until and self._replaced():
            self._give_up()

    def _write(self, **changes: object) -> None:
        record = self._record.model_copy(update=changes)
        self._store.complete(_key(self._name, self._generation), record.model_dump(mode="json"))
        self._record = record

    def _give_up(self) -> None:
        self._ended.set()
        silent_s = time.time() - self._record.until + LIFE_S
        self._lost(f"its lease was not renewed for {silent_s:.0f} s, and another process may have taken over what it does"
                   f" ({self._name})")

    def _keep(self) -> None:
        """Renews in time, and looks at the clock more often: a machine that slept is late."""
        renewed = time.time()
        while not self._ended.wait(WAKE_S):
            if time.time() - renewed >= RENEWAL_S:
                with contextlib.suppress(ReelsError, OSError), patience.suspended():
                    self.confirm()
                    renewed = time.time()

    def _doubt(self) -> None:
        """Looks whether another has taken over, while the lease cannot be renewed and the thread that tries to may hang."""
        while not self._ended.wait(DOUBT_S):
            self.settle()


_held: ContextVar[Lease | None] = ContextVar("lease", default=None)


def newest(store: Store, name: str) -> tuple[int, LeaseRecord] | None:
    """The newest generation of a lease and its record, None where it was never taken."""
    for key in reversed(store.claims(f"leases/{name}")):
        record = store.claimed_as(key, LeaseRecord)
        if record is not None:
            return int(key.rpartition("/")[2]), record
    return None


def is_free(record: LeaseRecord) -> bool:
    """True when nobody holds the lease: given back, its process gone, or its time over."""
    return record.released or time.time() > record.until + CLOCK_MARGIN_S or _died(record)


def take(
    store: Store, name: str, *, lost: Callable[[str], object], replaced: Callable[[], bool] | None = None,
) -> Lease | LeaseRecord:
    """Takes a lease if it is free.

    Args:
        store: where leases are kept.
        name: of what.
        lost: called with a sentence when somebody else takes it over.
        replaced: tells without the store whether somebody may have.

    Returns:
        The lease, or the record of whoever holds it.
    """
    found = newest(store, name)
    if found and not is_free(found[1]):
        return found[1]
    generation, record = (found[0] if found else 0) + 1, _own_record()
    if store.claim(_key(name, generation), record.model_dump(mode="json")):
        return Lease(store, name, generation, record, lost=lost, replaced=replaced)
    return take(store, name, lost=lost, replaced=replaced)


def wait_and_take(
    store: Store, name: str, *, lost: Callable[[str], object], waiting: Callable[[LeaseRecord], object],
    timeout_s: float | None = None, replaced: Callable[[], bool] | None = None,
) -> Lease | None:
    """Takes a lease as soon as it is free.

    Args:
        store: where leases are kept.
        name: of what.
        lost: called with a sentence when somebody else takes it over.
        waiting: called once, with the holder's record, when there is somebody to wait for.
        timeout_s: longest wait; None waits as long as the holder lives.
        replaced: tells without the store whether somebody may have taken it over.

    Returns:
        The lease; None when the time was over first.
    """
    until_s, told = time.monotonic() + (float("inf") if timeout_s is None else timeout_s), False
    while not isinstance(found := take(store, name, lost=lost, replaced=replaced), Lease):
        if not told:
            waiting(found)
            told = True
        if time.monotonic() >= until_s:
            return None
        time.sleep(POLL_S)
    return found


@contextlib.contextmanager
def holding(
    store: Store, name: str, *, waiting: Callable[[LeaseRecord], object], lost: Callable[[str], object] | None = None,
    replaced: Callable[[], bool] | None = None,
) -> Iterator[Lease]:
    """Holds a lease for as long as the block runs, and lets `confirm_held` in it look at it.

    Args:
        store: where leases are kept.
        name: of what.
        waiting: called once, with the holder's record, when somebody else holds it and the block has to wait.
        lost: called when somebody takes it over; default: this process ends at once.
        replaced: tells without the store whether somebody may have.
    """
    lease = wait_and_take(store, name, lost=lost or end_process, waiting=waiting, replaced=replaced)
    assert lease is not None  # noqa: S101  without a time limit there is nothing else
    token = _held.set(lease)
    try:
        yield lease
    finally:
        _held.reset(token)
        lease.settle()
        lease.release()


def confirm_held() -> bool:
    """Tells whether the work around the caller is still this process's to do; true where no lease is needed for it.

    Raises:
        ReelsError: the store cannot be reached, so nobody knows.
    """
    lease = _held.get()
    return lease is None or lease.confirm()


def seize(store: Store, name: str) -> None:
    """Takes a lease away from whoever holds it: that process ends when it next looks, and the lease is free."""
    found = newest(store, name)
    if found and not is_free(found[1]):
        record = _own_record().model_copy(update={"released": True})
        store.claim(_key(name, found[0] + 1), record.model_dump(mode="json"))


def end_process(reason: str) -> NoReturn:
    """Ends this process and the programs it started, at once and without a word to Prefect.

    The work belongs to another process now. An exit code other than 0 would make the worker report a crash of that run.
    """
    sys.stderr.write(f"this process ends: {reason}\n")
    sys.stderr.flush()
    with contextlib.suppress(psutil.Error):
        for child in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                child.kill()
    os._exit(0)


def _own_record() -> LeaseRecord:
    now = time.time()
    return LeaseRecord(holder=uuid.uuid4().hex, host=socket.gethostname(), machine=_machine(), pid=os.getpid(),
                       started=psutil.Process().create_time(), taken=now, until=now + LIFE_S)


def _died(record: LeaseRecord) -> bool:
    """True when the holder ran on this machine and runs no more."""
    if record.machine != _machine():
        return False
    try:
        process = psutil.Process(record.pid)
        return process.status() == psutil.STATUS_ZOMBIE or abs(process.create_time() - record.started) > 1.0
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False


@cache
def _machine() -> str:
    """What tells this machine, since it was started, from every other; containers count as machines of their own, since they
    cannot see each other's processes.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{socket.gethostname()} {boot} {os.readlink('/proc/self/ns/pid')}"  # noqa: PTH115  the link's text is meant
    except OSError:
        return f"{platform.node()} {uuid.getnode():x}"


def _key(name: str, generation: int) -> str:
    return f"leases/{name}/{generation:06d}"
