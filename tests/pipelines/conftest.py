"""What the tests of whole pipelines share: a machine in operation."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flows.cli import main
from tasks.domain.errors import TryAgain
from tasks.runtime.local_server import LocalServer
from tasks.runtime.prefect_api import PrefectApi
from tasks.runtime.store import Store

UP_TRIES = 3
"""How often a start on a busy machine is tried: each goes on where the one before gave up waiting."""
LONGEST_S = 900.0
"""Longest a test may take that does not say so itself, on a busy machine: what it waits for has limits of its own."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Gives the tests of pipelines more time than others have."""
    for item in items:
        if Path(__file__).parent in item.path.parents and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(LONGEST_S))


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

    def up(self, *options: object) -> None:
        """Starts everything, patiently."""
        for _ in range(UP_TRIES):
            told = self.reels("up", *options)
            if told.returncode != TryAgain.exit_code:
                break
        assert told.returncode == 0, told.stderr

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


@contextmanager
def _operating(home: Path, *options: str, **settings: str) -> Iterator[Operation]:
    """A machine in operation while the block runs."""
    from flows.connection import basic

    own = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "REELS_"))}
    own |= {"REELS_HOME": str(home), "REELS_WORKER_POLL_S": "1", **settings}
    started = Operation(home, own, PrefectApi(""))
    try:
        started.up(*options)
        server = LocalServer(home).running()
        assert server is not None
        yield Operation(home, own, PrefectApi(server.api_url, {"Authorization": basic(server.key)}))
    finally:
        started.reels("down", "--now")


@pytest.fixture(scope="session")
def operating() -> Callable[..., AbstractContextManager[Operation]]:
    """Puts a machine into operation: gives it of a home folder, options of `reels up` and settings."""
    return _operating


@pytest.fixture(scope="session")
def operation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operation]:
    """A machine in operation with a home of its own, where no approval is asked for; one for all tests."""
    home = tmp_path_factory.mktemp("operation") / "home"
    with _operating(home, "--queue", "cpu", "--queue", "gpu", "--limit", "2", REELS_APPROVAL="never") as started:
        yield started


@pytest.fixture
def makes_reels(prefect: Store, tmp_path: Path) -> Callable[[str, str], Callable[..., tuple[int, dict[str, Any]]]]:
    """Gives, of a script and who animates it, what makes the reel: the exit code and the manifest."""

    def of(script: str, animation: str) -> Callable[..., tuple[int, dict[str, Any]]]:
        written, out = tmp_path / "script.yaml", tmp_path / "out"
        written.write_text(script)

        def make(*options: str) -> tuple[int, dict[str, Any]]:
            code = main(["make", str(written), "--yes", "--out", str(out), "--engine", f"animation={animation}", *options])
            return code, json.loads((out / "reel.json").read_text("utf-8")) if code == 0 else {}

        return make

    return of
