"""The local server: started once, reused, closed to strangers."""

import base64
import json
import os
import socket
import stat
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tasks.domain.errors import FixMachine, NoFreePort, NotWritable
from tasks.runtime import local_server
from tasks.runtime.local_server import HOST, LocalServer, RunningServer, alive, free_port, server_environment

FOREIGN = "http://foreign.example"


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    """One server for the questions of this module."""
    server = LocalServer(tmp_path_factory.mktemp("home"))
    server.wait(server.start())
    yield server
    server.stop()


def ask(
    server: RunningServer, path: str, *, method: str = "GET", body: bytes | None = None, **headers: str,
) -> tuple[int, dict[str, str]]:
    """Status and headers of one request."""
    request = urllib.request.Request(server.ui_url + path, data=body, method=method,
                                     headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return reply.status, {name.lower(): value for name, value in reply.headers.items()}
    except urllib.error.HTTPError as error:
        return error.code, {name.lower(): value for name, value in error.headers.items()}


def key_header(key: str) -> str:
    return "Basic " + base64.b64encode(key.encode()).decode()


class TestLocalServer:
    """A real server, asked over real sockets."""

    def test_is_reused_by_a_second_start(self, local: LocalServer) -> None:
        """A second reel pays nothing for the server."""
        first = local.running()
        assert first is not None
        assert LocalServer(local.folder.parent).start() == first

    def test_request_with_the_key_is_answered(self, local: LocalServer) -> None:
        """The key opens the door; without this the refusals below would prove nothing."""
        server = local.running()
        assert server is not None
        status, _ = ask(server, "/api/flow_runs/filter", method="POST", body=b"{}", Content_Type="application/json",
                        Authorization=key_header(server.key))
        assert status == 200

    @pytest.mark.parametrize("key", [None, "reels:wrong", ""])
    def test_request_without_the_key_is_refused(self, local: LocalServer, key: str | None) -> None:
        """No key, a wrong key and an empty key get nothing."""
        server = local.running()
        assert server is not None
        headers = {"Authorization": key_header(key)} if key is not None else {}
        status, _ = ask(server, "/api/flow_runs/filter", method="POST", body=b"{}", **headers)
        assert status == 401

    def test_foreign_origin_may_not_even_ask(self, local: LocalServer) -> None:
        """A browser's question whether a foreign page may post is answered with no."""
        server = local.running()
        assert server is not None
        status, headers = ask(server, "/api/flow_runs/filter", method="OPTIONS", Origin=FOREIGN,
                              Access_Control_Request_Method="POST", Access_Control_Request_Headers="authorization")
        assert status == 400
        assert "access-control-allow-origin" not in headers

    def test_foreign_origin_reads_no_answer(self, local: LocalServer) -> None:
        """Even with the key an answer carries no leave for a foreign page to read it."""
        server = local.running()
        assert server is not None
        _, headers = ask(server, "/api/flow_runs/filter", method="POST", body=b"{}", Content_Type="application/json",
                         Origin=FOREIGN, Authorization=key_header(server.key))
        assert "access-control-allow-origin" not in headers

    def test_listens_on_loopback_only(self, local: LocalServer) -> None:
        """No other address of this machine answers."""
        server = local.running()
        assert server is not None
        listening = subprocess.run([sys.executable, "-c", (
            "import psutil,sys; p=psutil.Process(int(sys.argv[1]));"
            "ps=[p,*p.children(recursive=True)];"
            "print({c.laddr.ip for q in ps for c in q.net_connections(kind='inet') if c.status=='LISTEN'})"),
            str(server.pid)], capture_output=True, text=True, check=True).stdout.strip()
        assert listening == repr({HOST})

    def test_key_is_readable_by_its_owner_only(self, local: LocalServer) -> None:
        """The file with the key has mode 0600 in a folder of mode 0700."""
        assert stat.S_IMODE((local.folder / "server.json").stat().st_mode) == 0o600
        assert stat.S_IMODE(local.folder.stat().st_mode) == 0o700

    def test_key_is_not_on_the_command_line(self, local: LocalServer) -> None:
        """Other users of the machine see command lines."""
        server = local.running()
        assert server is not None
        assert server.key.split(":")[1] not in Path(f"/proc/{server.pid}/cmdline").read_text()


def with_record(home: Path, record: str) -> LocalServer:
    """A home folder whose server.json holds `record`."""
    local = LocalServer(home)
    local.folder.mkdir(parents=True, exist_ok=True)
    (local.folder / "server.json").write_text(record)
    return local


def greet(listener: socket.socket) -> None:
    """Answers one caller as a mail server would."""
    caller, _ = listener.accept()
    with caller:
        caller.sendall(b"220 mail.example ready\r\n")


class TestLocalServerWithoutStarting:
    """What needs no running server."""

    def test_stale_record_is_not_taken_for_a_server(self, tmp_path: Path) -> None:
        """A record whose process is gone counts as none."""
        ended = subprocess.Popen([sys.executable, "-c", ""])
        ended.wait()
        local = with_record(tmp_path, json.dumps({"port": 1, "pid": ended.pid, "key": "reels:x"}))
        assert local.running() is None
        assert local.stop() is False

    def test_process_of_somebody_else_is_neither_waited_for_nor_ended(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """After a restart of the machine the number in the record may belong to any program."""
        other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True)
        record = json.dumps({"port": 1, "pid": other.pid, "key": "reels:x"})
        local = with_record(tmp_path, record)
        assert local.stop() is False
        assert other.poll() is None
        with_record(tmp_path, record)
        monkeypatch.setattr(sys, "executable", "/bin/false")
        assert local.start().pid != other.pid
        other.communicate(b"\n")
        assert other.returncode == 0

    @pytest.mark.parametrize("record", [
        '{"port": 42', "[]", "null", '{"port": "x", "pid": "y", "key": 3}', '{"port": 99999999, "pid": 1, "key": "reels:x"}',
        '{"port": 1, "pid": -1, "key": "reels:x"}',
    ])
    def test_damaged_record_counts_as_none(self, record: str, tmp_path: Path) -> None:
        """A half-written or odd record does not stop the program, nor make it end something."""
        local = with_record(tmp_path, record)
        assert local.running() is None
        assert local.stop() is False

    def test_port_of_another_program_is_not_taken_for_a_server(self, tmp_path: Path) -> None:
        """What answers there need not speak HTTP."""
        with socket.socket() as other:
            other.bind((HOST, 0))
            other.listen()
            greeter = threading.Thread(target=greet, args=(other,))
            greeter.start()
            local = with_record(tmp_path, json.dumps(
                {"port": other.getsockname()[1], "pid": os.getpid(), "key": "reels:x"}))
            assert local.running() is None
            greeter.join()

    def test_server_whose_record_cannot_be_kept_is_ended(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without the record no later run would find it, and it would stay for ever."""
        started: list[RunningServer] = []

        def full(_: LocalServer, server: RunningServer) -> None:
            started.append(server)
            raise NotWritable("no space left")

        monkeypatch.setattr(LocalServer, "_write", full)
        with pytest.raises(NotWritable):
            LocalServer(tmp_path).start()
        assert not alive(started[0])

    def test_taken_port_is_a_clear_error(self, tmp_path: Path) -> None:
        """The message names the port and the setting."""
        with socket.socket() as other:
            other.bind((HOST, 0))
            other.listen()
            port = other.getsockname()[1]
            with pytest.raises(NoFreePort, match=rf"{port}.*REELS_SERVER_PORT"):
                LocalServer(tmp_path, port=port).start()
        assert not (tmp_path / "prefect" / "server.json").exists()

    def test_free_port_is_kept(self) -> None:
        """A wanted port that is free is the one given."""
        port = free_port(None)
        assert free_port(port) == port

    def test_free_port_is_below_those_that_systems_lend_to_connections(self) -> None:
        """Linux lends from 32768 on, others higher: one of those may be taken before the server listens on it."""
        assert all(1024 < free_port(None) < 32_768 for _ in range(50))

    def test_taken_port_is_passed_over(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where all that were tried are taken, any port is better than none."""
        with socket.socket() as other:
            other.bind((HOST, free_port(None)))
            other.listen()
            taken = other.getsockname()[1]
            monkeypatch.setattr(local_server, "PORTS", range(taken, taken + 1))
            assert free_port(None) != taken

    def test_server_that_ends_while_starting_says_why(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The last line it printed is in the message."""
        monkeypatch.setattr(sys, "executable", "/bin/false")
        local = LocalServer(tmp_path)
        with pytest.raises(FixMachine, match="ended while starting"):
            local.wait(local.start())

    def test_its_clients_ask_for_nothing_that_is_known(self, tmp_path: Path) -> None:
        """Each of these questions would be asked by every client of every run."""
        environment = LocalServer(tmp_path).environment(RunningServer(port=4200, pid=1, key="reels:k"))
        assert environment["PREFECT_CLIENT_CSRF_SUPPORT_ENABLED"] == "false"
        assert environment["PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED"] == "false"

    @pytest.mark.parametrize("before", [
        {}, {"NO_PROXY": "a.example"}, {"no_proxy": "b.example"}, {"NO_PROXY": "a.example", "no_proxy": "b.example"}])
    def test_its_clients_ask_no_proxy_for_it(
        self, before: dict[str, str], tmp_path: Path, receiver: Any, monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """The user's proxy leads to the world; what goes past it besides stays so."""
        for name, value in {"HTTP_PROXY": "http://127.0.0.1:9", **before}.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(httpx.ConnectError):
            httpx.post(receiver.url)
        environment = LocalServer(tmp_path).environment(RunningServer(port=4200, pid=1, key="reels:k"))
        for name in before or ["NO_PROXY"]:
            assert environment[name].startswith(before.get(name, ""))
            monkeypatch.setenv(name, environment[name])
        assert httpx.post(receiver.url).status_code == receiver.status

    def test_inherited_prefect_settings_are_dropped(self) -> None:
        """The user's own Prefect configuration neither reaches our server nor changes."""
        environment = server_environment({"PATH": "/bin", "PREFECT_API_URL": "http://mine", "PREFECT_PROFILE": "work"},
                                         {"PREFECT_HOME": "/home"})
        assert environment == {"PATH": "/bin", "PREFECT_HOME": "/home"}
