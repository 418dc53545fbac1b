"""Notices: each event once, delivered in the end, and nobody waits for the receiver."""

import base64
import datetime as dt
import hashlib
import hmac
import itertools
import json
import logging
import time
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import FlowRun, State
from prefect.states import Cancelled, Completed, Crashed, Failed

from flows import notices
from flows.notices import deliver_due, failed_hook, finished_hook, notify, tell_waiting
from tasks.domain.errors import ApprovalMissing, ConsentMissing, QualityRefused, ScriptError
from tasks.domain.notice import LONGEST_PAUSE_S, PATIENCE, Notice
from tasks.domain.reel import FinishedSet
from tasks.runtime.settings import Settings, current_settings
from tasks.runtime.store import Store

SECRET = "a secret of thirty-two bytes ...."
NOW = dt.datetime(2026, 5, 4, 6, 0, tzinfo=dt.UTC)
RUN = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def settings(receiver: Any, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation that tells the receiver."""
    monkeypatch.setenv("REELS_WEBHOOK_SECRET", SECRET)
    return Settings(webhook_url=receiver.url)


def tell(store: Store, settings: Settings, event: Any = "waiting", **more: Any) -> None:
    """A notice of the run."""
    notify(event, run_id=RUN, run_name="reel: T", store=store, settings=settings, **more)


def told(receiver: Any) -> list[dict[str, Any]]:
    """The bodies that arrived."""
    return [json.loads(body) for _, _, body in receiver.got]


class TestNotify:
    def test_signed_and_small(self, store: Store, settings: Settings, receiver: Any) -> None:
        """A receiver can trust it, and finds run, reel and reason in it."""
        tell(store, settings, title="T", link="https://reels.example/1", reason="the script waits\nsecond line")
        (_, headers, body), = receiver.got
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = base64.b64encode(hmac.digest(SECRET.encode(), signed, hashlib.sha256)).decode()
        assert headers["webhook-signature"] == f"v1,{expected}"
        found = json.loads(body)
        assert found["type"] == "reel.waiting"
        assert found["data"] == {"run_id": RUN, "run_name": "reel: T", "title": "T", "link": "https://reels.example/1",
                                 "reason": "the script waits"}

    def test_each_event_is_told_once(self, store: Store, settings: Settings, receiver: Any) -> None:
        """A flow's body runs again after every answer; what it told is told. Another question is another event."""
        for once in ("script-approval", "script-approval", "script-approval-2"):
            tell(store, settings, once=once)
        tell(store, settings, "finished")
        assert [body["type"] for body in told(receiver)] == ["reel.waiting", "reel.waiting", "reel.finished"]
        assert len({headers["webhook-id"] for _, headers, _ in receiver.got}) == 3
        assert store.claims(notices.OWED) == []

    def test_nothing_is_told_where_nobody_wants_it(self, store: Store) -> None:
        """Without an address nothing is written down either."""
        tell(store, Settings())
        assert store.claims("notices") == []

    def test_slow_receiver_delays_nobody(
        self, store: Store, settings: Settings, receiver: Any, monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """The run goes on after a moment; the delivery ends behind it."""
        monkeypatch.setattr(notices, "PATIENCE_S", 0.1)
        receiver.pause_s = 0.6
        begun_s = time.monotonic()
        tell(store, settings)
        assert time.monotonic() - begun_s < 0.5
        while store.claims(notices.OWED):
            time.sleep(0.05)
        assert len(store.claims(notices.TOLD)) == 1

    @pytest.mark.parametrize("fault", ["secret", "address", "status"])
    def test_fault_leaves_a_debt_and_no_exception(
        self, store: Store, settings: Settings, receiver: Any, monkeypatch: pytest.MonkeyPatch, fault: str,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        """A reel never fails because somebody could not be told of it."""
        receiver.status = 500 if fault == "status" else 204
        if fault == "secret":
            monkeypatch.delenv("REELS_WEBHOOK_SECRET")
        wrong = settings.model_copy(update={"webhook_hosts": ("other.example",)}) if fault == "address" else settings
        with caplog.at_level(logging.WARNING):
            tell(store, wrong)
        assert len(store.claims(notices.OWED)) == 1
        assert "was not delivered" in caplog.text
        assert SECRET not in caplog.text


class TestTellWaiting:
    @pytest.mark.parametrize(("gate", "reason"), [
        ("script", "the script waits for approval"), ("publish", "the finished reel waits to be published")])
    def test_question_is_told_once(self, run: FlowRun, receiver: Any, gate: str, reason: str) -> None:
        """With the words of the gate that asks; the next question is told again."""
        for key in ("a", "a", "a-2"):
            tell_waiting(SimpleNamespace(run=RUN, key=key, gate=gate, title="T"))
        assert [body["data"]["reason"] for body in told(receiver)] == [reason, reason]


class TestDeliverDue:
    def test_what_is_owed_arrives_with_its_first_id(self, store: Store, settings: Settings, receiver: Any) -> None:
        """The receiver was away, and is back; the body is the same to the byte."""
        receiver.status = 503
        tell(store, settings)
        assert deliver_due(store, settings) == 0, "not due yet: the first pause is not over"
        receiver.status = 204
        later = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)
        assert deliver_due(store, settings, now=later) == 1
        assert deliver_due(store, settings, now=later) == 0
        (_, first, body), (_, second, again) = receiver.got
        assert (first["webhook-id"], body) == (second["webhook-id"], again)
        assert (store.claims(notices.OWED), len(store.claims(notices.TOLD))) == ([], 1)

    def test_pauses_grow_until_it_is_given_up(
        self, store: Store, settings: Settings, receiver: Any, caplog: pytest.LogCaptureFixture,
    ) -> None:
        """Three days of tries, each pause twice the one before up to six hours, then a line in the log."""
        receiver.status = 500
        notice = Notice(id="reel_1", event="failed", when=NOW, run_id=RUN, run_name="reel: T")
        store.claim(f"{notices.OWED}/{RUN}/failed", notice.model_dump(mode="json"))
        moments, now = [], NOW
        while store.claims(notices.OWED):
            deliver_due(store, settings, now=now)
            moments.append(now)
            now = kept.next_at if (kept := store.claimed_as(f"{notices.OWED}/{RUN}/failed", Notice)) else now
        pauses = [(after - before).total_seconds() for before, after in itertools.pairwise(moments)]
        assert pauses == sorted(pauses)
        assert pauses[:3] == [30, 60, 120]
        assert max(pauses) == LONGEST_PAUSE_S
        assert PATIENCE <= moments[-1] - NOW < PATIENCE + dt.timedelta(seconds=LONGEST_PAUSE_S)
        assert len(receiver.got) == len(moments) - 1
        assert "given up after" in caplog.text
        assert "answer 500" in caplog.text

    def test_interrupted_before_the_debt_was_struck_out(self, store: Store, settings: Settings, receiver: Any) -> None:
        """It was delivered: it is not sent again."""
        tell(store, settings)
        told_key, = store.claims(notices.TOLD)
        store.claim(told_key.replace(notices.TOLD, notices.OWED), store.claimed(told_key) or {})
        assert deliver_due(store, settings) == 0
        assert (len(receiver.got), store.claims(notices.OWED)) == (1, [])

    def test_damaged_record_stops_no_other(
        self, store: Store, settings: Settings, receiver: Any, caplog: pytest.LogCaptureFixture,
    ) -> None:
        """The watchdog that calls this goes on."""
        store.claim(f"{notices.OWED}/a/failed", {"id": "reel_1"})
        notice = Notice(id="reel_2", event="failed", when=NOW, run_id="b", run_name="reel: T")
        store.claim(f"{notices.OWED}/b/failed", notice.model_dump(mode="json"))
        assert deliver_due(store, settings, now=NOW) == 1
        assert "not readable" in caplog.text


@pytest.fixture
def run(home: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> FlowRun:
    """A run in an installation that tells."""
    monkeypatch.setenv("REELS_WEBHOOK_URL", settings.webhook_url or "")
    current_settings.cache_clear()
    return FlowRun(id=uuid4(), flow_id=uuid4(), name="reel: T", run_count=1, parameters={"script": {"title": "T"}})


class TestHooks:
    def test_finished_reel_is_named(self, run: FlowRun, receiver: Any) -> None:
        """By the id of its manifest."""
        finished_hook(flow=None, flow_run=run, state=Completed(data=FinishedSet(id="abc", slug="t", files={})))  # type: ignore[arg-type]
        data, = (body["data"] for body in told(receiver))
        assert (data["run_id"], data["title"], data["reel_id"]) == (str(run.id), "T", "abc")

    @pytest.mark.parametrize(("state", "outcome", "reason"), [
        (Failed(data=ApprovalMissing("'jo' rejected this script")), "rejected", "'jo' rejected this script"),
        (Failed(data=ConsentMissing("the consent ended")), "error", "the consent ended"),
        (Failed(data=ScriptError("'secret words' cannot be read")), "error", "the request cannot be carried out"),
        (Failed(data=ValueError("key=abc")), "error", "an unexpected failure (ValueError)"),
        (Crashed(message="killed"), "crashed", "the run's process ended"),
        (Cancelled(), "cancelled", "somebody cancelled the run"),
    ])
    def test_failure_says_how_without_words_of_the_script(
        self, run: FlowRun, receiver: Any, state: State[Any], outcome: str, reason: str,
    ) -> None:
        """Sentences of ours that quote nothing; of other errors the kind alone."""
        failed_hook(flow=None, flow_run=run, state=state)  # type: ignore[arg-type]
        data, = (body["data"] for body in told(receiver))
        assert data["outcome"] == outcome
        assert data["reason"].startswith(reason)

    def test_refused_reel_names_its_checks(self, run: FlowRun, receiver: Any) -> None:
        """And says which reel it is, without a path."""
        error = QualityRefused("kept at '/store/x'")
        error.finished = FinishedSet(id="abc", slug="t", files={}, passed=False, failed_checks=("loudness", "black"))
        failed_hook(flow=None, flow_run=run, state=Failed(data=error))  # type: ignore[arg-type]
        data, = (body["data"] for body in told(receiver))
        assert (data["outcome"], data["reel_id"]) == ("refused", "abc")
        assert data["reason"] == "the finished reel failed its checks: loudness, black"

    def test_a_run_that_fails_again_is_told_again(self, run: FlowRun, receiver: Any) -> None:
        """Somebody tried it anew: that is news."""
        for count in (1, 1, 2):
            failed_hook(flow=None, flow_run=run.model_copy(update={"run_count": count}), state=Crashed())  # type: ignore[arg-type]
        assert len(receiver.got) == 2
