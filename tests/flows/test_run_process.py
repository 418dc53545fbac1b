"""The process that a worker starts for a run."""

import os
import subprocess
import sys
from pathlib import Path


def test_does_what_prefects_own_engine_does(tmp_path: Path) -> None:
    """Without a run to do it says so and fails, in the engine's words."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT")}
    environment |= {"PREFECT_HOME": str(tmp_path)}
    done = [subprocess.run([sys.executable, "-m", module], env=environment, capture_output=True, text=True, timeout=120,
                           check=False) for module in ("prefect.engine", "flows.run_process")]
    assert [run.returncode for run in done] == [1, 1]
    assert all("Invalid flow run id" in run.stdout + run.stderr for run in done)
