"""The programs of a machine: workers run with the interpreter that starts them."""

import sys
from pathlib import Path

import pytest

from flows.residents import WorkerOptions, residents
from tasks.runtime.prefect_api import PrefectApi
from tasks.runtime.processes import FOLDER, ProgramRecord
from tasks.runtime.settings import current_settings

API = PrefectApi("http://127.0.0.1:9/api", {})
"""A server that is not asked."""
GONE = 2**22 + 1
"""The number of a process that no Linux has."""
ARGUMENTS = ("-m", "prefect", "worker", "start", "--limit", "3", "--work-queue", "gpu")
"""What the worker is told."""


@pytest.fixture
def worker_command(home: Path) -> tuple[str, ...]:
    """What a machine's worker is started with after it died in another environment."""
    recorded = ("/elsewhere/bin/python", *ARGUMENTS)
    record = ProgramRecord(pid=GONE, started_s=0.0, command=recorded, meant_for="")
    (home / FOLDER).mkdir(parents=True)
    (home / FOLDER / "worker-1.json").write_text(record.model_dump_json(), "utf-8")
    return next(resident.command for resident in residents(current_settings(), API, WorkerOptions())
                if resident.title == "worker-1")


def test_worker_runs_in_the_environment_that_starts_it(worker_command: tuple[str, ...]) -> None:
    """Its queues and its limit are as they were; `.venv-models/bin/reels up` starts workers that run models."""
    assert worker_command[0] == sys.executable
    assert worker_command[1:] == ARGUMENTS
