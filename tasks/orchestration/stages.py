"""The stage decorator: makes a function a Prefect task whose result is kept under its content key.

Prefect looks the key up and stores the result; a hit counts only while it is whole. Of two runs that need the same stage at
once, one makes it and the other waits for its result.
"""

import functools
import inspect
import os
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE, CachePolicy
from prefect.client.schemas.objects import State, TaskRun
from prefect.context import TaskRunContext

from tasks.domain.errors import TryAgain
from tasks.orchestration.content_keys import Key, content_key
from tasks.orchestration.progress import progress_bar, report
from tasks.orchestration.results import forget_damaged, raise_remembered, remembering_errors
from tasks.runtime.keys import hide_keys
from tasks.runtime.redaction import cleaned
from tasks.runtime.stage_locks import StageLocks
from tasks.runtime.stores import open_store

P = ParamSpec("P")
R = TypeVar("R")

RETRIES = 2
"""How often a stage that says `TryAgain` is tried again."""
RETRY_DELAYS_S = [5.0, 30.0]
"""Seconds before each new try."""

_keys: dict[str, Callable[..., Key] | None] = {}
"""Stage -> what its results are kept under."""
_locks = StageLocks(open_store)


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
                raise_remembered()
            hide_keys(os.environ)
            with progress_bar(name):
                try:
                    return _without_keys(lambda: function(*args, **kwargs))
                except TryAgain as error:
                    _tell_of_next_try(error)
                    raise

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


def _tell_of_next_try(error: TryAgain) -> None:
    """Says that a stage waits for another try, where it gets one."""
    context = TaskRunContext.get()
    tried = context.task_run.run_count if context else RETRIES + 1
    if tried <= RETRIES:
        wait_s = RETRY_DELAYS_S[min(tried, len(RETRY_DELAYS_S)) - 1]
        report(None, f"{str(error).partition(': ')[0]}; try {tried + 1} of {RETRIES + 1} in {wait_s:.0f} s")


def _without_keys(act: Callable[[], R]) -> R:
    """What `act` gives; an error that leaves it holds no key."""
    try:
        return act()
    except Exception as error:
        clean = cleaned(error)
        if clean is error:
            raise
    raise clean


def _cache_policy(name: str, function: Callable[..., object], key: Callable[..., Key]) -> CachePolicy:
    """Keeps results under the content key; a damaged one is dropped before Prefect looks."""
    signature = inspect.signature(function)

    def cache_key(_: TaskRunContext, parameters: dict[str, Any]) -> str:
        bound = signature.bind(**parameters)
        found = content_key(name, key(*bound.args, **bound.kwargs))
        with remembering_errors():
            forget_damaged(open_store(), found)
        return found

    return CachePolicy.from_cache_key_fn(cache_key).configure(isolation_level="SERIALIZABLE", lock_manager=_locks)


def _worth_retrying(_task: object, _run: TaskRun, state: State[Any]) -> bool:
    try:
        state.result()
    except TryAgain:
        return True
    except Exception:  # noqa: BLE001  the outermost loop of a task: any other failure is final
        return False
    return False
