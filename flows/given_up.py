"""What a run gave up: told again after an answer or a death, a story must come out the same, and must not ask and pay again.

A flow's body may begin again at any time. A film that failed, and was replaced by something else, stays replaced in the same
run, whatever its generator would say by now; a person's `reels retry` lets it be tried anew.
"""

from collections.abc import Callable
from typing import TypeVar

from prefect.runtime import flow_run

from flows.stage_files import StageFailure, error_of, failure_of
from tasks.domain.errors import (
    ApprovalMissing,
    ConsentMissing,
    NotWritable,
    PaymentUnknown,
    ReelsError,
    StoreDamaged,
    Unfinished,
)
from tasks.runtime.store import Store

T = TypeVar("T")

FINAL = (ApprovalMissing, ConsentMissing, PaymentUnknown, NotWritable, StoreDamaged, Unfinished)
"""Failures that nothing else makes good: a person has to say, pay, free or wait for something first."""
GIVEN_UP = "given-up"
"""Folder of claims, one a run and film."""


def unless_given_up(store: Store, name: str, act: Callable[[], T]) -> T:
    """What `act` gives, unless this run gave it up before.

    Args:
        store: holds what was given up.
        name: what is done, the same in every telling.
        act: does it.

    Raises:
        ReelsError: its own error, now or when this run tried it first.
    """
    key = f"{GIVEN_UP}/{flow_run.id}/{name}"
    if flow_run.id and (earlier := store.claimed_as(key, StageFailure)):
        raise error_of(earlier)
    try:
        return act()
    except ReelsError as error:
        if flow_run.id and not isinstance(error, FINAL):
            store.claim(key, failure_of(error).model_dump(mode="json"))
        raise


def forget_given_up(store: Store, run: str) -> None:
    """Lets a run try everything anew."""
    for key in store.claims(f"{GIVEN_UP}/{run}"):
        store.release(key)
