"""The program's own Prefect server: loopback, keyed, deaf to foreign web pages, started once and reused.

Whoever set `PREFECT_API_URL` has a server already and this one stays out of the way. Otherwise one server per home folder
runs in the background with its own database, its own random key and its own settings; the user's Prefect profile is never
read or written. Prefect itself is not imported here.

    <home>/prefect/server.json    port, process, key; readable by its owner only
    <home>/prefect/server.log     what the server printed
"""

import base64
import contextlib
import fcntl
import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil
from pydantic import Field

from tasks.domain.base import Record
from tasks.domain.errors import FixMachine, NoFreePort, NotWritable, TryAgain
from tasks.media.signals import uninterrupted
from tasks.runtime.processes import bound_log, command_line, private, write_private
from tasks.runtime.store import writable

HOST = "127.0.0.1"
"""The only address the server listens on."""
PORTS = range(20_000, 32_768)
"""Where a free port is looked for: below those that the system lends to connections, of which any may be lent, and so be
taken, before a server that needs seconds to start listens on it.
"""
PORT_TRIES = 50
"""How many of them are tried before any port is taken."""
START_TIMEOUT_S = 120.0
"""How long a start may take; a first start makes its database, on a busy machine too."""
STOP_TIMEOUT_S = 15.0
"""How long a server gets to end by itself."""
LASTING = {"PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem"}
"""What makes a server remember over a restart who holds the slots of a limit: forgotten ones would never come back."""
UNASKED = {"PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "false", "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false"}
"""What a client need not ask a server that this program started: a token against foreign pages, which that server turns away
by its key and their origin and gives nobody, and its version.
"""
POLL_S = 0.15
"""Seconds between two looks at a starting server."""


class RunningServer(Record):
    """A server as its file describes it; the next one takes its port and its key, so that all who know them go on."""

    port: int = Field(ge=1, le=65535)
    pid: int = Field(gt=0)
    key: str = Field(description="the auth string, 'user:password'")

    @property
    def api_url(self) -> str:
        """Where the API answers."""
        return f"http://{HOST}:{self.port}/api"

    @property
    def ui_url(self) -> str:
        """Where a person looks."""
        return f"http://{HOST}:{self.port}"


class LocalServer:
    """The server of one home folder.

    Args:
        home: the program's home folder; the server lives in `<home>/prefect`.
        port: the port to use; None takes a free one.
    """

    def __init__(self, home: Path, *, port: int | None = None) -> None:
        self.folder = home / "prefect"
        self.port = port

    def running(self) -> RunningServer | None:
        """The server that answers with our key, or None."""
        server = self._recorded()
        return server if server and answers(server) else None

    def start(self) -> RunningServer:
        """Starts the server unless it runs or is starting; does not wait for its answer.

        Raises:
            NoFreePort: the wanted port is taken, or none is free.
            NotWritable: the home folder cannot be written.
        """
        with self._locked():
            recorded = self._recorded()
            if recorded and alive(recorded):
                return recorded
            return self._spawn()

    def wait(self, server: RunningServer, *, timeout_s: float = START_TIMEOUT_S) -> RunningServer:
        """Waits until `server` answers.

        Raises:
            FixMachine: the server ended instead; the message holds the last line it printed.
            TryAgain: no answer in time.
        """
        until_s = time.monotonic() + timeout_s
        while time.monotonic() < until_s:
            if answers(server):
                return server
            if not alive(server):
                raise FixMachine(f"the local server ended while starting: {self._last_words()!r}; see"
                                 f" {str(self._log)!r}, then run the command again")
            time.sleep(POLL_S)
        raise TryAgain(f"the local server gave no answer within {timeout_s:.0f} s: the machine may be busy; run the"
                       f" command again, or `reels down` first; its log is {str(self._log)!r}")

    def stop(self) -> bool:
        """Stops the server; tells whether one was running."""
        with self._locked():
            server = self._recorded()
            if server is None or not alive(server):
                return False
            _end(server)
            return True

    def environment(self, server: RunningServer) -> dict[str, str]:
        """What Prefect's client must find in its environment to use this server and nothing else."""
        return {**self._own_settings(), **UNASKED, **_past_proxies(os.environ), "PREFECT_API_URL": server.api_url,
                "PREFECT_API_AUTH_STRING": server.key}

    @property
    def _record(self) -> Path:
        return self.folder / "server.json"

    @property
    def _log(self) -> Path:
        return self.folder / "server.log"

    def _own_settings(self) -> dict[str, str]:
        return {
            "PREFECT_HOME": str(self.folder),
            "PREFECT_PROFILES_PATH": str(self.folder / "profiles.toml"),
            "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
            "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
            "PREFECT_SERVER_SERVICES_SCHEDULER_MIN_RUNS": "1",  # one firing of a schedule is planned ahead, not three
        }

    def _recorded(self) -> RunningServer | None:
        try:
            return RunningServer.model_validate_json(self._record.read_bytes())
        except (OSError, ValueError):
            return None

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """One starter or stopper at a time, in all processes."""
        with writable(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            lock = (self.folder / "lock").open("w")
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _spawn(self) -> RunningServer:
        before = self._recorded()
        port = self._port_after(before)
        key = before.key if before else f"reels:{secrets.token_urlsafe(24)}"
        bound_log(self._log)
        with uninterrupted():
            with writable(self.folder), private(self._log, os.O_APPEND) as log:
                process = subprocess.Popen(
                    [sys.executable, "-m", "prefect", "server", "start", "--host", HOST, "--port", str(port)],
                    env=server_environment(os.environ, {**self._own_settings(), **_locks_of_the_door(port, key), **LASTING}),
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd=self.folder)
            server = RunningServer(port=port, pid=process.pid, key=key)
            try:
                self._write(server)
            except NotWritable:
                _end(server)  # nobody would find it again
                raise
        return server

    def _port_after(self, before: RunningServer | None) -> int:
        """The port of the server before, if nothing else was asked for and nobody has taken it since."""
        if self.port is None and before:
            with contextlib.suppress(NoFreePort):
                return free_port(before.port)
        return free_port(self.port)

    def _write(self, server: RunningServer) -> None:
        write_private(self._record, server.model_dump_json())

    def _last_words(self) -> str:
        try:
            lines = self._log.read_text("utf-8", "replace").strip().splitlines()
        except OSError:
            return ""
        return lines[-1].strip() if lines else ""


def server_environment(inherited: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """The environment a server starts with: ours, and of what was inherited nothing that configures Prefect."""
    return {**{name: value for name, value in inherited.items() if not name.startswith("PREFECT_")}, **own}


def _past_proxies(inherited: Mapping[str, str]) -> dict[str, str]:
    """What keeps clients from asking the user's proxy for a server on this machine."""
    names = [name for name in ("NO_PROXY", "no_proxy") if inherited.get(name)] or ["NO_PROXY"]
    return {name: ",".join([*filter(None, [inherited.get(name)]), HOST]) for name in names}


def answers(server: RunningServer) -> bool:
    """True when the server takes our key: an answer without it could come from anybody's."""
    token = base64.b64encode(server.key.encode()).decode()
    request = urllib.request.Request(f"{server.api_url}/admin/version", headers={"Authorization": f"Basic {token}"})  # noqa: S310
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=5) as reply:
            return bool(reply.status == 200)
    except (OSError, http.client.HTTPException):
        return False


def alive(server: RunningServer) -> bool:
    """True while the process of the record is a Prefect server on its port: after a restart of the machine the number may
    belong to a program of somebody else, which is neither waited for nor ended.
    """
    try:
        arguments = command_line(psutil.Process(server.pid))
    except psutil.Error:
        return False
    return "prefect" in arguments and str(server.port) in arguments


def free_port(wanted: int | None) -> int:
    """The wanted port, or, where none is wanted, a free one of `PORTS`.

    Raises:
        NoFreePort: `wanted` is taken, or no port can be had.
    """
    for _ in range(0 if wanted else PORT_TRIES):
        with contextlib.suppress(NoFreePort):
            return _bound_once(secrets.choice(PORTS))
    return _bound_once(wanted or 0)


def _bound_once(port: int) -> int:
    """The port, 0 for any, that could be bound just now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise NoFreePort(f"no port for the local server: {HOST}:{port or 'any'} ({error.strerror}); end what uses"
                             " it, or set another as server_port in reels.toml or REELS_SERVER_PORT") from error
        found: int = probe.getsockname()[1]
    return found


def _locks_of_the_door(port: int, key: str) -> dict[str, str]:
    """An open Prefect server runs commands for any web page; these settings close it."""
    own_origin = f"http://{HOST}:{port}"
    return {
        "PREFECT_SERVER_API_AUTH_STRING": key,
        "PREFECT_API_AUTH_STRING": key,
        "PREFECT_API_URL": f"{own_origin}/api",
        "PREFECT_UI_API_URL": f"{own_origin}/api",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": own_origin,
        "PREFECT_SERVER_CORS_ALLOWED_METHODS": "GET,POST,PATCH,PUT,DELETE",
        "PREFECT_SERVER_CORS_ALLOWED_HEADERS": "authorization,content-type",
    }


def _end(server: RunningServer) -> None:
    """Ends a server and its group: first politely, then not."""
    for number, patience_s in ((signal.SIGTERM, STOP_TIMEOUT_S), (signal.SIGKILL, 5.0)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, number)
        until_s = time.monotonic() + patience_s
        while time.monotonic() < until_s:
            if not alive(server):
                return
            time.sleep(POLL_S)
