"""Locks on results: one makes it, others wait."""

import asyncio
import threading
import time

import pytest

from tasks.runtime import lease as leases
from tasks.runtime import stage_locks
from tasks.runtime.stage_locks import StageLocks
from tasks.runtime.store import Store


@pytest.fixture
def locks(store: Store, monkeypatch: pytest.MonkeyPatch) -> StageLocks:
    """Locks in this test's store."""
    monkeypatch.setattr(leases, "POLL_S", 0.02)
    monkeypatch.setattr(stage_locks, "POLL_S", 0.02)
    return StageLocks(lambda: store)


class TestStageLocks:
    """What Prefect asks of a lock manager."""

    def test_one_holds_it_until_it_is_released(self, locks: StageLocks) -> None:
        """Another is told no while it may not wait, and gets it afterwards."""
        assert locks.acquire_lock("speech-1", "a")
        assert locks.acquire_lock("speech-1", "a")
        assert (locks.is_locked("speech-1"), locks.is_lock_holder("speech-1", "a")) == (True, True)
        assert not locks.is_lock_holder("speech-1", "b")
        assert not locks.acquire_lock("speech-1", "b", acquire_timeout=0.05)
        locks.release_lock("speech-1", "b")
        assert locks.is_locked("speech-1")
        locks.release_lock("speech-1", "a")
        assert locks.acquire_lock("speech-1", "b", acquire_timeout=0.05)
        locks.release_lock("speech-1", "b")

    def test_other_results_are_other_locks(self, locks: StageLocks) -> None:
        """Two stages of two scripts go side by side."""
        assert locks.acquire_lock("speech-1", "a")
        assert locks.acquire_lock("speech-2", "b", acquire_timeout=0)
        locks.release_lock("speech-1", "a")
        locks.release_lock("speech-2", "b")

    def test_reader_waits_for_the_maker(self, locks: StageLocks) -> None:
        """By the name of the result, or of the file it lies in."""
        assert locks.acquire_lock("speech-1", "a")
        assert not locks.wait_for_lock("/results/speech-1", timeout=0.05)
        threading.Timer(0.1, lambda: locks.release_lock("speech-1", "a")).start()
        begun_s = time.monotonic()
        assert locks.wait_for_lock("/results/speech-1", timeout=10)
        assert time.monotonic() - begun_s < 5

    def test_released_lock_leaves_nothing_in_the_store(self, locks: StageLocks, store: Store) -> None:
        """There are as many results as content."""
        assert locks.acquire_lock("speech-1", "a")
        locks.release_lock("speech-1", "a")
        assert store.claims("leases") == []

    def test_coroutines_have_the_same(self, locks: StageLocks) -> None:
        """Prefect asks in both ways."""

        async def both() -> tuple[bool, bool]:
            return await locks.aacquire_lock("x-1", "a"), await locks.await_for_lock("x-1", timeout=0.05)

        assert asyncio.run(both()) == (True, False)
        locks.release_lock("x-1", "a")
