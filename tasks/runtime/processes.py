"""Programs that run in the background of one home folder: started once, found again, ended whole.

A program is known by its number *and* by when it started and what it was called with: after a restart of the machine, or
when numbers come round again, the number alone may belong to a program of somebody else, which is left alone.

    <home>/operation/<name>.json    number, start and command; readable by its owner only
    <home>/operation/<name>.log     what it printed, bounded
"""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import psutil
from pydantic import Field

from tasks.domain.base import Record
from tasks.domain.errors import NotWritable
from tasks.media.signals import uninterrupted
from tasks.runtime.store import writable

FOLDER = "operation"
"""Folder of the home that holds what is known of background programs."""
LOOKS, LOOK_S = 20, 0.05
"""How often, and how many seconds apart, a process is looked at that shows no words yet."""
START_TOLERANCE_S = 2.0
"""How far two readings of a start may lie apart: the clock of the machine may have been set in between."""
STOP_TIMEOUT_S = 15.0
"""How long a program gets to end by itself."""
MOST_LOG_BYTES = 8 << 20
"""Size at which a log begins anew; the one before it is kept as `.1`."""
POLL_S = 0.1
"""Seconds between two looks at an ending program."""
FLOW_MODULES = ("flows.run_process", "prefect.engine", "prefect.flow_engine")
"""The modules a worker starts a run with."""


class ProgramRecord(Record):
    """A background program as its file describes it."""

    pid: int = Field(gt=0)
    started_s: float = Field(description="when it started, in seconds since 1970")
    command: tuple[str, ...] = Field(description="what it was started with; never a key")
    meant_for: str = Field(default="", description="what it depends on, e.g. the address of its server")


class Program:
    """One background program of a home folder.

    Args:
        home: the program's home folder.
        name: what it is called, e.g. 'worker-1'.
    """

    def __init__(self, home: Path, name: str) -> None:
        self.folder = home / FOLDER
        self.name = name

    @property
    def log(self) -> Path:
        """Where it prints to."""
        return self.folder / f"{self.name}.log"

    def recorded(self) -> ProgramRecord | None:
        """What was written when it was last started, running or not."""
        try:
            return ProgramRecord.model_validate_json(self._record.read_bytes())
        except (OSError, ValueError):
            return None

    def running(self) -> ProgramRecord | None:
        """The program as it runs, or None."""
        record = self.recorded()
        return record if record and is_running(record) else None

    def start(self, command: Sequence[str], environment: Mapping[str, str], *, meant_for: str = "") -> ProgramRecord:
        """Starts it in the background; the caller holds `locked` and has seen that it is not running.

        Raises:
            NotWritable: the home folder cannot be written.
        """
        private_folder(self.folder)
        bound_log(self.log)
        with uninterrupted():
            with writable(self.folder), private(self.log, os.O_APPEND) as log, _interruptible():
                process = subprocess.Popen(list(command), env=dict(environment), stdin=subprocess.DEVNULL, stdout=log,
                                           stderr=log, start_new_session=True, cwd=self.folder)
            record = ProgramRecord(pid=process.pid, started_s=psutil.Process(process.pid).create_time(),
                                   command=tuple(command), meant_for=meant_for)
            try:
                write_private(self._record, record.model_dump_json())
            except NotWritable:
                end(record)  # nobody would find it again
                raise
        return record

    def stop(self, *, patience_s: float = STOP_TIMEOUT_S) -> bool:
        """Ends it, first politely and then not; tells whether it was running."""
        record = self.running()
        if record:
            end(record, patience_s=patience_s)
        self._record.unlink(missing_ok=True)
        return record is not None

    def leave(self) -> bool:
        """Ends it at once, alone: what it started goes on. Tells whether it was running."""
        record = self.running()
        if record:
            with contextlib.suppress(ProcessLookupError):
                os.kill(record.pid, signal.SIGKILL)
            _gone(record, STOP_TIMEOUT_S)
        self._record.unlink(missing_ok=True)
        return record is not None

    def last_words(self) -> str:
        """The last line it printed."""
        try:
            lines = self.log.read_text("utf-8", "replace").strip().splitlines()
        except OSError:
            return ""
        return lines[-1].strip() if lines else ""

    @property
    def _record(self) -> Path:
        return self.folder / f"{self.name}.json"


def is_running(record: ProgramRecord) -> bool:
    """True while the process of the record is the one that was started."""
    try:
        process = psutil.Process(record.pid)
        if abs(process.create_time() - record.started_s) > START_TOLERANCE_S:
            return False
        return command_line(process)[-len(record.command) + 1:] == list(record.command[1:])
    except psutil.Error:
        return False


def command_line(process: psutil.Process) -> list[str]:
    """The words a process was started with; none of one that has ended.

    While the system puts a program in the place of another it shows no words for a moment, which lasts on a busy machine.

    Raises:
        psutil.Error: there is no such process, or it may not be looked at.
    """
    for _ in range(LOOKS):
        if process.status() == psutil.STATUS_ZOMBIE:
            return []
        if words := process.cmdline():
            return words
        time.sleep(LOOK_S)
    return []


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Lets programs that are started meanwhile be interrupted.

    What a shell runs in the background ignores interrupts, so would its children, and a worker ends by interrupting itself.
    """
    ignored = signal.getsignal(signal.SIGINT) == signal.SIG_IGN and threading.current_thread() is threading.main_thread()
    if ignored:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        if ignored:
            signal.signal(signal.SIGINT, signal.SIG_IGN)


def end(record: ProgramRecord, *, patience_s: float = STOP_TIMEOUT_S) -> None:
    """Ends a program and what it started: a polite signal to itself, and after `patience_s` one to its group that no
    program can refuse.
    """
    if not is_running(record):
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(record.pid, signal.SIGTERM)
    if not _gone(record, patience_s):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(record.pid, signal.SIGKILL)
        _gone(record, STOP_TIMEOUT_S)


def flow_processes(home: Path) -> list[psutil.Process]:
    """The runs that are being worked on for this home folder, orphans of a worker that died included.

    A program that a run is about to start shows the words of the run for a moment, and is none.
    """
    found = {process.pid: process for process in psutil.process_iter(["ppid"]) if _is_flow(process, str(home))}
    return [process for process in found.values() if process.info["ppid"] not in found]


def end_flows(processes: Sequence[psutil.Process], *, patience_s: float = STOP_TIMEOUT_S) -> None:
    """Ends runs where they stand, and every program that they started."""
    family = {one for process in processes for one in _family(process)}
    for number in ("terminate", "kill"):
        for process in family:
            with contextlib.suppress(psutil.Error):
                getattr(process, number)()
        _, left = psutil.wait_procs(list(family), timeout=patience_s)
        family = set(left)


@contextlib.contextmanager
def locked(home: Path, name: str = "lock") -> Iterator[None]:
    """One holder at a time, in all processes of this machine; a holder that dies lets go.

    Raises:
        NotWritable: the home folder cannot be written.
    """
    folder = private_folder(home / FOLDER)
    with writable(folder):
        lock = (folder / name).open("w")
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def private_folder(folder: Path) -> Path:
    """Makes a folder that only its owner can look into.

    Raises:
        NotWritable: it cannot be made.
    """
    with writable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    return folder


def write_private(path: Path, text: str) -> None:
    """Writes a file that only its owner can read, whole or not at all.

    Raises:
        NotWritable: it cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with writable(path.parent):
        with private(draft, os.O_TRUNC) as descriptor, os.fdopen(os.dup(descriptor), "w", encoding="utf-8") as stream:
            stream.write(text)
        os.replace(draft, path)


@contextlib.contextmanager
def private(path: Path, flags: int) -> Iterator[int]:
    """A descriptor to write to a file that only its owner can read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | flags, 0o600)
    try:
        os.fchmod(descriptor, 0o600)
        yield descriptor
    finally:
        os.close(descriptor)


def bound_log(path: Path, *, most_bytes: int = MOST_LOG_BYTES) -> None:
    """Begins a log anew once it is too long, keeping one before it; works while a program appends to it."""
    try:
        if path.stat().st_size <= most_bytes:
            return
        shutil.copyfile(path, path.with_name(f"{path.name}.1"))
        path.with_name(f"{path.name}.1").chmod(0o600)
        os.truncate(path, 0)
    except OSError:
        return  # a log that cannot be shortened stops nobody


def _gone(record: ProgramRecord, patience_s: float) -> bool:
    until_s = time.monotonic() + patience_s
    while time.monotonic() < until_s:
        if not is_running(record):
            return True
        time.sleep(POLL_S)
    return not is_running(record)


def _is_flow(process: psutil.Process, home: str) -> bool:
    try:
        return (any(module in process.cmdline() for module in FLOW_MODULES)
                and process.environ().get("REELS_HOME") == home)
    except (psutil.Error, OSError):
        return False


def _family(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []
