"""A small site for trying faults: database, Prefect server, worker and watchdog, with a keeper that restarts whatever ends,
as systemd or Kubernetes would; on request a bucket behind a door that can be shut, and further machines.

A further machine is a worker in a namespace of its own: it and this machine cannot see each other's processes, and its end
is the end of all its processes at once. Where the system allows no namespaces, `has_namespaces` says so.
"""

import contextlib
import logging
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import psutil

from benchmarks.door import Door
from flows.connection import basic
from tasks.runtime.local_server import free_port
from tasks.runtime.prefect_api import PrefectApi
from tasks.runtime.settings import load_settings
from tasks.runtime.store import Store
from tasks.runtime.stores import results_environment
from tasks.runtime.work_pool import POOL, QUEUES, set_up_limits, set_up_pool

CHECKOUT = Path(__file__).resolve().parents[1]
POSTGRES = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
"""Where Debian keeps PostgreSQL's programs."""
RESTART_S = 1.0
"""Seconds a keeper waits before it starts again what has ended."""
EVENTS_S = 3.0
"""Seconds until the server has heard of the last stage of a run that has ended."""
START_S = 180.0
"""Longest start of a site: a new database on a busy machine."""
BUCKET = "site"
AWS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "not-a-secret", "AWS_DEFAULT_REGION": "us-east-1",
       "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true"}
"""What moto's server takes for a key."""
NAMESPACE = ("unshare", "--pid", "--mount-proc", "--fork", "--kill-child")
"""What gives a program, and all it starts, processes of their own to see; they end when it does."""


class Site:
    """Everything one machine runs, in a temporary folder.

    Args:
        folder: where it lives.
        postgres: PostgreSQL for the database; otherwise SQLite, inside the server's process.
        watch_s: seconds between two looks of the watchdog.
        bucket: the store is a bucket of moto's server, behind a door; otherwise a folder.
    """

    def __init__(self, folder: Path, *, postgres: bool, watch_s: float, bucket: bool = False) -> None:
        self.folder, self.postgres, self._watch_s = folder, postgres, watch_s
        self.home = folder / "home"
        self.port, self._database_port, login = free_port(None), free_port(None), ("reels", secrets.token_urlsafe(12))
        self._key = ":".join(login)
        self.settings = {"REELS_APPROVAL": "never", "REELS_QUEUES": ",".join(QUEUES)}
        """What is set for its programs; they take it when they start."""
        self.door: Door | None = None
        self.store = self._make_bucket() if bucket else Store(self.home / "store")
        self._machines: dict[str, tuple[str, ...]] = {}
        self._kept: dict[str, subprocess.Popen[bytes]] = {}
        self._down: set[str] = set()
        self._busy, self._ended = threading.Lock(), threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self.api = httpx.Client(base_url=f"http://127.0.0.1:{self.port}/api", auth=login, timeout=10)

    def start(self) -> None:
        """Starts everything and deploys the flows."""
        (self.home / "prefect").mkdir(parents=True)
        if self.postgres:
            self._make_database()
        self._spawn("server")
        self.wait_for_server()
        self._deploy()
        self._spawn("worker")
        self._spawn("watchdog")
        self._keeper.start()

    def change(self, **settings: str) -> None:
        """Changes settings; worker and watchdog are started again with them."""
        self.settings |= settings
        for name in ("worker", "watchdog"):
            os.kill(self._kept[name].pid, signal.SIGKILL)
            self._kept[name].wait()
        time.sleep(RESTART_S)

    def add_machine(self, name: str, *queues: str) -> None:
        """Starts a worker as on a machine of its own, which serves `queues`; it is kept running."""
        self._machines[name] = queues
        with self._busy:
            self._spawn(name)

    def remove_machine(self, name: str) -> None:
        """Ends a machine with kill -9, all its processes at once; it stays away."""
        with self._busy:
            _kill_group(self._kept.pop(name))

    def stop(self) -> None:
        """Ends everything, flow processes left behind too."""
        self._ended.set()
        with self._busy:
            for process in self._kept.values():
                _kill_group(process)
        for left in self.flow_processes():
            with contextlib.suppress(psutil.Error):
                left.kill()
        self.api.close()
        if self.door:
            self.door.close()
            self._moto.stop()

    def kill(self, what: str, run_id: str) -> None:
        """Ends something with kill -9: worker and flow process alone, the others with all of their processes."""
        if what == "flow":
            for process in self.flow_processes(run_id):
                with contextlib.suppress(psutil.NoSuchProcess):  # it ended by itself just now
                    process.kill()
        elif what in self._machines:
            _kill_group(self._kept[what])
        elif what == "worker":
            os.kill(self._kept["worker"].pid, signal.SIGKILL)
        else:
            _kill_group(self._kept[what if self.postgres else "server"])

    @contextlib.contextmanager
    def away(self, what: str) -> Iterator[None]:
        """Ends server or database with kill -9 and starts it again only after the block."""
        self._down.add(what)
        try:
            self.kill(what, "")
            yield
        finally:
            self._down.remove(what)

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

    def find_runs(self, name: str) -> list[str]:
        """The ids of all flow runs of a name."""
        found = self.api.post("/flow_runs/filter", json={"flow_runs": {"name": {"any_": [name]}}}).raise_for_status().json()
        return [str(run["id"]) for run in found]

    def answer(self, run_id: str, given: dict[str, Any]) -> str:
        """Sends an answer to a run that waits for a person, and gives what the server says; 'ACCEPT' where it is taken."""
        try:
            told = self.api.post(f"/flow_runs/{run_id}/resume", json={"run_input": given})
        except httpx.HTTPError as error:
            return type(error).__name__
        return str(told.json()["status"]) if told.is_success else str(told.status_code)

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
        ours = variables.get("REELS_HOME", "").startswith(str(self.folder))
        return ours and (found == run_id if run_id else found is not None)

    def _keep(self) -> None:
        while not self._ended.wait(0.1):
            for name, process in list(self._kept.items()):
                if process.poll() is not None and name not in self._down:
                    self._ended.wait(RESTART_S)
                    with self._busy:
                        if not self._ended.is_set() and self._kept.get(name) is process:
                            self._spawn(name)

    def _spawn(self, name: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self._kept[name] = subprocess.Popen(
                self._command(name), cwd="/" if name == "database" else CHECKOUT, env=self._environment(name),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)

    def _command(self, name: str) -> list[str]:
        python = [sys.executable, "-m"]
        if name in self._machines:
            return [*NAMESPACE, *python, *_worker(name, self._machines[name])]
        return {
            "server": [*python, "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(self.port)],
            "worker": [*python, *_worker("here", self.settings["REELS_QUEUES"].split(","))],
            "watchdog": [*python, "flows.watchdog", "--every", str(self._watch_s)],
            "database": self._database_command(),
        }[name]

    def _environment(self, name: str = "") -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "REELS_", "AWS_"))}
        database = {"PREFECT_SERVER_DATABASE_CONNECTION_URL":
                    f"postgresql+asyncpg://postgres@127.0.0.1:{self._database_port}/prefect"} if self.postgres else {}
        home = self.folder / name if name in self._machines else self.home
        store = {"REELS_STORE": f"s3://{BUCKET}/reels", "REELS_STORE_ENDPOINT": self.door.address, **AWS} if self.door else {
            "REELS_STORE": str(self.store.root)}
        settings = {"REELS_HOME": str(home), **store, **self.settings}
        if name in self._machines:
            settings["REELS_QUEUES"] = ",".join(self._machines[name])
        return own | database | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "PYTHONPATH": str(CHECKOUT), "PREFECT_HOME": str(home / "prefect"),
            "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
            "PREFECT_API_URL": f"http://127.0.0.1:{self.port}/api", "PREFECT_API_AUTH_STRING": self._key,
            "PREFECT_SERVER_API_AUTH_STRING": self._key, "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1",
            "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false", "PREFECT_WORKER_QUERY_SECONDS": "2",
        } | results_environment(load_settings(settings, self.folder)) | settings

    def _deploy(self) -> None:
        """Pool, queues, limits and deployments, as `reels up` makes them."""
        environment = self._environment()
        server = PrefectApi(environment["PREFECT_API_URL"], {"Authorization": basic(self._key)})
        set_up_pool(server)
        set_up_limits(server, load_settings(environment, self.folder))
        prefect = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"]
        subprocess.run(prefect, cwd=CHECKOUT, env=environment, check=True, stdout=subprocess.DEVNULL)
        if self.door:
            register = "from tasks.orchestration.results import register_results; register_results()"
            subprocess.run([sys.executable, "-c", register], cwd=CHECKOUT, env=environment, check=True)

    def _make_bucket(self) -> Store:
        """A bucket; the site's programs reach it through the door, and whoever looks at it from outside does not."""
        import boto3  # type: ignore[import-untyped]
        from moto.server import ThreadedMotoServer

        from tasks.runtime.store_bucket import BucketPlace

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._moto: Any = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._moto.start()
        port = self._moto.get_host_and_port()[1]
        self.door = Door(port)
        os.environ |= AWS
        endpoint = f"http://127.0.0.1:{port}"
        boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket=BUCKET)
        home = self.folder / "outside"
        return Store(BucketPlace(f"s3://{BUCKET}/reels", endpoint=endpoint, home=home, cache_bytes=1 << 30))

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
def running_site(*, postgres: bool, watch_s: float = 15.0, bucket: bool = False) -> Iterator[Site]:
    """A site for the length of the block; its folder is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="reels-site-", ignore_cleanup_errors=True) as folder:
        site = Site(Path(folder), postgres=postgres, watch_s=watch_s, bucket=bucket)
        try:
            site.start()
            yield site
        finally:
            site.stop()


def has_postgres() -> bool:
    """True where PostgreSQL is installed."""
    return POSTGRES is not None


def has_namespaces() -> bool:
    """True where a program may get processes of its own to see."""
    try:
        return subprocess.run([*NAMESPACE, "true"], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def wait_until(true: Callable[[], bool], limit_s: float, otherwise: str, *, every_s: float = 0.25) -> float:
    """Waits until something is true and gives the seconds that took."""
    begun_s = time.monotonic()
    while not true():
        if time.monotonic() - begun_s > limit_s:
            raise TimeoutError(f"{otherwise} within {limit_s:.0f} s")
        time.sleep(every_s)
    return time.monotonic() - begun_s


def _worker(name: str, queues: Sequence[str]) -> list[str]:
    chosen = [word for queue in queues for word in ("--work-queue", queue)]
    return ["prefect", "worker", "start", "--pool", POOL, "--type", "process", "--name", name, *chosen]


def _as_postgres(program: str) -> list[str]:
    assert POSTGRES is not None
    return [*(["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []), str(POSTGRES / program)]


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
