"""A store in an S3-compatible bucket.

Keys come from where every S3 program takes them, never from settings: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and the
other `AWS_*` variables. Claims rest on put-if-absent (`If-None-Match: *`), which the service must honour. What a service
says becomes an error of ours in `bucket_errors` and nowhere else.

A put that succeeds and whose answer is lost is tried again and then finds itself in the way. So each claim carries a mark of
its own, and whoever is told that something is there looks whether it is theirs.

A process that has patience (tasks/runtime/patience.py) asks a service that is away again until it is back; each request here
may be made several times.

A file's digest is noted beside its content, as metadata. It can be asked for without fetching the content; somebody who
replaces the content by other means loses the note.
"""

import datetime as dt
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

from tasks.domain.errors import MissingTool, StoreDamaged, TryAgain
from tasks.domain.media import MediaFile
from tasks.runtime.bucket_errors import answering, is_there_already
from tasks.runtime.patience import patience
from tasks.runtime.store_cache import StoreCache
from tasks.runtime.store_place import Entry, matches, writable

R = TypeVar("R")

FRESH_S = 1800.0
"""What was written within this time counts as used now: saying so again would be a request for nothing."""
CONNECT_TIMEOUT_S, READ_TIMEOUT_S, TRIES = 5, 60, 3
"""How long a service may take to be reached and to answer, and how often it is asked."""
SMALL_S, COPY_S = 15, 120
"""How long a small content may take, all tries together, and a copy inside the bucket. Without such a limit a put waits for
ever where a connection hangs before its body is sent. A lease is renewed by small contents and outlives two of these.
"""
LEAST_BYTES_PER_S = 200_000
"""A file that comes or goes more slowly is tried again."""
DIGEST = "sha256"
"""The name under which a file's digest is noted beside its content."""
FETCHES = 2
"""How often a file is fetched whose content does not match, before the content in the bucket is held to be damaged."""


class BucketPlace:
    """A bucket, or what lies in it below a prefix.

    Args:
        address: 's3://bucket' or 's3://bucket/prefix'.
        endpoint: where the service answers; None for Amazon's.
        home: the local folder for work in progress and for copies of files.
        cache_bytes: how much the copies may hold together.

    Raises:
        MissingTool: the package that talks to buckets is not there.
    """

    def __init__(self, address: str, *, endpoint: str | None, home: Path, cache_bytes: int) -> None:
        self.address = address
        self._bucket, _, prefix = address.removeprefix("s3://").partition("/")
        self._prefix = f"{prefix}/" if prefix else ""
        self._home = home
        self._s3 = _client(endpoint, os.getpid())
        self.cache = StoreCache(home / "cache", limit_bytes=cache_bytes)

    @property
    def scratch_root(self) -> Path:
        """In the home folder, beside the cache, so that a finished file is moved there, not copied."""
        return self._home / "scratch"

    @property
    def cache_root(self) -> Path:
        """Where copies of the bucket's files lie."""
        return self.cache.folder

    def address_of(self, name: str) -> str:
        """The s3:// address of a content."""
        return f"{self.address}/{name}"

    def read(self, name: str) -> bytes | None:
        try:
            return self._ask(lambda: bytes(  # in one request
                self._s3.cat_file(self._path(name), max_concurrency=1, timeout=SMALL_S)))
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes) -> None:
        self._ask(lambda: self._s3.pipe_file(self._path(name), content, timeout=SMALL_S))

    def create(self, name: str, content: bytes) -> bool:
        mark = secrets.token_hex(16)
        for _ in range(TRIES):
            if self._ask(lambda: self._put_if_absent(name, content, mark)):
                return True
            if there := self._ask(lambda: self._head(name)):
                return bool(there["Metadata"].get("mark") == mark)
        raise TryAgain(f"others claim and release {self.address_of(name)!r} all the time: run the command again")

    def remove(self, name: str, *, unused_since_s: float | None = None) -> bool:
        if unused_since_s is not None:
            there = self._ask(lambda: self._head(name))
            if there is None or there["LastModified"].timestamp() >= unused_since_s:
                return False
        self._ask(lambda: self._s3.call_s3("delete_object", **self._names(name), timeout=SMALL_S))
        return True

    def touch(self, name: str) -> None:
        """Writes a content over itself inside the bucket, where it was not written lately: nothing else renews its time."""
        there = self._ask(lambda: self._head(name))
        if there is None or _fresh(there):
            return
        with suppress(FileNotFoundError):  # taken away in between
            self._copy(name, name, MetadataDirective="REPLACE", Metadata=there["Metadata"])

    def entries(self, room: str) -> Iterator[Entry]:
        start = f"{self._prefix}{room}/"
        more: dict[str, str] = {}
        while True:
            page = self._ask(partial(
                self._s3.call_s3, "list_objects_v2", Bucket=self._bucket, Prefix=start, **more, timeout=SMALL_S))
            for found in page.get("Contents", ()):
                yield Entry(found["Key"].removeprefix(self._prefix), found["Size"], found["LastModified"].timestamp())
            if not page.get("IsTruncated"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def keep(self, path: Path, file: MediaFile) -> None:
        there = self._ask(lambda: self._head(file.uri))
        if not (there and _is(there, file) and _fresh(there)):
            self._ask(lambda: self._s3.put_file(
                str(path), self._path(file.uri), Metadata={DIGEST: file.sha256}, timeout=_transfer_s(file)))
        self.cache.admit(path, file)

    def holds(self, file: MediaFile) -> bool:
        """Asks for length and digest as they were noted when the content came.

        A content that came by other means, from a backup perhaps, has no note. It is fetched and, if it is the right one,
        gets the note.
        """
        there = self._ask(lambda: self._head(file.uri))
        if there is None or there["ContentLength"] != file.size_bytes:
            return False
        noted = there["Metadata"].get(DIGEST)
        return self._noted_now(file) if noted is None else bool(noted == file.sha256)

    def fetch(self, file: MediaFile) -> Path | None:
        """The copy in the cache, checked; else one fetched now. What comes with a wrong content leaves the bucket."""
        return self.cache.find(file) or self._download(file)

    def lay_out(self, location: str, files: Mapping[str, MediaFile]) -> None:
        """Copies inside the bucket, after all files were found intact."""
        for file in files.values():
            if not self.holds(file):
                raise StoreDamaged(f"the store's file {self.address_of(file.uri)!r} is missing or damaged: run the same"
                                   " command again, it will be made anew")
        for name, file in files.items():
            self._copy(file.uri, f"{location}/{name}")

    def _download(self, file: MediaFile) -> Path | None:
        for _ in range(FETCHES):
            with self.cache.draft() as draft:
                try:
                    with writable(self.cache_root):
                        self._ask(partial(self._s3.get_file, self._path(file.uri), str(draft), timeout=_transfer_s(file)))
                except FileNotFoundError:
                    return None
                if matches(draft, file):
                    return self.cache.admit(draft, file)
        self.remove(file.uri)
        return None

    def _put_if_absent(self, name: str, content: bytes, mark: str) -> bool:
        try:
            self._s3.pipe_file(self._path(name), content, mode="create", Metadata={"mark": mark}, timeout=SMALL_S)
        except OSError as error:
            if is_there_already(error):
                return False
            raise
        return True

    def _noted_now(self, file: MediaFile) -> bool:
        if self._download(file) is None:
            return False
        self._copy(file.uri, file.uri, MetadataDirective="REPLACE", Metadata={DIGEST: file.sha256})
        return True

    def _head(self, name: str) -> dict[str, Any] | None:
        """Length, time and metadata of a content, None where there is none."""
        try:
            there: dict[str, Any] = self._s3.call_s3("head_object", **self._names(name), timeout=SMALL_S)
        except FileNotFoundError:
            return None
        return there

    def _copy(self, source: str, target: str, **more: object) -> None:
        self._ask(lambda: self._s3.call_s3(
            "copy_object", CopySource=self._names(source), **self._names(target), **more, timeout=COPY_S))

    def _ask(self, request: Callable[[], R]) -> R:
        """What a request gives, in errors of ours; the process's patience decides how often it is made."""

        def answered() -> R:
            with answering(self.address):
                return request()

        return patience.ask(answered)

    def _names(self, name: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": f"{self._prefix}{name}"}

    def _path(self, name: str) -> str:
        return f"{self._bucket}/{self._prefix}{name}"


@cache
def _client(endpoint: str | None, process: int) -> Any:  # noqa: ARG001  a forked process needs connections of its own
    """The one client of a process for an endpoint; its threads share it."""
    try:
        import s3fs
    except ImportError as error:
        raise MissingTool("the store is a bucket and the package 's3fs' is missing: install the extra 's3' with"
                          " `.venv/bin/uv pip install s3fs`, or set a folder as the store") from error
    client = s3fs.S3FileSystem(
        endpoint_url=endpoint, skip_instance_cache=True, use_listings_cache=False,
        config_kwargs={"connect_timeout": CONNECT_TIMEOUT_S, "read_timeout": READ_TIMEOUT_S,
                       "retries": {"max_attempts": TRIES, "mode": "standard"}})
    client.retries = 1  # it would try each of these tries five times
    return client


def _transfer_s(file: MediaFile) -> float:
    """How long a file may take to come or go."""
    return READ_TIMEOUT_S + file.size_bytes / LEAST_BYTES_PER_S


def _is(there: Mapping[str, Any], file: MediaFile) -> bool:
    return bool(there["ContentLength"] == file.size_bytes and there["Metadata"].get(DIGEST) == file.sha256)


def _fresh(there: Mapping[str, Any]) -> bool:
    written: dt.datetime = there["LastModified"]
    return time.time() - written.timestamp() < FRESH_S
