"""What every test stands on: no network beyond this machine, a store of its own."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.runtime import settings
from tasks.runtime.store import Store

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
