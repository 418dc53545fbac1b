"""The guard of the money: nothing is sent that is not approved, within the limits and reserved; nothing is paid twice.

A paid request is identified by its content. Its way through the ledger:

    reserve ──▶ check the ceilings ──▶ send ──▶ the service's job, if it works on one ──▶ result in the store
       └ over a limit: given up           └ no answer: unknown, until the service or a person says what became of it

The reservation is written before the limits are added up, so that of any number of processes at once no two can both
overlook the other; that they do it one after another (`budget`) only makes the outcome exact. A run that comes back, or
another run that wants the same content, finds the attempt and goes on from there.
"""

import datetime as dt
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from tasks.domain.approval import Approval, require
from tasks.domain.errors import (
    ApprovalMissing,
    DayLimitReached,
    OverLimit,
    PaymentUnknown,
    ReelsError,
    TryAgain,
)
from tasks.domain.money import NOTHING, Limits, in_words, total, usd
from tasks.domain.plan import ReelPlan
from tasks.runtime.keys import Secret
from tasks.runtime.lease import confirm_held
from tasks.runtime.ledger import OVER, Entry, Holder, Ledger, sum_of, this_process
from tasks.runtime.paid_requests import Answer, Counter, Done, Failed, NoAnswer, NotAccepted, PaidRequest, Pending
from tasks.runtime.redaction import redacted
from tasks.runtime.store import Store

RESERVED_S = 900.0
"""How long a reservation may wait for its turn before it is taken for abandoned."""
ANSWER_S = 240.0
"""How long one answer may take before its sender is taken for dead; longer than any engine's own patience."""
JOB_S = 1800.0
"""How long a job of a service is followed before the run ends; the next run asks for the same job."""
LOOK_S = 0.5
"""Seconds between two looks at what another run is doing."""
PATIENCE_S = 60.0
"""How long a busy service is waited for, by its own word, before the task's slower retries take over."""
RESENDS = 2
"""How often a request is sent again after the service said that it never got it."""


@dataclass(frozen=True)
class Surroundings:
    """What the guard needs of Prefect, given to it."""

    budget: Callable[[], AbstractContextManager[None]]
    """One at a time in the whole installation."""
    pace: Callable[[str], None]
    """Waits until the named provider may get one more request."""
    run: str | None = None
    """The flow run that spends."""
    holds: Callable[[], bool] = confirm_held
    """Whether the work is still this process's to do."""
    report: Callable[[float, str], None] = lambda _done, _note: None
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class Bought:
    """What was paid for."""

    content: bytes
    cost_usd: Decimal
    """What this reel paid for it; nothing where another reel did."""


class Guard:
    """Spends for one reel.

    Args:
        plan: the reel.
        approval: a person's word, with its ceiling.
        store: holds ledger and results.
        limits: the installation's.
        around: the installation's lock, and the pace of each provider.
    """

    def __init__(self, plan: ReelPlan, approval: Approval, *, store: Store, limits: Limits, around: Surroundings) -> None:
        self._plan, self._approval, self._limits, self._around = plan, approval, limits, around
        self._ledger, self._reel = Ledger(store), plan.approval_sha256()

    def buy(self, request: PaidRequest, counter: Counter) -> Bought:
        """The answer to a request: paid for now, or found as paid for before.

        Raises:
            ApprovalMissing: nobody approved it, or not that much.
            OverLimit, DayLimitReached: a limit of the installation refuses it; nothing was sent.
            PaymentUnknown: it was sent before, and nobody can say what became of it.
            TryAgain: the service is busy or silent, and the next try goes on from here; or another process has taken over.
            ReelsError: the service could not do it.
        """
        require(self._approval, self._plan)
        resends = 0
        while True:
            entry = self._ledger.current(request.key)
            if entry is None or entry.state in OVER:
                entry = self._reserve(request, attempt=entry.attempt + 1 if entry else 1)
                if entry and self._ledger.decide(entry, "send"):
                    self._send(entry, counter)
            elif entry.state == "paid":
                if bought := self._taken(entry, counter):
                    return bought
            elif entry.state == "sent":
                self._follow(entry, counter)
            elif entry.state == "unknown":
                resends += self._find(entry, counter, may_send=resends < RESENDS)
            else:
                self._await(entry)

    def _reserve(self, request: PaidRequest, *, attempt: int) -> Entry | None:
        """A reservation within all limits, None where another run was quicker; waits for the provider's turn.

        Raises:
            ApprovalMissing, OverLimit, DayLimitReached: it would be too much.
            TryAgain: another process has taken over.
        """
        entry = Entry(
            request=request.key, attempt=attempt, day=dt.datetime.now(dt.UTC).date(), state="reserved", stage=request.stage,
            engine=request.engine, version=request.version, provider=request.provider, reel=self._reel,
            title=self._plan.script.title, reserved_usd=request.price.usd, why=request.price.why,
            holder=self._me(RESERVED_S))
        with self._around.budget():
            if not self._ledger.open(entry):
                return None
            refusal = self._refusal(entry)
            if refusal:
                self._ledger.keep(entry.model_copy(update={"state": "released", "note": "over a limit, never sent"}))
                raise refusal
        try:
            self._get_turn(request.provider)
        except BaseException:
            if self._ledger.decide(entry, "release"):
                self._ledger.keep(entry.model_copy(update={"state": "released", "note": "its turn never came"}))
            raise
        return entry

    def _get_turn(self, provider: str) -> None:
        """Waits for the provider's turn, and makes sure afterwards that no other process does this work by now.

        Raises:
            TryAgain: another one does.
        """
        self._around.pace(provider)
        if not self._around.holds():
            raise TryAgain("another process has taken over this run: it pays for what is needed, this one sends nothing")

    def _refusal(self, entry: Entry) -> ReelsError | None:
        """Why the reservation is too much, None where it is not."""
        what, limits = f"{entry.stage} by {entry.engine!r} would cost {in_words(entry.reserved_usd)}", self._limits
        reel = sum_of(self._ledger.of_reel(self._reel))
        ceiling = usd(self._approval.cost_at_most_usd)
        if reel > ceiling:
            return ApprovalMissing(
                f"{what}; of the {in_words(ceiling)} that {self._approval.who!r} approved for {entry.title!r},"
                f" {in_words(total([reel, -entry.reserved_usd]))} are spent or reserved: nothing was sent; approve more with"
                " --cost-at-most")
        if limits.reel_usd is not None and reel > limits.reel_usd:
            return OverLimit(f"{what} and take {entry.title!r} to {in_words(reel)}, over the limit of"
                             f" {in_words(limits.reel_usd)} a reel: nothing was sent; raise limit_reel_usd, or choose"
                             " another engine")
        return self._refusal_of_the_day(entry, what)

    def _refusal_of_the_day(self, entry: Entry, what: str) -> ReelsError | None:
        """Why the reservation is too much for today."""
        limits = self._limits
        if limits.day_usd is None and limits.provider_day_usd.get(entry.provider) is None:
            return None
        day = self._ledger.of_day(entry.day)
        theirs = [one for one in day if one.provider == entry.provider]
        for name, limit, entries in (
                ("limit_day_usd", limits.day_usd, day),
                (f"[providers.{entry.provider}] limit_day_usd", limits.provider_day_usd.get(entry.provider), theirs)):
            if limit is not None and sum_of(entries) > limit:
                others = in_words(total([sum_of(entries), -entry.reserved_usd]))
                return DayLimitReached(
                    f"{what}, and of the {in_words(limit)} of this day (UTC) {others} are spent or reserved: nothing was"
                    f" sent; run it again tomorrow, or raise {name} (`reels costs` shows where the money went)")
        return None

    def _send(self, entry: Entry, counter: Counter) -> None:
        """Sends a request that is reserved, and records what came back.

        Raises:
            TryAgain, ReelsError: it was not taken, or could not be done.
        """
        entry = self._ledger.keep(entry.model_copy(update={"state": "sending", "holder": self._me(ANSWER_S + PATIENCE_S)}))
        try:
            answer = put_patiently(counter, entry.token, entry.provider, report=self._around.report,
                                   sleep=self._around.sleep)
        except NotAccepted as refusal:
            self._ledger.keep(entry.model_copy(update={"state": "released", "note": redacted(str(refusal.error))}))
            raise refusal.error from refusal
        except NoAnswer as silence:
            self._ledger.keep(entry.model_copy(update={"state": "unknown", "note": redacted(str(silence))}))
        except BaseException:
            self._ledger.keep(entry.model_copy(update={"state": "unknown", "note": "interrupted while it was sent"}))
            raise
        else:
            self._record(entry, answer)

    def _record(self, entry: Entry, answer: Answer) -> None:
        """Enters what the service said; a result is in the store before the ledger says so.

        Raises:
            TryAgain: it failed and cost nothing.
            ReelsError: it failed and was charged.
        """
        if isinstance(answer, Pending):
            self._ledger.keep(entry.model_copy(update={"state": "sent", "job": answer.job}))
        elif isinstance(answer, Done):
            store = self._ledger.store
            with store.scratch() as folder:
                (folder / f"result{answer.suffix}").write_bytes(answer.content)
                result = store.put(folder / f"result{answer.suffix}")
            charged = entry.reserved_usd if answer.charged_usd is None else usd(answer.charged_usd)
            self._ledger.keep(entry.model_copy(update={"state": "paid", "result": result, "cost_usd": charged,
                                                       "job": answer.job or entry.job}))
        else:
            self._fail(entry, answer)

    def _fail(self, entry: Entry, answer: Failed) -> None:
        reason = redacted(answer.reason)
        charged = usd(answer.charged_usd)
        self._ledger.keep(entry.model_copy(update={"state": "lost" if charged else "released", "cost_usd": charged,
                                                   "job": answer.job or entry.job, "note": reason}))
        told = f"{entry.provider} could not do the {entry.stage}: {reason!r}"
        if charged:
            raise ReelsError(f"{told}, and charged {in_words(charged)} all the same: complain there; a new run pays again,"
                             " as far as the approval goes")
        raise TryAgain(f"{told}; it charged nothing: run the command again, or choose another engine")

    def _follow(self, entry: Entry, counter: Counter) -> None:
        """Asks for a job until it is over.

        Raises:
            TryAgain: it takes longer than `JOB_S`, or the service does not answer.
            ReelsError: the job failed.
        """
        job, until_s = entry.job or "", time.monotonic() + JOB_S
        while time.monotonic() < until_s:
            answer = counter.ask(job)
            if answer is None:
                note = f"{entry.provider} does not know the job {job!r} any more"
                self._ledger.keep(entry.model_copy(update={"state": "unknown", "note": note}))
                return
            if not isinstance(answer, Pending):
                self._record(entry, answer)
                return
            self._around.report(0.5, f"{entry.provider} works on job {job}")
            self._around.sleep(counter.poll_s)
        raise TryAgain(f"{entry.provider} still works on job {job!r} after {JOB_S / 60:.0f} minutes: run the command again"
                       " later, it asks for the same job")

    def _find(self, entry: Entry, counter: Counter, *, may_send: bool) -> bool:
        """Settles what became of a request without an answer; tells whether it was sent again.

        Raises:
            PaymentUnknown: the service cannot say.
            TryAgain: it does not answer now, or loses the request every time; or another process has taken over.
        """
        if not counter.findable or entry.job:
            raise PaymentUnknown(
                f"{entry.stage} by {entry.engine!r} ({in_words(entry.reserved_usd)}) was sent to {entry.provider} and broke"
                f" off ({entry.note}); whether it was charged is not known, so it is not sent again. Look at the bill of"
                f" {entry.provider}, then say `reels costs settle {entry.token[:12]} --lost` if it was not charged, or"
                " `--charged USD` if it was")
        answer = counter.find(entry.token)
        if answer is not None:
            self._record(entry, answer)
            return False
        if not may_send:
            raise TryAgain(f"{entry.provider} loses the request for {entry.stage} every time ({entry.note}): run the command"
                           " again later")
        self._get_turn(entry.provider)
        self._send(entry, counter)
        return True

    def _taken(self, entry: Entry, counter: Counter) -> Bought | None:
        """The result paid for before; None where it is lost, and the loss now stands in the ledger."""
        store, cost_usd = self._ledger.store, (entry.cost_usd or NOTHING) if entry.reel == self._reel else NOTHING
        if entry.result and store.intact(entry.result):
            return Bought(store.path(entry.result).read_bytes(), cost_usd)
        again = counter.find(entry.token) if counter.findable else None
        if isinstance(again, Done):
            self._record(entry, again)
        else:
            self._ledger.keep(entry.model_copy(update={"state": "lost", "note": "the result is gone from the store"}))
        return None

    def _await(self, entry: Entry) -> None:
        """Waits a moment for the run that holds the attempt; where it is gone, its attempt is given up or unknown."""
        if not entry.holder.gone(self._me(0)):
            self._around.report(0.2, f"another run asks {entry.provider} for the same")
            self._around.sleep(LOOK_S)
        elif entry.state == "reserved" and self._ledger.decide(entry, "release"):
            self._ledger.keep(entry.model_copy(update={"state": "released", "note": "its run ended before it was sent"}))
        else:
            self._ledger.keep(entry.model_copy(update={"state": "unknown", "note": "its run ended while it was sent"}))

    def _me(self, for_s: float) -> Holder:
        return this_process(self._around.run, for_s=for_s)


def put_patiently(counter: Counter, token: str, provider: str, *, report: Callable[[float, str], None],
                  sleep: Callable[[float], None]) -> Answer:
    """The service's answer to a request; a busy one is asked again when it says so.

    Args:
        counter: puts the request.
        token: its idempotency key.
        provider: the service's name.
        report: told that it is waited for.
        sleep: waits.

    Raises:
        NotAccepted: it does not take it, or not for longer than `PATIENCE_S`.
        NoAnswer: nobody knows.
    """
    until_s = time.monotonic() + PATIENCE_S
    while True:
        try:
            return counter.send(token)
        except NotAccepted as refusal:
            if refusal.wait_s is None or time.monotonic() + refusal.wait_s > until_s:
                raise
            report(0.2, f"{provider} is busy for {refusal.wait_s:.0f} s")
            sleep(refusal.wait_s)


class Buyer(Protocol):
    """What answers requests: the guard, or whatever stands in its place where nothing is paid."""

    def buy(self, request: PaidRequest, counter: Counter) -> Bought:
        """The answer, and what it cost."""
        ...


@dataclass
class Access:
    """What an engine works with that calls a service: where that answers, the key, and the guard that lets it spend."""

    url: str
    key: Secret | None
    """None where the service is the user's own and wants none."""
    guard: Buyer
    paid_usd: list[Decimal] = field(default_factory=list)
    report: Callable[[float, str], None] = lambda _done, _note: None

    def buy(self, request: PaidRequest, counter: Counter) -> bytes:
        """The answer to a request, paid for once; see `Guard.buy`."""
        bought = self.guard.buy(request, counter)
        self.paid_usd.append(bought.cost_usd)
        return bought.content

    @property
    def cost_usd(self) -> float:
        """What the reel paid through it."""
        return float(total(self.paid_usd))
