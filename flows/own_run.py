"""What the process of a flow run does for itself: holds the run's lease, and sits out an outage of server or store."""

import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.context import FlowRunContext
from prefect.exceptions import ObjectNotFound
from prefect.runtime import flow_run
from prefect.settings import PREFECT_CLIENT_MAX_RETRIES, temporary_settings

from tasks.runtime.lease import LeaseRecord, holding
from tasks.runtime.patience import patience
from tasks.runtime.store import Store

R = TypeVar("R")

PATIENCE_S = 900.0
"""How long a run waits for a server or a store that is away: a restart, an upgrade, a failover of its database."""
POLL_S = 3.0
"""Seconds between two questions whether the server is back."""
WITNESS_S = 5.0
"""How long the server may take to say whose a run is, while the store is away: no longer than a process needs to begin."""

_log = logging.getLogger("prefect.reels")


@contextlib.contextmanager
def own_run(store: Store) -> Iterator[None]:
    """Holds the lease of the flow run around it, so that no other process works on that run at the same time.

    A process that comes second waits until the first has ended and then goes on from what that one finished. A process whose
    lease was taken over, because it slept or could not reach the store, ends at once. Outside a flow run nothing is held.

    In a run that a worker started, a store that does not answer is waited for. If that takes longer than a lease lasts, the
    server is asked whether the run is still this process's; where that does not answer either, the process ends.
    """
    run_id, own = flow_run.id, _deployed_run()
    if run_id is None:
        yield
        return
    if own:
        patience.grant(PATIENCE_S)  # until the process ends: what the flow gives is kept after its body
    with holding(store, run_id, waiting=_say, replaced=_witness(own) if own else None):
        yield


def through_outages(act: Callable[[], R], *, patience_s: float = PATIENCE_S) -> R:
    """Does what `act` does; if the Prefect server goes away in between, waits for it and does it again.

    What was finished is kept under its content key. Only runs of a deployment wait: at a terminal, a person decides.

    Args:
        act: repeatable work.
        patience_s: longest wait for the server, each time.

    Raises:
        httpx.HTTPError: the server refused a request, or stayed away longer.
    """
    while True:
        try:
            return act()
        except httpx.HTTPError as error:
            if not _is_outage(error) or not _deployed_run() or not _returned(time.monotonic() + patience_s):
                raise
            _log.warning("the Prefect server was away (%s): going on", type(error).__name__)


def _deployed_run() -> FlowRun | None:
    """The run of this process where a worker started it; told without the server, which may be away."""
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    return run if run and run.deployment_id else None


def _witness(run: FlowRun) -> Callable[[], bool]:
    """Tells, without the store, whether another process may have taken over a run that is this process's now: its state is
    another, or nobody can say.
    """
    own_state = run.state.id if run.state else None

    def replaced() -> bool:
        try:
            with (temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 0}),
                  get_client(sync_client=True, httpx_settings={"timeout": WITNESS_S}) as client):
                state = client.read_flow_run(run.id).state
        except (httpx.HTTPError, ObjectNotFound):
            return True
        return state is None or not (state.id == own_state or state.is_paused())

    return replaced


def _is_outage(error: httpx.HTTPError) -> bool:
    """True where the server, or the database behind it, is away; false where it answered that the request is wrong."""
    return not isinstance(error, httpx.HTTPStatusError) or error.response.is_server_error


def _returned(until_s: float) -> bool:
    """Waits until the server answers; tells whether it did before `until_s` of the monotonic clock."""
    client = get_client(sync_client=True)
    while time.monotonic() < until_s:
        time.sleep(POLL_S)
        if client.api_healthcheck() is None:
            with contextlib.suppress(httpx.HTTPError):
                client.read_flow_runs(limit=1)  # the server may be there and its database not
                return True
    return False


def _say(record: LeaseRecord) -> None:
    _log.warning("%s still works on this run: waiting until it has ended", record.who)
