"""`reels retry`: what can go on, and what cannot."""

from collections.abc import Iterator

import pytest
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowFilter, FlowFilterName
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.states import Cancelled, Cancelling, Completed, Crashed, Failed, Paused, Pending, Running, Scheduled

from flows.retry import retry_run
from tasks.domain.errors import ApprovalMissing, FixRequest, ReelsError, TryAgain
from tasks.runtime.lease import Lease, take
from tasks.runtime.store import Store

NAME = "retried"


@flow(name=NAME)
def retried() -> None:
    """A flow nobody runs here."""


@pytest.fixture
def client(prefect: Store) -> Iterator[SyncPrefectClient]:
    """A client of the tests' server."""
    with get_client(sync_client=True) as found:
        yield found
        for run in found.read_flow_runs(flow_filter=FlowFilter(name=FlowFilterName(any_=[NAME]))):
            found.delete_flow_run(run.id)


def run_in(client: SyncPrefectClient, state: State, *, name: str = "reel: Once", deployed: bool = True) -> FlowRun:
    """A run in a state."""
    if deployed:
        deployment = client.create_deployment(client.create_flow(retried), name="x")
        run = client.create_flow_run_from_deployment(deployment, name=name)
    else:
        run = client.create_flow_run(retried, name=name)
    for step in (Running(), state):
        client.set_flow_run_state(run.id, step, force=True)
    return client.read_flow_run(run.id)


class TestRetry:
    """What can go on, and what cannot."""

    @pytest.mark.parametrize("state", [Failed(message="KeyError: 'x'"), Crashed(), Cancelled()])
    def test_run_that_ended_badly_is_scheduled_as_the_same_run(
        self, client: SyncPrefectClient, prefect: Store, state: State,
    ) -> None:
        """What the watchdog tried before counts no more."""
        run = run_in(client, state)
        prefect.claim(f"watchdog/{run.id}/x", {})
        retry_run(run, client, prefect)
        now = client.read_flow_run(run.id).state
        assert now is not None
        assert (now.type, now.name) == (StateType.SCHEDULED, "Rescheduled")
        assert prefect.claims(f"watchdog/{run.id}") == []

    @pytest.mark.parametrize(("state", "error", "said"), [
        (Running(), FixRequest, "is at work"),
        (Pending(name="Submitting"), FixRequest, r"is at work \(Submitting\)"),
        (Scheduled(), FixRequest, "scheduled already"),
        (Paused(timeout_seconds=9), FixRequest, "waits for a person: `reels pending`"),
        (Completed(), FixRequest, "is finished"),
        (Cancelling(), TryAgain, "has not ended yet"),
        (Failed(message="Flow run encountered an exception: ApprovalMissing: 'jo' rejected this script"), ApprovalMissing,
         "was rejected"),
    ])
    def test_others_are_told_why_not(
        self, client: SyncPrefectClient, prefect: Store, state: State, error: type[ReelsError], said: str,
    ) -> None:
        """One sentence with the run's name; nothing changes."""
        run = run_in(client, state)
        with pytest.raises(error, match=said):
            retry_run(run, client, prefect)
        now = client.read_flow_run(run.id).state
        assert now is not None
        assert now.type == state.type

    def test_run_of_a_terminal_is_run_again_there(self, client: SyncPrefectClient, prefect: Store) -> None:
        """No worker can start what has no deployment."""
        with pytest.raises(FixRequest, match="run that command again"):
            retry_run(run_in(client, Failed(), deployed=False), client, prefect)

    def test_process_that_still_works_is_waited_for(self, client: SyncPrefectClient, prefect: Store) -> None:
        """A run may be reported as crashed while its process lives."""
        run = run_in(client, Crashed())
        lease = take(prefect, str(run.id), lost=print)
        assert isinstance(lease, Lease)
        with pytest.raises(TryAgain, match="has not ended yet"):
            retry_run(run, client, prefect)
        lease.release()
