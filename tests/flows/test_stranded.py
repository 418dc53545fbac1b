"""Which runs nobody works on: judged by state and lease, at every moment of a run's life."""

import datetime as dt
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import FlowRun, State, StateType

from flows.stranded import CANCEL_LIMIT_S, CRASH_SETTLE_S, SETTLE_S, START_LIMIT_S, judge
from tasks.runtime.lease import CLOCK_MARGIN_S, LeaseRecord

NOW = dt.datetime.now(dt.UTC)


def run_in(kind: StateType, *, since_s: float, deployed: bool = True, name: str | None = None) -> FlowRun:
    """A run that came into its state `since_s` seconds ago."""
    state = State(type=kind, name=name, timestamp=NOW - dt.timedelta(seconds=since_s), message="it said so")
    return FlowRun(id=uuid4(), flow_id=uuid4(), name="reel: x", state=state, deployment_id=uuid4() if deployed else None)


def lease(*, taken_s: float, renewed_s: float = 0.0, released: bool = False) -> LeaseRecord:
    """A lease of another machine, taken and last renewed (or given back) so many seconds ago; one just renewed stays held
    for as long as these tests take on any machine.
    """
    until = NOW.timestamp() - renewed_s + (0 if released else 40.0 if renewed_s else 86_400.0)
    return LeaseRecord(holder="x", host="far", machine="far away", pid=7, started=0.0, taken=NOW.timestamp() - taken_s,
                       until=until, released=released)


HELD = lease(taken_s=60)
DEAD = lease(taken_s=100, renewed_s=41.0 + CLOCK_MARGIN_S)


class TestWellRuns:
    """Nothing is done about them."""

    @pytest.mark.parametrize("run", [
        run_in(StateType.RUNNING, since_s=61), run_in(StateType.CRASHED, since_s=61), run_in(StateType.PENDING, since_s=300),
        run_in(StateType.CANCELLING, since_s=CANCEL_LIMIT_S - 1)])
    def test_whose_lease_is_held(self, run: FlowRun) -> None:
        """An orphan whose worker died, even one reported as crashed, is left to finish."""
        assert judge(run, HELD, NOW) is None

    @pytest.mark.parametrize("kind", [StateType.PENDING, StateType.RUNNING])
    def test_that_are_starting(self, kind: StateType) -> None:
        """A process that is still importing holds no lease; the lease of an earlier process says nothing about it."""
        run = run_in(kind, since_s=START_LIMIT_S - 1)
        assert judge(run, None, NOW) is None
        assert judge(run, DEAD.model_copy(update={"taken": NOW.timestamp() - 1000}), NOW) is None

    def test_that_are_ending(self) -> None:
        """A process that just gave its lease back is about to report."""
        ending = lease(taken_s=190, renewed_s=SETTLE_S - 1, released=True)
        assert judge(run_in(StateType.RUNNING, since_s=200), ending, NOW) is None

    @pytest.mark.parametrize("kind", [StateType.COMPLETED, StateType.FAILED, StateType.CANCELLED, StateType.PAUSED,
                                      StateType.SCHEDULED])
    def test_that_are_over_or_wait(self, kind: StateType) -> None:
        """Finished, failed by their own fault, suspended or scheduled."""
        assert judge(run_in(kind, since_s=10_000), DEAD, NOW) is None


class TestStrandedRuns:
    """What is done about them, and what is said."""

    def test_whose_process_is_gone_goes_on(self) -> None:
        """The lease ran out."""
        case = judge(run_in(StateType.RUNNING, since_s=101), DEAD, NOW)
        assert case is not None
        assert (case.action, case.reason) == ("reschedule", "process 7 on 'far' is gone")

    def test_whose_process_ended_without_a_word_goes_on(self) -> None:
        """A server that was away at that moment never heard how it ended."""
        ended = lease(taken_s=190, renewed_s=SETTLE_S + 5, released=True)
        case = judge(run_in(StateType.RUNNING, since_s=200), ended, NOW)
        assert case is not None
        assert case.action == "reschedule"
        assert "without a word" in case.reason

    @pytest.mark.parametrize("name", ["Pending", "Submitting", "InfrastructurePending"])
    def test_that_never_began_go_on(self, name: str) -> None:
        """A worker that died between taking a run and starting it leaves it hanging."""
        case = judge(run_in(StateType.PENDING, since_s=START_LIMIT_S + 1, name=name), None, NOW)
        assert case is not None
        assert (case.action, case.reason) == ("reschedule", "no process has begun it for 91 s")

    def test_that_crashed_go_on(self) -> None:
        """What Prefect said is the reason; the worker's second report of the same crash is waited for."""
        assert judge(run_in(StateType.CRASHED, since_s=CRASH_SETTLE_S - 1), DEAD, NOW) is None
        case = judge(run_in(StateType.CRASHED, since_s=CRASH_SETTLE_S + 1), DEAD, NOW)
        assert case is not None
        assert (case.action, case.reason) == ("reschedule", "it crashed: it said so")

    def test_without_a_deployment_are_reported(self) -> None:
        """Nobody can start `reels make` again but the person who did."""
        case = judge(run_in(StateType.RUNNING, since_s=101, deployed=False), DEAD, NOW)
        assert case is not None
        assert case.action == "crash"
        assert judge(run_in(StateType.CRASHED, since_s=101, deployed=False), DEAD, NOW) is None

    @pytest.mark.parametrize("found", [None, DEAD, HELD])
    def test_cancelled_but_not_ended_are_cancelled(self, found: LeaseRecord | None) -> None:
        """A dead worker cancels nothing; a process it left behind has its lease taken away."""
        case = judge(run_in(StateType.CANCELLING, since_s=CANCEL_LIMIT_S + 1), found, NOW)
        assert case is not None
        assert case.action == "cancel"
