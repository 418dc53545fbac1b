"""A PostgreSQL of one's own for a test or a measurement: a cluster in a temporary folder, gone afterwards."""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tasks.runtime.local_server import free_port

PROGRAMS = "/usr/lib/postgresql/*/bin"
"""Where Debian keeps the server's programs, which are not on the PATH."""
KEEPER = "postgres"
"""Who runs the server where we are root, which PostgreSQL refuses."""
USER = "reels"
DATABASE = "prefect"
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200",
        "shared_buffers": "64MB"}
"""Settings of a database that nobody needs after a crash of the machine. One Prefect server holds up to 30 connections."""


class NoPostgres(Exception):
    """PostgreSQL is not installed here."""


def find_programs() -> Path:
    """The folder with `initdb` and `pg_ctl`, of the newest version there is.

    Raises:
        NoPostgres: there is none, or nobody to run it as.
    """
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve().parent] if on_path else []
    found += sorted(Path("/").glob(PROGRAMS.lstrip("/")), key=lambda folder: float(folder.parent.name))
    if not found:
        raise NoPostgres("no PostgreSQL on this machine: install Debian's package postgresql")
    if os.geteuid() == 0 and not _keeper():
        raise NoPostgres(f"PostgreSQL does not run as root and there is no user {KEEPER!r} to run it as")
    return found[-1]


@contextmanager
def temporary_cluster() -> Iterator[str]:
    """Runs a PostgreSQL with an empty database for Prefect on a free port of the loopback.

    Yields:
        Its URL, as `PREFECT_SERVER_DATABASE_CONNECTION_URL` wants it.

    Raises:
        NoPostgres: it is not installed.
    """
    programs = find_programs()
    folder = Path(tempfile.mkdtemp(prefix="reels-postgres-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, KEEPER)
        url = _start(programs, folder)
        try:
            yield url
        finally:
            _run(programs / "pg_ctl", "stop", "--pgdata", folder / "data", "--mode", "immediate", "--wait")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(programs: Path, folder: Path) -> str:
    key, port, data = secrets.token_urlsafe(16), free_port(None), folder / "data"
    secret = folder / "key"
    secret.write_text(key, "utf-8")
    if os.geteuid() == 0:
        shutil.chown(secret, KEEPER)
    _run(programs / "initdb", "--pgdata", data, "--username", USER, "--pwfile", secret, "--auth", "scram-sha-256",
         "--encoding", "UTF8", "--no-locale", "--no-sync")
    settings = FAST | {"port": str(port), "listen_addresses": "127.0.0.1", "unix_socket_directories": str(folder)}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    _run(programs / "pg_ctl", "start", "--pgdata", data, "--log", folder / "log", "--wait", "--timeout", "120",
         "--options", options)
    for database, command in (("postgres", f"CREATE DATABASE {DATABASE}"), (DATABASE, "CREATE EXTENSION pg_trgm")):
        _run(programs / "psql", "--host", "127.0.0.1", "--port", str(port), "--username", USER, "--dbname", database,
             "--no-psqlrc", "--quiet", "--command", command, key=key)
    return f"postgresql+asyncpg://{USER}:{key}@127.0.0.1:{port}/{DATABASE}"


def _run(program: Path, *arguments: object, key: str = "") -> None:
    """Runs a program of PostgreSQL, as its keeper where we are root; what it prints is shown only if it fails."""
    as_keeper = ["runuser", "-u", KEEPER, "--"] if os.geteuid() == 0 else []
    with tempfile.TemporaryFile() as said:  # a file: the server that pg_ctl leaves behind would hold a pipe open
        done = subprocess.run([*as_keeper, str(program), *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=said,
                              stderr=said, cwd="/", env={"PATH": os.environ["PATH"], "LC_ALL": "C", "PGPASSWORD": key},
                              timeout=180, check=False)
        said.seek(0)
        complaint = said.read().decode("utf-8", "replace")[-2000:]
    if done.returncode:
        raise RuntimeError(f"{program.name} ended with {done.returncode}: {complaint}")


def _keeper() -> bool:
    try:
        pwd.getpwnam(KEEPER)
    except KeyError:
        return False
    return True
