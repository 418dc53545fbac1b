"""One round of the watchdog: finds the runs nobody works on and sees to it that they go on, once each, on record."""

import datetime as dt
import math
import time
from collections.abc import Iterator

from prefect import flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterEndTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.responses import SetStateStatus
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect.states import Cancelled, Crashed, Failed, Scheduled
from pydantic import Field

import tasks.orchestration.results  # noqa: F401  its block is where Prefect keeps results when the store is a bucket
from flows.stranded import Case, judge
from tasks.domain.base import Record
from tasks.domain.errors import ReelsError
from tasks.runtime.lease import newest, seize
from tasks.runtime.store import Store
from tasks.runtime.stores import open_store

LOOKED_AFTER = ("produce-reel", "produce-stage")
"""The flows whose processes hold the lease of their run; nothing can be said about others."""
REVIVED = ("produce-reel",)
"""The flows whose crashed runs go on as the same run; the story that waits for a stage begins another run of it."""
MOST_TIMES = 5
"""How often a run is taken up again by itself: what ends that many processes is the run's own fault."""
CRASH_MEMORY = dt.timedelta(hours=24)
"""Crashes longer ago are left alone: whoever starts a watchdog does not mean to revive last month."""
PAGE = 200
"""Runs asked for at once: the most a Prefect server gives."""
REST_S = 30.0
"""A process that was cut off renews its lease within this time after the store is back: a request that hangs is given up by
then, and the next is answered."""
STALE_S = 60.0
"""After this an action that was claimed and never completed belongs to a watchdog that died."""
LIVE = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]
"""States in which a process should be at work."""


class ActionClaim(Record):
    """What the store keeps of one action of a watchdog, under run and state."""

    at: float = Field(description="when it was claimed, Unix seconds")
    done: bool = Field(default=False, description="it was carried out")


class Lookout:
    """The rounds of one watchdog over all runs.

    Args:
        rest_s: how long nothing is done after the store did not answer: processes that are alive renew their leases first.
    """

    def __init__(self, *, rest_s: float = REST_S) -> None:
        self._rest_s, self._troubled_s = rest_s, -math.inf

    def look(self, store: Store) -> int:
        """As `look_once`, after the rest."""
        try:
            return look_once(store, acting=time.monotonic() - self._troubled_s >= self._rest_s)
        except (ReelsError, OSError):
            self._troubled_s = time.monotonic()
            raise


def look_once(store: Store, *, acting: bool = True) -> int:
    """Looks at all runs once and acts where it has to.

    Args:
        store: where leases are kept.
        acting: false only looks, so that it shows whether the store answers.

    Returns:
        How many runs were acted on by this caller.

    Raises:
        httpx.HTTPError: the server does not answer.
        ReelsError: the store does not.
    """
    with get_client(sync_client=True) as client:
        cases = [case for run in live_runs(client) if (case := _case_of(run, store))]
    mine = [case for case in cases if acting and _claimed(case, store)]
    if mine:
        look_after_runs(mine)
    return len(mine)


def run_name() -> str:
    """How the UI calls a run of the watchdog."""
    cases = flow_run.parameters.get("cases") or []
    return f"looked after {len(cases)} run{'s' if len(cases) != 1 else ''}"


@flow(name="look-after-runs", flow_run_name=run_name, validate_parameters=False)
def look_after_runs(cases: list[Case]) -> None:
    """Acts on runs that nobody works on, and says in its log what it did and why.

    Args:
        cases: what has to be done, each claimed by the caller.
    """
    store, logger = open_store(), get_run_logger()
    for case in cases:
        with get_client(sync_client=True) as client:
            logger.info("%s (%s): %s", case.name, case.run_id, act(case, client, store))


def act(case: Case, client: SyncPrefectClient, store: Store) -> str:
    """Does what one case asks for, unless the run has moved on.

    Returns:
        What was done, for people.
    """
    now = client.read_flow_run(case.run_id).state
    if now is None or now.id != case.state_id:
        return "has moved on by itself"
    if case.action == "cancel":
        seize(store, str(case.run_id))
    answer = client.set_flow_run_state(case.run_id, _state(case))
    store.complete(_key(case), ActionClaim(at=time.time(), done=True).model_dump())
    if answer.status != SetStateStatus.ACCEPT:
        return f"the server did not agree: {getattr(answer.details, 'reason', None) or answer.status.value}"
    return f"{_WORDS[case.action]}, because {case.reason}"


def live_runs(client: SyncPrefectClient) -> Iterator[FlowRun]:
    """All runs that somebody should be working on, and those that crashed lately."""
    recently = FlowRunFilterEndTime(after_=dt.datetime.now(dt.UTC) - CRASH_MEMORY)
    for flows, wanted in ((LOOKED_AFTER, FlowRunFilter(state=_in_state(*LIVE))),
                          (REVIVED, FlowRunFilter(state=_in_state(StateType.CRASHED), end_time=recently))):
        offset = 0
        while page := client.read_flow_runs(flow_filter=FlowFilter(name=FlowFilterName(any_=list(flows))),
                                            flow_run_filter=wanted, limit=PAGE, offset=offset):
            yield from page
            offset += len(page)


def forget_actions(store: Store, run_id: str) -> None:
    """Lets a run start afresh: what the watchdog did for it so far counts no more."""
    for key in store.claims(f"watchdog/{run_id}"):
        store.release(key)


_WORDS = {"reschedule": "goes on from its last finished stage", "crash": "was reported as crashed",
          "cancel": "was cancelled", "give up": "was given up"}


def _case_of(run: FlowRun, store: Store) -> Case | None:
    found = newest(store, str(run.id))
    case = judge(run, found[1] if found else None, dt.datetime.now(dt.UTC))
    if case is None or case.action != "reschedule" or len(store.claims(f"watchdog/{run.id}")) < MOST_TIMES:
        return case
    return case.model_copy(update={"action": "give up"})


def _claimed(case: Case, store: Store) -> bool:
    """True where acting is this watchdog's; another that claimed it and died is replaced."""
    new = ActionClaim(at=time.time())
    if store.claim(_key(case), new.model_dump()):
        return True
    kept = store.claimed_as(_key(case), ActionClaim)
    if kept is None or kept.done or new.at - kept.at < STALE_S:
        return False
    store.complete(_key(case), new.model_dump())
    return True


def _key(case: Case) -> str:
    return f"watchdog/{case.run_id}/{case.state_id}"


def _state(case: Case) -> State:
    said = f"by the watchdog: {case.reason}"
    if case.action == "reschedule":
        return Scheduled(name="Rescheduled", message=f"Rescheduled {said}; it goes on from its last finished stage")
    if case.action == "cancel":
        return Cancelled(message=f"Cancelled {said}")
    if case.action == "crash":
        return Crashed(message=f"Reported {said}; run the same command again, it goes on from the last finished stage")
    return Failed(message=f"Given up {said}; it was taken up again {MOST_TIMES} times. Look at its log, mend what ended it,"
                          f" then: reels retry {case.run_id}")


def _in_state(*types: StateType) -> FlowRunFilterState:
    return FlowRunFilterState(type=FlowRunFilterStateType(any_=list(types)))
