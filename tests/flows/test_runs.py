"""The names by which runs are found."""

from collections.abc import Iterator

import pytest
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowFilter, FlowFilterName
from prefect.client.schemas.objects import FlowRun, State
from prefect.states import Crashed, Failed, Paused

from flows import runs
from flows.runs import find_run
from tasks.domain.errors import FixRequest, UnknownName
from tasks.runtime.store import Store

NAME = "found"


@flow(name=NAME)
def found() -> None:
    """A flow nobody runs here."""


@pytest.fixture
def client(prefect: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[SyncPrefectClient]:
    """A client of the tests' server; commands find the runs of the flow above."""
    monkeypatch.setattr(runs, "FLOW", FlowFilter(name=FlowFilterName(any_=[NAME])))
    with get_client(sync_client=True) as client:
        yield client
        for run in client.read_flow_runs(flow_filter=runs.FLOW):
            client.delete_flow_run(run.id)


def run_in(client: SyncPrefectClient, state: State, *, name: str = "reel: Once") -> FlowRun:
    """A run in a state."""
    run = client.create_flow_run(found, name=name)
    client.set_flow_run_state(run.id, state, force=True)
    return run


class TestFindRun:
    """Which run a person means."""

    def test_by_id_by_its_beginning_and_by_name(self, client: SyncPrefectClient) -> None:
        """All three are the same run."""
        run = run_in(client, Failed(), name="reel: Moon")
        run_in(client, Failed(), name="reel: Sun")
        assert {find_run(text, client).id for text in (str(run.id), str(run.id)[:8].upper(), "reel: Moon")} == {run.id}

    def test_nothing_of_that_name_is_said(self, client: SyncPrefectClient) -> None:
        """With what may be given."""
        for text in ("", "reel: Mars", "abc", "ffffffff", "\udcff"):
            with pytest.raises(UnknownName, match="there is no run"):
                find_run(text, client)

    def test_several_of_a_name_are_listed(self, client: SyncPrefectClient) -> None:
        """With their ids and states, so that one can be chosen."""
        found = [run_in(client, Failed()), run_in(client, Crashed())]
        with pytest.raises(FixRequest, match="stands for 2 runs") as raised:
            find_run("reel: Once", client)
        assert all(str(run.id) in str(raised.value) for run in found)

    def test_run_that_waits_goes_before_others(self, client: SyncPrefectClient) -> None:
        """Of several with a name, an answer is for the one that asks."""
        waiting = run_in(client, Paused())
        ended = run_in(client, Failed())
        assert find_run("reel: Once", client, waiting_first=True).id == waiting.id
        assert find_run(str(ended.id), client, waiting_first=True).id == ended.id

    def test_those_that_wait_are_named_where_nothing_is_found(self, client: SyncPrefectClient) -> None:
        """Whoever wants to answer sees what can be answered."""
        with pytest.raises(UnknownName, match="no run waits for an answer"):
            find_run("nobody", client, waiting_first=True)
        waiting = run_in(client, Paused())
        with pytest.raises(UnknownName, match=f"there wait: 'reel: Once' {waiting.id}"):
            find_run("nobody", client, waiting_first=True)
