"""Many reels at once: each script and each variant becomes a run of its own, and none waits for another."""

import datetime as dt
import time
from typing import Literal

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed, Failed

import tasks.orchestration.results  # noqa: F401  its block is where Prefect keeps results when the store is a bucket
from flows.batches import BatchRow, count_words, keep, rows_of, short
from flows.endings import with_plain_end
from flows.planning import Overrides, overrides_of, plan_reel
from flows.run_states import ENDED, FAILED, states_of
from flows.submission import find_script, is_file_name, scripts_in, submit
from tasks.domain.batch import Batch, BatchReel
from tasks.domain.errors import FixRequest, ReelsError
from tasks.domain.script import Script
from tasks.domain.variants import expand
from tasks.media.text.templates import render_template
from tasks.runtime.library import Library
from tasks.runtime.settings import current_settings
from tasks.runtime.stores import open_store

POLL_S = 10.0
"""Seconds between two looks at the runs of a batch that is waited for."""


def batch_name() -> str:
    """How the UI calls a batch: by its folder, else by how many scripts it has."""
    folder, scripts = flow_run.parameters.get("folder"), flow_run.parameters.get("scripts") or []
    return f"batch: {folder}" if folder else f"batch: {len(scripts)} script{'' if len(scripts) == 1 else 's'}"


@flow(name="produce-batch", flow_run_name=batch_name, validate_parameters=True, result_serializer="json")
def produce_batch(
    folder: str | None = None,
    scripts: list[str] | None = None,
    avatar: str | None = None,
    engines: dict[str, str] | None = None,
    style: str | None = None,
    seed: int | None = None,
    publish: list[str] | None = None,
    strict: bool = False,
    brand: str | None = None,
    export: bool = False,
    wait_minutes: float = 0.0,
) -> State[Batch]:
    """Starts one run for each reel, and ends; a reel that cannot be made stops no other.

    Args:
        folder: a folder of the library: every script directly inside it.
        scripts: files of the library, or the texts of scripts.
        avatar: who presents all of them; default: each script's own choice.
        engines: stage -> engine, for all of them.
        style: caption style of all of them.
        seed: another seed is another take.
        publish: publish engines in order; an empty list hands the reels to nobody.
        strict: fail instead of downgrading.
        brand: a brand kit for all of them.
        export: also make files for an editor.
        wait_minutes: wait so long for the reels to be finished; this holds a place of a worker meanwhile.

    Raises:
        FixRequest: neither folder nor scripts are given, or there is no script in the folder.
        UnknownName: there is no such folder.
    """
    overrides = overrides_of(locals())
    return with_plain_end(lambda: _start_all(folder, scripts or [], overrides, wait_minutes))


def _start_all(folder: str | None, scripts: list[str], overrides: Overrides, wait_minutes: float) -> State[Batch]:
    """Starts every reel of a batch, puts it on record, and waits for it as long as is wanted."""
    wanted = [*(scripts_in(_library(), folder) if folder else ()), *scripts]
    if not wanted:
        raise FixRequest("the batch is empty: name a folder of the library, or scripts by file or text")
    batch_id = str(flow_run.id)
    reels = [reel for number, named in enumerate(wanted, start=1) for reel in _start(named, number, overrides, batch_id)]
    batch = Batch(id=batch_id, name=batch_name().removeprefix("batch: "), when=dt.datetime.now(dt.UTC), reels=tuple(reels))
    keep(batch, open_store())
    return wait_for(batch, wait_minutes)


def wait_for(batch: Batch, minutes: float) -> State[Batch]:
    """Waits for the runs of a batch, at most so long, shows how they stand, and says whether all is well.

    Returns:
        'Failed' where no reel was started, where trying again may start more of them (the same run begun again goes on
        where it was), and, of a batch that was waited for, where a reel was refused or failed; else 'Completed'.
    """
    until_s = time.monotonic() + 60 * minutes
    while time.monotonic() < until_s and not all(one.state in ENDED for one in states_of(batch.run_ids).values()):
        time.sleep(min(POLL_S, max(until_s - time.monotonic(), 0.1)))
    rows = show(batch)
    said = count_words(rows)
    bad = {"not started"} | (FAILED | {"refused"} if minutes > 0 else set())
    failed = not batch.run_ids or any(row.state in bad for row in rows)
    return Failed(message=said) if failed else Completed(message=said, data=batch)


def show(batch: Batch) -> tuple[BatchRow, ...]:
    """Puts the table of a batch on its run's page; gives the table's rows."""
    rows = rows_of(batch)
    page = render_template(current_settings().templates_path, "artifacts/batch.md.j2", batch=batch, rows=rows,
                           short=short(batch), said=count_words(rows), now=f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M}")
    create_markdown_artifact(page, key="batch", description=f"The reels of the batch {batch.name}")
    return rows


def _library() -> Library:
    return Library(current_settings().library_path)


def _start(named: str, number: int, overrides: Overrides, batch_id: str) -> list[BatchReel]:
    """Starts every reel of one script; a script that cannot be read is a reel that could not be started."""
    source = named.strip() if is_file_name(named) else f"script {number}"
    try:
        script = find_script(_library(), named)
    except ReelsError as error:
        return [BatchReel(source=source, reason=str(error), start=_kind(error))]
    variants = [name for name, _ in expand(script)] if script.variants else [None]
    return [_start_one(script, source, overrides.model_copy(update={"variant": name}), batch_id) for name in variants]


def _start_one(script: Script, source: str, overrides: Overrides, batch_id: str) -> BatchReel:
    reel = BatchReel(source=source, title=script.title, variant=overrides.variant)
    try:
        plan_reel(script, overrides=overrides, store=open_store(), settings=current_settings())
        key = f"batch/{batch_id}/{script.sha256()}/{overrides.variant or ''}"
        run_id = submit(script, key=key, overrides=overrides, tags=[f"batch-{batch_id[:8]}"])
    except ReelsError as error:
        return reel.model_copy(update={"reason": str(error), "start": _kind(error)})
    return reel.model_copy(update={"run_id": run_id})


def _kind(error: ReelsError) -> Literal["refused", "not started"]:
    return "refused" if isinstance(error, FixRequest) else "not started"
