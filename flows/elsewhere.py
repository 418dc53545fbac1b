"""Leaves a stage to a machine that serves the queue its engine wants, and waits for it.

The other machine does the stage in a run of `produce-stage` and puts the result into the shared store under its content
key, where the teller of the story finds it. The run's idempotency key is that content key and a number: whoever needs the
same result meanwhile waits for the same run, and a story that is told again after a crash finds the run it began.
"""

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun
from prefect.deployments import run_deployment
from prefect.exceptions import ObjectNotFound, TerminationSignal
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect.states import Cancelling

from flows.stage_files import StageOutcome, error_of, outcome_key, pack
from tasks.domain.errors import FixMachine, TryAgain, Unfinished
from tasks.orchestration.content_keys import content_key
from tasks.orchestration.results import is_kept
from tasks.orchestration.stages import kept_under
from tasks.runtime.engines import Queue
from tasks.runtime.store import Store
from tasks.runtime.stores import open_store

DEPLOYMENT = "produce-stage/produce-stage"
"""The deployment that the machines' workers run stages by."""
LOOKS_S = (0.5, 5.0)
"""Seconds between two looks at the run: at first, and at most; they grow as the wait does."""
WAIT_S = 12 * 3600.0
"""How long a stage may take, waiting in the queue included: past a night somebody should know."""
CRASHES = 3
"""How many crashes of a stage are taken for accidents."""


def made_elsewhere(stage: Any, arguments: tuple[object, ...], queue: Queue, title: str) -> StageOutcome:
    """Has a stage done by a machine that serves `queue`, unless its result is kept.

    Args:
        stage: the task.
        arguments: what it would be called with here.
        queue: the queue its engine wants.
        title: the reel's title, for those who watch.

    Raises:
        FixMachine: the installation has no deployment for it, or the stage crashed again and again.
        TryAgain: nobody did it in time, or somebody cancelled it.
        ReelsError: the stage's own error.
    """
    store, key = open_store(), kept_under(stage.name, *arguments)
    if key and is_kept(key):
        return StageOutcome(cached=True)
    file = pack(arguments, stage, store)
    parameters = {"stage": stage.name, "arguments": file.model_dump(mode="json"), "queue": queue, "title": title}
    name = key or content_key(stage.name, {"arguments": file.sha256})
    crashes = 0
    for number in itertools.count():
        run = _start(parameters, queue, f"{name}/{number}")
        if run.state and run.state.is_final():
            if given := _given(run, store, key):
                return given
            continue  # of another story, or crashed; what it made is not kept
        get_run_logger().info("%s is left to a machine that serves %r: run %r", stage.name, queue, run.name)
        outcome = _waited(run, store, stage.name, queue)
        if outcome:
            settled = _settled(outcome, key)
            if key:  # the teller has it; a claim that went on naming files would keep them for ever
                store.complete(outcome_key(run.id), outcome.model_copy(update={"result": None}).model_dump(mode="json"))
            return settled
        crashes += 1
        if crashes >= CRASHES:
            raise FixMachine(f"the stage {stage.name!r} crashed {crashes} times in queue {queue!r}: see the log of run"
                             f" {run.name!r}; memory may be short on that machine")
    raise AssertionError("numbers do not end")


def _given(run: FlowRun, store: Store, key: str | None) -> StageOutcome | None:
    """What a run that has ended gave to this story, whose process died before it heard; None where it gave nothing, or where
    its result was kept under the story's own content key.
    """
    mark = _mark(run)
    if store.claimed(mark) is None:
        return None
    store.release(mark)
    outcome = store.claimed_as(outcome_key(run.id), StageOutcome)
    return outcome if outcome and outcome.result is not None and not _kept_for(outcome, key) else None


def _mark(run: FlowRun) -> str:
    """The claim that says that this process's run waits for `run`."""
    return f"stages/{run.id}/waiting/{flow_run.id}"


def _settled(outcome: StageOutcome, key: str | None) -> StageOutcome:
    """What a stage gave, for the teller of the story: nothing where that lies under the story's own content key.

    Raises:
        ReelsError: the stage's own error.
    """
    if outcome.failure:
        raise error_of(outcome.failure)
    return outcome.model_copy(update={"result": None}) if _kept_for(outcome, key) else outcome


def _kept_for(outcome: StageOutcome, key: str | None) -> bool:
    return key is not None and outcome.key == key


def _start(parameters: dict[str, Any], queue: Queue, key: str) -> FlowRun:
    """A run under an idempotency key: a new one, or the one that was begun under that key."""
    try:
        started: Any = run_deployment(DEPLOYMENT, parameters=parameters, timeout=0, as_subflow=False, idempotency_key=key,
                                      work_queue_name=queue, tags=["stage", queue],
                                      flow_run_name=f"{parameters['stage']}: {parameters['title']}")
    except ObjectNotFound as error:
        raise FixMachine(f"the stage {parameters['stage']!r} wants queue {queue!r}, which this machine does not serve, and"
                         f" the Prefect server has no deployment {DEPLOYMENT!r}: deploy it, or add the queue to the setting"
                         " 'queues' of this machine") from error
    run: FlowRun = started
    return run


def _waited(run: FlowRun, store: Store, stage: str, queue: Queue) -> StageOutcome | None:
    """What became of a run, or None where it crashed.

    Raises:
        TryAgain: it did not end in time, or somebody cancelled it.
    """
    with get_client(sync_client=True) as client, _waiting(run, store, client):
        ended = _ended(run.id, client)
    if ended is None:
        raise TryAgain(f"the stage {stage!r} waited {WAIT_S / 3600:.0f} h in queue {queue!r} and is not done: start a worker"
                       " that serves this queue, then run the same again")
    if ended.state and ended.state.is_cancelled():
        raise Unfinished(f"the stage {stage!r} was cancelled in queue {queue!r} (run {ended.name!r}): run the same again to"
                       " have it done")
    return store.claimed_as(outcome_key(run.id), StageOutcome)


def _ended(run: UUID, client: SyncPrefectClient) -> FlowRun | None:
    """The run once it has ended, or None when the wait took too long; an outage of the server is waited out."""
    begun_s, (pause_s, longest_s) = time.monotonic(), LOOKS_S
    while time.monotonic() - begun_s < WAIT_S:
        try:
            found = client.read_flow_run(run)
        except httpx.TransportError:
            found = None
        if found and found.state and found.state.is_final():
            return found
        time.sleep(pause_s)
        pause_s = min(1.2 * pause_s, longest_s)
    return None


@contextmanager
def _waiting(run: FlowRun, store: Store, client: SyncPrefectClient) -> Iterator[None]:
    """Says that this run waits for `run`; if this one is cancelled meanwhile and nobody else waits, so is the other."""
    own, mark = flow_run.id, _mark(run)
    store.claim(mark, {"run": str(own)})
    try:
        yield
    except (TerminationSignal, KeyboardInterrupt) as ended:
        store.release(mark)
        given_up = isinstance(ended, KeyboardInterrupt) or _is_cancelled(own, client)
        if given_up and not store.claims(f"stages/{run.id}/waiting"):
            client.set_flow_run_state(run.id, Cancelling())
        raise
    store.release(mark)


def _is_cancelled(run: str | None, client: SyncPrefectClient) -> bool:
    """True when a person ended the run, and not a worker that shuts down and will have it done again."""
    state = client.read_flow_run(UUID(run)).state if run else None
    return bool(state and (state.is_cancelling() or state.is_cancelled()))
