"""The stage decorator: what is kept under a content key, and when it is made again."""

import contextvars
import json
import os
import threading
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from prefect import flow
from prefect.client.orchestration import get_client

from tasks.domain.errors import FixRequest, StoreDamaged, TryAgain
from tasks.domain.media import MediaFile
from tasks.domain.reel import ManifestAvatar
from tasks.orchestration import (
    content_key,
    forget_damaged,
    listening,
    open_store,
    register_results,
    report,
    stage,
)
from tasks.runtime.store import Store

MADE: list[str] = []


@stage("shout", key=lambda text, _unimportant=0: {"engine": "test", "text": text})
def shout(text: str, _unimportant: int = 0) -> MediaFile:
    """A stage that records that it ran."""
    MADE.append(text)
    report(0.5, "shouting")
    return open_store().put_text(text.upper(), ".txt")


@pytest.fixture(autouse=True)
def _forget() -> None:
    MADE.clear()


class TestContentKey:
    """Names of results."""

    def test_depends_on_content_not_on_order(self) -> None:
        """The same facts in another order are the same key."""
        assert content_key("x", {"a": 1, "b": "ü"}) == content_key("x", {"b": "ü", "a": 1})

    @pytest.mark.parametrize("other", [("y", {"a": 1}), ("x", {"a": 2}), ("x", {"b": 1}), ("x", {"a": "1"})])
    def test_differs_when_anything_differs(self, other: tuple[str, dict[str, object]]) -> None:
        """Stage, name and value all count, and so does a value's type."""
        assert content_key(*other) != content_key("x", {"a": 1})

    def test_models_are_part_of_it(self) -> None:
        """A model counts by its fields."""
        assert content_key("x", {"m": ManifestAvatar(name="a", sha256="1")}) != content_key(
            "x", {"m": ManifestAvatar(name="a", sha256="2")})

    def test_values_without_content_are_refused(self) -> None:
        """A key must not hang on where an object lies in memory."""
        with pytest.raises(TypeError, match="content key"):
            content_key("x", {"o": object()})


class TestStage:
    """A stage inside a real flow."""

    def test_second_call_takes_the_kept_result(self, prefect: Store) -> None:
        """The same content is made once, across flow runs."""
        first = flow(lambda: shout("hello"), name="one")()
        second = flow(lambda: shout("hello", 7), name="two")()
        assert first == second
        assert MADE == ["hello"]

    def test_other_content_is_made(self, prefect: Store) -> None:
        """Another text is another key."""
        flow(lambda: (shout("a"), shout("b")), name="one")()
        assert MADE == ["a", "b"]

    @pytest.mark.parametrize("damage", ["alter", "remove"])
    def test_damaged_file_is_made_again(self, prefect: Store, damage: str) -> None:
        """A kept result counts only while its file has its digest."""
        file = flow(lambda: shout("hello"), name="one")()
        path = prefect.path(file)
        path.write_text("HELLX") if damage == "alter" else path.unlink()
        again = flow(lambda: shout("hello"), name="two")()
        assert MADE == ["hello", "hello"]
        assert prefect.path(again).read_text() == "HELLO"

    def test_own_error_comes_out_as_it_is(self, prefect: Store) -> None:
        """An error of ours is not wrapped, and the request's fault is not tried again."""
        tries: list[int] = []

        @stage("refuse", key=dict)
        def refuse() -> str:
            tries.append(1)
            raise FixRequest("change it")

        with pytest.raises(FixRequest, match="change it"):
            flow(refuse, name="one")()
        assert tries == [1]

    def test_key_that_fails_is_an_error_not_a_stage_without_memory(self, prefect: Store) -> None:
        """Losing the cache silently would repeat paid work."""

        @stage("keyless", key=lambda: {"object": object()})
        def keyless() -> str:
            return "made"

        with pytest.raises(TypeError, match="content key"):
            flow(keyless, name="one")()

    def test_passing_trouble_is_tried_again(self, prefect: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        """A stage that says try again gets its second chance."""
        monkeypatch.setattr("tasks.orchestration.RETRY_DELAYS_S", [0.0])
        tries: list[int] = []

        @stage("outage", key=dict)
        def outage() -> str:
            tries.append(1)
            if len(tries) == 1:
                raise TryAgain("busy")
            return "done"

        assert flow(outage, name="one")() == "done"
        assert tries == [1, 1]

    def test_progress_reaches_who_listens(self, prefect: Store) -> None:
        """The stage's name comes with its report."""
        heard: list[tuple[str, float, str]] = []
        with listening(lambda *fact: heard.append(fact)):
            flow(lambda: shout("loud"), name="one")()
        assert heard == [("shout", 0.5, "shouting")]


    def test_stage_without_a_key_runs_every_time(self, prefect: Store) -> None:
        """What must happen at every run is never taken from an earlier one."""
        runs: list[int] = []

        @stage("act", key=None)
        def act() -> str:
            runs.append(1)
            return "acted"

        flow(lambda: (act(), act()), name="one")()
        assert runs == [1, 1]

    def test_slow_stage_ends_with_a_full_bar(self, prefect: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        """The UI shows how far a long stage is, and that it has ended."""
        shown: list[float] = []
        monkeypatch.setattr("tasks.orchestration.ARTIFACT_INTERVAL_S", 0.0)
        monkeypatch.setattr("tasks.orchestration.create_progress_artifact",
                            lambda progress, description: shown.append(progress) or uuid4())
        monkeypatch.setattr("tasks.orchestration.update_progress_artifact",
                            lambda artifact_id, progress: shown.append(progress))
        flow(lambda: shout("slowly"), name="one")()
        assert shown == [50.0, 100.0]

    def test_quick_stage_has_no_bar(self, prefect: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        """A bar that appears and is gone helps nobody."""
        shown: list[float] = []
        monkeypatch.setattr("tasks.orchestration.create_progress_artifact",
                            lambda progress, description: shown.append(progress))
        flow(lambda: shout("quick"), name="one")()
        assert shown == []


class TestStageOnBucket:
    """The same where the store is a bucket."""

    def test_second_call_takes_the_kept_result(self, prefect_on_bucket: Store, bucket: Any) -> None:
        """It lies in the bucket as JSON under its content key, beside the results of the flows."""
        first = flow(lambda: shout("hello"), name="one", result_serializer="json")()
        second = flow(lambda: shout("hello", 7), name="two", result_serializer="json")()
        assert first == second
        assert MADE == ["hello"]
        kept = bucket.names("results")
        assert len(kept) == 3
        assert f"results/{content_key('shout', {'engine': 'test', 'text': 'hello'})}" in kept
        assert all(json.loads(bucket.read(name)) for name in kept)

    @pytest.mark.parametrize("damage", ["alter", "remove", "rot"])
    def test_damaged_file_is_made_again(self, prefect_on_bucket: Store, bucket: Any, damage: str) -> None:
        """Altered or deleted is seen at once; a content that rotted under its name, when it was fetched in vain."""
        file = flow(lambda: shout("hello"), name="one")()
        prefect_on_bucket.path(file).unlink()
        if damage == "remove":
            bucket.remove(file.uri)
        else:
            bucket.alter(file.uri, b"HELLX", slyly=damage == "rot")
        if damage == "rot":
            with pytest.raises(StoreDamaged):
                prefect_on_bucket.path(file)
        again = flow(lambda: shout("hello"), name="two")()
        assert MADE == ["hello", "hello"]
        assert prefect_on_bucket.path(again).read_text() == "HELLO"

    def test_result_of_a_flow_is_read_elsewhere(self, prefect_on_bucket: Store) -> None:
        """Another process, with nothing but the state, finds the result through the server's block."""
        state = flow(lambda: shout("far"), name="one", result_serializer="json")(return_state=True)
        met = get_client(sync_client=True).read_flow_run(state.state_details.flow_run_id).state
        assert met is not None
        assert prefect_on_bucket.path(met.result()).read_text() == "FAR"

    def test_prefect_server_learns_neither_address_nor_key(self, prefect_on_bucket: Store) -> None:
        """The block that stands for the store is empty."""
        register_results()
        known = get_client(sync_client=True).read_block_document_by_name("results", "reels-store")
        assert known.data == {"block_type_slug": "reels-store", "_is_anonymous": False}

    @pytest.mark.parametrize("moment", ["while damage is looked for", "while Prefect looks"])
    def test_silent_store_is_no_reason_to_make_something_twice(
        self, prefect_on_bucket: Store, monkeypatch: pytest.MonkeyPatch, moment: str,
    ) -> None:
        """Prefect takes every error for 'nothing kept'; the stage says to try again instead, and then finds its result."""
        monkeypatch.setattr("tasks.orchestration.RETRY_DELAYS_S", [0.0])
        flow(lambda: shout("once"), name="one")()
        asked: list[int] = []
        really = Store.result

        def hesitant(store: Store, key: str) -> bytes | None:
            asked.append(1)
            if len(asked) == (1 if moment == "while damage is looked for" else 2):
                raise TryAgain("busy")
            return really(store, key)

        monkeypatch.setattr(Store, "result", hesitant)
        again = stage("shout", key=lambda text, _unimportant=0: {"engine": "test", "text": text})(shout.fn.__wrapped__)
        flow(lambda: again("once"), name="two")()
        assert MADE == ["once"]


class TestForgetDamaged:
    """Results whose files are gone."""

    def test_unreadable_record_is_dropped(self, store: Store) -> None:
        """A half-written record counts as none."""
        record = store.root / "results" / "x-1"
        record.parent.mkdir(parents=True)
        record.write_text('{"result": ')
        assert forget_damaged(store, "x-1") is True
        assert not record.exists()

    def test_sound_record_counts_as_used(self, store: Store) -> None:
        """What is used is not cleared away as old."""
        store.keep_result("x-1", b'{"result": 1}')
        os.utime(store.root / "results" / "x-1", (0, 0))
        assert forget_damaged(store, "x-1") is False
        assert (store.root / "results" / "x-1").stat().st_mtime == pytest.approx(time.time(), abs=60)

    def test_absent_record_is_nothing_to_forget(self, store: Store) -> None:
        """No record, no damage."""
        assert forget_damaged(store, "x-2") is False


def test_open_store_lies_in_the_home_folder(home: Path) -> None:
    """Tests and programs write where the settings say."""
    assert open_store().root == home / "store"


def test_two_runs_at_once_make_a_stage_once(prefect: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second waits for the first and takes its result."""
    monkeypatch.setattr("tasks.runtime.lease.POLL_S", 0.05)
    made: list[str] = []

    @stage("whisper", key=lambda text: {"text": text})
    def whisper(text: str) -> str:
        made.append(text)
        time.sleep(1.0)
        return text.lower()

    def run() -> None:
        found.append(flow(lambda: whisper("HUSH"), name="beside")())

    found: list[str] = []
    threads = [threading.Thread(target=contextvars.copy_context().run, args=(run,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["hush", "hush"]
    assert made == ["HUSH"]
    assert prefect.claims("leases") == []
