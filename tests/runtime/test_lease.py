"""Leases: one holder at a time, found out when it is gone, and stopped when it comes back."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.domain.errors import NotWritable, TryAgain
from tasks.runtime import lease as leases
from tasks.runtime.lease import (
    Lease,
    LeaseRecord,
    confirm_held,
    holding,
    is_free,
    newest,
    seize,
    take,
    wait_and_take,
)
from tasks.runtime.store import Store

ELSEWHERE = "another machine"
"""A machine whose processes cannot be seen from here."""
SOON_S = 30.0
"""Longest wait for what happens within tenths of a second on an idle machine."""


@pytest.fixture
def lost() -> list[str]:
    """What was said to whoever lost a lease."""
    return []


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Renewals every twentieth of a second."""
    for name, value in (("RENEWAL_S", 0.05), ("WAKE_S", 0.02), ("POLL_S", 0.02)):
        monkeypatch.setattr(leases, name, value)


@pytest.fixture
def mine(store: Store, lost: list[str]) -> Iterator[Lease]:
    """A lease of this process."""
    found = take(store, "run", lost=lost.append)
    assert isinstance(found, Lease)
    yield found
    found.release()


def kept(store: Store, name: str = "run") -> LeaseRecord:
    """The newest record of a lease."""
    found = newest(store, name)
    assert found is not None
    return found[1]


def claim_elsewhere(store: Store, generation: int, **changes: object) -> None:
    """Another machine takes the lease."""
    record = {"holder": "x", "host": "far", "machine": ELSEWHERE, "pid": 1, "started": 0.0, "taken": time.time(),
              "until": time.time() + 40.0, **changes}
    assert store.claim(f"leases/run/{generation:06d}", record)


def eventually(true: object) -> None:
    """Waits until something holds."""
    until_s = time.monotonic() + SOON_S
    while not true():  # type: ignore[operator]
        assert time.monotonic() < until_s
        time.sleep(0.01)


class TestTaking:
    """Who gets a lease."""

    def test_second_is_told_who_holds_it(self, store: Store, mine: Lease) -> None:
        """The record names process and machine."""
        found = take(store, "run", lost=print)
        assert isinstance(found, LeaseRecord)
        assert found.pid == os.getpid()
        assert f"process {os.getpid()}" in found.who

    def test_given_back_it_is_taken_again_under_the_next_number(self, store: Store, mine: Lease, lost: list[str]) -> None:
        """Numbers are never used twice."""
        mine.release()
        again = take(store, "run", lost=lost.append)
        assert isinstance(again, Lease)
        assert store.claims("leases/run") == ["leases/run/000001", "leases/run/000002"]
        again.release()
        assert lost == []

    def test_of_many_at_once_one_gets_it(self, store: Store) -> None:
        """The store lets one claim through."""
        found: list[Lease | LeaseRecord] = []
        threads = [threading.Thread(target=lambda: found.append(take(store, "run", lost=print))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        held = [lease for lease in found if isinstance(lease, Lease)]
        assert len(found) == 8
        assert len(held) == 1
        held[0].release()

    def test_forgotten_lease_leaves_no_record(self, store: Store, mine: Lease) -> None:
        """A lease on a stage would otherwise leave one for every result there ever was."""
        mine.release(forget=True)
        assert store.claims("leases/run") == []


class TestEndOfALease:
    """When a lease is free although nobody gave it back."""

    def test_other_machine_has_its_time_and_a_margin(self, store: Store) -> None:
        """Clocks may differ by the margin, so a lease that ran out just now is left alone."""
        claim_elsewhere(store, 1, until=time.time() - leases.CLOCK_MARGIN_S + 2.0)
        assert not is_free(kept(store))
        claim_elsewhere(store, 2, until=time.time() - leases.CLOCK_MARGIN_S - 0.1)
        assert is_free(kept(store))

    def test_killed_process_of_this_machine_is_noticed_at_once(self, store: Store) -> None:
        """Nobody waits for the time to run out where it can be seen that the holder is gone."""
        process = holder_of(store)
        assert not is_free(kept(store))
        process.kill()
        process.wait()
        assert is_free(kept(store))

    def test_number_of_a_process_used_again_is_another_process(self, store: Store, mine: Lease) -> None:
        """A process that began at another time is not the holder."""
        assert not is_free(kept(store))
        assert is_free(kept(store).model_copy(update={"started": 1.0}))

    def test_waiting_ends_when_the_holder_ends(self, store: Store, quick: None) -> None:
        """The next one takes over and was told whom it waited for."""
        process, told = holder_of(store), []

        def end(record: LeaseRecord) -> None:
            told.append(record.pid)
            process.kill()
            process.wait()

        found = wait_and_take(store, "run", lost=print, waiting=end)
        assert found is not None
        assert told == [process.pid]
        found.release()

    def test_waiting_may_have_a_limit(self, store: Store, mine: Lease, quick: None) -> None:
        """None says that the time was over first."""
        assert wait_and_take(store, "run", lost=print, waiting=lambda _: None, timeout_s=0.1) is None


class TestRenewal:
    """Keeping a lease."""

    def test_holder_stays_holder(self, store: Store, quick: None, lost: list[str]) -> None:
        """The end moves on by itself."""
        with holding(store, "run", waiting=print, lost=lost.append):
            first = kept(store).until
            eventually(lambda: kept(store).until > first)
        assert kept(store).released
        assert lost == []

    def test_unreachable_store_is_asked_again(self, store: Store, quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
        """A renewal that fails is no reason to stop working."""
        lease = take(store, "run", lost=print)
        assert isinstance(lease, Lease)
        with monkeypatch.context() as broken:
            broken.setattr(Store, "complete", raising(NotWritable("away")))
            time.sleep(0.15)
            with pytest.raises(NotWritable, match="away"):
                lease.confirm()
        first = kept(store).until
        eventually(lambda: kept(store).until > first)
        lease.release()

    def test_newer_generation_stops_the_old_holder(self, store: Store, quick: None, lost: list[str], mine: Lease) -> None:
        """It is told once, by whom, and holds nothing any more."""
        claim_elsewhere(store, 2)
        eventually(lambda: lost)
        assert "process 1 on 'far' has taken over" in lost[0]
        assert mine.confirm() is False
        assert len(lost) == 1

    def test_seized_lease_is_free_and_its_holder_stops(self, store: Store, lost: list[str], mine: Lease) -> None:
        """How a run that was cancelled is kept from going on where no worker ends it."""
        seize(store, "run")
        assert is_free(kept(store))
        assert mine.confirm() is False
        assert len(lost) == 1

    def test_holder_that_slept_while_another_took_over_ends_at_once(self, store: Store) -> None:
        """A process that was stopped, as by a sleeping machine, ends with code 0 when it wakes: its worker says nothing."""
        process = holder_of(store)
        os.kill(process.pid, signal.SIGSTOP)
        claim_elsewhere(store, 2)
        os.kill(process.pid, signal.SIGCONT)
        _, said = process.communicate(timeout=30)
        assert process.returncode == 0
        assert b"this process ends: process 1 on 'far' has taken over" in said


class TestConfirming:
    """The look right before what must happen once."""

    def test_without_a_lease_nothing_is_asked(self) -> None:
        """Work that needs no lease may go on."""
        assert confirm_held() is True

    def test_holder_is_told_the_truth(self, store: Store, lost: list[str]) -> None:
        """True while the lease is held, false from the moment another has it."""
        with holding(store, "run", waiting=print, lost=lost.append):
            assert confirm_held() is True
            claim_elsewhere(store, 2)
            assert confirm_held() is False


HOLDER = """
    import sys, time
    from pathlib import Path
    from tasks.runtime import lease
    from tasks.runtime.store import Store
    lease.RENEWAL_S = 0.1
    with lease.holding(Store(Path(sys.argv[1])), "run", waiting=print):
        print("held", flush=True)
        time.sleep(60)
    """


def holder_of(store: Store) -> subprocess.Popen[bytes]:
    """A process that holds the lease until it is ended."""
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(HOLDER), store.root], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, cwd=Path(__file__).parents[2])
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def raising(error: Exception) -> object:
    """A function that raises."""

    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


class TestDoubt:
    """A holder that cannot renew its lease, because the store is away."""

    @pytest.fixture
    def away(self, monkeypatch: pytest.MonkeyPatch, quick: None) -> None:
        """No record can be written, and leases are over at once."""
        monkeypatch.setattr(leases, "LIFE_S", 0.1)
        monkeypatch.setattr(leases, "DOUBT_S", 0.02)

    def holding_on(self, store: Store, lost: list[str], monkeypatch: pytest.MonkeyPatch, *, replaced: bool) -> Lease:
        """A lease whose store goes away right after it was taken."""
        found = take(store, "run", lost=lost.append, replaced=lambda: replaced)
        assert isinstance(found, Lease)

        def refuse(*_: object) -> None:
            raise TryAgain("the bucket does not answer")

        monkeypatch.setattr(store, "complete", refuse)
        return found

    def test_holder_that_may_have_been_replaced_stops(
        self, store: Store, lost: list[str], away: None, monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """It says for how long it was cut off, once."""
        lease = self.holding_on(store, lost, monkeypatch, replaced=True)
        eventually(lambda: lost)
        time.sleep(0.1)
        [said] = lost
        assert "was not renewed for 0 s" in said
        assert "another process may have taken over" in said
        assert lease.confirm() is False

    def test_holder_that_is_known_to_be_alone_goes_on(
        self, store: Store, lost: list[str], away: None, monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """And holds its lease again when the store is back."""
        with monkeypatch.context() as outage:
            lease = self.holding_on(store, lost, outage, replaced=False)
            time.sleep(0.3)
            assert time.time() > kept(store).until
        eventually(lambda: kept(store).until > time.time())
        assert not lost
        lease.release()

    def test_nobody_is_asked_while_the_store_answers(self, store: Store, lost: list[str], quick: None) -> None:
        """The question costs a request to a server that has other work."""
        asked: list[int] = []
        lease = take(store, "run", lost=lost.append, replaced=lambda: bool(asked.append(1)))
        assert isinstance(lease, Lease)
        time.sleep(0.2)
        lease.settle()
        lease.release()
        assert not asked
