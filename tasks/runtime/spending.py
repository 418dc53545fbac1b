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
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from tasks.domain.errors import FixMachine, FixRequest, PaymentUnknown, ReelsError, StoreDamaged, TryAgain, Unfinished
from tasks.domain.money import NOTHING, in_words, total, usd
from tasks.domain.plan import ReelPlan
from tasks.runtime.ceilings import Ceilings
from tasks.runtime.keys import Secret
from tasks.runtime.lease import confirm_held
from tasks.runtime.ledger import OVER, Entry, Holder, Ledger, this_process
from tasks.runtime.paid_requests import Answer, Counter, Done, Failed, NoAnswer, NotAccepted, PaidRequest, Pending
from tasks.runtime.redaction import redacted

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
LEAST_WAIT_S = 1.0
"""Time between two requests to a busy service, even if it says 'at once'."""
Report = Callable[[float | None, str], None]
"""Told the fraction done and what happens; None where it waits."""
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
    cancelled: Callable[[], bool] = lambda: False
    """Whether somebody cancelled the run, where the process is ended."""
    report: Report = lambda _done, _note: None
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
        ceilings: what it may spend.
        ledger: the installation's, with the store that keeps results.
        around: the installation's lock, and the pace of each provider.
    """

    def __init__(self, plan: ReelPlan, ceilings: Ceilings, ledger: Ledger, around: Surroundings) -> None:
        self._plan, self._ceilings, self._ledger, self._around = plan, ceilings, ledger, around
        self._reel = plan.approval_sha256()

    def buy(self, request: PaidRequest, counter: Counter) -> Bought:
        """The answer to a request: paid for now, or found as paid for before.

        Raises:
            ApprovalMissing: nobody approved it, or not that much.
            OverLimit, DayLimitReached: a limit of the installation refuses it; nothing was sent.
            PaymentUnknown: it was sent before, and nobody can say what became of it.
            TryAgain: the service is busy or silent, and the next try goes on from here; or another process has taken over.
            ReelsError: the service could not do it.
        """
        self._ceilings.require_approval()
        sends = 0
        while True:
            entry = self._ledger.current(request.key)
            if entry is None or entry.state in OVER:
                entry = self._reserve(request, attempt=entry.attempt + 1 if entry else 1)
                if entry and self._ledger.decide(entry, "send"):
                    sends += 1
                    self._send(entry, counter)
            elif entry.state == "paid":
                if bought := self._taken(entry, counter):
                    return bought
            elif entry.state == "sent":
                self._follow(entry, counter)
            elif entry.state == "unknown":
                sends += self._find(entry, counter, sends=sends)
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
            if not self._ledger.open(entry, counts=self._ceilings.paid):
                return None
            refusal = self._ceilings.refusal(entry)
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

    def _send(self, entry: Entry, counter: Counter) -> None:
        """Sends a request that is reserved, and records what came back.

        Raises:
            TryAgain, ReelsError: it was not taken, or could not be done.
        """
        entry = self._ledger.keep(entry.model_copy(update={
            "state": "sending", "holder": self._me(ANSWER_S + PATIENCE_S),
            "sent_at": entry.sent_at or dt.datetime.now(dt.UTC)}))
        try:
            answer = put_patiently(counter, entry.token, entry.provider, report=self._around.report,
                                   sleep=self._around.sleep)
        except NotAccepted as refusal:
            self._ledger.keep(entry.model_copy(update={"state": "released", "note": redacted(str(refusal.error))}))
            raise refusal.error from refusal
        except NoAnswer as silence:
            useless = silence.lasting and not self._ceilings.paid
            self._ledger.keep(entry.model_copy(update={"state": "released" if useless else "unknown",
                                                       "note": redacted(str(silence))}))
            if useless:
                raise of_no_use(entry.provider, entry.stage, silence) from silence
        except BaseException:
            self._ledger.keep(entry.model_copy(update={"state": "unknown", "note": "interrupted while it was sent"}))
            raise
        else:
            self._record(entry, answer)

    def _record(self, entry: Entry, answer: Answer) -> None:
        """Enters what the service said; a result is in the store before the ledger says so.

        Raises:
            TryAgain: it failed and cost nothing.
            FixRequest: the service refuses what was asked for.
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
        charged = entry.reserved_usd if answer.charged_usd is None else usd(answer.charged_usd)
        self._ledger.keep(entry.model_copy(update={"state": "lost" if charged else "released", "cost_usd": charged,
                                                   "job": answer.job or entry.job, "note": reason}))
        told = f"{entry.provider} could not do the {entry.stage}: {reason!r}"
        if charged and answer.charged_usd is None:
            told += f"; whether it charged for that is not known, so {in_words(charged)} count as spent"
        elif charged:
            told += f", and charged {in_words(charged)} all the same: complain there"
        if answer.refused:
            raise FixRequest(f"{told}: change what is to be seen or said, or choose another engine")
        if charged:
            raise ReelsError(f"{told}; a new run pays again, as far as the approval goes")
        raise TryAgain(f"{told}; it charged nothing: run the command again, or choose another engine")

    def _follow(self, entry: Entry, counter: Counter) -> None:
        """Asks for a job until it is over.

        Raises:
            TryAgain: it takes longer than `JOB_S`, or the service does not answer.
            ReelsError: the job failed.
        """
        job, until_s = entry.job or "", time.monotonic() + JOB_S
        self._ledger.take_job(entry, job)
        try:
            while time.monotonic() < until_s:
                answer = counter.ask(job)
                if answer is None:
                    note = f"{entry.provider} does not know the job {job!r} any more"
                    self._ledger.keep(entry.model_copy(update={"state": "unknown", "note": note}))
                    return
                if not isinstance(answer, Pending):
                    self._record(entry, answer)
                    return
                self._around.report(answer.done, f"{entry.provider} works on job {job}")
                self._around.sleep(counter.poll_s)
        except BaseException as ended:
            self._let_go(entry, counter, ended)
            raise
        raise Unfinished(f"{entry.provider} still works on job {job!r} after {JOB_S / 60:.0f} minutes: run the command again"
                       " later, it asks for the same job")

    def _let_go(self, entry: Entry, counter: Counter, ended: BaseException) -> None:
        """Has a job stopped that somebody cancelled and nobody pays for; where that fails it goes on for the next run."""
        unwanted = isinstance(ended, KeyboardInterrupt) or (not isinstance(ended, Exception) and self._around.cancelled())
        if unwanted and not self._ceilings.paid and counter.cancel(entry.job or ""):
            self._ledger.keep(entry.model_copy(update={"state": "released", "note": "cancelled"}))

    def _find(self, entry: Entry, counter: Counter, *, sends: int) -> bool:
        """Settles what became of a request without an answer; tells whether it was sent again.

        Raises:
            PaymentUnknown: the service cannot say.
            TryAgain: it does not answer now, or loses the request every time; or another process has taken over.
        """
        if not counter.findable or entry.job:
            self._look_for_job(entry, counter, just_sent=sends > 0)
            return False
        answer = counter.find(entry.token)
        if answer is not None:
            self._record(entry, answer)
            return False
        if sends > RESENDS:
            raise TryAgain(f"{entry.provider} loses the request for {entry.stage} every time ({entry.note}): run the command"
                           " again later")
        self._get_turn(entry.provider)
        self._send(entry, counter)
        return True

    def _look_for_job(self, entry: Entry, counter: Counter, *, just_sent: bool) -> None:
        """Goes on with the one job that can be that of a request without an answer; where there is none and nothing is
        paid, the attempt is given up, by the next run if it was made by this one: the job may be listed late.

        Raises:
            PaymentUnknown: it may have been charged.
            TryAgain: it was sent a moment ago.
        """
        job = None if entry.job or entry.sent_at is None else counter.search(
            entry.sent_at, lambda one: self._ledger.may_take_job(entry, one))
        if job is not None:
            if self._ledger.take_job(entry, job):
                self._ledger.keep(entry.model_copy(update={"state": "sent", "job": job}))
        elif self._ceilings.paid:
            raise PaymentUnknown(
                f"{entry.stage} by {entry.engine!r} ({in_words(entry.reserved_usd)}) was sent to {entry.provider} and broke"
                f" off ({entry.note}); whether it was charged is not known, so it is not sent again. Look at the bill of"
                f" {entry.provider}, then say `reels costs settle {entry.token[:12]} --lost` if it was not charged, or"
                " `--charged USD` if it was")
        elif just_sent:
            raise TryAgain(f"{entry.provider} gave no {entry.stage}: {entry.note}; run the command again")
        else:
            self._ledger.keep(entry.model_copy(update={"state": "released", "note": f"{entry.note}; sent again"}))

    def _taken(self, entry: Entry, counter: Counter) -> Bought | None:
        """The result paid for before; None where it was lost: fetched again if the service still has it, else the loss now
        stands in the ledger.
        """
        if entry.result:
            with suppress(StoreDamaged, FileNotFoundError):  # a clean-up may take it at any moment
                content = self._ledger.store.path(entry.result).read_bytes()
                return Bought(content, (entry.cost_usd or NOTHING) if entry.reel == self._reel else NOTHING)
        again = counter.find(entry.token) if counter.findable else counter.ask(entry.job) if entry.job else None
        if isinstance(again, Done | Pending):
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


def put_patiently(counter: Counter, token: str, provider: str, *, report: Report, sleep: Callable[[float], None]) -> Answer:
    """The service's answer to a request; a busy one is asked again when it says so.

    Args:
        counter: puts the request.
        token: its idempotency key.
        provider: the service's name.
        report: told once that it is waited for.
        sleep: waits.

    Raises:
        NotAccepted: it does not take it, or not for longer than `PATIENCE_S`.
        NoAnswer: nobody knows.
    """
    until_s, told = time.monotonic() + PATIENCE_S, False
    while True:
        try:
            return counter.send(token)
        except NotAccepted as refusal:
            wait_s = None if refusal.wait_s is None else max(refusal.wait_s, LEAST_WAIT_S)
            if wait_s is None or time.monotonic() + wait_s > until_s:
                raise
        if not told:
            report(None, f"{provider} is busy: asking again in {wait_s:.0f} s, and for {PATIENCE_S:.0f} s at most")
        told = True
        sleep(wait_s)


def of_no_use(provider: str, stage: str, silence: NoAnswer) -> FixMachine:
    """What is said of a server of the user's own that answers something else than what it was asked for."""
    return FixMachine(f"{provider} gives no {stage}: {silence}; look whether [providers.{provider}] url leads to the right"
                      " server, and what that runs")


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
    report: Report = lambda _done, _note: None

    def buy(self, request: PaidRequest, counter: Counter) -> bytes:
        """The answer to a request, paid for once; see `Guard.buy`."""
        bought = self.guard.buy(request, counter)
        self.paid_usd.append(bought.cost_usd)
        return bought.content

    @property
    def cost_usd(self) -> float:
        """What the reel paid through it."""
        return float(total(self.paid_usd))
