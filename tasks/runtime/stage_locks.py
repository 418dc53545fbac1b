"""Locks on results: of two runs that need the same stage of the same content, one makes it and the other waits for it.

Prefect takes the lock of a result before it looks whether the result is there, and gives it back after the result is
written. Here such a lock is a lease in the store, so it holds between machines, and the next in line takes over when its
holder dies. Losing it is no harm: the same result would be made twice.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable

from tasks.runtime.lease import POLL_S, Lease, LeaseRecord, is_free, newest, wait_and_take
from tasks.runtime.store import Store

_log = logging.getLogger("prefect.reels")


class StageLocks:
    """Prefect's protocol for locks, on leases.

    Args:
        open_store: gives the store; called at every use, since settings may differ from one to the next.
    """

    def __init__(self, open_store: Callable[[], Store]) -> None:
        self._open_store = open_store
        self._held: dict[str, tuple[str, Lease]] = {}
        self._busy = threading.Lock()

    def acquire_lock(
        self, key: str, holder: str, acquire_timeout: float | None = None, hold_timeout: float | None = None,  # noqa: ARG002
    ) -> bool:
        """Waits until nobody else makes the result under `key`; tells whether it came to that in time."""
        if self.is_lock_holder(key, holder):
            return True
        lease = wait_and_take(self._open_store(), _name(key), lost=_let_it_be, waiting=lambda record: _say(key, record),
                              timeout_s=acquire_timeout)
        if lease is None:
            return False
        with self._busy:
            self._held[key] = (holder, lease)
        return True

    async def aacquire_lock(
        self, key: str, holder: str, acquire_timeout: float | None = None, hold_timeout: float | None = None,
    ) -> bool:
        """The same for flows that are coroutines."""
        return await asyncio.to_thread(self.acquire_lock, key, holder, acquire_timeout, hold_timeout)

    def release_lock(self, key: str, holder: str) -> None:
        """Lets the next one in."""
        with self._busy:
            found = self._held.get(key)
            if found is None or found[0] != holder:
                return
            del self._held[key]
        found[1].release(forget=True)

    def is_locked(self, key: str) -> bool:
        """True while somebody makes the result."""
        found = newest(self._open_store(), _name(key))
        return found is not None and not is_free(found[1])

    def is_lock_holder(self, key: str, holder: str) -> bool:
        """True when `holder` does."""
        with self._busy:
            found = self._held.get(key)
        return found is not None and found[0] == holder

    def wait_for_lock(self, key: str, timeout: float | None = None) -> bool:
        """Waits until nobody makes the result; tells whether it came to that in time."""
        until_s = time.monotonic() + (float("inf") if timeout is None else timeout)
        while self.is_locked(key):
            if time.monotonic() >= until_s:
                return False
            time.sleep(POLL_S)
        return True

    async def await_for_lock(self, key: str, timeout: float | None = None) -> bool:
        """The same for flows that are coroutines."""
        return await asyncio.to_thread(self.wait_for_lock, key, timeout)


def _name(key: str) -> str:
    """The lease of a result: Prefect names results by their key, or by the file they lie in."""
    return key.rpartition("/")[2]


def _let_it_be(_reason: str) -> None:
    """A result that is made twice is the same result."""


def _say(key: str, record: LeaseRecord) -> None:
    stage = key.partition("-")[0]
    _log.info("%s is being made by another run (%s): waiting for it", stage, record.who)
