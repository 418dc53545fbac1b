"""What every test stands on: no network beyond this machine, a store of its own."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tasks.domain.errors import TryAgain
from tasks.runtime import settings
from tasks.runtime.local_server import LocalServer
from tasks.runtime.prefect_api import PrefectApi
from tasks.runtime.store import Store

UP_TRIES = 3
"""How often a start on a busy machine is tried: each goes on where the one before gave up waiting."""
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


@dataclass(frozen=True)
class Operation:
    """Everything that runs on a machine, for tests: server, deployments, one worker, the link server."""

    home: Path
    environment: dict[str, str]
    api: PrefectApi

    def reels(self, *arguments: object, timeout_s: float = 240) -> subprocess.CompletedProcess[str]:
        """Runs `reels` as a person does in this home folder."""
        command = [str(Path(sys.executable).with_name("reels")), *(str(argument) for argument in arguments)]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=timeout_s, check=False)

    def client_environment(self) -> dict[str, str]:
        """With which Prefect's client in another process reaches the server and the store's results."""
        local = LocalServer(self.home)
        server = local.running()
        assert server is not None
        return {**self.environment, **local.environment(server),
                "PREFECT_RESULTS_LOCAL_STORAGE_PATH": str(self.home / "store" / "results")}

    def start_run(self, name: str, **values: Any) -> str:
        """Starts a run of the deployment `name` of the flow of that name; gives its id.

        Args:
            name: of the deployment, which is the flow's too.
            values: what the request holds: `parameters`, `idempotency_key`, `job_variables`, …
        """
        deployment = self.api.get(f"deployments/name/{name}/{name}")
        return str(self.api.post(f"deployments/{deployment['id']}/create_flow_run", values)["id"])


@pytest.fixture(scope="session")
def operation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operation]:
    """A machine in operation with a home of its own, where no approval is asked for; one for all tests."""
    from flows.connection import basic

    home = tmp_path_factory.mktemp("operation") / "home"
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "REELS_"))}
    own |= {"REELS_HOME": str(home), "REELS_WORKER_POLL_S": "1", "REELS_APPROVAL": "never"}
    started = Operation(home, own, PrefectApi(""))
    try:
        for _ in range(UP_TRIES):
            told = started.reels("up", "--queue", "cpu", "--queue", "gpu", "--limit", "2")
            if told.returncode != TryAgain.exit_code:
                break
        assert told.returncode == 0, told.stderr
        server = LocalServer(home).running()
        assert server is not None
        yield Operation(home, own, PrefectApi(server.api_url, {"Authorization": basic(server.key)}))
    finally:
        started.reels("down", "--now")
