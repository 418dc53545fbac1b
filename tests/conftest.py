"""What every test stands on: no network beyond this machine, a store of its own."""

import importlib.util
import json
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tasks.runtime import settings
from tasks.runtime.store import Store

PRETEND_KEY = "sk-pretend+5f2c9a/77=="
"""What the pretend provider wants to see; a key with letters that are escaped here and there."""
LOOPBACK = {"127.0.0.1", "::1", "localhost", ""}


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
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.fixture
def prefect(_prefect_server: None, store: Store) -> Iterator[Store]:
    """Flows run for real; their results go to this test's store, which the fixture gives."""
    from prefect.settings import PREFECT_RESULTS_LOCAL_STORAGE_PATH, temporary_settings

    with temporary_settings({PREFECT_RESULTS_LOCAL_STORAGE_PATH: store.root / "results"}):
        yield store


@pytest.fixture(scope="session")
def pretend_program() -> ModuleType:
    """The program of the pretend provider."""
    path = Path(__file__).parents[1] / "examples" / "pretend_provider.py"
    spec = importlib.util.spec_from_file_location("pretend_provider", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["pretend_provider"] = module
    spec.loader.exec_module(module)
    return module


@contextmanager
def serving(program: ModuleType, ledger: Path) -> Iterator[Any]:
    """A pretend provider that sells while the block runs."""
    server = program.PretendProvider(ledger, key=PRETEND_KEY)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


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
    import time
    import uuid
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
