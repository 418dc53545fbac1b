"""Which runs are not finished, asked of the Prefect server: what they need must stay in the store."""

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from tasks.domain.errors import FixMachine, TryAgain
from tasks.domain.media import files_named
from tasks.runtime.local_server import LocalServer
from tasks.runtime.settings import Settings

PAGE = 200
"""Runs the server gives at once."""


@dataclass(frozen=True)
class UnfinishedRun:
    """One run that may still go on.

    Args:
        name: how the pages of Prefect call it.
        state: its state, as they show it.
        needs_since: everything it was given or has used is of that time or later; None for a run that a schedule made and
            that has not begun.
        at_work: a process carries it out now, or is about to.
        files: uris of the store's files among its parameters.
    """

    name: str
    state: str
    needs_since: dt.datetime | None
    at_work: bool
    files: frozenset[str] = field(default=frozenset())


def unfinished_runs(settings: Settings) -> Sequence[UnfinishedRun] | str:
    """All runs that are not finished, or in words why nobody can tell; no server is started for the question."""
    if not os.environ.get("PREFECT_API_URL") and LocalServer(settings.home_path).running() is None:
        return "no Prefect server runs here"
    from flows.connection import connect

    try:
        connect(settings)
        return read_unfinished()
    except (TryAgain, FixMachine) as error:
        return str(error)


def read_unfinished() -> Sequence[UnfinishedRun]:
    """Asks the server that Prefect is pointed at.

    Raises:
        FixMachine, TryAgain: it refuses, or does not answer.
    """
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
    from prefect.client.schemas.objects import TERMINAL_STATES, FlowRun, StateType

    from flows.answering import answering_server

    open_states = [kind for kind in StateType if kind not in TERMINAL_STATES]
    wanted = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=open_states)))
    found: list[FlowRun] = []
    with answering_server():
        client = get_client(sync_client=True)
        while page := client.read_flow_runs(flow_run_filter=wanted, limit=PAGE, offset=len(found)):
            found += page
    busy = {StateType.RUNNING, StateType.PENDING, StateType.CANCELLING}
    return [UnfinishedRun(
        name=run.name, state=run.state_name or "unknown", at_work=run.state_type in busy,
        needs_since=None if run.auto_scheduled and run.start_time is None else run.created,
        files=frozenset(file.uri for file in files_named(run.parameters))) for run in found]
