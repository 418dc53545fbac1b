"""The examples in examples/api against a real server and a real worker, over HTTP alone."""

import json
import os
import runpy
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import pytest
import yaml

from tasks.domain.reel import Manifest
from tasks.runtime.local_server import LocalServer, server_environment

CHECKOUT = Path(__file__).parents[2]
EXAMPLES = CHECKOUT / "examples" / "api"
SECRET = "whsec_" + "QUJD" * 11
FAKES = {"engines": {"speech": "tone", "alignment": "even", "animation": "still", "lipsync": "flap"}, "publish": ["nowhere"]}
"""Stand-ins that make a run quick."""
PATIENCE_S = 400
"""Longest a run through a worker may take on a busy machine."""

pytestmark = [pytest.mark.timeout(900), pytest.mark.skipif(
    not shutil.which("jq") and os.environ.get("CI") != "true", reason="the shell example needs jq")]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder of the module's own."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def told(home: Path) -> Iterator[tuple[str, Path]]:
    """The example's webhook receiver: its address, and the file with what it printed."""
    log = home / "told.txt"
    with log.open("wb") as stream:
        process = subprocess.Popen([sys.executable, EXAMPLES / "receive_webhook.py", "0"], stdout=stream,
                                   env={**os.environ, "REELS_WEBHOOK_SECRET": SECRET})
    yield until(lambda: log.read_text("utf-8").partition("\n")[0]), log
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def operation(home: Path, told: tuple[str, Path]) -> Iterator[dict[str, str]]:
    """A server with this checkout's deployments and a worker; gives the environment of its clients."""
    local = LocalServer(home)
    server = local.wait(local.start(), timeout_s=PATIENCE_S)
    environment = server_environment(os.environ, local.environment(server)) | {
        "REELS_HOME": str(home), "REELS_WEBHOOK_URL": told[0], "REELS_WEBHOOK_SECRET": SECRET,
        "PREFECT_RESULTS_LOCAL_STORAGE_PATH": str(home / "store" / "results"), "PREFECT_WORKER_QUERY_SECONDS": "1"}
    ours = yaml.safe_load((CHECKOUT / "prefect.yaml").read_text("utf-8"))["deployments"]
    (home / "prefect.yaml").write_text(json.dumps({"name": "tests", "pull": [], "deployments": [
        one for one in ours if one["name"] == "produce-reel"]}))
    for command in (["work-pool", "create", "reels", "--type", "process"],
                    ["--no-prompt", "deploy", "--all", "--prefect-file", str(home / "prefect.yaml")]):
        subprocess.run([sys.executable, "-m", "prefect", *command], env=environment, cwd=CHECKOUT, check=True,
                       stdout=subprocess.DEVNULL)
    worker = subprocess.Popen([sys.executable, "-m", "prefect", "worker", "start", "--pool", "reels"], env=environment,
                              cwd=CHECKOUT, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield environment
    end(worker)
    local.stop()


def end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process and all it started."""
    started = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGKILL)
    for child in started:
        if child.is_running():
            child.kill()
    process.wait()


def until(look: Callable[[], Any]) -> Any:
    """What `look` gives once it gives something."""
    until_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < until_s:
        if found := look():
            return found
        time.sleep(0.5)
    raise AssertionError("nothing came")


def example(name: str, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs an example as a reader would, without any of our packages on its path."""
    program = "sh" if name.endswith(".sh") else sys.executable
    return subprocess.run([program, EXAMPLES / name, *arguments], env=environment, capture_output=True, text=True,
                          timeout=PATIENCE_S, check=False)


@pytest.fixture
def api(operation: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The functions of the Python example, pointed at the server."""
    for name in ("PREFECT_API_URL", "PREFECT_API_AUTH_STRING"):
        monkeypatch.setenv(name, operation[name])
    return runpy.run_path(str(EXAMPLES / "make_reel.py"))


def test_reel_by_http_and_webhook(
    operation: dict[str, str], api: dict[str, Any], told: tuple[str, Path], tmp_path: Path,
) -> None:
    """With curl a reel is approved and made, its manifest fetched; Python with the same key gets the same; told once."""
    script = tmp_path / "talk.txt"
    script.write_text("Hello.")
    made = example("make_reel.sh", operation, str(script), "talk-1", json.dumps(FAKES))
    assert made.returncode == 0, made.stderr
    papers = Manifest.model_validate_json(made.stdout)
    assert [word.text for word in papers.words] == ["Hello."]
    assert (papers.approval.who, papers.approval.how) == ("make_reel.sh", "form")
    again = example("make_reel.py", operation, str(script), "talk-1", json.dumps(FAKES))
    assert again.returncode == 0, again.stderr
    assert (json.loads(again.stdout), again.stderr) == (json.loads(made.stdout), made.stderr)
    until(lambda: "reel.finished reel: Reel" in told[1].read_text("utf-8"))
    lines = told[1].read_text("utf-8")
    assert (lines.count("reel.waiting"), lines.count("reel.finished")) == (1, 1)
    run_id = made.stderr.split()[1]
    refused = api["call"]("POST", f"/flow_runs/{run_id}/resume", {"run_input": api["ANSWER"]})
    assert refused["status"] == "ABORT", "nothing waits any more; the HTTP status does not say so"


def test_refusal_by_http(operation: dict[str, str], told: tuple[str, Path], tmp_path: Path) -> None:
    """A run that cannot be made ends the example with the state's sentence, and the receiver is told without the script."""
    script = tmp_path / "talk.txt"
    script.write_text("Hello.")
    failed = example("make_reel.py", operation, str(script), "talk-2", json.dumps(FAKES | {"avatar": "eve"}))
    assert failed.returncode == 1
    assert "no avatar 'eve'" in failed.stderr
    until(lambda: "reel.failed reel: Reel no avatar 'eve'" in told[1].read_text("utf-8"))


def test_event_in_run_out(operation: dict[str, str], api: dict[str, Any]) -> None:
    """The automation starts a run with the script of the event; setting it up twice makes one."""
    first, second = (example("automation.py", operation) for _ in range(2))
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    text = f"Hello {uuid4().hex}, {{{{ 7 * 7 }}}}."
    event = {"id": str(uuid4()), "occurred": "2026-05-04T06:00:00Z", "event": "script.ready",
             "resource": {"prefect.resource.id": "newsroom.script.42"}, "payload": {"script": text}}

    def sent() -> Any:
        runs = api["call"]("POST", "/flow_runs/filter", {"sort": "EXPECTED_START_TIME_DESC", "limit": 20})
        return [run for run in runs if run["parameters"].get("script") == text]

    send(event, operation)
    run, = until(sent)
    assert run["deployment_id"] == api["call"]("GET", "/deployments/name/produce-reel/produce-reel")["id"]


def send(event: dict[str, Any], environment: dict[str, str]) -> None:
    """Sends an event as the example's page says."""
    subprocess.run(["curl", "--silent", "--fail", "--retry", "5", "-u", environment["PREFECT_API_AUTH_STRING"], "-H",
                    "Content-Type: application/json", f"{environment['PREFECT_API_URL']}/events", "-d", json.dumps([event])],
                   check=True)
