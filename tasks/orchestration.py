"""What all tasks share of Prefect: the stage decorator with its content key, and progress.

A stage's result is kept under a key of content, never of run or path. Prefect looks the key up and stores the result; a hit
counts only if every file it names is still in the store with its digest, else the damaged record is dropped and the stage
runs again. Of two runs that need the same stage at once, one makes it and the other waits for its result.
"""

import asyncio
import functools
import hashlib
import inspect
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

import httpx
from prefect import task
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.blocks.system import Secret as SecretBlock
from prefect.cache_policies import NO_CACHE, CachePolicy
from prefect.client.schemas.objects import State, TaskRun
from prefect.concurrency._asyncio import ConcurrencySlotAcquisitionError
from prefect.concurrency.sync import concurrency, rate_limit
from prefect.context import TaskRunContext
from prefect.filesystems import WritableFileSystem
from pydantic import BaseModel

from tasks.domain.approval import Approval
from tasks.domain.errors import ApprovalMissing, FixMachine, ReelsError, TryAgain
from tasks.domain.media import files_named
from tasks.domain.plan import ReelPlan
from tasks.runtime.engines import find_engine
from tasks.runtime.keys import Secret, find_key, hide_keys
from tasks.runtime.providers import Provider, find_provider
from tasks.runtime.redaction import cleaned
from tasks.runtime.settings import current_settings
from tasks.runtime.spending import Access, Guard, Surroundings
from tasks.runtime.stage_locks import StageLocks
from tasks.runtime.store import Store
from tasks.runtime.stores import RESULTS_BLOCK, store_of

P = ParamSpec("P")
R = TypeVar("R")
Key = Mapping[str, object]
Listener = Callable[[str, float, str], None]
"""Called with stage name, fraction done (0..1) and a short note."""

RETRIES = 2
"""How often a stage that says `TryAgain` is tried again."""
RETRY_DELAYS_S = [5.0, 30.0]
"""Seconds before each new try."""
ARTIFACT_INTERVAL_S = 2.0
"""Least time between two updates of a progress artifact."""
BUDGET = "budget"
"""The Prefect concurrency limit under which money is set aside: one at a time in the whole installation."""
BUDGET_LEASE_S = 60.0
"""How long the limit stays taken by a process that died."""

_listeners: list[Listener] = []
_keys: dict[str, Callable[..., Key] | None] = {}
"""Stage -> what its results are kept under."""


def open_store() -> Store:
    """The installation's store."""
    return store_of(current_settings())


class StoreResults(WritableFileSystem):
    """Where Prefect keeps results when the store is a bucket: in the store of the process that reads or writes them.

    Prefect takes another place than a folder only as a block that its server knows. This one holds nothing, neither the
    bucket's address nor a key; both come from settings and environment of each process.
    """

    _block_type_name = "Reels store"
    _block_type_slug = RESULTS_BLOCK.partition("/")[0]

    def read_path(self, path: str, **_: bool) -> bytes:  # type: ignore[override]
        with _remembering():
            content = open_store().result(path)
        if content is None:
            raise ValueError(f"no result is kept under {path!r}")
        return content

    async def aread_path(self, path: str) -> bytes:
        """The same for Prefect's own loop."""
        return await asyncio.to_thread(self.read_path, path)

    def write_path(self, path: str, content: bytes, **_: bool) -> None:  # type: ignore[override]
        open_store().keep_result(path, content)

    async def awrite_path(self, path: str, content: bytes) -> None:
        """The same for Prefect's own loop."""
        await asyncio.to_thread(self.write_path, path, content)


def register_results() -> None:
    """Makes Prefect's server know the block of that name; once is enough, and again does no harm."""
    name = RESULTS_BLOCK.partition("/")[2]
    try:
        StoreResults.load(name)
    except ValueError:
        StoreResults().save(name, overwrite=True)


def stage(name: str, *, key: Callable[..., Key] | None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Makes a function a Prefect task whose result is cached under what matters for it.

    Args:
        name: the stage, as the UI, the manifest and the terminal show it.
        key: called with the function's own arguments; gives everything that decides the result: engine, its version, the
            options that matter, digests of inputs and templates. Values are JSON or models. None: nothing is kept.
    """

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def watched(*args: P.args, **kwargs: P.kwargs) -> R:
            if key:
                content_key(name, key(*args, **kwargs))  # Prefect only logs a key that fails and then keeps nothing
                _raise_what_the_store_said()
            hide_keys(os.environ)
            with _showing(name):
                return _without_keys(lambda: function(*args, **kwargs))

        decorated: Callable[P, R] = task(
            name=name, task_run_name=name, persist_result=key is not None, result_serializer="json",
            cache_policy=_cache_policy(name, function, key) if key else NO_CACHE,
            retries=RETRIES, retry_delay_seconds=RETRY_DELAYS_S, retry_condition_fn=_worth_retrying,
        )(watched)
        _keys[name] = key
        return decorated

    return wrap


def kept_under(name: str, *arguments: object) -> str | None:
    """The content key of a stage's result for `arguments`; None where nothing is kept."""
    key = _keys[name]
    return content_key(name, key(*arguments)) if key else None


def is_kept(key: str) -> bool:
    """True when the result of a stage lies under its content key, undamaged."""
    store = open_store()
    return not forget_damaged(store, key) and store.result(key) is not None


def access_to(stage: str, plan: ReelPlan, approval: Approval | None) -> dict[str, Access]:
    """What the constructor of the plan's engine wants besides: `access` of an engine that is paid, nothing of another.

    Raises:
        ApprovalMissing: it costs something and nobody approved that.
        MissingTool: its service has no key.
    """
    entry = find_engine(stage, plan.engines[stage])
    if entry.provider is None:
        return {}
    if approval is None:
        raise ApprovalMissing(f"the {stage} engine {entry.name!r} costs {entry.cost}, and nobody has approved that")
    provider, settings = find_provider(entry.provider), current_settings()
    context = TaskRunContext.get()
    run = str(context.task_run.flow_run_id) if context and context.task_run.flow_run_id else None
    around = Surroundings(budget=budget, pace=pace, run=run, report=report)
    guard = Guard(plan, approval, store=open_store(), limits=settings.limits, around=around)
    return {"access": Access(settings.address_of(provider), key_of(provider), guard)}


def cost_of(access: Mapping[str, Access]) -> float:
    """What was paid through an engine's access, dollars; nothing where it is free."""
    return sum(one.cost_usd for one in access.values())


def key_of(provider: Provider) -> Secret:
    """The key of a paid service, from the environment or a Prefect Secret block.

    Raises:
        MissingTool: it is in neither place.
    """
    return find_key(provider, os.environ, _read_block)


@contextmanager
def budget() -> Iterator[None]:
    """Lets one process of the installation at a time set money aside.

    Raises:
        FixMachine: the server has no such limit.
        TryAgain: the server does not answer.
    """
    with _limits(BUDGET), concurrency(BUDGET, strict=True, lease_duration=BUDGET_LEASE_S,
                                      raise_on_lease_renewal_failure=False):
        yield


def pace(provider: str) -> None:
    """Waits until a provider may get one more request.

    Raises:
        FixMachine: the server has no limit for it.
        TryAgain: the server does not answer.
    """
    name = find_provider(provider).rate_limit
    with _limits(name):
        rate_limit(name, strict=True)


def content_key(name: str, key: Key) -> str:
    """The name under which a stage's result is kept: stage and SHA-256 over the canonical JSON of its key."""
    canonical = json.dumps(key, sort_keys=True, separators=(",", ":"), default=_plain)
    return f"{name}-{hashlib.sha256(canonical.encode()).hexdigest()}"


def forget_damaged(store: Store, key: str) -> bool:
    """Drops the result under `key` if a file it names is gone or altered, and tells whether it did; a sound one is used."""
    kept = store.result(key)
    if kept is None:
        return False
    try:
        intact = all(store.intact(file) for file in files_named(json.loads(kept)))
    except ValueError:
        intact = False
    if intact:
        store.use_result(key)
    else:
        store.forget_result(key)
    return not intact


def report(done: float, note: str = "") -> None:
    """Tells everyone who watches how far the running stage is.

    Args:
        done: fraction of the stage, 0 to 1.
        note: what is happening, a few words.
    """
    bar = _bar.get()
    announce(bar.name if bar else "stage", done, note)
    if bar:
        bar.show(done)


def announce(name: str, done: float, note: str) -> None:
    """Tells everyone who watches how far stage `name` is, from outside the stage."""
    for listener in _listeners:
        listener(name, done, note)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Calls `listener` at every `report` inside the block."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


_locks = StageLocks(open_store)


def _without_keys(act: Callable[[], R]) -> R:
    """What `act` gives; an error that leaves it holds no key."""
    try:
        return act()
    except Exception as error:
        clean = cleaned(error)
        if clean is error:
            raise
    raise clean


@contextmanager
def _limits(name: str) -> Iterator[None]:
    """Says in a sentence what is wrong with a limit of the server."""
    try:
        yield
    except ConcurrencySlotAcquisitionError as error:
        if "must be created" in str(error):
            raise FixMachine(f"the Prefect server has no concurrency limit {name!r}, and without it no money is spent: run"
                             " `reels up` (on one machine), or `reels make` once, which make it") from error
        raise TryAgain(f"the Prefect server cannot give out the limit {name!r} ({error}): nothing was sent; run the command"
                       " again") from error


def _read_block(name: str) -> str | None:
    """The value of a Prefect Secret block, None where there is none."""
    try:
        block: Any = SecretBlock.load(name)
    except ValueError:
        return None
    return str(block.get())


def _cache_policy(name: str, function: Callable[..., object], key: Callable[..., Key]) -> CachePolicy:
    """Keeps results under the content key; a damaged one is dropped before Prefect looks."""
    signature = inspect.signature(function)

    def cache_key(_: TaskRunContext, parameters: dict[str, Any]) -> str:
        bound = signature.bind(**parameters)
        found = content_key(name, key(*bound.args, **bound.kwargs))
        with _remembering():
            forget_damaged(open_store(), found)
        return found

    return CachePolicy.from_cache_key_fn(cache_key).configure(isolation_level="SERIALIZABLE", lock_manager=_locks)


_said: ContextVar[ReelsError | None] = ContextVar("said", default=None)
"""What the store said last while Prefect looked for an earlier result; Prefect itself takes every error for: none there."""


@contextmanager
def _remembering() -> Iterator[None]:
    """Keeps an error of the store for the stage, which would otherwise be made, and paid, a second time."""
    _said.set(None)
    try:
        yield
    except ReelsError as error:
        _said.set(error)
        raise


def _raise_what_the_store_said() -> None:
    if error := _said.get():
        _said.set(None)
        raise error


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(f"{value!r} cannot be part of a content key: use JSON values or models")


def _worth_retrying(_task: object, _run: TaskRun, state: State[Any]) -> bool:
    try:
        state.result()
    except TryAgain:
        return True
    except Exception:  # noqa: BLE001  the outermost loop of a task: any other failure is final
        return False
    return False


class _Bar:
    """The progress of one running stage in the Prefect UI; quick stages get none."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._artifact: Any = None
        self._shown_s = time.monotonic()

    def show(self, done: float) -> None:
        """Shows the fraction done, now and then."""
        if time.monotonic() - self._shown_s >= ARTIFACT_INTERVAL_S:
            self._put(done)

    def fill(self) -> None:
        """Shows that the stage is done."""
        if self._artifact is not None:
            self._put(1.0)

    def _put(self, done: float) -> None:
        if TaskRunContext.get() is None:
            return
        self._shown_s = time.monotonic()
        percent = round(100 * min(max(done, 0.0), 1.0), 1)
        with suppress(httpx.HTTPError):  # a server that is away shows no progress; the stage goes on
            if self._artifact is None:
                self._artifact = create_progress_artifact(progress=percent, description=f"{self.name} of this reel")
            else:
                update_progress_artifact(artifact_id=self._artifact, progress=percent)


_bar: ContextVar[_Bar | None] = ContextVar("bar", default=None)


@contextmanager
def _showing(name: str) -> Iterator[None]:
    """Gives the stage that runs inside the block a progress bar."""
    bar = _Bar(name)
    before = _bar.set(bar)
    try:
        yield
        bar.fill()
    finally:
        _bar.reset(before)
