"""What became of runs: asked of the Prefect server, said in words of the house."""

from collections.abc import Iterable
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import FlowRun, StateType

from tasks.domain.base import Record

AT_A_TIME = 200
"""Runs asked for in one request: the server's own limit."""
WORDS = {StateType.SCHEDULED: "planned", StateType.PENDING: "starting", StateType.RUNNING: "running",
         StateType.PAUSED: "waiting", StateType.COMPLETED: "done", StateType.FAILED: "failed",
         StateType.CRASHED: "crashed", StateType.CANCELLING: "cancelled", StateType.CANCELLED: "cancelled"}
"""What Prefect's states mean to the people whose reel it is; 'waiting' is for a person."""
ENDED = {"done", "failed", "crashed", "cancelled"}
"""States that stay."""
FAILED = ENDED - {"done"}
"""States from which no reel comes."""
UNKNOWN = "gone"
"""State of a run that the server does not know any more."""
LONGEST_REASON = 200
"""Characters of a reason that a table shows."""
NOT_OURS = "Flow run encountered an exception: "
"""What Prefect writes before an error of ours."""


class RunState(Record):
    """Where one run stands."""

    state: str
    reason: str = ""


def states_of(run_ids: Iterable[str]) -> dict[str, RunState]:
    """Where runs stand, by their id; those the server does not know are 'gone'."""
    wanted = [UUID(run_id) for run_id in dict.fromkeys(run_ids)]
    found: dict[str, RunState] = {str(run_id): RunState(state=UNKNOWN) for run_id in wanted}
    with get_client(sync_client=True) as client:
        for begin in range(0, len(wanted), AT_A_TIME):
            part = FlowRunFilterId(any_=wanted[begin:begin + AT_A_TIME])
            runs = client.read_flow_runs(flow_run_filter=FlowRunFilter(id=part), limit=AT_A_TIME)
            found |= {str(run.id): _state_of(run) for run in runs}
    return found


def _state_of(run: FlowRun) -> RunState:
    state = run.state
    if state is None:
        return RunState(state="planned")
    tells = state.type in (StateType.FAILED, StateType.CRASHED, StateType.PAUSED, StateType.CANCELLED)
    reason = (state.message or "").removeprefix(NOT_OURS).partition("\n")[0] if tells else ""
    return RunState(state=WORDS[state.type], reason=reason[:LONGEST_REASON])
