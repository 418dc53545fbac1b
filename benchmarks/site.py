"""A small site on one machine for trying faults: database, Prefect server, worker and watchdog, with a keeper that restarts
whatever ends, as systemd or Kubernetes would.
"""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil

from tasks.runtime.store import Store

CHECKOUT = Path(__file__).resolve().parents[1]
POSTGRES = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
"""Where Debian keeps PostgreSQL's programs."""
RESTART_S = 1.0
"""Seconds a keeper waits before it starts again what has ended."""
EVENTS_S = 3.0
"""Seconds until the server has heard of the last stage of a run that has ended."""
START_S = 180.0
"""Longest start of a site: a new database on a busy machine."""
POOL = "reels"
"""The work pool of prefect.yaml."""


class Site:
    """Everything one machine runs, in a temporary folder.

    Args:
        folder: where it lives.
        postgres: PostgreSQL for the database; otherwise SQLite, inside the server's process.
        watch_s: seconds between two looks of the watchdog.
    """

    def __init__(self, folder: Path, *, postgres: bool, watch_s: float) -> None:
        self.folder, self.postgres, self._watch_s = folder, postgres, watch_s
        self.home = folder / "home"
        self.store = Store(self.home / "store")
        self.port, self._database_port, self._key = free_port(), free_port(), f"reels:{secrets.token_urlsafe(12)}"
        self._kept: dict[str, subprocess.Popen[bytes]] = {}
        self._busy, self._ended = threading.Lock(), threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self.api = httpx.Client(base_url=f"http://127.0.0.1:{self.port}/api", auth=tuple(self._key.split(":")), timeout=10)

    def start(self) -> None:
        """Starts everything and deploys the flows."""
        (self.home / "prefect").mkdir(parents=True)
        if self.postgres:
            self._make_database()
        self._spawn("server")
        self.wait_for_server()
        prefect = str(Path(sys.executable).with_name("prefect"))
        for command in ([prefect, "work-pool", "create", POOL, "--type", "process"],
                        [prefect, "--no-prompt", "deploy", "--name", "produce-reel"]):
            subprocess.run(command, cwd=CHECKOUT, env=self._environment(), check=True, stdout=subprocess.DEVNULL)
        self._spawn("worker")
        self._spawn("watchdog")
        self._keeper.start()

    def stop(self) -> None:
        """Ends everything, flow processes left behind too."""
        self._ended.set()
        with self._busy:
            for process in self._kept.values():
                _kill_group(process)
        for process in self.flow_processes():
            with contextlib.suppress(psutil.Error):
                process.kill()
        self.api.close()

    def kill(self, what: str, run_id: str) -> None:
        """Ends something with kill -9: worker and flow process alone, server and database with all of their processes."""
        if what == "flow":
            for process in self.flow_processes(run_id):
                process.kill()
        elif what == "worker":
            os.kill(self._kept["worker"].pid, signal.SIGKILL)
        else:
            _kill_group(self._kept[what if self.postgres else "server"])

    def flow_processes(self, run_id: str | None = None) -> list[psutil.Process]:
        """The processes that run a flow for this site, or one flow run."""
        return [process for process in psutil.process_iter() if self._is_ours(process, run_id)]

    def submit(self, parameters: dict[str, Any]) -> str:
        """Starts a reel and gives the id of its flow run."""
        deployment = self.api.get("/deployments/name/produce-reel/produce-reel").raise_for_status().json()["id"]
        answer = self.api.post(f"/deployments/{deployment}/create_flow_run",
                               json={"parameters": parameters, "state": {"type": "SCHEDULED"}})
        return str(answer.raise_for_status().json()["id"])

    def run(self, run_id: str) -> dict[str, Any] | None:
        """A flow run as the server tells it; None while nobody answers."""
        try:
            answer = self.api.get(f"/flow_runs/{run_id}")
        except httpx.HTTPError:
            return None
        return dict(answer.json()) if answer.status_code == httpx.codes.OK else None

    def task_runs(self, run_id: str) -> list[dict[str, Any]]:
        """The stages of a flow run, all its processes together; told by event, so a moment late."""
        time.sleep(EVENTS_S)
        answer = self.api.post("/task_runs/filter", json={"flow_runs": {"id": {"any_": [run_id]}}, "limit": 200})
        return list(answer.raise_for_status().json())

    def wait_for_server(self) -> None:
        """Waits until server and database answer."""
        wait_until(self._answers, START_S, "the server does not answer")

    def _answers(self) -> bool:
        try:
            return self.api.post("/flow_runs/filter", json={"limit": 1}).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def _is_ours(self, process: psutil.Process, run_id: str | None) -> bool:
        try:
            variables = process.environ()
        except psutil.Error:
            return False
        found = variables.get("PREFECT__FLOW_RUN_ID")
        return variables.get("REELS_HOME") == str(self.home) and (found == run_id if run_id else found is not None)

    def _keep(self) -> None:
        while not self._ended.wait(0.1):
            for name, process in list(self._kept.items()):
                if process.poll() is not None:
                    self._ended.wait(RESTART_S)
                    with self._busy:
                        if not self._ended.is_set():
                            self._spawn(name)

    def _spawn(self, name: str) -> None:
        command = {
            "server": [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(self.port)],
            "worker": [sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL, "--name", "here"],
            "watchdog": [sys.executable, "-m", "flows.watchdog", "--every", str(self._watch_s)],
            "database": self._database_command(),
        }[name]
        with (self.folder / f"{name}.log").open("ab") as log:
            self._kept[name] = subprocess.Popen(
                command, cwd="/" if name == "database" else CHECKOUT, env=self._environment(), stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True)

    def _environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "REELS_"))}
        database = {"PREFECT_SERVER_DATABASE_CONNECTION_URL":
                    f"postgresql+asyncpg://postgres@127.0.0.1:{self._database_port}/prefect"} if self.postgres else {}
        return own | database | {
            "PYTHONPATH": str(CHECKOUT), "PREFECT_HOME": str(self.home / "prefect"),
            "PREFECT_PROFILES_PATH": str(self.home / "profiles.toml"),
            "PREFECT_API_URL": f"http://127.0.0.1:{self.port}/api", "PREFECT_API_AUTH_STRING": self._key,
            "PREFECT_SERVER_API_AUTH_STRING": self._key, "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1",
            "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false", "PREFECT_WORKER_QUERY_SECONDS": "2",
            "PREFECT_RESULTS_LOCAL_STORAGE_PATH": str(self.store.root / "results"),
            "REELS_HOME": str(self.home), "REELS_APPROVAL": "never",
        }

    def _make_database(self) -> None:
        place = self.folder / "database"
        place.mkdir()
        if os.getuid() == 0:
            shutil.chown(place, "postgres")
            for folder in (self.folder, self.folder.parent):
                folder.chmod(0o755)
        subprocess.run([*_as_postgres("initdb"), "-D", place, "-U", "postgres", "--auth=trust", "--no-sync"], cwd="/",
                       check=True, stdout=subprocess.DEVNULL)
        self._spawn("database")
        make = [*_as_postgres("createdb"), "-h", "127.0.0.1", "-p", str(self._database_port), "-U", "postgres", "prefect"]
        wait_until(lambda: subprocess.run(make, cwd="/", check=False, capture_output=True).returncode == 0, START_S,
                   "PostgreSQL does not start")

    def _database_command(self) -> list[str]:
        place = str(self.folder / "database")
        return [*_as_postgres("postgres"), "-D", place, "-h", "127.0.0.1", "-p", str(self._database_port), "-k", place
                ] if self.postgres else []


@contextlib.contextmanager
def running_site(*, postgres: bool, watch_s: float = 15.0) -> Iterator[Site]:
    """A site for the length of the block; its folder is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="reels-site-", ignore_cleanup_errors=True) as folder:
        site = Site(Path(folder), postgres=postgres, watch_s=watch_s)
        try:
            site.start()
            yield site
        finally:
            site.stop()


def has_postgres() -> bool:
    """True where PostgreSQL is installed."""
    return POSTGRES is not None


def wait_until(true: Callable[[], bool], limit_s: float, otherwise: str, *, every_s: float = 0.25) -> float:
    """Waits until something is true and gives the seconds that took."""
    begun_s = time.monotonic()
    while not true():
        if time.monotonic() - begun_s > limit_s:
            raise TimeoutError(f"{otherwise} within {limit_s:.0f} s")
        time.sleep(every_s)
    return time.monotonic() - begun_s


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _as_postgres(program: str) -> list[str]:
    assert POSTGRES is not None
    return [*(["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []), str(POSTGRES / program)]


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
