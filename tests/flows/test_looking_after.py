"""A round of the watchdog against a real server: what goes on, what is given up, and that it happens once."""

import contextvars
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from uuid import UUID

import pytest
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowFilter, FlowFilterName
from prefect.client.schemas.objects import FlowRun, State
from prefect.states import Cancelling, Crashed, Pending, Running

from flows import looking_after
from flows.looking_after import MOST_TIMES, Lookout, forget_actions, live_runs, look_once
from tasks.domain.errors import TryAgain
from tasks.runtime.lease import Lease, newest, take
from tasks.runtime.store import Store

NAME = "looked-after"
ACTS = "look-after-runs"
"""The flow in whose runs the watchdog acts."""


@flow(name=NAME)
def looked_after() -> None:
    """A flow nobody runs here."""


@pytest.fixture
def client(prefect: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[SyncPrefectClient]:
    """A client of the tests' server; the watchdog looks after the flow above, and no run is too young for it."""
    monkeypatch.setattr(looking_after, "LOOKED_AFTER", (NAME,))
    monkeypatch.setattr(looking_after, "REVIVED", (NAME,))
    monkeypatch.setattr("flows.stranded.START_LIMIT_S", 0.0)
    monkeypatch.setattr("flows.stranded.CANCEL_LIMIT_S", 0.0)
    monkeypatch.setattr("flows.stranded.CRASH_SETTLE_S", 0.0)
    with get_client(sync_client=True) as found:
        yield found
        for run in found.read_flow_runs(flow_filter=FlowFilter(name=FlowFilterName(any_=[NAME, ACTS]))):
            found.delete_flow_run(run.id)


def submit(client: SyncPrefectClient, *states: State) -> UUID:
    """A run of a deployment that came to its last state by way of the others."""
    deployment = client.create_deployment(client.create_flow(looked_after), name="x")
    run = client.create_flow_run_from_deployment(deployment)
    for state in states:
        client.set_flow_run_state(run.id, state, force=True)
    time.sleep(0.01)
    return run.id


def own_runs(client: SyncPrefectClient) -> list[FlowRun]:
    """The runs in which the watchdog acted."""
    return client.read_flow_runs(flow_filter=FlowFilter(name=FlowFilterName(any_=[ACTS])))


def seen(client: SyncPrefectClient, run_id: UUID) -> State:
    """The state of a run now."""
    run: FlowRun = client.read_flow_run(run_id)
    assert run.state is not None
    return run.state


@pytest.mark.parametrize("states", [(Pending(),), (Pending(), Running()), (Pending(), Running(), Crashed(message="killed"))])
def test_run_that_nobody_works_on_is_scheduled_once(
    client: SyncPrefectClient, prefect: Store, states: tuple[State, ...],
) -> None:
    """Its state says why; a second look finds nothing to do."""
    run_id = submit(client, *states)
    assert look_once(prefect) == 1
    state = seen(client, run_id)
    assert (state.type, state.name) == ("SCHEDULED", "Rescheduled")
    assert (state.message or "").startswith("Rescheduled by the watchdog: ")
    assert look_once(prefect) == 0
    assert [run.name for run in own_runs(client)] == ["looked after 1 run"]


def test_crashed_stage_is_left_to_the_story_that_waits_for_it(
    client: SyncPrefectClient, prefect: Store, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The story begins another run of the stage, and two would do it."""
    monkeypatch.setattr(looking_after, "REVIVED", ())
    run_id = submit(client, Pending(), Running(), Crashed(message="killed"))
    assert look_once(prefect) == 0
    assert seen(client, run_id).type.value == "CRASHED"


def test_after_an_outage_of_the_store_the_living_come_first(
    client: SyncPrefectClient, prefect: Store, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Leases nobody could renew are no sign of death."""
    run_id, lookout = submit(client, Pending(), Running()), Lookout(rest_s=3600.0)
    with monkeypatch.context() as away:
        away.setattr(looking_after, "newest", silent)
        with pytest.raises(TryAgain):
            lookout.look(prefect)
    assert lookout.look(prefect) == 0
    monkeypatch.setattr(looking_after, "time", SimpleNamespace(time=time.time, monotonic=lambda: time.monotonic() + 3600.0))
    assert lookout.look(prefect) == 1
    assert seen(client, run_id).name == "Rescheduled"


def silent(_store: Store, _name: str) -> None:
    """A store that does not answer."""
    raise TryAgain("the bucket does not answer")


def test_quiet_rounds_leave_no_trace(client: SyncPrefectClient, prefect: Store) -> None:
    """A run is at work under its lease: no run of the watchdog appears."""
    run_id = submit(client, Pending(), Running())
    lease = take(prefect, str(run_id), lost=print)
    assert isinstance(lease, Lease)
    assert look_once(prefect) == 0
    assert seen(client, run_id).is_running()
    assert own_runs(client) == []
    lease.release()


def test_run_that_keeps_ending_is_given_up(client: SyncPrefectClient, prefect: Store) -> None:
    """After so many times it fails with a sentence; a person's retry starts the count anew."""
    run_id = submit(client, Pending(), Running())
    for _ in range(MOST_TIMES):
        assert look_once(prefect) == 1
        client.set_flow_run_state(run_id, Running(), force=True)
        time.sleep(0.01)
    assert look_once(prefect) == 1
    state = seen(client, run_id)
    assert state.is_failed()
    assert f"taken up again {MOST_TIMES} times" in (state.message or "")
    assert f"reels retry {run_id}" in (state.message or "")
    forget_actions(prefect, str(run_id))
    client.set_flow_run_state(run_id, Running(), force=True)
    time.sleep(0.01)
    assert look_once(prefect) == 1
    assert seen(client, run_id).is_scheduled()


def test_cancelled_orphan_loses_its_lease(client: SyncPrefectClient, prefect: Store) -> None:
    """The worker that should have ended it is gone: the process ends itself, the run is cancelled."""
    run_id, told = submit(client, Pending(), Running(), Cancelling()), []
    lease = take(prefect, str(run_id), lost=told.append)
    assert isinstance(lease, Lease)
    assert look_once(prefect) == 1
    assert seen(client, run_id).is_cancelled()
    assert lease.confirm() is False
    assert len(told) == 1
    found = newest(prefect, str(run_id))
    assert found is not None
    assert found[1].released


def test_two_watchdogs_act_once(client: SyncPrefectClient, prefect: Store) -> None:
    """They share the store's claims."""
    submit(client, Pending(), Running())
    acted: list[int] = []
    threads = [threading.Thread(target=contextvars.copy_context().run, args=(lambda: acted.append(look_once(prefect)),))
               for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(acted) == [0, 1]


def test_action_of_a_watchdog_that_died_is_done_by_another(
    client: SyncPrefectClient, prefect: Store, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A claim without an act counts for a minute."""
    run_id = submit(client, Pending(), Running())
    with monkeypatch.context() as dying:
        dying.setattr(looking_after, "look_after_runs", lambda cases: None)
        assert look_once(prefect) == 1
    assert look_once(prefect) == 0
    monkeypatch.setattr(looking_after, "STALE_S", 0.0)
    assert look_once(prefect) == 1
    assert seen(client, run_id).is_scheduled()


def test_all_pages_are_read(client: SyncPrefectClient, prefect: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server answers with so many runs at once."""
    monkeypatch.setattr(looking_after, "PAGE", 2)
    wanted = {submit(client, Pending(), Running()) for _ in range(5)}
    assert {run.id for run in live_runs(client)} == wanted
