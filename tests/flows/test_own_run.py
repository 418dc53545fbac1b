"""What the process of a run does for itself: its lease, and patience with a server that is away."""

import httpx
import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun, State
from prefect.runtime import flow_run
from prefect.states import Cancelled, Paused, Pending, Running, Scheduled

from flows import own_run as module
from flows.own_run import own_run, through_outages
from tasks.domain.errors import FixRequest
from tasks.runtime.lease import LeaseRecord, newest
from tasks.runtime.store import Store


def held(store: Store, name: str) -> LeaseRecord:
    """The newest record of a lease."""
    found = newest(store, name)
    assert found is not None
    return found[1]


class TestOwnRun:
    """The lease of the run around the block."""

    def test_is_held_while_the_flow_runs_and_given_back(self, prefect: Store) -> None:
        """Also when the flow fails."""
        seen: list[tuple[str, bool]] = []

        @flow(name="held")
        def body() -> None:
            with own_run(prefect):
                seen.append((flow_run.id, held(prefect, flow_run.id).released))
                raise FixRequest("no")

        with pytest.raises(FixRequest):
            body()
        [(run_id, released)] = seen
        assert released is False
        assert held(prefect, run_id).released is True

    def test_outside_a_run_nothing_is_held(self, store: Store) -> None:
        """Functions of flows may be called by themselves."""
        with own_run(store):
            assert store.claims("leases") == []


class TestThroughOutages:
    """Work that meets a server that is away."""

    @pytest.fixture
    def deployed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The run around is one of a deployment, and the server is back at the first question."""
        monkeypatch.setattr(module, "_deployed_run", lambda: True)
        monkeypatch.setattr(module, "_returned", lambda until_s: True)

    @pytest.mark.parametrize("error", [
        httpx.ConnectError("refused"), httpx.ReadTimeout("slow"),
        httpx.HTTPStatusError("500", request=httpx.Request("GET", "http://x"), response=httpx.Response(500))])
    def test_work_is_done_again_when_the_server_is_back(self, deployed: None, error: httpx.HTTPError) -> None:
        """A restart, or a database behind it that fell over."""
        tries: list[int] = []

        def act() -> str:
            tries.append(1)
            if len(tries) < 3:
                raise error
            return "done"

        assert through_outages(act) == "done"
        assert len(tries) == 3

    def test_refusal_is_no_outage(self, deployed: None) -> None:
        """A wrong key stays wrong."""
        refused = httpx.HTTPStatusError("401", request=httpx.Request("GET", "http://x"), response=httpx.Response(401))
        with pytest.raises(httpx.HTTPStatusError):
            through_outages(raising(refused))

    def test_at_a_terminal_a_person_decides(self) -> None:
        """`reels make` says that the server is away and ends."""
        with pytest.raises(httpx.ConnectError):
            through_outages(raising(httpx.ConnectError("refused")))

    def test_patience_ends(self, deployed: None, monkeypatch: pytest.MonkeyPatch) -> None:
        """The run fails with what it met."""
        monkeypatch.setattr(module, "_returned", lambda until_s: False)
        with pytest.raises(httpx.ConnectError):
            through_outages(raising(httpx.ConnectError("refused")))

    def test_server_without_its_database_is_not_back(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """It answers that it lives before it can answer anything else."""
        monkeypatch.setattr(module, "POLL_S", 0.01)
        asked: list[str] = []

        class Client:
            """Healthy from the start, able from the third question on."""

            def api_healthcheck(self) -> None:
                asked.append("health")

            def read_flow_runs(self, limit: int) -> None:
                if len(asked) < 3:
                    raise httpx.ConnectError("no database")

        monkeypatch.setattr(module, "get_client", lambda sync_client: Client())
        assert module._returned(float("inf")) is True
        assert len(asked) == 3


def raising(error: Exception) -> object:
    """Work that fails."""

    def fail() -> None:
        raise error

    return fail


class TestWitness:
    """Whose a run is while the store, which keeps the leases, does not answer: asked of the server."""

    @pytest.fixture
    def run(self, prefect: Store) -> FlowRun:
        """A run that this process has in hand."""
        with get_client(sync_client=True) as client:
            made = client.create_flow_run(flow(lambda: None, name="witnessed"))
            client.set_flow_run_state(made.id, Running(), force=True)
            return client.read_flow_run(made.id)

    @pytest.mark.parametrize(("state", "replaced"), [
        (None, False), (Paused(), False), (Scheduled(), True), (Pending(), True), (Running(), True), (Cancelled(), True)])
    def test_another_state_is_another_hand(self, run: FlowRun, state: State | None, replaced: bool) -> None:
        """Also where it is a state of the same kind; a run that waits is nobody's."""
        witness = module._witness(run)
        if state:
            with get_client(sync_client=True) as client:
                client.set_flow_run_state(run.id, state, force=True)
        assert witness() is replaced

    def test_silent_server_makes_the_process_stop(self, run: FlowRun, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nobody can say, so another may be at work."""
        witness = module._witness(run)

        def refuse(*_: object, **__: object) -> None:
            raise httpx.ConnectError("refused")

        monkeypatch.setattr("prefect.client.orchestration.SyncPrefectClient.read_flow_run", refuse)
        assert witness() is True

    def test_run_that_is_gone_is_nobodys(self, run: FlowRun) -> None:
        """Somebody deleted it."""
        with get_client(sync_client=True) as client:
            client.delete_flow_run(run.id)
        assert module._witness(run)() is True
