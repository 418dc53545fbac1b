"""What every test stands on: no network beyond this machine, a store of its own."""

import os
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
