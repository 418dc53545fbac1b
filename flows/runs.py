"""Finds the run a person means, by its id, the beginning of its id, or its name."""

import re

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowFilter, FlowFilterName, FlowRunFilter, FlowRunFilterName
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort

from tasks.domain.errors import FixRequest, UnknownName

FLOW = "produce-reel"
"""The flow whose runs are named on the command line."""
LEAST_DIGITS = 4
"""Fewer characters of an id mean too many runs."""
PAGE = 200
"""Runs asked for at once: the most a Prefect server gives."""
MOST_RUNS = 2000
"""How many runs are looked through, newest first."""
SHOWN = 5
"""How many of several candidates a message names."""


def find_run(text: str, client: SyncPrefectClient) -> FlowRun:
    """The one run that `text` stands for.

    Args:
        text: an id, at least `LEAST_DIGITS` characters of its beginning, or a name as the pages show it.
        client: of the Prefect server.

    Raises:
        UnknownName: there is none.
        FixRequest: there are several.
    """
    wanted = text.strip().lower()
    found = _named(text.strip(), client)
    if not found and re.fullmatch(rf"[0-9a-f-]{{{LEAST_DIGITS},36}}", wanted):
        found = [run for run in _runs(client, FlowRunFilter()) if str(run.id).startswith(wanted)]
    if not found:
        raise UnknownName(f"there is no run {text!r}: give its id, at least {LEAST_DIGITS} characters of its beginning, or"
                          " its name as the Prefect pages show it")
    if len(found) > 1:
        raise FixRequest(f"{text!r} stands for {len(found)} runs, give the id: {'; '.join(map(_told, found[:SHOWN]))}"
                         f"{'; …' if len(found) > SHOWN else ''}")
    return found[0]


def _named(name: str, client: SyncPrefectClient) -> list[FlowRun]:
    return _runs(client, FlowRunFilter(name=FlowRunFilterName(any_=[name])))


def _runs(client: SyncPrefectClient, wanted: FlowRunFilter) -> list[FlowRun]:
    found: list[FlowRun] = []
    flow = FlowFilter(name=FlowFilterName(any_=[FLOW]))
    while page := client.read_flow_runs(flow_filter=flow, flow_run_filter=wanted, sort=FlowRunSort.EXPECTED_START_TIME_DESC,
                                        limit=PAGE, offset=len(found)):
        found += page
        if len(found) >= MOST_RUNS:
            break
    return found


def _told(run: FlowRun) -> str:
    return f"{run.id} ({run.state_name}, {run.expected_start_time:%Y-%m-%d %H:%M} UTC)"
