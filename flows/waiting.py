"""The runs that wait for a person, as the server and the store know them, and the ways to let them go on."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
)
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.responses import OrchestrationResult, SetStateStatus
from prefect.states import Scheduled

from flows.gate import is_expired, waiting_key
from tasks.approval.answers import DEADLINE, ELSEWHERE, program_answer
from tasks.domain.answer import Question
from tasks.domain.approval import Approval
from tasks.domain.errors import ApprovalMissing, FixRequest
from tasks.runtime.settings import Settings
from tasks.runtime.store import Store

PAGE = 200
"""Runs read in one request: the most that Prefect gives."""
PATIENCE_S = 60.0
"""How long a form may take to be complete; a process that was killed meanwhile left a form nobody can answer."""
REFUSED = ("Rejected", "Not approved in time")
"""Names of the states in which a run ends that was told no."""
RECORDS = {"script": "approvals", "publish": "publish-approvals"}
"""Where the decisions of each gate are on record."""


def waiting_questions(store: Store) -> list[tuple[FlowRun, Question]]:
    """The runs that wait now, the oldest first, each with its question."""
    questions = _questions(store)
    with get_client(sync_client=True) as client:
        runs = _paused(client, questions)
    found = [(run, questions[str(run.id)]) for run in runs]
    return sorted(found, key=lambda pair: pair[1].since)


def question_of(run: FlowRun, store: Store) -> Question:
    """The question a run waits with.

    Raises:
        ApprovalMissing: it was rejected, or nobody answered in time.
        FixRequest: it does not wait for an answer; the message says what it does instead.
    """
    state, name = run.state, f"{run.name!r} ({str(run.id)[:8]})"
    if state is None or not state.is_paused():
        said = f": {state.message}" if state and state.message and state.is_final() else ""
        kind = ApprovalMissing if state and state.is_failed() and state.name in REFUSED else FixRequest
        raise kind(f"the run {name} does not wait for an answer: it is {state.name if state else 'unknown'!r}{said}")
    question = store.claimed_as(waiting_key(str(run.id)), Question)
    if question is None or question.key != state.state_details.pause_key:
        raise FixRequest(f"the run {name} waits, and its question is not in this store: use the Prefect UI, or set the"
                         " setting 'store' as its worker has it")
    return question


def resume(run_id: UUID, given: Mapping[str, Any]) -> str | None:
    """Sends an answer; gives None where the run really goes on, else why it does not."""
    with get_client(sync_client=True) as client:
        return _resume(client, run_id, given)


def continue_decided(store: Store, sha256: str, *, but: str = "") -> int:
    """Continues the runs that wait for a decision which is on record now.

    Args:
        store: where it is on record.
        sha256: digest of what was decided on.
        but: id of a run that is left alone.

    Returns:
        how many were continued.
    """
    questions = {run: question for run, question in _questions(store).items()
                 if question.sha256 == sha256 and run != but and _is_decided(question, store)}
    return _continue(store, questions, ELSEWHERE) if questions else 0


def continue_due(store: Store, settings: Settings) -> int:
    """Continues the runs that need no answer any more: decided elsewhere, over time, or left with half a form."""
    questions = _questions(store)
    decided = {run: question for run, question in questions.items() if _is_decided(question, store)}
    expired = {run: question for run, question in questions.items()
               if run not in decided and is_expired(question, settings)}
    before = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=PATIENCE_S)
    half = {run: question for run, question in questions.items() if not question.shown and question.since < before}
    return (_continue(store, decided, ELSEWHERE) + _continue(store, expired, DEADLINE) + _continue(store, half, None))


def _questions(store: Store) -> dict[str, Question]:
    keys = store.claims("waiting")
    found = (store.claimed_as(key, Question) for key in keys)
    return {question.run: question for question in found if question}


def _is_decided(question: Question, store: Store) -> bool:
    kept = store.claimed_as(f"{RECORDS[question.gate]}/{question.sha256}", Approval)
    return kept is not None and (kept.decision == "rejected" or question.gate == "publish"
                                 or kept.cost_at_most_usd >= question.cost_usd)


def _continue(store: Store, questions: Mapping[str, Question], via: str | None) -> int:
    """Continues those of the runs that wait; with `via` None, those whose form is not complete. Strikes out dead ones."""
    if not questions:
        return 0
    count = 0
    with get_client(sync_client=True) as client:
        for run in _runs(client, questions):
            if run.state is None or run.state.is_final():
                store.release(waiting_key(str(run.id)))
            elif run.state.is_paused() and run.state.state_details.pause_key == questions[str(run.id)].key:
                count += _let_go(client, run, via)
    return count


def _let_go(client: SyncPrefectClient, run: FlowRun, via: str | None) -> bool:
    if via is not None:
        return _resume(client, run.id, program_answer(via)) is None
    # a form without a schema takes no answer
    again: OrchestrationResult[Any] = client.set_flow_run_state(run.id, Scheduled(name="Resuming"))
    return again.status == SetStateStatus.ACCEPT


def _resume(client: SyncPrefectClient, run_id: UUID, given: Mapping[str, Any]) -> str | None:
    told = client.resume_flow_run(run_id, run_input=dict(given))
    if told.status == SetStateStatus.ACCEPT:
        return None
    return str(getattr(told.details, "reason", None) or told.status.value)


def _paused(client: SyncPrefectClient, questions: Mapping[str, Question]) -> list[FlowRun]:
    return [run for run in _runs(client, questions) if run.state and run.state.is_paused()]


def _runs(client: SyncPrefectClient, questions: Mapping[str, Question]) -> list[FlowRun]:
    ids, found = [UUID(run) for run in questions], []
    for start in range(0, len(ids), PAGE):
        chosen = FlowRunFilter(id=FlowRunFilterId(any_=ids[start:start + PAGE]))
        found += client.read_flow_runs(flow_run_filter=chosen, limit=PAGE)
    return found
