"""The gates of a run with a deployment: it waits, without a worker, for a person's word on the script, and on the reel.

All that was asked and answered is on record in the store, so a run may be killed, retried or started again at any point:

    waiting/<run>                     the question a run waits with, as long as it waits
    answers/<run>/<question>          each answer, once; `tasks/approval/dialogue.py` folds them
    terminal/<run>/<question>/<sha>   an answer that our own command sent, with the user's name
"""

import datetime as dt
import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

import httpx
from prefect.client.schemas.objects import FlowRun

from flows.artifacts import approval_page, publish_page, show_plan
from flows.suspension import STATES, form_of, received, suspend, suspendable_run
from tasks.approval.answers import DEADLINE, continued_by_program, judge
from tasks.approval.dialogue import (
    Standing,
    answer_key,
    changed_lines,
    doubted,
    kept_answers,
    question_key,
    standing,
)
from tasks.approval.gate import approval_for, decide, decide_publication, recorded_approval, recorded_publication
from tasks.approval.request import estimated_length_s
from tasks.domain.answer import Answer, Gate, Question
from tasks.domain.approval import Approval, rejection
from tasks.domain.errors import ApprovalMissing, FixRequest, Rejected
from tasks.domain.plan import ReelPlan
from tasks.domain.reel import FinishedSet, QualityReport
from tasks.domain.script import Script
from tasks.orchestration.progress import announce
from tasks.runtime.settings import Settings
from tasks.runtime.store import Store
from tasks.script.parse import parse_script
from tasks.script.yaml_text import script_yaml

SCRIPT_NAME = "script.yaml"
"""How complaints call the text in the form."""
CHANGED_SINCE = ("what would be made is not what you approved: avatar, voice, engines, pictures or cost changed in the"
                 " meantime; look at it again")
"""What is said when an approval does not fit any more."""

log = logging.getLogger(__name__)
Notify = Callable[[Question], None]
"""Called once a run waits."""


def pass_script_gate(
    script: Script, planned: Callable[[Script], ReelPlan], *, store: Store, settings: Settings,
    notify: Notify = lambda _: None,
) -> tuple[ReelPlan, Approval]:
    """The plan that a person lets pass, and the record of it; called from a flow's body.

    A run with a deployment waits for the answer, whose edits change the script; without one a record must be there.

    Args:
        script: what the run was started with.
        planned: settles a script.
        store: where answers and decisions are kept.
        settings: the installation's policy.
        notify: called when the run begins to wait.

    Raises:
        ApprovalMissing: there is no record, and this run cannot wait for one.
        Rejected: a person said no, or nobody answered in time.
        Pause: the run waits now.
    """
    run = suspendable_run()
    if run is None or settings.approval == "never":
        plan = planned(script)
        show_plan(plan)
        return plan, approval_for(plan, store=store, settings=settings)
    gate = _Waiting(run, "script", store, settings, notify)
    while True:
        now = standing(script, kept_answers(str(run.id), "script", store), read_edited)
        plan = planned(now.script or script)
        approval = gate.verdict_on_script(now, plan)
        if now.verdict and not approval:
            now = doubted(now, CHANGED_SINCE)
        question = gate.question_on_script(now, plan)
        if not approval and gate.take_answer(now, question, planned):
            continue
        approval = approval or gate.on_record(plan)
        if approval:
            gate.passed(plan.approval_sha256())
            show_plan(plan)
            return plan, approval
        changes = changed_lines(script_yaml(now.before), question.script) if now.before else []
        gate.wait(now, question, approval_page(plan, problem=now.problem, changes=changes))


def pass_publish_gate(
    plan: ReelPlan, finished: FinishedSet, report: QualityReport, cost_usd: float, *, store: Store, settings: Settings,
    link_to: Callable[[FinishedSet], str | None] = lambda _: None, notify: Notify = lambda _: None,
) -> bool:
    """Whether a finished set may be published; called from a flow's body.

    Args:
        plan: the reel's plan.
        finished: what would be published.
        report: what was measured on it.
        cost_usd: what it has cost so far.
        store: where answers and decisions are kept.
        settings: the installation's policy.
        link_to: gives an address where the set can be watched, None without one.
        notify: called when the run begins to wait.

    Raises:
        Rejected: a person said no, or nobody answered in time; the set stays in the store.
        Pause: the run waits now.
    """
    if not (settings.publish_approval and plan.publish):
        return True
    sha256, run = publication_sha256(plan, finished), suspendable_run()
    if run is None:
        kept = recorded_publication(sha256, store=store)
        if kept is None or kept.decision == "rejected":
            announce("publish", 1.0, "not published: the policy wants approval, which only a run with a deployment asks for")
            return False
        return True
    gate = _Waiting(run, "publish", store, settings, notify)
    while True:
        now = standing(None, kept_answers(str(run.id), "publish", store), read_edited)
        question = gate.question(now, sha256, plan, length_s=report.media.duration_s, cost_usd=cost_usd, script="")
        if not now.verdict and gate.take_answer(now, question, lambda _: None):
            continue
        if gate.verdict_on_reel(now, sha256, plan):
            gate.passed(sha256)
            return True
        places = {name: store.where(file) for name, file in finished.files.items()}
        page = publish_page(plan, finished, report, places, problem=now.problem, link=link_to(finished), cost_usd=cost_usd)
        gate.wait(now, question, page)


def publication_sha256(plan: ReelPlan, finished: FinishedSet) -> str:
    """Digest of what is published and where to; the manifest, which tells how long stages took, is not in it."""
    subject = {"files": {name: file.sha256 for name, file in finished.files.items() if name != "reel.json"},
               "publish": plan.publish}
    return hashlib.sha256(json.dumps(subject, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def read_edited(text: str) -> Script:
    """The script in a form.

    Raises:
        ScriptError: it is none.
    """
    return parse_script(text, name=SCRIPT_NAME)


def given_sha256(given: object) -> str:
    """Digest of what was sent as an answer."""
    return hashlib.sha256(json.dumps(given, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def terminal_key(run: str, key: str, given: Mapping[str, Any]) -> str:
    """Where our own command says that it sends this answer."""
    return f"terminal/{run}/{key}/{given_sha256(given)}"


def waiting_key(run: str) -> str:
    """Where the question is kept that a run waits with."""
    return f"waiting/{run}"


def due_at(question: Question, settings: Settings) -> dt.datetime | None:
    """When the time for an answer is over, UTC; None without a deadline."""
    hours = settings.approval_deadline_hours
    return None if hours is None else question.since + dt.timedelta(hours=hours)


def is_overdue(question: Question, settings: Settings) -> bool:
    """True where nobody answered in time."""
    due = due_at(question, settings)
    return due is not None and due <= dt.datetime.now(dt.UTC)


def is_expired(question: Question, settings: Settings) -> bool:
    """True where the run ends because nobody answered in time."""
    return settings.approval_after_deadline == "reject" and is_overdue(question, settings)


def expire_due(store: Store, settings: Settings) -> int:
    """Continues every waiting run that can go on without an answer: its time is over, or its subject was decided elsewhere.

    Cheap and repeatable; a long-lived process calls it every few seconds.

    Returns:
        how many were continued.
    """
    from flows.waiting import continue_due

    return continue_due(store, settings)


class _Waiting:
    """One gate of one run."""

    def __init__(self, run: FlowRun, gate: Gate, store: Store, settings: Settings, notify: Notify) -> None:
        self.run, self.gate, self.store, self.settings, self.notify = run, gate, store, settings, notify
        self.id = str(run.id)

    def passed(self, sha256: str) -> None:
        """Nothing is waited for any more; other runs that wait for the same decision go on too."""
        kept = self.store.claimed_as(waiting_key(self.id), Question)
        if kept and kept.gate == self.gate:
            self.store.release(waiting_key(self.id))
        self._continue_others(sha256)

    def on_record(self, plan: ReelPlan) -> Approval | None:
        """The approval that somebody gave elsewhere."""
        try:
            return recorded_approval(plan, store=self.store)
        except ApprovalMissing as error:
            raise self._refused(error, plan.approval_sha256()) from error

    def verdict_on_script(self, now: Standing, plan: ReelPlan) -> Approval | None:
        """The approval an answer gives, None where there is none or it does not fit what would be made."""
        answer, digest = now.verdict, plan.approval_sha256()
        if answer is None:
            return None
        if answer.decision == "reject":
            if answer.sha256 == digest:
                return self._reject(plan, answer)
            raise self._refused(ApprovalMissing(f"{answer.who!r} rejected an earlier version of this script"), digest)
        ceiling = plan.cost_usd if answer.cost_at_most_usd is None else answer.cost_at_most_usd
        if answer.sha256 != digest or ceiling < plan.cost_usd:
            return None
        try:
            return decide(plan, "approved", who=answer.who, how=answer.how, store=self.store, cost_at_most_usd=ceiling)
        except ApprovalMissing as error:
            raise self._refused(error, digest) from error

    def _reject(self, plan: ReelPlan, answer: Answer) -> Approval | None:
        try:
            decide(plan, "rejected", who=answer.who, how=answer.how, store=self.store, reason=answer.reason)
        except FixRequest as error:  # approved elsewhere just before, and the first decision stands
            log.warning("the rejection by %r came too late: %s", answer.who, error)
            return None
        return self.on_record(plan)

    def verdict_on_reel(self, now: Standing, sha256: str, plan: ReelPlan) -> bool:
        """True where the reel may be published."""
        answer = now.verdict
        if answer and answer.sha256 == sha256:
            decide_publication(sha256, "approved" if answer.decision == "approve" else "rejected", who=answer.who,
                               how=answer.how, reason=answer.reason, store=self.store)
        kept = recorded_publication(sha256, store=self.store)
        if kept and kept.decision == "rejected":
            told = rejection(kept).replace("rejected this script", f"refused to publish {plan.script.title!r}")
            raise self._refused(ApprovalMissing(f"{told}: the finished reel stays in the store"), sha256)
        return kept is not None

    def question_on_script(self, now: Standing, plan: ReelPlan) -> Question:
        """The next question about the script."""
        return self.question(now, plan.approval_sha256(), plan, length_s=estimated_length_s(plan), cost_usd=plan.cost_usd,
                             script=script_yaml(now.script or plan.script))

    def question(self, now: Standing, sha256: str, plan: ReelPlan, *, length_s: float, cost_usd: float,
                 script: str) -> Question:
        """The next question; one that was asked already is taken as it was asked."""
        key = question_key(self.gate, now.number)
        kept = self.store.claimed_as(waiting_key(self.id), Question)
        if kept and kept.key == key and kept.shown:
            return kept
        return Question(run=self.id, key=key, gate=self.gate, sha256=sha256, script=script, title=plan.script.title,
                        avatar=plan.avatar.name, length_s=round(length_s, 1), cost_usd=cost_usd,
                        since=dt.datetime.now(dt.UTC))

    def take_answer(self, now: Standing, question: Question, check: Callable[[Script], object]) -> bool:
        """Puts the answer that came to a question on record; tells whether one came.

        Raises:
            Rejected: nobody answered in time.
        """
        given = received(self.run.id, question.key)
        if given is None:
            return False
        if via := continued_by_program(given):
            if via == DEADLINE and is_expired(question, self.settings):
                error = ApprovalMissing(f"nobody answered within {self.settings.approval_deadline_hours:g} hours: start the"
                                        " reel again when somebody is there")
                raise self._refused(error, question.sha256, state="Not approved in time")
            self._keep(_no_answer(now, question), question)
            return True
        terminal = self.store.claimed(terminal_key(self.id, question.key, given)) if isinstance(given, dict) else None
        self._keep(judge(given, question, read=read_edited, check=check,
                         terminal_user=str(terminal["who"]) if terminal else None), question)
        return True

    def wait(self, now: Standing, question: Question, page: str) -> None:
        """Puts a question and ends this process; returns only where the run was continued without an answer."""
        self.store.complete(waiting_key(self.id), question.model_dump(mode="json"))
        asked = "approve, edit or reject it" if self.gate == "script" else "may it be published?"
        suspend(self.run.id, question.key, form_of(question, page, prefilled=now.draft), state=STATES[self.gate],
                message=f"{question.title}: {asked}", shown=lambda: self._shown(question))
        self._keep(_no_answer(now, question), question)

    def _keep(self, answer: Answer, question: Question) -> None:
        self.store.claim(answer_key(self.id, question.key), answer.model_dump(mode="json"))

    def _shown(self, question: Question) -> None:
        shown = question.model_copy(update={"shown": True})
        self.store.complete(waiting_key(self.id), shown.model_dump(mode="json"))
        self.notify(shown)

    def _refused(self, error: ApprovalMissing, sha256: str, *, state: str = "Rejected") -> Rejected:
        self.passed(sha256)
        return Rejected(str(error), state=state)

    def _continue_others(self, sha256: str) -> None:
        from flows.waiting import continue_decided

        try:
            continue_decided(self.store, sha256, but=self.id)
        except httpx.HTTPError as error:  # the watchdog does it later
            log.warning("other runs that wait for this decision were not continued (%s)", error)


def _no_answer(now: Standing, question: Question) -> Answer:
    """What is kept where a run was continued without an answer: the next form is as this one was."""
    return Answer(decision="none", sha256=question.sha256, problem=now.problem, script=now.draft)
