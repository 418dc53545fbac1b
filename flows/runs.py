"""Finds the run a person means, by its id, the beginning of its id, or its name."""

import re
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterName,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort

from tasks.domain.errors import FixRequest, UnknownName

FLOW = FlowFilter(name=FlowFilterName(any_=["produce-reel"]))
"""The flow whose runs are named on the command line, and wait for a person."""
PAUSED = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.PAUSED]))
"""The state they wait in."""
LEAST_DIGITS = 4
"""Fewer characters of an id mean too many runs."""
PAGE = 200
"""Runs asked for at once: the most a Prefect server gives."""
MOST_RUNS = 2000
"""How many runs are looked through, newest first."""
SHOWN = 5
"""How many of several candidates a message names."""


def find_run(text: str, client: SyncPrefectClient, *, waiting_first: bool = False) -> FlowRun:
    """The one run that `text` stands for.

    Args:
        text: an id, at least `LEAST_DIGITS` characters of its beginning, or a name as the pages show it.
        client: of the Prefect server.
        waiting_first: of several runs those that wait for a person are meant.

    Raises:
        UnknownName: there is none.
        FixRequest: there are several.
    """
    if not text.isprintable():
        raise UnknownName(f"there is no run {text!r}: no run has such letters in its name")
    found = (_meant(text.strip(), client, PAUSED) if waiting_first else []) or _meant(text.strip(), client, None)
    if not found:
        waiting = _runs(client, FlowRunFilter(state=PAUSED)) if waiting_first else []
        there = f"there wait: {'; '.join(map(_told, waiting[:SHOWN]))}" if waiting else "no run waits for an answer"
        raise UnknownName(f"there is no run {text!r}: give its id, at least {LEAST_DIGITS} characters of its beginning, or"
                          f" its name as the Prefect pages show it{f'; {there}' if waiting_first else ''}")
    if len(found) > 1:
        raise FixRequest(f"{text!r} stands for {len(found)} runs, give the id: {'; '.join(map(_told, found[:SHOWN]))}"
                         f"{'; …' if len(found) > SHOWN else ''}")
    return found[0]


def _meant(text: str, client: SyncPrefectClient, state: FlowRunFilterState | None) -> list[FlowRun]:
    """The runs in a state that a text may mean: by name, else by id, else by its beginning."""
    found = _runs(client, FlowRunFilter(name=FlowRunFilterName(any_=[text]), state=state))
    if found or not re.fullmatch(rf"[0-9a-f-]{{{LEAST_DIGITS},36}}", text.lower()):
        return found
    try:
        whole = UUID(text)
    except ValueError:
        return [run for run in _runs(client, FlowRunFilter(state=state)) if str(run.id).startswith(text.lower())]
    return _runs(client, FlowRunFilter(id=FlowRunFilterId(any_=[whole]), state=state))


def _runs(client: SyncPrefectClient, wanted: FlowRunFilter) -> list[FlowRun]:
    found: list[FlowRun] = []
    while page := client.read_flow_runs(flow_filter=FLOW, flow_run_filter=wanted, sort=FlowRunSort.EXPECTED_START_TIME_DESC,
                                        limit=PAGE, offset=len(found)):
        found += page
        if len(found) >= MOST_RUNS:
            break
    return found


def _told(run: FlowRun) -> str:
    return f"{run.name!r} {run.id} ({run.state_name}, {run.expected_start_time:%Y-%m-%d %H:%M} UTC)"
