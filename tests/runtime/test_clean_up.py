"""What is cleared away, and what never is, in a folder and in a bucket."""

import json
import os
import subprocess
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tasks.domain.media import MediaFile
from tasks.runtime.clean_up import LEFT_BEHIND_S, CleanUp, clean_up
from tasks.runtime.store import Store

DAY_S = 86400.0
KEEP_S = 30 * DAY_S
OLD_S = 40 * DAY_S
"""Longer ago than what is kept."""

Age = Callable[[str], None]
"""Makes one content of the store old, by its name."""


@pytest.fixture(params=["folder", "bucket"])
def kept(request: pytest.FixtureRequest) -> Store:
    """A store in each kind of place."""
    store: Store = request.getfixturevalue("store" if request.param == "folder" else "bucket_store")
    return store


@pytest.fixture
def age(kept: Store, request: pytest.FixtureRequest) -> Age:
    """Time passes for one content."""
    if kept.place.cache_root is None:
        return lambda name: os.utime(kept.root / name, (time.time() - OLD_S,) * 2)
    bucket = request.getfixturevalue("bucket")
    return lambda name: bucket.make_old(name, timedelta(seconds=OLD_S))


def clear(store: Store, **how: Any) -> CleanUp:
    """Clears what was not used for 30 days; no run is at work unless said."""
    return clean_up(store, **{"unused_since_s": time.time() - KEEP_S, "at_work": lambda: False, **how})


def result_of(store: Store, key: str, *files: MediaFile, **more: object) -> None:
    """Keeps a result as Prefect does: metadata, and the result itself as a text."""
    document = {"files": [file.model_dump() for file in files], **more}
    store.keep_result(key, json.dumps({"metadata": {}, "result": json.dumps(document)}).encode())


def files_of(store: Store) -> set[str]:
    """Uris of all files there are."""
    return {entry.name for entry in store.place.entries("files")}


class TestCleanUp:
    def test_old_results_go_with_the_files_only_they_named(self, kept: Store, age: Age) -> None:
        """A file that a younger result names as well stays, however old."""
        lone, shared = kept.put_text("lone", ".txt"), kept.put_text("shared", ".txt")
        result_of(kept, "speech-1", lone, shared)
        result_of(kept, "speech-2", shared)
        for name in ("results/speech-1", lone.uri, shared.uri):
            age(name)
        done = clear(kept)
        assert {entry.name for entry in kept.results()} == {"speech-2"}
        assert files_of(kept) == {shared.uri}
        assert (done.results.count, done.files.count, done.files.size_bytes) == (1, 1, len("lone"))

    def test_what_was_used_lately_stays(self, kept: Store, age: Age) -> None:
        """A result that a run found, and a file that was put again, are of today."""
        found, again = kept.put_text("found", ".txt"), kept.put_text("again", ".txt")
        result_of(kept, "speech-1", found)
        for name in ("results/speech-1", found.uri, again.uri):
            age(name)
        kept.use_result("speech-1")
        kept.put_text("again", ".txt")
        assert clear(kept) == CleanUp()
        assert files_of(kept) == {found.uri, again.uri}

    def test_ledger_publications_and_finished_sets_stay_for_ever(self, kept: Store, age: Age) -> None:
        """With every file they name."""
        claimed, shown, other = (kept.put_text(text, ".txt") for text in ("claimed", "shown", "other"))
        kept.claim("gate/1", {"plan": json.dumps({"portrait": claimed.model_dump()})})
        kept.lay_out("published/x", {"reel.json": other})
        kept.keep_result("9f6d", json.dumps({"id": "1", "slug": "x", "files": {"reel.mp4": shown.model_dump()}}).encode())
        for name in ("claims/gate/1.json", "published/x/reel.json", "results/9f6d", claimed.uri, shown.uri, other.uri):
            age(name)
        clear(kept)
        assert kept.claimed("gate/1") is not None
        assert kept.place.read("published/x/reel.json") == b"other"
        assert kept.result("9f6d") is not None
        assert files_of(kept) == {claimed.uri, shown.uri}

    @pytest.mark.parametrize("provider", ["video-server", "talking-server", "speech-server", "openai-videos", "long-gone"])
    def test_what_servers_of_ones_own_made_goes_like_other_results(self, kept: Store, age: Age, provider: str) -> None:
        """Young, or named by a result, it stays; what was paid, or by a service that nobody knows any more, always does."""
        own = provider.endswith("-server")
        young, shown, alone = (kept.put_text(text, ".mp4") for text in ("young", "shown", "alone"))
        for number, file in enumerate((young, shown, alone), 1):
            kept.claim(f"requests/{number}/0001", {"provider": provider, "state": "paid", "result": file.model_dump()})
        result_of(kept, "generation-1", shown)
        for file in (shown, alone):
            age(file.uri)
        assert clear(kept).files.count == (1 if own else 0)
        assert files_of(kept) == {young.uri, shown.uri} | (set() if own else {alone.uri})
        assert len(kept.claims("requests")) == 3

    def test_what_unfinished_runs_need_stays(self, kept: Store, age: Age) -> None:
        """All that was used since the oldest of them was made, and the files they were given."""
        given = kept.put_text("given", ".txt")
        result_of(kept, "speech-1")
        for name in ("results/speech-1", given.uri):
            age(name)
        clear(kept, unused_since_s=time.time() - OLD_S - DAY_S)
        assert kept.result("speech-1") is not None
        clear(kept, named={given.uri})
        assert kept.result("speech-1") is None
        assert files_of(kept) == {given.uri}

    def test_files_of_a_result_just_gone_wait_while_a_run_is_at_work(self, kept: Store, age: Age) -> None:
        """The run may have read the result before it went; the next clean-up takes them."""
        file, stray = kept.put_text("words", ".txt"), kept.put_text("stray", ".txt")
        result_of(kept, "speech-1", file)
        for name in ("results/speech-1", file.uri, stray.uri):
            age(name)
        done = clear(kept, at_work=lambda: True)
        assert files_of(kept) == {file.uri}
        assert (done.results.count, done.files.count, done.waiting.count) == (1, 1, 1)
        clear(kept, at_work=lambda: True)
        assert files_of(kept) == set()

    def test_run_that_begins_in_the_middle_is_seen(self, kept: Store, age: Age) -> None:
        """Whoever makes the same file again, or keeps a result naming an old one, keeps it."""
        made, reused = kept.put_text("made", ".txt"), kept.put_text("reused", ".txt")
        for name in (made.uri, reused.uri):
            age(name)

        def begins() -> bool:
            kept.put_text("made", ".txt")
            return True

        result_of(kept, "old-1", reused)
        age("results/old-1")
        really = kept.place.remove

        def used_first(name: str, **how: Any) -> bool:
            kept.use_result("old-1")
            return really(name, **how)

        kept.place.remove = used_first  # type: ignore[method-assign]
        clear(kept, at_work=begins)
        assert kept.result("old-1") is not None
        assert files_of(kept) == {made.uri, reused.uri}

    def test_dry_run_counts_the_same_and_changes_nothing(self, kept: Store, age: Age) -> None:
        """What it says is what then happens."""
        file = kept.put_text("words", ".txt")
        result_of(kept, "speech-1", file)
        for name in ("results/speech-1", file.uri):
            age(name)
        foretold = clear(kept, dry_run=True)
        assert files_of(kept) == {file.uri}
        assert clear(kept) == foretold != CleanUp()

    def test_unreadable_result_is_no_accident(self, kept: Store, age: Age) -> None:
        """No run takes it either."""
        kept.keep_result("speech-1", b'{"result": ')
        age("results/speech-1")
        assert clear(kept).results.count == 1


class TestLeftovers:
    def test_work_of_dead_processes_goes_after_a_day(self, store: Store) -> None:
        """That of a living process, of this machine, stays; so does what changed lately."""
        ended = subprocess.Popen(["true"])
        ended.wait()
        here, scratch = os.uname().nodename, store.place.scratch_root
        ages = {f"{here}-{ended.pid}-a": 2, f"{here}-{ended.pid}-b": 0, f"{here}-{os.getpid()}-c": 2, "elsewhere-1-d": 2,
                "tmpabc": 2}
        for name, days in ages.items():
            (scratch / name).mkdir(parents=True)
            (scratch / name / "half.mp4").write_bytes(b"12345")
            for path in (scratch / name / "half.mp4", scratch / name):
                os.utime(path, (time.time() - days * LEFT_BEHIND_S,) * 2)
        done = clear(store)
        assert {path.name for path in scratch.iterdir()} == {f"{here}-{ended.pid}-b", f"{here}-{os.getpid()}-c"}
        assert (done.leftovers.count, done.leftovers.size_bytes) == (3, 15)

    def test_unused_copies_of_a_bucket_go(self, bucket_store: Store) -> None:
        """The files themselves stay: somebody else may have used them."""
        old, new = bucket_store.put_text("old", ".txt"), bucket_store.put_text("new", ".txt")
        path = bucket_store.path(old)
        os.utime(path, (time.time() - OLD_S,) * 2)
        assert clear(bucket_store).copies.count == 1
        assert not path.exists()
        assert bucket_store.path(old).read_text() == "old"
        assert bucket_store.path(new).read_text() == "new"
