"""`reels retry RUN`: lets a run that ended badly go on from its last finished stage, as the same run."""

import argparse
import json
import sys
from typing import Any

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, State
from prefect.client.schemas.responses import OrchestrationResult, SetStateStatus
from prefect.states import Scheduled

from flows.answering import answering_server
from flows.given_up import forget_given_up
from flows.looking_after import forget_actions
from flows.runs import find_run
from tasks.domain.errors import ApprovalMissing, FixRequest, TryAgain
from tasks.runtime.lease import is_free, newest
from tasks.runtime.store import Store
from tasks.runtime.stores import open_store

GOES_ON = "Rescheduled by a person; it goes on from its last finished stage"
"""What the run's page says."""

def retry(arguments: argparse.Namespace) -> int:
    """Carries out the command; the server is known to Prefect already."""
    with answering_server(), get_client(sync_client=True) as client:
        run = find_run(arguments.run, client)
        retry_run(run, client, open_store())
    if arguments.json:
        sys.stdout.write(json.dumps({"id": str(run.id), "name": run.name, "state": "Scheduled"}) + "\n")
    else:
        sys.stdout.write(f"{run.name} ({run.id}) goes on from its last finished stage as soon as a worker is free\n")
    return 0


def retry_run(run: FlowRun, client: SyncPrefectClient, store: Store) -> None:
    """Schedules a run anew that failed, crashed or was cancelled; what the watchdog tried before counts no more.

    Raises:
        FixRequest: the run is at work, waiting, or finished, or it has no deployment.
        ApprovalMissing: a person rejected its script.
        TryAgain: it is ending right now.
    """
    _check(run, store)
    forget_actions(store, str(run.id))
    forget_given_up(store, str(run.id))
    answer: OrchestrationResult[Any] = client.set_flow_run_state(run.id, Scheduled(name="Rescheduled", message=GOES_ON))
    if answer.status != SetStateStatus.ACCEPT:
        reason = getattr(answer.details, "reason", None) or answer.status.value
        raise TryAgain(f"the server did not reschedule {_told(run)}: {reason}; look at the run and try again")


def _check(run: FlowRun, store: Store) -> None:
    """Says in a sentence why a run cannot go on, or need not."""
    state = run.state
    if state is None or state.is_scheduled():
        raise FixRequest(f"{_told(run)} is scheduled already: it starts as soon as a worker of its pool is free")
    if state.is_completed():
        raise FixRequest(f"{_told(run)} is finished, there is nothing to retry: start a new run for another take")
    if state.is_paused():
        raise FixRequest(f"{_told(run)} waits for a person: `reels pending` says for what")
    if _was_rejected(state):
        raise ApprovalMissing(f"{_told(run)} was rejected, and that decision stands: change the script and start a new run")
    if state.is_running() or state.is_pending():
        raise FixRequest(f"{_told(run)} is at work ({state.name}): if its machine is gone, the watchdog takes it up again"
                         " within two minutes")
    found = newest(store, str(run.id))
    if state.is_cancelling() or (found and not is_free(found[1])):
        raise TryAgain(f"a process of {_told(run)} has not ended yet: try again in a minute")
    if run.deployment_id is None:
        raise FixRequest(f"{_told(run)} was started by `reels make`, not by a worker: run that command again, it goes on"
                         " from the last finished stage")


def _was_rejected(state: State) -> bool:
    said = state.message or ""
    return state.is_failed() and (state.name == "Rejected" or (ApprovalMissing.__name__ in said and "rejected" in said))


def _told(run: FlowRun) -> str:
    return f"run {run.name!r}"
