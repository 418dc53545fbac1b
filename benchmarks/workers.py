"""A small operation for tests and measurements: one Prefect server on a given database, deployments, and workers.

Each worker is a process of its own with a home of its own, as on a machine of its own; what they share is the server, its
database and the store.
"""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tasks.runtime.engines import QUEUES
from tasks.runtime.local_server import LASTING, UNASKED, free_port
from tasks.runtime.settings import current_settings, load_settings
from tasks.runtime.stores import results_environment
from tasks.runtime.work_pool import POOL, RUN_COMMAND

ENTRYPOINTS = {"produce-reel": ("flows.produce_reel.produce_reel", "cpu"),
               "produce-stage": ("flows.produce_stage.produce_stage", "cpu")}
"""Deployment -> its flow, named by dots, and the queue it waits in unless a run says otherwise."""
LOOK_S = 2.0
"""Seconds between two looks at runs that are waited for."""
AT_ONCE = 20
"""Runs looked at together: the first that have not ended, so that watching many costs the server no more than a few."""
START_TIMEOUT_S = 240.0
"""A first start makes the database, on a busy machine too."""
QUIET = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1", "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
         "PREFECT_CLI_PROMPT": "false"}


@dataclass
class Operation:
    """A running server and what works for it.

    Args:
        folder: logs and homes.
        environment: what every process that talks to the server needs in its environment.
        server: the server's process.
    """

    folder: Path
    environment: dict[str, str]
    server: subprocess.Popen[bytes]
    workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _stack: ExitStack = field(default_factory=ExitStack)

    @property
    def logs(self) -> dict[str, str]:
        """What each process printed so far, by its name."""
        return {path.stem: path.read_text("utf-8", "replace") for path in sorted(self.folder.glob("*.log"))}

    def start_worker(self, name: str, *, queues: tuple[str, ...] = tuple(QUEUES), limit: int = 1, **settings: str) -> None:
        """Starts a worker with a home of its own that serves `queues` and runs `limit` reels at once.

        Args:
            name: of the worker, its home and its log.
            queues: what its machine serves.
            limit: runs at once.
            settings: further settings of the installation, e.g. REELS_STORE.
        """
        home = self.folder / f"home-{name}"
        environment = self.environment | {"PREFECT_HOME": str(home / "prefect"), "REELS_HOME": str(home),
                                          "REELS_QUEUES": ",".join(queues)} | settings
        command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL, "--name", name, "--type", "process",
                   "--limit", str(limit)]
        for queue in queues:
            command += ["--work-queue", queue]
        self.workers[name] = self._stack.enter_context(_process(command, environment, self.folder / f"{name}.log"))

    def stop_worker(self, name: str) -> None:
        """Ends a worker and waits for it."""
        _end(self.workers.pop(name))


@contextmanager
def operating(folder: Path, *, database: str | None = None, store: str | None = None,
              **settings: str) -> Iterator[Operation]:
    """Runs a Prefect server with the work pool and the deployments.

    Args:
        folder: for logs, homes and the store.
        database: URL of the server's database; default: SQLite in `folder`.
        store: the store that all share; default: a folder in `folder`.
        settings: further variables for every process.
    """
    port = free_port(None)
    url = f"http://127.0.0.1:{port}/api"
    common = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "REELS_"))}
    common["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{common.get('PATH', '')}"
    common |= QUIET | UNASKED | {"REELS_STORE": store or str(folder / "store"), "PREFECT_API_URL": url} | settings
    common |= results_environment(load_settings(common, folder))
    home = {"PREFECT_HOME": str(folder / "home-server"), "REELS_HOME": str(folder / "home-client")}
    of_server = {"PREFECT_SERVER_DATABASE_CONNECTION_URL": database} if database else {}
    of_server |= LASTING
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with _process(command, common | home | of_server, folder / "server.log") as server:
        _wait_for(url, server, folder / "server.log")
        operation = Operation(folder, common | home, server)
        deploy(operation)
        with operation._stack:
            yield operation


def deploy(operation: Operation) -> None:
    """Makes the work pool, its queues and the deployments."""
    subprocess.run([sys.executable, "-m", "benchmarks.workers"], env=operation.environment, check=True, timeout=300,
                   cwd=Path(__file__).parents[1])


@contextmanager
def client_of(operation: Operation) -> Iterator[Any]:
    """A Prefect client of the operation's server."""
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL, temporary_settings

    url = operation.environment["PREFECT_API_URL"]
    with temporary_settings({PREFECT_API_URL: url}), get_client(sync_client=True) as client:
        yield client


def wait_until_final(client: Any, runs: Mapping[str, Any], *, timeout_s: float) -> dict[str, Any]:
    """Waits until every run has ended.

    Args:
        client: a Prefect client.
        runs: name -> id of a flow run.
        timeout_s: how long.

    Returns:
        name -> flow run. Those that have not ended are given as they are.
    """
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

    until_s, found = time.monotonic() + timeout_s, dict[str, Any]()
    while len(found) < len(runs) and time.monotonic() < until_s:
        time.sleep(LOOK_S)
        waited = {run: name for name, run in runs.items() if name not in found}
        some = FlowRunFilter(id=FlowRunFilterId(any_=list(waited)[:AT_ONCE]))
        found |= {waited[run.id]: run for run in client.read_flow_runs(flow_run_filter=some)
                  if run.state and run.state.is_final()}
    return {name: found.get(name) or client.read_flow_run(run) for name, run in runs.items()}


def _deploy() -> None:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.utilities.importtools import import_object
    from prefect.workers.process import ProcessWorker

    from tasks.orchestration.results import register_results

    if current_settings().bucket:
        register_results()
    template = ProcessWorker.get_default_base_job_template()
    template["job_configuration"]["command"] = RUN_COMMAND
    del template["variables"]["properties"]["command"]
    with get_client(sync_client=True) as client:
        pool = client.create_work_pool(WorkPoolCreate(name=POOL, type="process", base_job_template=template))
        for priority, queue in enumerate(QUEUES, start=1):
            client.create_work_queue(name=queue, work_pool_name=pool.name, priority=priority)
        for name, (entrypoint, queue) in ENTRYPOINTS.items():
            flow: Any = import_object(entrypoint)
            client.create_deployment(
                flow_id=client.create_flow(flow), name=name, entrypoint=entrypoint, work_pool_name=POOL,
                work_queue_name=queue, pull_steps=[], parameter_openapi_schema=flow.parameters.model_dump(), path=None)


@contextmanager
def _process(command: list[str], environment: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    for name in ("PREFECT_HOME", "REELS_HOME"):
        Path(environment[name]).mkdir(parents=True, exist_ok=True)
    with log.open("ab") as stream:
        process = subprocess.Popen(command, env=dict(environment), stdin=subprocess.DEVNULL, stdout=stream, stderr=stream,
                                   cwd=Path(__file__).parents[1], start_new_session=True)
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process, politely first, and what is left of its group."""
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until_s = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < until_s and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=5) as reply:  # noqa: S310
                if reply.status == 200:
                    return
        except OSError:
            time.sleep(0.3)
    raise RuntimeError(f"the Prefect server did not start: {log.read_text('utf-8', 'replace')[-2000:]}")


if __name__ == "__main__":
    _deploy()
