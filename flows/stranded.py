"""Which runs nobody works on any more, judged by their state in Prefect and their lease in the store."""

import datetime as dt
from typing import Literal
from uuid import UUID

from prefect.client.schemas.objects import FlowRun, State
from pydantic import Field

from tasks.domain.base import Record
from tasks.runtime.lease import LeaseRecord, is_free

START_LIMIT_S = 90.0
"""How long a run may take from being handed to a worker until its process holds the lease: imports on a busy machine."""
SETTLE_S = 20.0
"""How long a process may take from giving the lease back until its run has a final state."""
CRASH_SETTLE_S = 10.0
"""How long a crash is left alone: a worker reports it twice, and the second report would end the run taken up again."""
CANCEL_LIMIT_S = 60.0
"""How long a worker gets to end a run that was cancelled: twice what Prefect gives the process to end by itself."""


class Case(Record):
    """A run somebody has to act on."""

    run_id: UUID = Field(description="the flow run")
    name: str = Field(description="its name")
    state_id: UUID = Field(description="the state it was seen in: one action a state")
    action: Literal["reschedule", "crash", "cancel", "give up"] = Field(description="what is to be done")
    reason: str = Field(description="why, for people")


def judge(run: FlowRun, lease: LeaseRecord | None, now: dt.datetime) -> Case | None:
    """What has to be done about a run, None where all is well or somebody else's business.

    Args:
        run: a flow run with its state.
        lease: the newest generation of its lease, None where it was never taken.
        now: aware.
    """
    state = run.state
    if state is None:
        return None
    held, age_s = lease is not None and not is_free(lease), (now - state.timestamp).total_seconds()
    if state.is_cancelling():
        return _case(run, state, "cancel", _uncancelled(age_s)) if age_s > CANCEL_LIMIT_S else None
    if held:
        return None
    if state.is_crashed():
        said = f"it crashed: {(state.message or 'no message').rstrip('.')}"
        return _case(run, state, "reschedule", said) if run.deployment_id and age_s > CRASH_SETTLE_S else None
    reason = _abandoned(state, lease, age_s, now) if state.is_running() or state.is_pending() else None
    return _case(run, state, "reschedule" if run.deployment_id else "crash", reason) if reason else None


def _abandoned(state: State, lease: LeaseRecord | None, age_s: float, now: dt.datetime) -> str | None:
    """Why nobody can be working on a run whose lease is free, None while somebody may still begin or end."""
    if lease is None or lease.taken < state.timestamp.timestamp():
        return f"no process has begun it for {age_s:.0f} s" if age_s > START_LIMIT_S else None
    gone_s = now.timestamp() - lease.until
    if not lease.released:
        return f"{lease.who} is gone"
    return f"{lease.who} ended {gone_s:.0f} s ago without a word" if gone_s > SETTLE_S else None


def _uncancelled(age_s: float) -> str:
    return f"it was to be cancelled {age_s:.0f} s ago and no worker has done it"


def _case(run: FlowRun, state: State, action: Literal["reschedule", "crash", "cancel"], reason: str) -> Case:
    return Case(run_id=run.id, name=run.name, state_id=state.id, action=action, reason=reason)
