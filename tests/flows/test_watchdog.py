"""The watchdog's loop: every duty each round, trouble said once, an end when asked for."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from flows.watchdog import watch
from tasks.domain.errors import NotWritable


def test_trouble_is_said_once_and_its_end_too(capsys: pytest.CaptureFixture[str]) -> None:
    """A server away for an hour fills no log."""
    stop, rounds = threading.Event(), []

    def duty() -> None:
        rounds.append(1)
        if len(rounds) in (2, 3, 4):
            raise httpx.ConnectError("refused")
        if len(rounds) == 6:
            stop.set()

    watch([duty], stop=stop, interval_s=0)
    assert capsys.readouterr().err.splitlines() == [
        "watchdog: the Prefect server does not answer (ConnectError): trying again", "watchdog: all is well again"]


def test_duty_that_fails_keeps_no_other_from_being_done(capsys: pytest.CaptureFixture[str]) -> None:
    """A full disk is no reason to forget deadlines."""
    stop, done = threading.Event(), []

    def first() -> None:
        raise NotWritable("no space left")

    def second() -> None:
        done.append(1)
        stop.set()

    watch([first, second], stop=stop, interval_s=0)
    assert done == [1]
    assert "no space left: trying again" in capsys.readouterr().err


def test_ends_cleanly_when_told_to(tmp_path: Path) -> None:
    """SIGTERM ends it within a moment, its next round far away, with code 0, also while no server answers."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "REELS_"))}
    process = subprocess.Popen([sys.executable, "-m", "flows.watchdog", "--every", "3600"], stderr=subprocess.PIPE,
                               text=True, cwd=Path(__file__).parents[2],
                               env={**own, "REELS_HOME": str(tmp_path), "PREFECT_HOME": str(tmp_path / "prefect"),
                                    "PREFECT_API_URL": "http://127.0.0.1:9/api"})
    assert process.stderr is not None
    said = process.stderr.readline()
    while said and "watchdog:" not in said:
        said = process.stderr.readline()
    assert "does not answer" in said
    begun_s = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0
    assert time.monotonic() - begun_s < 10
