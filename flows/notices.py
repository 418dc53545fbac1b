"""Tells another program, by a signed webhook, that a reel waits for a person, is finished or failed.

A notice is written down before it is sent, in the store:

    notices/owed/<run>/<event>     what is still to be delivered, with the tries so far
    notices/told/<run>/<event>     what was delivered, or given up: each event of a run once

It is sent at once, without making anybody wait for the receiver; what could not be delivered is sent again by
`deliver_due`, which the watchdog calls, with growing pauses. A notice may arrive twice, always under the same id.
"""

import datetime as dt
import hashlib
import logging
import os
import threading
from typing import Any, Protocol

import httpx
from prefect import Flow
from prefect.client.schemas.objects import FlowRun, State
from prefect.utilities.urls import url_for

from flows.submission import named, title_in
from tasks.domain.errors import (
    ApprovalMissing,
    AvatarError,
    ConsentMissing,
    FixMachine,
    FixRequest,
    QualityRefused,
    ReelsError,
    StoreDamaged,
    TryAgain,
    UnknownName,
)
from tasks.domain.notice import Event, Notice
from tasks.runtime.settings import Settings, current_settings
from tasks.runtime.store import Store
from tasks.runtime.stores import open_store
from tasks.runtime.webhook import check_address, send, webhook_secret

OWED, TOLD = "notices/owed", "notices/told"
"""Folders of claims: what is to be delivered, what needs nothing more."""
PATIENCE_S = 3.0
"""How long a run waits for the receiver; the delivery itself may go on behind it."""
LONGEST_REASON = 300
"""Characters of a reason that are sent."""
AT_A_TIME = 50
"""Deliveries of one call of `deliver_due`: it returns soon, and goes on at the next."""
SPEAKABLE = (UnknownName, AvatarError, ConsentMissing)
"""Errors of a request whose sentence quotes nothing of the script."""

log = logging.getLogger(__name__)


def notify(
    event: Event, *, run_id: str, run_name: str, once: str = "", title: str | None = None, reel_id: str | None = None,
    link: str | None = None, outcome: str | None = None, reason: str | None = None, store: Store | None = None,
    settings: Settings | None = None,
) -> None:
    """Tells an event of a run; nothing happens where no webhook is set, or where the same was told before.

    Args:
        event: what happened.
        run_id: the flow run.
        run_name: how people call it.
        once: tells events of one kind in one run apart, e.g. the question's key: 'script-approval-2'.
        title: the reel's title.
        reel_id: the reel's id in its manifest.
        link: where it can be seen; default: the run's page.
        outcome: of 'failed': how.
        reason: a sentence, without words of the script.
        store: where it is written down; default: the installation's.
        settings: with the address; default: the installation's.
    """
    settings = settings or current_settings()
    if not settings.webhook_url:
        return
    store, place = store or open_store(), f"{run_id}/{event}-{once}" if once else f"{run_id}/{event}"
    notice = Notice(
        id=f"reel_{hashlib.sha256(place.encode()).hexdigest()[:32]}", event=event, when=dt.datetime.now(dt.UTC),
        run_id=run_id, run_name=run_name, title=title, reel_id=reel_id, link=link or run_page(run_id), outcome=outcome,
        reason=reason and reason.partition("\n")[0][:LONGEST_REASON])
    if store.claimed(f"{TOLD}/{place}") is None and store.claim(f"{OWED}/{place}", notice.model_dump(mode="json")):
        attempt = threading.Thread(target=_try, args=(place, notice, store, settings), daemon=True, name="webhook")
        attempt.start()
        attempt.join(PATIENCE_S)


def deliver_due(store: Store, settings: Settings, *, now: dt.datetime | None = None) -> int:
    """Sends again what is owed and due; called now and then by a process that lives long.

    Args:
        store: where notices are written down.
        settings: with the address.
        now: UTC; default: the current time.

    Returns:
        how many were delivered.
    """
    if not settings.webhook_url:
        return 0
    now = now or dt.datetime.now(dt.UTC)
    due = [(key.removeprefix(f"{OWED}/"), notice) for key in store.claims(OWED)
           if (notice := _owed(key, store)) and notice.is_due(now)]
    return sum(_settle(place, notice, store, settings, now) for place, notice in due[:AT_A_TIME])


class Asked(Protocol):
    """What a run asks a person: a question of the gate."""

    @property
    def run(self) -> str:
        """The flow run's id."""

    @property
    def key(self) -> str:
        """Names the question within the run."""

    @property
    def gate(self) -> str:
        """'script' or 'publish'."""

    @property
    def title(self) -> str:
        """The reel's title."""


def tell_waiting(question: Asked) -> None:
    """Tells that a run waits for a person's answer, once a question."""
    what = "the script waits for approval" if question.gate == "script" else "the finished reel waits to be published"
    notify("waiting", run_id=question.run, run_name=named(question.title, None), once=question.key, title=question.title,
           reason=what)


def finished_hook(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:  # noqa: ARG001  Prefect's names
    """Tells that a run finished; for `on_completion`."""
    made: Any = state.result(raise_on_failure=False)
    notify("finished", run_id=str(flow_run.id), run_name=flow_run.name, title=title_in(flow_run.parameters),
           reel_id=getattr(made, "id", None))


def failed_hook(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:  # noqa: ARG001  Prefect's names
    """Tells that no reel came of a run, once for each time it ran; for `on_failure`, `on_crashed`, `on_cancellation`."""
    outcome, reason, reel_id = _what_went_wrong(state)
    notify("failed", run_id=str(flow_run.id), run_name=flow_run.name, once=str(flow_run.run_count),
           title=title_in(flow_run.parameters), reel_id=reel_id, outcome=outcome, reason=reason)


def run_page(run_id: str) -> str | None:
    """Address of a run's page, None where the server shows none."""
    return url_for("flow-run", obj_id=run_id, url_type="ui")


def _what_went_wrong(state: State[Any]) -> tuple[str, str, str | None]:
    """Outcome, reason and the id of a reel that was made and refused."""
    if state.is_cancelling() or state.is_cancelled():
        return "cancelled", "somebody cancelled the run", None
    if state.is_crashed():
        return "crashed", "the run's process ended before the reel was made; a watchdog begins it again", None
    error: Any = state.result(raise_on_failure=False)
    if isinstance(error, QualityRefused):
        checks = ", ".join(getattr(error.finished, "failed_checks", ())) or "see the run"
        return "refused", f"the finished reel failed its checks: {checks}", getattr(error.finished, "id", None)
    if isinstance(error, ApprovalMissing):
        return "rejected", str(error), None
    if isinstance(error, FixRequest) and not isinstance(error, SPEAKABLE):
        return "error", "the request cannot be carried out as it is; the run's log says where and why", None
    return "error", str(error) if isinstance(error, ReelsError) else _unexpected(state, error), None


def _unexpected(state: State[Any], error: object) -> str:
    """A failure that is none of ours, by its kind alone: its words may hold anything."""
    kind = type(error).__name__ if isinstance(error, Exception) else state.name
    return f"an unexpected failure ({kind}); the run's log says more"


def _owed(key: str, store: Store) -> Notice | None:
    """What is owed under a key; None where it was delivered meanwhile or cannot be read, which is said in the log."""
    try:
        return store.claimed_as(key, Notice)
    except StoreDamaged as error:
        log.error("%s", error)
        return None


def _settle(place: str, notice: Notice, store: Store, settings: Settings, now: dt.datetime) -> bool:
    """Delivers what is due, gives up what is hopeless, strikes out what was delivered; tells whether it delivered."""
    if store.claimed(f"{TOLD}/{place}") is not None:  # interrupted before the debt was struck out
        store.release(f"{OWED}/{place}")
        return False
    if notice.is_hopeless(now):
        _give_up(place, notice, store, now)
        return False
    return _try(place, notice, store, settings, now=now)


def _try(place: str, notice: Notice, store: Store, settings: Settings, *, now: dt.datetime | None = None) -> bool:
    """Sends one notice and writes down what came of it; tells whether it was delivered. Never raises an error of ours."""
    try:
        url: httpx.URL = check_address(settings)
        send(notice.id, notice.body(), url=url, secret=webhook_secret(os.environ))
    except (TryAgain, FixMachine) as error:
        log.warning("notice %r of run %r was not delivered: %s; it is tried again", notice.event, notice.run_name, error)
        _keep(place, notice.missed(str(error), now or dt.datetime.now(dt.UTC)), store)
        return False
    _strike_out(place, notice.model_copy(update={"attempts": notice.attempts + 1, "last_answer": "delivered"}), store)
    return True


def _keep(place: str, notice: Notice, store: Store) -> None:
    """Writes an owed notice back, unless somebody delivered it meanwhile."""
    if store.claimed(f"{TOLD}/{place}") is None:
        store.complete(f"{OWED}/{place}", notice.model_dump(mode="json"))


def _give_up(place: str, notice: Notice, store: Store, now: dt.datetime) -> None:
    log.error("notice %r of run %r is given up after %d tries in %d hours (%s): mend the receiver; the run's page says what"
              " it would have told", notice.event, notice.run_name, notice.attempts,
              (now - notice.when).total_seconds() // 3600, notice.last_answer)
    _strike_out(place, notice.model_copy(update={"last_answer": f"given up: {notice.last_answer}"}), store)


def _strike_out(place: str, notice: Notice, store: Store) -> None:
    """Writes down that nothing more is owed."""
    store.claim(f"{TOLD}/{place}", notice.model_dump(mode="json"))
    store.release(f"{OWED}/{place}")
