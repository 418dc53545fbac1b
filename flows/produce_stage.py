"""One stage of a reel, on the machine that serves the queue its engine wants."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate
from prefect.concurrency.sync import concurrency
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.runtime import flow_run
from prefect.utilities.annotations import quote

from flows.endings import with_plain_end
from flows.own_run import own_run
from flows.stage_files import StageOutcome, dump_result, failure_of, find_stage, outcome_key, unpack
from tasks.domain.errors import ReelsError
from tasks.domain.media import MediaFile
from tasks.domain.plan import ReelPlan
from tasks.orchestration.results import is_kept
from tasks.orchestration.stages import kept_under
from tasks.runtime.engines import Queue
from tasks.runtime.keys import hide_keys
from tasks.runtime.settings import current_settings
from tasks.runtime.stores import open_store

LEASE_S = 60.0
"""How long a graphics card stays taken by a process that died: the least that Prefect allows."""


def stage_run_name() -> str:
    """How the UI calls a run: by its stage and the reel it is for."""
    parameters = flow_run.parameters
    return f"{parameters.get('stage')}: {parameters.get('title')}"


@flow(name="produce-stage", flow_run_name=stage_run_name, validate_parameters=True)
def produce_stage(stage: str, arguments: MediaFile, queue: Queue, title: str) -> None:  # noqa: ARG001  the run's name says it
    """Does one stage of a reel whose story is told on another machine; its result lies in the shared store.

    Args:
        stage: the stage's name.
        arguments: the file of its arguments in the store.
        queue: the queue it came from.
        title: the reel's title, for those who watch.

    Raises:
        ReelsError: the stage's own error; the claim of the outcome says the same.
    """
    hide_keys(os.environ)
    with own_run(open_store()):
        return with_plain_end(lambda: _produce(stage, arguments, queue))


def run_stage(stage: Any, arguments: tuple[object, ...], queue: Queue) -> tuple[Any, bool]:
    """Runs a stage here, alone on the graphics card if it wants one.

    Returns:
        Its result, and whether that was kept from an earlier run.
    """
    with graphics_card() if queue == "gpu" and not _has_result(stage, arguments) else nullcontext():
        ended: Any = stage(*map(_unsearched, arguments), return_state=True)
    return ended.result(), ended.name == "Cached"


@contextmanager
def graphics_card() -> Iterator[None]:
    """Waits until this machine's graphics card is free and keeps it for the block.

    The limit is the card's, not the queue's: a limit on the queue would let one stage at a time run in the whole
    installation, however many machines have a card. A stage that is running when the server is away for a while goes on.
    """
    name = current_settings().gpu_limit
    _make_limit(name)
    with concurrency(name, strict=True, lease_duration=LEASE_S, raise_on_lease_renewal_failure=False):
        yield


def _produce(stage: str, arguments: MediaFile, queue: Queue) -> None:
    """Does the stage and claims what came of it."""
    store, key = open_store(), outcome_key(flow_run.id)
    try:
        outcome = _done(stage, arguments, queue)
    except ReelsError as error:
        store.complete(key, StageOutcome(failure=failure_of(error)).model_dump(mode="json"))
        raise
    store.complete(key, outcome.model_dump(mode="json"))


def _has_result(stage: Any, arguments: tuple[object, ...]) -> bool:
    key = kept_under(stage.name, *arguments)
    return key is not None and is_kept(key)


def _unsearched(argument: object) -> object:
    """Spares Prefect the search for results of other tasks in a plan, which is large and holds none."""
    return quote(argument) if isinstance(argument, ReelPlan) else argument


def _done(name: str, file: MediaFile, queue: Queue) -> StageOutcome:
    stage, begun_s = find_stage(name), time.monotonic()
    arguments = unpack(file, stage, open_store())
    result, cached = run_stage(stage, arguments, queue)
    return StageOutcome(cached=cached, seconds=time.monotonic() - begun_s, key=kept_under(name, *arguments),
                        result=dump_result(stage, result))


def _make_limit(name: str) -> None:
    """Makes the card's limit, one stage at a time, unless somebody made it, with another number perhaps."""
    with get_client(sync_client=True) as client:
        try:
            client.read_global_concurrency_limit_by_name(name)
        except ObjectNotFound:
            limit = GlobalConcurrencyLimitCreate(name=name, limit=1)
            try:
                client.create_global_concurrency_limit(limit)
            except ObjectAlreadyExists:
                return
