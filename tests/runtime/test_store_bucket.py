"""A store in a bucket: what differs from a folder, and what a service may answer."""

import builtins
import datetime as dt
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from benchmarks.door import LONG_BYTES, Door
from tasks.domain.errors import FixMachine, MissingTool, NotWritable, ReelsError, StoreDamaged, TryAgain
from tasks.runtime import store_bucket
from tasks.runtime.patience import patience
from tasks.runtime.settings import Settings, current_settings
from tasks.runtime.store import Store
from tasks.runtime.stores import results_environment, store_of

DAY = dt.timedelta(days=1)


def copies(store: Store) -> list[Path]:
    """Copies in the local cache."""
    assert store.place.cache_root is not None
    return [path for path in store.place.cache_root.rglob("*") if path.is_file()]


class TestCopies:
    def test_what_this_machine_put_needs_no_fetching(self, bucket: Any, bucket_store: Store) -> None:
        """The next stage reads the bytes that the one before made."""
        file = bucket_store.put_text("words", ".txt")
        bucket.remove(file.uri)
        assert bucket_store.path(file).read_text() == "words"

    def test_another_machine_fetches_once(self, bucket: Any, bucket_store: Store, tmp_path: Path) -> None:
        """Its own cache serves the second time; where the copy lies, its name is the digest."""
        file = bucket_store.put_text("words", ".txt")
        other = store_of(current_settings().model_copy(update={"home": tmp_path / "other"}))
        assert other.path(file).read_text() == "words"
        bucket.remove(file.uri)
        assert other.path(file).name == f"{file.sha256}.txt"

    def test_damaged_copy_is_fetched_anew(self, bucket_store: Store) -> None:
        """The bucket's content is the one that counts."""
        file = bucket_store.put_text("words", ".txt")
        bucket_store.path(file).write_text("wordz")
        assert bucket_store.path(file).read_text() == "words"

    def test_content_that_rotted_is_removed_when_fetched(self, bucket: Any, bucket_store: Store) -> None:
        """Length and noted digest still agree, so only the fetch can tell; afterwards it counts as missing."""
        file = bucket_store.put_text("words", ".txt")
        bucket.alter(file.uri, b"wordz", slyly=True)
        bucket_store.path(file).unlink()
        assert bucket_store.intact(file)
        with pytest.raises(StoreDamaged, match="missing or damaged"):
            bucket_store.path(file)
        assert not bucket_store.intact(file)
        assert bucket.names("files") == []
        assert copies(bucket_store) == []

    def test_restored_file_is_read_once_and_noted(self, bucket: Any, bucket_store: Store) -> None:
        """A backup that another program put back has the content and not the note."""
        file = bucket_store.put_text("words", ".txt")
        bucket.alter(file.uri, b"words")
        assert bucket_store.intact(file)
        head = bucket.client.head_object(Bucket=bucket.name, Key=f"reels/{file.uri}")
        assert head["Metadata"] == {"sha256": file.sha256}

    def test_full_disk_is_told_from_a_silent_bucket(
        self, bucket_store: Store, monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """No room for the copy: the machine is to be mended."""
        file = bucket_store.put_text("words", ".txt")
        bucket_store.path(file).unlink()

        def full(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(bucket_store.place._s3, "get_file", full)  # type: ignore[attr-defined]
        with pytest.raises(NotWritable, match="no space left"):
            bucket_store.path(file)


class TestClaims:
    def test_put_whose_answer_was_lost_is_still_won(self, bucket_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        """The client asks again and finds its own record in the way."""
        client: Any = bucket_store.place._s3  # type: ignore[attr-defined]
        put = client.pipe_file

        def twice(*arguments: object, **named: object) -> None:
            put(*arguments, **named)
            put(*arguments, **named)

        monkeypatch.setattr(client, "pipe_file", twice)
        assert bucket_store.claim("x", {"by": 1}) is True
        assert bucket_store.claim("x", {"by": 2}) is False


class TestEntries:
    def test_long_lists_come_whole(self, bucket_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        """A service gives a list in pages."""
        client: Any = bucket_store.place._s3  # type: ignore[attr-defined]
        call = client.call_s3
        monkeypatch.setattr(client, "call_s3", lambda method, **named: call(
            method, **named, **({"MaxKeys": 2} if method == "list_objects_v2" else {})))
        for number in range(5):
            bucket_store.claim(f"x/{number}", {})
        assert len(bucket_store.claims("x")) == 5

    def test_use_renews_the_time_and_leaves_the_content(self, bucket: Any, bucket_store: Store) -> None:
        """A result used today is a result of today."""
        bucket_store.keep_result("speech-1", b"{}")
        bucket.make_old("results/speech-1", 40 * DAY)
        (old,) = bucket_store.results()
        bucket_store.use_result("speech-1")
        (used,) = bucket_store.results()
        assert used.used_s - old.used_s == pytest.approx(40 * 86400, abs=60)
        assert bucket_store.result("speech-1") == b"{}"

    def test_putting_an_old_file_again_renews_it(self, bucket: Any, bucket_store: Store) -> None:
        """Else it could be cleared away under the run that just made it."""
        file = bucket_store.put_text("words", ".txt")
        bucket.make_old(file.uri, 40 * DAY)
        bucket_store.put_text("words", ".txt")
        (entry,) = bucket_store.place.entries("files")
        assert entry.used_s > dt.datetime.now().timestamp() - 60
        assert bucket_store.intact(file)


class TestErrors:
    """What goes wrong between us and the service, as one sentence each."""

    def test_missing_bucket(self, bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """Its address is named; nothing is made on the quiet."""
        store = self._elsewhere("s3://no-such-bucket/reels", bucket.endpoint)
        for act in (lambda: store.put_text("x", ".txt"), lambda: store.claim("x", {}), lambda: store.claims("x"),
                    lambda: store.result("x"), store.check_writable):
            with pytest.raises(FixMachine, match="there is no bucket 's3://no-such-bucket/reels': make it"):
                act()

    def test_no_key(self, bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """The variables to set are named."""
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
        with pytest.raises(MissingTool, match="no key for the bucket .*AWS_ACCESS_KEY_ID"):
            store_of(current_settings()).claims("x")

    @pytest.mark.parametrize(("code", "status", "kind", "phrase"), [
        ("AccessDenied", 403, FixMachine, "refuses us"), ("InvalidAccessKeyId", 403, FixMachine, "refuses us"),
        ("SignatureDoesNotMatch", 403, FixMachine, "refuses us"), ("SlowDown", 503, TryAgain, "is busy"),
        ("InternalError", 500, TryAgain, "is busy"), ("TooManyRequests", 429, TryAgain, "is busy"),
        ("NotImplemented", 501, FixMachine, "does not take"), ("InvalidRequest", 400, FixMachine, "does not take"),
    ])
    def test_refusals_of_the_service(
        self, code: str, status: int, kind: type[ReelsError], phrase: str, bucket_store: Store,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Only what passes by itself is worth another try."""
        from botocore.exceptions import ClientError
        from s3fs.errors import translate_boto_error

        answer = {"Error": {"Code": code, "Message": "said"}, "ResponseMetadata": {"HTTPStatusCode": status}}

        def refuse(*_: object, **__: object) -> None:
            raise translate_boto_error(ClientError(answer, "PutObject"))  # type: ignore[arg-type]

        monkeypatch.setattr(bucket_store.place._s3, "pipe_file", refuse)  # type: ignore[attr-defined]
        with pytest.raises(kind, match=f"{phrase}.*{code}") as caught:
            bucket_store.claim("x", {})
        assert type(caught.value) is kind
        assert os.environ["AWS_SECRET_ACCESS_KEY"] not in str(caught.value)

    def test_no_answer(self, bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """A service that is not there may come back."""
        monkeypatch.setattr(store_bucket, "TRIES", 1)
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            store = self._elsewhere(bucket.address, f"http://127.0.0.1:{nobody.getsockname()[1]}")
            for act in (lambda: store.claims("x"), lambda: store.put_text("x", ".txt")):
                with pytest.raises(TryAgain, match="does not answer"):
                    act()

    def test_missing_package_names_the_extra(self, bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """Who installed the default set learns what to add."""
        really = builtins.__import__

        def without(name: str, *arguments: Any, **named: Any) -> Any:
            if name == "s3fs":
                raise ImportError(name)
            return really(name, *arguments, **named)

        monkeypatch.setattr(builtins, "__import__", without)
        with pytest.raises(MissingTool, match="'s3fs' is missing: install the extra 's3'"):
            store_of(current_settings())

    def _elsewhere(self, address: str, endpoint: str) -> Store:
        return store_of(current_settings().model_copy(update={"store": address, "store_endpoint": endpoint}))


class TestOutages:
    """A bucket behind a door that is shut for a while."""

    @pytest.fixture
    def door(self, bucket: Any) -> Iterator[Door]:
        """The door."""
        found = Door(urlsplit(bucket.endpoint).port or 0)
        yield found
        found.close()

    @pytest.fixture
    def behind(self, bucket: Any, door: Door) -> Store:
        """The store behind it."""
        return store_of(current_settings().model_copy(update={"store": bucket.address, "store_endpoint": door.address}))

    @pytest.mark.parametrize("act", [
        lambda store: store.complete("x", {}), lambda store: store.claim("x", {}), lambda store: store.claimed("x"),
        lambda store: store.claims("x"), lambda store: store.release("x")], ids=["put", "create", "read", "list", "remove"])
    def test_connection_that_hangs_is_given_up(
        self, behind: Store, door: Door, monkeypatch: pytest.MonkeyPatch, act: Callable[[Store], object],
    ) -> None:
        """A put, too, whose body the service never asked for."""
        behind.claims("x")
        monkeypatch.setattr(store_bucket, "SMALL_S", 0.3)
        door.set("hanging")
        begun_s = time.monotonic()
        with pytest.raises(TryAgain, match="does not answer"):
            act(behind)
        assert time.monotonic() - begun_s < 10.0

    def test_content_that_breaks_off_is_an_outage(self, behind: Store, door: Door, tmp_path: Path) -> None:
        """Half a file is none."""
        path = tmp_path / "much"
        path.write_bytes(bytes(2 * LONG_BYTES))
        file = behind.put(path)
        behind.path(file).unlink()
        door.set("breaking")
        with pytest.raises(TryAgain, match="does not answer"):
            behind.path(file)
        door.set("open")
        assert behind.path(file).stat().st_size == file.size_bytes

    def test_patient_process_goes_on_when_the_bucket_is_back(
        self, behind: Store, door: Door, monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """A claim that was put before the answer was lost is still its own."""
        monkeypatch.setattr(patience, "_limit_s", 60.0)
        monkeypatch.setattr("tasks.runtime.patience.POLL_S", 0.1)
        monkeypatch.setattr(store_bucket, "SMALL_S", 2.0)
        door.set("refusing")
        threading.Timer(1.0, lambda: door.set("busy")).start()
        threading.Timer(2.0, lambda: door.set("open")).start()
        assert behind.claim("x", {"by": 1}) is True
        assert behind.claimed("x") == {"by": 1}


class TestChoice:
    def test_a_bucket_is_no_folder(self, bucket_store: Store) -> None:
        """Whoever reaches past the methods is stopped."""
        with pytest.raises(TypeError, match="is no folder"):
            _ = bucket_store.root

    def test_results_lie_in_the_store(self, tmp_path: Path) -> None:
        """In a folder by its path, in a bucket by a block; no key is in either."""
        assert results_environment(Settings(store=str(tmp_path))) == {
            "PREFECT_RESULTS_LOCAL_STORAGE_PATH": str(tmp_path / "results")}
        assert results_environment(Settings(store="s3://bucket/prefix")) == {
            "PREFECT_RESULTS_DEFAULT_STORAGE_BLOCK": "reels-store/results"}
