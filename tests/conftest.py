"""What every test stands on: no network beyond this machine, a store of its own."""

import datetime as dt
import json
import logging
import os
import signal
import socket
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as examples
from PIL import features

from file_modules import load_file
from local_servers import running
from tasks.runtime import settings
from tasks.runtime.model_environment import has_models
from tasks.runtime.providers import PROVIDERS
from tasks.runtime.store import Store
from tasks.runtime.stores import results_environment, store_of

PRETEND_KEY = "sk-pretend+5f2c9a/77=="
"""What the pretend provider wants to see; a key with letters that are escaped here and there."""
LOOPBACK = {"127.0.0.1", "::1", "localhost", ""}
NO_AWS = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
"""What keeps S3 programs from looking for keys of this machine's user."""
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
"""What leads connections away from this machine."""
FOREIGN = ("AWS_", "PREFECT_", "REELS_", *PROXIES, *(provider.key_variable for provider in PROVIDERS))
"""What names of variables begin with that set up the program, pay, or lead away from this machine: whoever runs the tests
may have some for other work.
"""
S3_KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "not-a-secret", "AWS_DEFAULT_REGION": "us-east-1"}
"""A key that the tests' own S3 server takes."""

collect_ignore = [] if has_models() else ["models"]
"""Tests of engines that run models run in the environment that can: `make test-models`."""
HOME_OF_PREFECT = tempfile.TemporaryDirectory(prefix="prefect-of-tests-", ignore_cleanup_errors=True)
"""Prefect's folder, not the user's."""


def _leave_the_user() -> None:
    """Takes the settings and keys of whoever runs the tests out of the environment."""
    for name in [name for name in os.environ if name.startswith(FOREIGN)]:
        del os.environ[name]
    os.environ.update(NO_AWS, PREFECT_HOME=HOME_OF_PREFECT.name)


_leave_the_user()  # at once: other files like this one import Prefect, which reads them


def pytest_configure(config: pytest.Config) -> None:
    """Lets programs that tests start be interrupted, and examples of Hypothesis take the time they need on a busy machine.

    A shell that runs tests in the background has them ignore Ctrl-C.
    """
    config.add_cleanup(HOME_OF_PREFECT.cleanup)
    examples.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    examples.load_profile("patient")
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections leave this machine in no test."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and str(address[0]) not in LOOPBACK:
            raise AssertionError(f"a test tried to reach {address!r}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A fresh home folder that the program under test uses."""
    monkeypatch.setenv("REELS_HOME", str(tmp_path / "home"))
    settings.current_settings.cache_clear()
    yield tmp_path / "home"
    settings.current_settings.cache_clear()


@pytest.fixture
def store(home: Path) -> Store:
    """The store of that home folder."""
    return Store(home / "store")


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of an S3-compatible server of the tests' own, on this machine."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def s3_keys() -> dict[str, str]:
    """The variables with which another process reaches that server, and no other."""
    return S3_KEYS | NO_AWS


@dataclass(frozen=True)
class Bucket:
    """A bucket of a test, looked at and damaged from outside."""

    name: str
    endpoint: str
    client: Any

    @property
    def address(self) -> str:
        """What `REELS_STORE` says."""
        return f"s3://{self.name}/reels"

    def names(self, room: str = "") -> list[str]:
        """Names of all contents of the store below a room."""
        found = self.client.list_objects_v2(Bucket=self.name, Prefix=f"reels/{room}").get("Contents", [])
        return [content["Key"].removeprefix("reels/") for content in found]

    def read(self, name: str) -> bytes:
        """One content."""
        content: bytes = self.client.get_object(Bucket=self.name, Key=f"reels/{name}")["Body"].read()
        return content

    def alter(self, name: str, content: bytes, *, slyly: bool = False) -> None:
        """Replaces a content; slyly: with what was written beside it left in place, as a failing disk would."""
        kept = self.client.head_object(Bucket=self.name, Key=f"reels/{name}")["Metadata"] if slyly else {}
        self.client.put_object(Bucket=self.name, Key=f"reels/{name}", Body=content, Metadata=kept)

    def remove(self, name: str) -> None:
        """Takes a content away."""
        self.client.delete_object(Bucket=self.name, Key=f"reels/{name}")

    def make_old(self, name: str, age: dt.timedelta) -> None:
        """Lets a content have been written that long ago."""
        from moto.s3.models import s3_backends

        found = s3_backends["123456789012"]["aws"].buckets[self.name].keys[f"reels/{name}"]
        found.last_modified = dt.datetime.now(dt.UTC).replace(tzinfo=None) - age


@pytest.fixture
def bucket(s3_server: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """A fresh bucket that the program under test uses as its store."""
    import boto3

    from tasks.runtime.store_bucket import _client

    for name, value in S3_KEYS.items():
        monkeypatch.setenv(name, value)
    made = Bucket(f"test-{uuid.uuid4().hex}", s3_server, boto3.client("s3", endpoint_url=s3_server))
    made.client.create_bucket(Bucket=made.name)
    monkeypatch.setenv("REELS_STORE", made.address)
    monkeypatch.setenv("REELS_STORE_ENDPOINT", s3_server)
    settings.current_settings.cache_clear()
    _client.cache_clear()
    yield made
    settings.current_settings.cache_clear()
    _client.cache_clear()


@pytest.fixture
def bucket_store(bucket: Bucket) -> Store:
    """The store in that bucket."""
    return store_of(settings.current_settings())


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of an empty database in a PostgreSQL of its own; where none is installed, tests that want it are skipped."""
    from benchmarks.postgres import NoPostgres, temporary_cluster

    try:
        with temporary_cluster() as url:
            yield url
    except NoPostgres as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def noto() -> None:
    """Fonts for Arabic, Hindi, Chinese and Japanese are there; where they are not, tests that want them are skipped."""
    fonts = ("truetype/noto/NotoSansArabic-Bold.ttf", "truetype/noto/NotoSansDevanagari-Bold.ttf",
             "opentype/noto/NotoSansCJK-Bold.ttc")
    missing = [font for font in fonts if not Path("/usr/share/fonts", font).is_file()]
    if not features.check("fribidi"):
        missing.append("fribidi")
    if missing and os.environ.get("CI") != "true":
        pytest.skip(f"missing here: {', '.join(missing)} (Debian: fonts-noto-core, fonts-noto-cjk, libfribidi0)")


@pytest.fixture(scope="session")
def avatar_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of Ada, 2.4 s of 360x640: she turns her head to and fro by 5 degrees, her mouth closed."""
    import numpy as np

    from tasks.media.drawing.puppet import Puppet
    from tasks.media.encoding import encode_film
    from tasks.media.ffmpeg import find_ffmpeg
    from tasks.media.rig.model import Rig, read_portrait

    folder, size = Path(__file__).parents[1] / "avatars" / "ada", (360, 640)
    path = tmp_path_factory.mktemp("film") / "clip.mp4"
    rig = Rig.read(folder / "rig.json")
    puppet = Puppet(read_portrait(folder / "portrait.png", rig), rig, size)
    frames = (puppet.frame({"yaw": 0.09 * float(np.sin(index / 12))}) for index in range(72))
    encode_film(frames, program=find_ffmpeg(), frame_count=72, size=size, target=path, progress=lambda _: None)
    return path


@pytest.fixture(scope="session")
def _prefect_server() -> Iterator[None]:
    """One temporary Prefect server for all tests that run flows."""
    from prefect.logging.configuration import setup_logging
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=240):
        setup_logging()  # at the first run it would keep the error output of one test, which ends with the test
        yield


@pytest.fixture
def prefect(_prefect_server: None, store: Store) -> Iterator[Store]:
    """Flows run for real; their results go to this test's store, which the fixture gives."""
    with _prefect_settings():
        yield store


@pytest.fixture
def prefect_on_bucket(_prefect_server: None, bucket_store: Store) -> Iterator[Store]:
    """The same with a store in a bucket."""
    from tasks.orchestration.results import register_results

    with _prefect_settings():
        register_results()
        yield bucket_store


@contextmanager
def _prefect_settings() -> Iterator[None]:
    """Prefect's settings as the program makes them in its environment."""
    import prefect.settings

    wanted = results_environment(settings.current_settings())
    with prefect.settings.temporary_settings({getattr(prefect.settings, name): value for name, value in wanted.items()}):
        yield


class Receiver(ThreadingHTTPServer):
    """A receiver of webhooks: keeps what it gets, (path, headers, body), and answers as it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.status, self.pause_s, self.location = 204, 0.0, ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook"


class Answers(BaseHTTPRequestHandler):
    """The receiver's answers."""

    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        time.sleep(self.server.pause_s)
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("location", self.server.location)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver of webhooks on this machine."""
    with running(Receiver()) as server:
        yield server


@pytest.fixture(scope="session")
def pretend_program() -> ModuleType:
    """The program of the pretend provider."""
    return load_file(Path(__file__).parents[1] / "examples" / "pretend_provider.py")


@pytest.fixture(scope="session")
def speech_program() -> ModuleType:
    """The program of the services that sell speech."""
    import speech_services as program

    return program


@pytest.fixture(scope="session")
def piper_voices() -> ModuleType:
    """What makes tiny voices of piper."""
    import piper_voices as program

    return program


@pytest.fixture(scope="session")
def video_program() -> ModuleType:
    """The program of the servers that make films."""
    import video_services as program

    return program


@pytest.fixture
def speech_services(speech_program: ModuleType) -> Iterator[Any]:
    """Those services, which want their key."""
    with speech_program.serving() as server:
        yield server


def serving(program: ModuleType, ledger: Path) -> AbstractContextManager[Any]:
    """A pretend provider that sells while the block runs."""
    return running(program.PretendProvider(ledger, key=PRETEND_KEY))


@pytest.fixture
def pretend(pretend_program: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A pretend provider with an empty ledger, which the program under test knows, with its key."""
    with serving(pretend_program, tmp_path / "pretend.jsonl") as server:
        monkeypatch.setenv("REELS_PRETEND_KEY", PRETEND_KEY)
        monkeypatch.setenv("REELS_PROVIDERS", json.dumps({"pretend": {"url": server.url}}))
        settings.current_settings.cache_clear()
        yield server
    settings.current_settings.cache_clear()


@pytest.fixture(scope="session")
def open_access(pretend_program: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Access of a paid engine without approval, limits and ledger: whatever it asks for is bought."""
    from decimal import Decimal

    from tasks.runtime.keys import Secret
    from tasks.runtime.paid_requests import Counter, Done, PaidRequest, Pending
    from tasks.runtime.spending import Access, Bought

    class Everything:
        def buy(self, _request: PaidRequest, counter: Counter) -> Bought:
            answer = counter.send(uuid.uuid4().hex)
            while isinstance(answer, Pending):
                time.sleep(0.02)
                answer = counter.ask(answer.job)
            assert isinstance(answer, Done)
            return Bought(answer.content, Decimal(0))

    with serving(pretend_program, tmp_path_factory.mktemp("pretend") / "ledger.jsonl") as server:
        yield Access(server.url, Secret(PRETEND_KEY), Everything())  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def hired(open_access: Any, speech_program: ModuleType) -> Iterator[Any]:
    """What the constructor of a speech engine wants besides, by the name of its service, for engines with open access."""
    from tasks.runtime.keys import Secret
    from tasks.runtime.spending import Access

    with speech_program.serving() as server:
        key = Secret(speech_program.KEY)
        yield {"pretend": open_access, "openai": Access(server.openai_url, key, open_access.guard),
               "speech-server": Access(server.openai_url, key, open_access.guard),
               "elevenlabs": Access(server.url, key, open_access.guard)}
