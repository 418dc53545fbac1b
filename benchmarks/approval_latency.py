"""How long it takes from a person's answer until the run goes on.

    reels up; python -m benchmarks.approval_latency [--runs N]

Starts reels with the stand-ins through the worker that `reels up` runs, approves each over HTTP once it waits, and prints
the seconds from the answer until its flow's body runs again. Nothing is published.
"""

import argparse
import datetime as dt
import sys
import time
from typing import Any
from uuid import uuid4

from flows.connection import running_api
from tasks.runtime.prefect_api import PrefectApi
from tasks.runtime.settings import current_settings

FAKES = {"speech": "tone", "alignment": "even", "animation": "still", "lipsync": "flap"}
"""Stand-ins: what is timed is the way to the body, not what is made there."""
PATIENCE_S = 180.0
"""How long a state may take."""
LOOK_S = 0.25
"""Seconds between two looks."""


def main() -> int:
    """Prints a line for each run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, metavar="N")
    number = parser.parse_args().runs
    settings = current_settings()
    api = running_api(settings)
    if api is None:
        sys.stderr.write("run `reels up` first\n")
        return 3
    waits = [latency_s(api) for _ in range(number)]
    for seconds in waits:
        sys.stdout.write(f"{seconds:6.1f} s\n")
    sys.stdout.write(f"from the answer until the run goes on: {sum(waits) / number:.1f} s on average, {max(waits):.1f} s at"
                     f" most; the worker looks every {settings.worker_poll_s:g} s\n")
    return 0


def latency_s(api: PrefectApi) -> float:
    """Seconds from the answer to one run until it runs again."""
    deployment = api.get("deployments/name/produce-reel/produce-reel")["id"]
    script = {"title": f"Latency {uuid4().hex[:8]}", "beats": [{"say": f"Hello {uuid4().hex[:4]}."}]}
    parameters = {"script": script, "engines": FAKES, "publish": []}
    run = api.post(f"deployments/{deployment}/create_flow_run", {"parameters": parameters})["id"]
    _wait(api, run, {"PAUSED"})
    time.sleep(1)  # the form is complete a moment after the state
    answered = dt.datetime.now(dt.UTC)
    told = api.post(f"flow_runs/{run}/resume", {"run_input": {"decision": "approve", "your_name": "benchmark"}})
    if told["status"] != "ACCEPT":
        raise RuntimeError(f"the answer was not accepted: {told}")
    _wait(api, run, {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"})
    states = api.get(f"flow_run_states/?flow_run_id={run}")
    again = max(dt.datetime.fromisoformat(state["timestamp"]) for state in states if state["type"] == "RUNNING")
    return (again - answered).total_seconds()


def _wait(api: PrefectApi, run: str, kinds: set[str]) -> Any:
    until_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < until_s:
        found = api.get(f"flow_runs/{run}")
        if found["state_type"] in kinds:
            return found
        time.sleep(LOOK_S)
    raise RuntimeError(f"run {run} is {found['state_type']}, not {kinds}")


if __name__ == "__main__":
    sys.exit(main())
