"""The stage decorator: what is kept under a content key, and when it is made again."""

import contextvars
import threading
import time
from typing import Any

import pytest
from prefect import flow

from tasks.domain.errors import FixRequest, TryAgain
from tasks.orchestration.progress import listening
from tasks.orchestration.stages import stage
from tasks.runtime.store import Store


class TestStage:
    """A stage inside a real flow."""

    def test_second_call_takes_the_kept_result(self, shout: Any, made: list[str], prefect: Store) -> None:
        """The same content is made once, across flow runs."""
        first = flow(lambda: shout("hello"), name="one")()
        second = flow(lambda: shout("hello", 7), name="two")()
        assert first == second
        assert made == ["hello"]

    def test_other_content_is_made(self, shout: Any, made: list[str], prefect: Store) -> None:
        """Another text is another key."""
        flow(lambda: (shout("a"), shout("b")), name="one")()
        assert made == ["a", "b"]

    @pytest.mark.parametrize("damage", ["alter", "remove"])
    def test_damaged_file_is_made_again(self, shout: Any, made: list[str], prefect: Store, damage: str) -> None:
        """A kept result counts only while its file has its digest."""
        file = flow(lambda: shout("hello"), name="one")()
        path = prefect.path(file)
        path.write_text("HELLX") if damage == "alter" else path.unlink()
        again = flow(lambda: shout("hello"), name="two")()
        assert made == ["hello", "hello"]
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
        monkeypatch.setattr("tasks.orchestration.stages.RETRY_DELAYS_S", [0.0])
        tries: list[int] = []

        @stage("outage", key=dict)
        def outage() -> str:
            tries.append(1)
            if len(tries) == 1:
                raise TryAgain("the shop is busy: run the command again later")
            return "done"

        heard: list[tuple[str, float | None, str]] = []
        with listening(lambda *fact: heard.append(fact)):
            assert flow(outage, name="one")() == "done"
        assert tries == [1, 1]
        assert heard == [("outage", None, "the shop is busy; try 2 of 3 in 0 s")]

    def test_trouble_that_stays_ends_the_stage(self, prefect: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        """With its own sentence, after two more tries; each is told before."""
        tries: list[int] = []

        @stage("away", key=dict)
        def away() -> str:
            tries.append(1)
            raise TryAgain("the shop is busy: run the command again later")

        heard: list[str] = []
        hurried = away.with_options(retry_delay_seconds=[0.0])
        with listening(lambda _stage, _done, note: heard.append(note)), pytest.raises(TryAgain, match="again later"):
            flow(lambda: hurried(), name="one")()
        assert tries == [1, 1, 1]
        assert heard == ["the shop is busy; try 2 of 3 in 5 s", "the shop is busy; try 3 of 3 in 30 s"]

    def test_stage_without_a_key_runs_every_time(self, prefect: Store) -> None:
        """What must happen at every run is never taken from an earlier one."""
        runs: list[int] = []

        @stage("act", key=None)
        def act() -> str:
            runs.append(1)
            return "acted"

        flow(lambda: (act(), act()), name="one")()
        assert runs == [1, 1]


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
