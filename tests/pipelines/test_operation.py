"""A machine in operation: started by one command, closed to strangers, found again, ended whole."""

import json
import re
import shutil
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from seen_processes import words_of

from flows.deploying import RECORD
from tasks.domain.errors import FixMachine, TryAgain
from tasks.runtime.engines import QUEUES
from tasks.runtime.prefect_api import PrefectApi
from tasks.runtime.processes import FOLDER, Program, flow_processes, private_folder
from tasks.runtime.work_pool import LIMITS, POOL, online_workers

FAKES = {"speech": "tone", "alignment": "even", "animation": "still", "lipsync": "flap"}
"""Engines that make a whole reel in seconds."""
SECOND_UP_S = 3.0
"""Longest `reels up` may take where everything runs; on an idle machine it takes about half of it."""
BUSY = 4
"""What a busy machine of two cores multiplies it with."""
MADE_S = 240.0
"""Longest a reel of one word may take through a worker."""


def state_of(api: PrefectApi, run: str) -> str:
    """The kind of state a run is in."""
    return str(api.get(f"flow_runs/{run}")["state_type"])


def wait_until(true: Any, *, timeout_s: float = MADE_S) -> None:
    """Waits for something to become true."""
    until_s = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < until_s, "waited too long"
        time.sleep(0.3)


def of_home(home: Path) -> list[psutil.Process]:
    """Every process that runs for a home folder; one of them may be about to end."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("REELS_HOME") == str(home) or str(home) in " ".join(process.cmdline()):
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def connections_of(process: psutil.Process) -> list[Any]:
    """The connections of a process; none where it has ended."""
    try:
        return process.net_connections(kind="inet")
    except psutil.NoSuchProcess:
        return []


class TestUp:
    """What `reels up` leaves running."""

    def test_second_time_starts_nothing_and_is_quick(self, operation: Any) -> None:
        """Whoever is not sure whether it runs says it again."""
        before = {name: Program(operation.home, name).running() for name in ("links", "worker-1")}
        started_s = time.monotonic()
        told = operation.reels("up")
        took_s = time.monotonic() - started_s
        assert told.returncode == 0, told.stderr
        assert {name: Program(operation.home, name).running() for name in before} == before
        assert took_s < SECOND_UP_S * BUSY

    def test_twice_at_the_same_time_starts_everything_once(self, operation: Any) -> None:
        """Two terminals, or a boot script and a person."""
        command = [str(Path(sys.executable).with_name("reels")), "up"]
        both = [subprocess.Popen(command, env=operation.environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        said = [process.communicate(timeout=120)[0] for process in both]
        assert [process.returncode for process in both] == [0, 0]
        assert said[0] == said[1]
        workers = [one for one in of_home(operation.home) if "worker" in words_of(one)]
        assert len(workers) == 1

    def test_key_is_never_shown(self, operation: Any) -> None:
        """Terminals are shared and recorded; command lines are seen by other users; logs are sent around."""
        key = json.loads((operation.home / "prefect" / "server.json").read_text())["key"]
        said = operation.reels("up").stdout + operation.reels("doctor").stdout
        assert operation.api.ui_url in said
        for secret in (key, key.partition(":")[2], (operation.home / FOLDER / "links.key").read_text()):
            assert secret not in said
            assert secret not in "".join(" ".join(words_of(process)) for process in of_home(operation.home))
            assert all(secret not in log.read_text("utf-8", "replace") for log in (operation.home / FOLDER).glob("*.log"))

    def test_files_are_for_their_owner_only(self, operation: Any) -> None:
        """Keys, numbers of processes and logs."""
        for folder in (operation.home / FOLDER, operation.home / "prefect"):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        files = [path for path in (operation.home / FOLDER).iterdir() if path.name != "lock"]
        assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in files} == {path.name: 0o600 for path in files}

    def test_nothing_listens_to_other_machines(self, operation: Any) -> None:
        """Server, worker, link server: loopback only."""
        connections = [one for process in of_home(operation.home) for one in connections_of(process)]
        listening = {one.laddr.ip for one in connections if one.status == psutil.CONN_LISTEN}
        assert listening == {"127.0.0.1"}

    def test_server_knows_pool_queues_and_limits(self, operation: Any) -> None:
        """`strict=True` fails where a limit is missing."""
        assert operation.api.get(f"work_pools/{POOL}")["type"] == "process"
        queues = operation.api.post(f"work_pools/{POOL}/queues/filter", {})
        assert set(QUEUES) <= {queue["name"] for queue in queues}
        for limit in LIMITS:
            assert operation.api.get(f"v2/concurrency_limits/{limit.name}")["limit"] == limit.slots

    def test_worker_gets_no_stranger_of_the_environment(self, operation: Any) -> None:
        """A minimal environment: nobody's session, agent or password of another program travels into runs."""
        record = Program(operation.home, "worker-1").running()
        assert record is not None
        names = set(psutil.Process(record.pid).environ())
        assert {"REELS_HOME", "PREFECT_API_URL", "PREFECT_API_AUTH_STRING", "PATH"} <= names
        kept = re.compile(r"(REELS|PREFECT|LC|AWS|CUDA|NVIDIA|OMP|OPENBLAS|MKL|HF|TORCH)_.*"
                          r"|.*_(API_KEY|API_TOKEN|API_BASE|BASE_URL)|PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|TZ|TMPDIR|VIRTUAL_ENV|LD_LIBRARY_PATH|FFMPEG_BINARY"
                          r"|(SSL_CERT|REQUESTS_CA|CURL_CA)_.*|(?i:https?_proxy|no_proxy)|DO_NOT_TRACK|PYTHONUNBUFFERED")
        assert [name for name in names if not kept.fullmatch(name)] == []

    def test_doctor_sees_everything_well(self, operation: Any) -> None:
        """Server, workers, deployments and link server are looked at where they should run."""
        told = operation.reels("doctor", "--json")
        findings = {one["name"]: one for one in json.loads(told.stdout)}
        assert {name: findings[name]["well"] for name in ("server", "worker-1", "deployments", "link server")} == {
            "server": True, "worker-1": True, "deployments": True, "link server": True}


class TestSafety:
    """What a run may ask of a worker."""

    @pytest.mark.parametrize("variables", [
        {"command": "touch {mark}"}, {"env": {"PYTHONSTARTUP": "{mark}"}}, {"env.PYTHONPATH": "{mark}"},
        {"working_dir": "{mark}"},
    ], ids=lambda variables: next(iter(variables)))
    def test_run_of_a_deployment_that_brings_a_command_is_refused(
        self, variables: dict[str, Any], operation: Any, tmp_path: Path,
    ) -> None:
        """The server itself says no, before any worker hears of it."""
        told = json.loads(json.dumps(variables).replace("{mark}", str(tmp_path / "mark")))
        with pytest.raises(FixMachine, match=r"\((409|422|400)\)"):
            operation.start_run("produce-reel", parameters={"script": "Hello."}, job_variables=told)
        assert not (tmp_path / "mark").exists()

    def test_command_that_reaches_the_worker_all_the_same_is_not_run(self, operation: Any, tmp_path: Path) -> None:
        """A run without a deployment is not checked by the server: the pool's template has no place for the command."""
        flow = operation.api.post("flows/", {"name": "produce-reel"})
        mark = tmp_path / "mark"
        run = operation.api.post("flow_runs/", {
            "flow_id": flow["id"], "name": "stranger", "work_pool_name": POOL, "work_queue_name": "cpu",
            "state": {"type": "SCHEDULED"}, "job_variables": {"command": f"touch {mark}", "env": {"EVIL": "1"}}})
        assert run is not None
        wait_until(lambda: state_of(operation.api, run["id"]) in ("FAILED", "CRASHED", "CANCELLED"), timeout_s=120)
        assert not mark.exists()


class TestWork:
    """Reels that are made by the worker, and programs that die."""

    def test_reel_is_made_and_shown(self, operation: Any) -> None:
        """From a request to a link that a browser can play."""
        run = operation.start_run("produce-reel", parameters={"script": "Hello.", "engines": FAKES, "publish": []})
        wait_until(lambda: state_of(operation.api, run) in ("COMPLETED", "FAILED", "CRASHED"))
        assert state_of(operation.api, run) == "COMPLETED"
        told = operation.reels("link", run, "--json")
        assert told.returncode == 0, told.stderr
        address = json.loads(told.stdout)["link"]
        page = urllib.request.urlopen(address, timeout=30).read().decode()
        video = re.search(r'<source src="([^"]+)"', page)
        assert video is not None
        request = urllib.request.Request(address[:address.index("/r/")] + video[1], headers={"Range": "bytes=4-7"})
        with urllib.request.urlopen(request, timeout=30) as reply:
            assert (reply.status, reply.headers["Content-Type"], reply.read()) == (206, "video/mp4", b"ftyp")
        artifacts = operation.api.post("artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [run]}}})
        shown = {one["key"]: one["data"] for one in artifacts if one["key"]}
        assert address[:address.index("/r/")] + "/r/" in shown["reel"]
        assert urllib.request.urlopen(shown["cover"], timeout=30).read(3) == b"\xff\xd8\xff"

    def test_dead_programs_alone_are_started_again(self, operation: Any) -> None:
        """After `kill -9` of the link server, the next `up` starts it, at the same address, and leaves the worker alone."""
        links, worker = Program(operation.home, "links").running(), Program(operation.home, "worker-1").running()
        assert links is not None
        psutil.Process(links.pid).kill()
        wait_until(lambda: Program(operation.home, "links").running() is None)
        assert "BAD  link server" in operation.reels("doctor").stdout
        told = operation.reels("up")
        assert told.returncode == 0, told.stderr
        again = Program(operation.home, "links").running()
        assert again is not None
        assert (again.pid != links.pid, again.command) == (True, links.command)
        assert Program(operation.home, "worker-1").running() == worker

    def test_server_that_died_comes_back_where_it_was(self, operation: Any) -> None:
        """Same address, same key: the worker goes on and is not started again."""
        worker = Program(operation.home, "worker-1").running()
        record = json.loads((operation.home / "prefect" / "server.json").read_text())
        for process in [*psutil.Process(record["pid"]).children(recursive=True), psutil.Process(record["pid"])]:
            process.kill()
        told = operation.reels("up")
        assert told.returncode == 0, told.stderr
        again = json.loads((operation.home / "prefect" / "server.json").read_text())
        assert (again["port"], again["key"], again["pid"] != record["pid"]) == (record["port"], record["key"], True)
        assert Program(operation.home, "worker-1").running() == worker


class TestDown:
    """Its own home folder, for it ends everything."""

    @pytest.fixture
    def machine(self, operation: Any, tmp_path: Path) -> Iterator[Any]:
        """A second home folder whose worker takes runs of the queue `publish` from the first one's server."""
        key = json.loads((operation.home / "prefect" / "server.json").read_text())["key"]
        environment = {**operation.environment, "REELS_HOME": str(tmp_path / "home"), "PREFECT_API_URL": operation.api.url,
                       "PREFECT_API_AUTH_STRING": key}
        machine = type(operation)(tmp_path / "home", environment, operation.api)
        private_folder(machine.home / FOLDER)
        shutil.copy(operation.home / FOLDER / RECORD, machine.home / FOLDER)  # else they would be deployed again
        yield machine
        machine.reels("down", "--now")

    def test_running_reel_is_finished_first_and_nothing_is_left(self, machine: Any) -> None:
        """The worker takes nothing more, its run ends well, and then everything is gone but the user's server."""
        machine.up("--queue", "publish", "--queue", "cpu", "--workers", "1", "--limit", "1")
        assert online_workers(machine.api).keys() >= {json_name(machine)}
        run = machine.start_run("produce-reel", parameters={"script": "Good bye.", "engines": FAKES, "publish": []},
                                work_queue_name="publish")
        wait_until(lambda: flow_processes(machine.home) or state_of(machine.api, run) == "COMPLETED")
        told = machine.reels("down")
        assert told.returncode == 0, told.stderr
        wait_until(lambda: state_of(machine.api, run) == "COMPLETED")
        assert of_home(machine.home) == []
        assert machine.api.answers()

    def test_now_ends_a_running_reel_and_says_so(self, machine: Any) -> None:
        """Nothing is ended by force without a word."""
        machine.up("--queue", "publish")
        machine.start_run("produce-reel", parameters={"script": "Never. " * 60, "publish": []}, work_queue_name="publish")
        wait_until(lambda: flow_processes(machine.home))
        told = machine.reels("down", "--now")
        assert told.returncode == 0, told.stderr
        assert "1 run" in told.stdout
        assert of_home(machine.home) == []

    def test_user_server_that_is_silent_is_named(self, machine: Any) -> None:
        """The address is right there in the sentence."""
        with socket_of_nobody() as port:
            machine.environment["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"
            told = machine.reels("up")
        assert (told.returncode, f"127.0.0.1:{port}" in told.stderr) == (TryAgain.exit_code, True)


def json_name(machine: Any) -> str:
    """The name of the machine's first worker."""
    record = Program(machine.home, "worker-1").running()
    assert record is not None
    return record.command[record.command.index("--name") + 1]


def socket_of_nobody() -> Any:
    """A port on which nobody answers."""
    import contextlib
    import socket

    @contextlib.contextmanager
    def held() -> Iterator[int]:
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            yield silent.getsockname()[1]

    return held()
