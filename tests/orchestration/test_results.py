"""Kept results: damaged ones are dropped, and a bucket keeps them like a folder."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from prefect import flow
from prefect.client.orchestration import get_client

from tasks.domain.errors import StoreDamaged, TryAgain
from tasks.orchestration.content_keys import content_key
from tasks.orchestration.results import forget_damaged, register_results
from tasks.orchestration.stages import stage
from tasks.runtime.store import Store

CHECKOUT = Path(__file__).resolve().parents[2]


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


class TestBucket:
    """Stages whose store is a bucket."""

    def test_second_call_takes_the_kept_result(
        self, shout: Any, made: list[str], prefect_on_bucket: Store, bucket: Any,
    ) -> None:
        """It lies in the bucket as JSON under its content key, beside the results of the flows."""
        first = flow(lambda: shout("hello"), name="one", result_serializer="json")()
        second = flow(lambda: shout("hello", 7), name="two", result_serializer="json")()
        assert first == second
        assert made == ["hello"]
        kept = bucket.names("results")
        assert len(kept) == 3
        assert f"results/{content_key('shout', {'engine': 'test', 'text': 'hello'})}" in kept
        assert all(json.loads(bucket.read(name)) for name in kept)

    @pytest.mark.parametrize("damage", ["alter", "remove", "rot"])
    def test_damaged_file_is_made_again(
        self, shout: Any, made: list[str], prefect_on_bucket: Store, bucket: Any, damage: str,
    ) -> None:
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
        assert made == ["hello", "hello"]
        assert prefect_on_bucket.path(again).read_text() == "HELLO"

    def test_result_of_a_flow_is_read_elsewhere(self, shout: Any, prefect_on_bucket: Store) -> None:
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
        self, shout: Any, made: list[str], prefect_on_bucket: Store, monkeypatch: pytest.MonkeyPatch, moment: str,
    ) -> None:
        """Prefect takes every error for 'nothing kept'; the stage says to try again instead, and then finds its result."""
        monkeypatch.setattr("tasks.orchestration.stages.RETRY_DELAYS_S", [0.0])
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
        assert made == ["once"]


class TestFlows:
    """Processes that run a flow."""

    @pytest.mark.parametrize("module", sorted(
        f"flows.{path.stem}" for path in (CHECKOUT / "flows").glob("*.py") if "\n@flow(" in path.read_text("utf-8")))
    def test_file_of_a_flow_brings_the_block(self, module: str) -> None:
        """Prefect imports that file and nothing else, and knows a block's class only once it is imported."""
        look = f"import sys, {module}; sys.exit('tasks.orchestration.results' not in sys.modules)"
        assert subprocess.run([sys.executable, "-c", look], cwd=CHECKOUT, timeout=120, check=False).returncode == 0
