"""Programs in the background: known by number and start, ended whole, quiet towards strangers."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from tasks.runtime.processes import (
    FLOW_MODULES,
    Program,
    ProgramRecord,
    bound_log,
    command_line,
    end_flows,
    flow_processes,
    is_running,
    locked,
    write_private,
)

SLEEP = (sys.executable, "-c", "import time; print('here', flush=True); time.sleep(60)")
STUBBORN = (sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True);"
                                  " time.sleep(60)")
"""A program that hears no polite word."""


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    """A program that is not running; ended in any case."""
    program = Program(tmp_path, "sleeper")
    yield program
    program.stop(patience_s=0)


def has_printed(program: Program) -> None:
    """Waits for its first line."""
    until_s = time.monotonic() + 20
    while not program.last_words():
        assert time.monotonic() < until_s
        time.sleep(0.02)


class TestProgram:
    def test_started_program_is_found_by_another_process(self, program: Program, tmp_path: Path) -> None:
        """All that is known of it stands in a file."""
        record = program.start(SLEEP, os.environ)
        assert Program(tmp_path, "sleeper").running() == record

    def test_an_interrupted_start_leaves_a_known_program(self, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        """Ctrl-C between the start and the record waits for the record: otherwise nobody would find the program again."""
        start = subprocess.Popen

        def interrupted(*arguments: Any, **options: Any) -> "subprocess.Popen[bytes]":
            process = start(*arguments, **options)
            signal.raise_signal(signal.SIGINT)
            return process

        monkeypatch.setattr(subprocess, "Popen", interrupted)
        with pytest.raises(KeyboardInterrupt):
            program.start(SLEEP, os.environ)
        assert program.running() is not None

    def test_ended_program_is_gone(self, program: Program) -> None:
        """And ending it again is no failure."""
        record = program.start(SLEEP, os.environ)
        assert (program.stop(), program.stop(), is_running(record)) == (True, False, False)

    def test_stubborn_program_is_ended_all_the_same(self, program: Program) -> None:
        """After its patience is over, by a signal that nobody can refuse."""
        record = program.start(STUBBORN, os.environ)
        has_printed(program)
        assert program.stop(patience_s=0.3)
        assert not is_running(record)

    def test_program_started_where_interrupts_are_ignored_can_be_interrupted(self, program: Program) -> None:
        """As from a shell that runs `reels up` in the background; its starter ignores them as before."""
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            record = program.start(SLEEP, os.environ)
            has_printed(program)
            os.kill(record.pid, signal.SIGINT)
            assert psutil.Process(record.pid).wait(timeout=20) is not None
            assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
        finally:
            signal.signal(signal.SIGINT, before)

    @pytest.mark.parametrize("wrong", [{"started_s": 1.0}, {"command": ("python", "-m", "other")}])
    def test_process_of_somebody_else_is_left_alone(self, wrong: dict[str, object], program: Program) -> None:
        """A number that came round again, or another program in its place: not ours, and not ended."""
        real = program.start(SLEEP, os.environ)
        path = program.folder / "sleeper.json"
        write_private(path, real.model_copy(update=wrong).model_dump_json())
        assert program.running() is None
        assert program.stop() is False
        assert is_running(real)
        os.killpg(real.pid, signal.SIGKILL)

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": -4, "started_s": 0, "command": []}', "\0\0"])
    def test_damaged_record_counts_as_none(self, text: str, program: Program) -> None:
        """A half-written file stops nobody, and ends nothing."""
        program.folder.mkdir()
        (program.folder / "sleeper.json").write_text(text)
        assert program.running() is None
        assert program.stop() is False

    def test_files_are_for_their_owner_only(self, program: Program) -> None:
        """Whatever the mask of the user is."""
        before = os.umask(0)
        try:
            program.start(SLEEP, os.environ)
        finally:
            os.umask(before)
        assert stat.S_IMODE(program.folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(path.stat().st_mode) for path in program.folder.iterdir()} == {0o600}

    def test_last_words_are_the_last_line(self, program: Program) -> None:
        """What a message quotes when a program ends instead of answering."""
        program.start((sys.executable, "-c", "print('first'); print('no port')"), os.environ)
        until_s = time.monotonic() + 20
        while program.running() and time.monotonic() < until_s:
            time.sleep(0.02)
        assert program.last_words() == "no port"


class TestCommandLine:
    """The words a process was started with."""

    def test_program_that_is_being_put_in_place_is_waited_for(self) -> None:
        """It shows no words for a moment, and is not taken for another program."""
        shown = iter([[], [], ["python", "-m", "prefect"]])
        starting = SimpleNamespace(status=lambda: psutil.STATUS_RUNNING, cmdline=lambda: next(shown))
        assert command_line(starting) == ["python", "-m", "prefect"]  # type: ignore[arg-type]

    def test_ended_process_has_none(self) -> None:
        """One that nobody has waited for yet."""
        ended = SimpleNamespace(status=lambda: psutil.STATUS_ZOMBIE, cmdline=list)
        assert command_line(ended) == []  # type: ignore[arg-type]


class TestBoundLog:
    def test_long_log_begins_anew_and_one_is_kept(self, tmp_path: Path) -> None:
        """A program that goes on appending writes at the new beginning."""
        log = tmp_path / "a.log"
        with log.open("a") as stream:
            stream.write("x" * 100)
            stream.flush()
            bound_log(log, most_bytes=50)
            stream.write("y")
        assert (log.read_text(), (tmp_path / "a.log.1").read_text()) == ("y", "x" * 100)

    def test_short_log_stays(self, tmp_path: Path) -> None:
        """And one that is not there is no failure."""
        (tmp_path / "a.log").write_text("x")
        bound_log(tmp_path / "a.log")
        bound_log(tmp_path / "b.log")
        assert [path.name for path in tmp_path.iterdir()] == ["a.log"]


class TestFlowProcesses:
    def test_runs_of_this_home_are_found_and_ended_with_their_children(self, tmp_path: Path) -> None:
        """Also those whose worker has died; runs of another home folder are left alone."""
        code = ("import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
                " print('both', flush=True); time.sleep(60)")
        runs = [subprocess.Popen([sys.executable, "-c", code, FLOW_MODULES[0]], start_new_session=True,
                                 stdout=subprocess.PIPE, env={**os.environ, "REELS_HOME": str(tmp_path / name)})
                for name in ("mine", "other")]
        for run in runs:
            assert run.stdout is not None
            assert run.stdout.readline() == b"both\n", "the child is there, under its own words"
        children = psutil.Process(runs[0].pid).children()
        found = flow_processes(tmp_path / "mine")
        end_flows(found, patience_s=5)
        assert [process.pid for process in found] == [runs[0].pid]
        assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children)
        assert runs[1].poll() is None
        end_flows(flow_processes(tmp_path / "other"), patience_s=5)
        for run in runs:
            run.communicate()
        assert flow_processes(tmp_path / "other") == []

    def test_program_that_a_run_is_about_to_start_is_no_run(self, tmp_path: Path) -> None:
        """It shows the same words; with the run it is ended all the same."""
        code = ("import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)',"
                " sys.argv[1]]); print('both', flush=True); time.sleep(60)")
        run = subprocess.Popen([sys.executable, "-c", code, FLOW_MODULES[0]], stdout=subprocess.PIPE,
                               env={**os.environ, "REELS_HOME": str(tmp_path)})
        assert run.stdout is not None
        assert run.stdout.readline() == b"both\n"
        found = flow_processes(tmp_path)
        end_flows(found, patience_s=5)
        run.communicate()
        assert [process.pid for process in found] == [run.pid]
        assert flow_processes(tmp_path) == []


class TestLocked:
    def test_second_holder_waits_for_the_first(self, tmp_path: Path) -> None:
        """In another process; a holder that is killed lets go."""
        code = ("import sys, time; from pathlib import Path; from tasks.runtime.processes import locked\n"
                "with locked(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)")
        holder = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        waiter = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        time.sleep(0.5)
        holder.kill()
        assert waiter.stdout is not None
        assert waiter.stdout.readline() == "held\n"
        waiter.kill()
        for process in (holder, waiter):
            process.communicate()
        with locked(tmp_path):
            pass


def test_record_holds_no_key() -> None:
    """It is written to a file: numbers, times and the command, which never has a key in it."""
    assert set(ProgramRecord.model_fields) == {"pid", "started_s", "command", "meant_for"}
