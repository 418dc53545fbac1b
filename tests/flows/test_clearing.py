"""`reels gc`: durations, what unfinished runs hold back, and what is said."""

import datetime as dt
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.states import Paused, Running, Scheduled

from flows.clearing import parse_duration, told
from flows.cli import main
from flows.unfinished import UnfinishedRun, read_unfinished
from tasks.domain.errors import FixRequest
from tasks.runtime.clean_up import CleanUp, Freed
from tasks.runtime.store import Store

NOW = dt.datetime.now(dt.UTC)


def old_file(store: Store, text: str, days: float) -> str:
    """A file of the store that nothing names, last used so long ago; its uri."""
    file = store.put_text(text, ".txt")
    os.utime(store.root / file.uri, (time.time() - days * 86400,) * 2)
    return file.uri


def run(days: float | None, **facts: Any) -> UnfinishedRun:
    """A suspended run that was made so long ago."""
    since = None if days is None else NOW - dt.timedelta(days=days)
    return UnfinishedRun(**{"name": "reel: Tea", "state": "Suspended", "needs_since": since, "at_work": False, **facts})


@pytest.fixture(autouse=True)
def _no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)


class TestDurations:
    @pytest.mark.parametrize(("text", "hours"), [("1h", 1), ("12h", 12), ("30d", 720), (" 2w ", 336)])
    def test_number_and_unit(self, text: str, hours: int) -> None:
        """Hours, days and weeks."""
        assert parse_duration(text) == dt.timedelta(hours=hours)

    @pytest.mark.parametrize("text", ["", "30", "d", "30 days", "-3d", "1.5d", "30m", "3d12h", "٣d x"])
    def test_nonsense_is_refused_with_examples(self, text: str) -> None:
        """The sentence repeats what was written."""
        with pytest.raises(FixRequest, match="is no duration: write a number and h, d or w"):
            parse_duration(text)

    @pytest.mark.parametrize("text", ["0h", "0d", "99999999999999999999w"])
    def test_what_cannot_be_meant_is_refused(self, text: str) -> None:
        """Keeping nothing would take results from under the runs that made them."""
        with pytest.raises(FixRequest, match="at least 1h and at most"):
            parse_duration(text)


class TestCommand:
    def test_frees_what_is_old_and_says_that_no_server_was_asked(
        self, store: Store, capsys: pytest.CaptureFixture[str],
    ) -> None:
        """Exit 0; sizes and counts are told."""
        old, young = old_file(store, "x" * 1500, 40), old_file(store, "y", 20)
        assert main(["gc", "--keep", "30d"]) == 0
        said = capsys.readouterr()
        assert not (store.root / old).exists()
        assert (store.root / young).exists()
        assert said.out == "freed 1.5 kB\n     1.5 kB  1 files\n"
        assert "no Prefect server runs here" in said.err

    def test_dry_run_as_json(self, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
        """What a machine reads; nothing goes."""
        old = old_file(store, "x" * 1500, 40)
        assert main(["gc", "--keep", "4w", "--dry-run", "--json"]) == 0
        said = json.loads(capsys.readouterr().out)
        assert said["files"] == {"count": 1, "size_bytes": 1500}
        assert (said["dry_run"], said["unfinished_runs"], said["held_by"]) == (True, None, None)
        assert (store.root / old).exists()

    def test_suspended_run_holds_back_what_it_may_need(
        self, store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    ) -> None:
        """Everything used since it was made stays, and the run is named."""
        held, older = old_file(store, "held", 50), old_file(store, "older", 70)
        given = old_file(store, "given", 70)
        monkeypatch.setattr("flows.clearing.unfinished_runs", lambda _: [
            run(60), run(10, name="other"), run(None, files=frozenset({given}))])
        assert main(["gc", "--keep", "30d"]) == 0
        assert [(store.root / uri).exists() for uri in (held, older, given)] == [True, False, True]
        assert "'reel: Tea' is not finished (Suspended)" in capsys.readouterr().err

    def test_empty_store_frees_nothing(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Nor is anything made."""
        assert main(["gc", "--keep", "30d"]) == 0
        assert capsys.readouterr().out == "freed 0 bytes\n"
        assert not home.exists()

    def test_nonsense_is_exit_2(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """One sentence; the limit has no default, because it deletes."""
        assert main(["gc", "--keep", "soon"]) == 2
        assert main(["gc"]) == 2
        assert capsys.readouterr().err.count("\n") == 2

    def test_bucket_is_cleared_alike(
        self, bucket_store: Store, bucket: Any, capsys: pytest.CaptureFixture[str],
    ) -> None:
        """File and local copy are told apart."""
        file = bucket_store.put_text("words", ".txt")
        bucket.make_old(file.uri, dt.timedelta(days=40))
        assert main(["gc", "--keep", "30d"]) == 0
        assert bucket.names("files") == []
        assert "1 files" in capsys.readouterr().out


def test_told_names_every_part() -> None:
    """Sizes in units that suit them; what waits is said."""
    done = CleanUp(results=Freed(2, 900), files=Freed(3, 2_500_000_000), copies=Freed(1, 1_200_000),
                   leftovers=Freed(1, 0), waiting=Freed(4, 10))
    assert told(done, dry_run=True).splitlines() == [
        "would free 2.5 GB", "  900 bytes  2 results of stages", "     2.5 GB  3 files",
        "     1.2 MB  1 local copies of the bucket's files", "    0 bytes  1 leftovers of processes that are gone",
        "4 more files (10 bytes) go next time: a run is at work that may just reuse them"]


def test_unfinished_runs_are_read_from_the_server(prefect: Store) -> None:
    """Suspended and running ones with the time they were made and the files they were given; finished ones not."""
    file = prefect.put_text("given", ".txt")
    waits = flow(lambda script: script, name="waits")
    client = get_client(sync_client=True)
    made = {name: client.create_flow_run(waits, parameters={"script": file.model_dump()}, name=name, state=state)
            for name, state in (("paused", Paused()), ("running", Running()), ("later", Scheduled()))}
    flow(lambda: None, name="ends")()
    found = {run.name: run for run in read_unfinished() if run.name in made}
    assert {name: (run.state, run.at_work) for name, run in found.items()} == {
        "paused": ("Paused", False), "running": ("Running", True), "later": ("Scheduled", False)}
    assert all(run.files == {file.uri} for run in found.values())
    assert all(run.needs_since == made[name].created for name, run in found.items())
    assert len(found) == 3
    for state in made.values():
        client.delete_flow_run(state.id)
