"""The gates of runs with a deployment, on a real server with a real worker: wait, answer, go on."""

import datetime as dt
import itertools
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from markdown_it import MarkdownIt
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

from flows.cli import main
from flows.gate import expire_due
from tasks.domain.answer import Answer, Question
from tasks.domain.approval import Approval
from tasks.runtime.local_server import LocalServer, RunningServer, server_environment
from tasks.runtime.settings import current_settings
from tasks.runtime.store import Store

FAKES = {"speech": "tone", "alignment": "even", "animation": "still", "lipsync": "flap"}
"""Stand-ins that make a run quick; drawing, captions, render and quality are the real ones."""
PATIENCE_S = 300.0
"""How long a state may take on a busy machine; a failure shows long before by another state."""
POLL_S = 2
"""Seconds between two looks of the worker."""
PROMISED_S = 15.0
"""From an approval to the continuation of the run."""
DEADLINE_HOURS = 48
"""How long the runs of these tests wait."""
FINAL = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


class Patient(httpx.HTTPTransport):
    """Asks again where the server says that its database is busy, as every client of Prefect does."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Sends a request until it is taken or the patience ends."""
        until_s = time.monotonic() + PATIENCE_S
        while (told := super().handle_request(request)).status_code == httpx.codes.SERVICE_UNAVAILABLE:
            if time.monotonic() > until_s:
                break
            told.close()
            time.sleep(1)
        return told


@dataclass(frozen=True)
class Operation:
    """A server and a worker in a home folder of their own, seen through the REST API alone."""

    api: httpx.Client
    deployment: str
    home: Path
    server: RunningServer

    @property
    def store(self) -> Store:
        """The store of that home folder."""
        return Store(self.home / "store")

    def start(self, script: str, **parameters: Any) -> str:
        """Creates a run of the deployment; gives its id."""
        body = {"parameters": {"script": script, "engines": FAKES, **parameters}, "state": {"type": "SCHEDULED"}}
        made = self.api.post(f"/deployments/{self.deployment}/create_flow_run", json=body).raise_for_status().json()
        return str(made["id"])

    def run(self, run: str) -> dict[str, Any]:
        """The run as the server knows it."""
        found: dict[str, Any] = self.api.get(f"/flow_runs/{run}").raise_for_status().json()
        return found

    def wait(self, run: str, state: str) -> dict[str, Any]:
        """Waits until a run is in a state, by its name."""
        until_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < until_s:
            found = self.run(run)
            if found["state"]["name"] == state:
                return found
            assert found["state_type"] not in FINAL, found["state"]
            time.sleep(0.3)
        raise AssertionError(f"{state!r} not reached: {found['state']}")

    def ended(self, run: str) -> dict[str, Any]:
        """Waits until a run has ended."""
        until_s = time.monotonic() + PATIENCE_S
        while (found := self.run(run))["state_type"] not in FINAL:
            assert time.monotonic() < until_s, found["state"]
            time.sleep(0.3)
        return found

    def asked(self, run: str, key: str, state: str = "Waiting for approval") -> Question:
        """Waits until a run asks a question, its form complete."""
        until_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < until_s:
            question = self.store.claimed_as(f"waiting/{run}", Question)
            if question and question.key == key and question.shown:
                assert self.wait(run, state)["state"]["state_details"]["pause_key"] == key
                return question
            assert self.run(run)["state_type"] not in FINAL, self.run(run)["state"]
            time.sleep(0.3)
        raise AssertionError(f"{key!r} not asked: {self.run(run)['state']}")

    def answer(self, run: str, **given: Any) -> dict[str, Any]:
        """Sends an answer as any REST client does."""
        told = self.api.post(f"/flow_runs/{run}/resume", json={"run_input": given})
        answered: dict[str, Any] = told.raise_for_status().json()
        return answered

    def page(self, run: str, key: str) -> str:
        """The Markdown above a form."""
        return str(json.loads(self.api.get(f"/flow_runs/{run}/input/suspended-{key}-description").raise_for_status().text))

    def told(self, run: str) -> list[str]:
        """The lines of a run's log, those of its finished process at the end."""
        wanted, until_s = {"logs": {"flow_run_id": {"any_": [run]}}, "limit": 200}, time.monotonic() + PATIENCE_S
        while True:
            lines = [line["message"] for line in self.api.post("/logs/filter", json=wanted).raise_for_status().json()]
            if any(line.startswith("Finished in state") and "Waiting" not in line for line in lines):
                return lines
            assert time.monotonic() < until_s, lines
            time.sleep(0.3)

    def taken_s(self, run: str) -> list[float]:
        """Seconds from each answer until the worker took the run."""
        states = self.api.get("/flow_run_states/", params={"flow_run_id": run}).raise_for_status().json()
        times = [(state["name"], dt.datetime.fromisoformat(state["timestamp"])) for state in states]
        return [round((after - before).total_seconds(), 1) for (name, before), (_, after) in itertools.pairwise(times)
                if name == "Resuming"]

    def stages(self, run: str) -> dict[str, list[str]]:
        """Stage -> how its task runs ended, up to publishing; the server learns of these later than of the run's end."""
        found: dict[str, list[str]] = {}
        body, until_s = {"flow_runs": {"id": {"any_": [run]}}}, time.monotonic() + PATIENCE_S
        tasks: list[dict[str, Any]] = []
        while not ("publish" in {task["name"] for task in tasks}
                   and all(task["state"] and task["state"]["type"] in FINAL for task in tasks)):
            assert time.monotonic() < until_s, tasks
            time.sleep(0.1)
            tasks = self.api.post("/task_runs/filter", json=body).raise_for_status().json()
        for task in tasks:
            found.setdefault(task["name"], []).append(task["state"]["name"])
        return found


@pytest.fixture(scope="module")
def operation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operation]:
    """One server, one deployment, one worker."""
    home = tmp_path_factory.mktemp("operation") / "home"
    local = LocalServer(home)
    server = local.wait(local.start(), timeout_s=PATIENCE_S)
    environment = {
        **server_environment(os.environ, local.environment(server)), "REELS_HOME": str(home),
        "REELS_PUBLISH_APPROVAL": "true", "REELS_APPROVAL_DEADLINE_HOURS": str(DEADLINE_HOURS),
        "PREFECT_RESULTS_LOCAL_STORAGE_PATH": str(home / "store" / "results"), "PREFECT_WORKER_QUERY_SECONDS": str(POLL_S),
        "PREFECT_LOGGING_LEVEL": "INFO"}
    login = tuple(server.key.split(":", 1))
    with httpx.Client(base_url=server.api_url, auth=(login[0], login[1]), timeout=180, transport=Patient()) as api:
        flow = api.post("/flows/", json={"name": "produce-reel"}).raise_for_status().json()["id"]
        api.post("/work_pools/", json={"name": "reels", "type": "process"}).raise_for_status()
        deployment = api.post("/deployments/", json={
            "name": "produce-reel", "flow_id": flow, "entrypoint": "flows.produce_reel.produce_reel", "pull_steps": [],
            "work_pool_name": "reels", "enforce_parameter_schema": False}).raise_for_status().json()["id"]
        log = (home / "worker.log").open("w")
        command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "reels", "--type", "process"]
        worker = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        try:
            yield Operation(api=api, deployment=deployment, home=home, server=server)
        finally:
            os.killpg(worker.pid, signal.SIGTERM)
            worker.wait(90)
            local.stop()


@pytest.fixture
def here(operation: Operation, monkeypatch: pytest.MonkeyPatch) -> Iterator[Operation]:
    """The operation, with this process as one of its clients."""
    monkeypatch.setenv("REELS_HOME", str(operation.home))
    monkeypatch.setenv("REELS_APPROVAL_DEADLINE_HOURS", str(DEADLINE_HOURS))
    monkeypatch.setattr("flows.approvals.connect", lambda settings: None)
    current_settings.cache_clear()
    with temporary_settings({PREFECT_API_URL: operation.server.api_url, PREFECT_API_AUTH_STRING: operation.server.key}):
        yield operation
    current_settings.cache_clear()


SCRIPT = "title: Tea\nbeats: [{say: Boil the water.}]\n"
HOSTILE = """title: "[a](http://x.y) <img src=z> ![q](r)"
beats:
- {say: "Hello # {{ 7 * 7 }} `rm` </li> www.evil.example", direct: nod}
"""


@pytest.mark.timeout(1200)
class TestApproval:
    def test_the_whole_dialogue(self, operation: Operation) -> None:
        """Faulty answer, edit, approval, second gate: each asked once, no worker held, no stage made twice."""
        run = operation.start(SCRIPT)
        question = operation.asked(run, "script-approval-1")
        assert question.title == "Tea"
        assert question.script.startswith("title: Tea")

        assert operation.answer(run, decision="perhaps", your_name="Jo")["status"] == "REJECT"
        assert operation.answer(run, decision="edit", your_name="Jo", script="no: script")["status"] == "ACCEPT"
        again = operation.asked(run, "script-approval-2")
        assert "could not be followed" in operation.page(run, "script-approval-2")
        assert again.sha256 == question.sha256

        assert operation.answer(run, decision="edit", your_name="Jo", via="api",
                                script="title: Tea\nbeats: [{say: Boil fresh water.}]\n")["status"] == "ACCEPT"
        edited = operation.asked(run, "script-approval-3")
        assert edited.sha256 != question.sha256
        assert re.search(r"added: .*Boil fresh water", operation.page(run, "script-approval-3"))

        assert operation.answer(run, decision="approve", your_name="Jo", via="api")["status"] == "ACCEPT"
        operation.asked(run, "publish-approval-1", "Waiting for approval to publish")
        assert "Boil" not in operation.page(run, "publish-approval-1")
        assert not operation.store.claims("publish/folder")
        kept = operation.store.claimed_as(f"approvals/{edited.sha256}", Approval)
        assert kept
        assert (kept.who, kept.how, kept.decision) == ("Jo", "api", "approved")

        assert operation.answer(run, decision="approve", your_name="Kim")["status"] == "ACCEPT"
        operation.wait(run, "Completed")
        taken_s = operation.taken_s(run)
        print(f"from an answer until the worker takes the run, s: {taken_s}; it looks every {POLL_S} s")
        assert min(taken_s) < PROMISED_S
        stages = operation.stages(run)
        assert stages["publish"] == ["Completed"]
        assert sorted(stages["speech"]) == sorted(stages["render"]) == ["Cached", "Completed"]
        assert operation.answer(run, decision="approve", your_name="Jo")["status"] == "ABORT"
        assert operation.store.claimed(f"waiting/{run}") is None
        assert [Answer.model_validate(operation.store.claimed(key)).decision
                for key in operation.store.claims(f"answers/{run}")] == ["approve", "none", "edit", "approve"]

    def test_rejection_ends_every_run_that_waits_for_it(self, here: Operation, capsys: pytest.CaptureFixture[str]) -> None:
        """Answered from a terminal; hostile text is data on the page; what cannot be answered is said in a sentence."""
        first = here.start(HOSTILE)
        here.asked(first, "script-approval-1")
        second = here.start(HOSTILE)
        here.asked(second, "script-approval-1")
        page = MarkdownIt("gfm-like", {"linkify": False}).parse(here.page(first, "script-approval-1"))
        tokens = [token for block in page for token in (block.children or [block])]
        assert not {token.type for token in tokens} & {"link_open", "image", "html_inline", "html_block", "fence"}
        assert any(token.type == "code_inline" and "www.evil.example" in token.content for token in tokens)

        assert main(["pending", "--json"]) == 0
        rows = {row["id"]: row for row in json.loads(capsys.readouterr().out)}
        assert {first, second} <= rows.keys()
        assert rows[first]["deadline"]
        assert main(["approve", "nobody"]) == 2
        told = capsys.readouterr().err
        assert "there is no run 'nobody': " in told
        assert "; there wait: " in told
        assert main(["edit", first, "--script", "absent.yaml"]) == 2
        assert "absent.yaml" in capsys.readouterr().err
        assert main(["reject", first, "--reason", "not ours"]) == 0
        for run in (first, second):
            ended = here.ended(run)
            assert ended["state"]["name"] == "Rejected"
            assert "not ours" in ended["state"]["message"]
            assert not any("Traceback" in line for line in here.told(run))
        assert main(["approve", first]) == 5
        assert "is 'Rejected'" in capsys.readouterr().err

    def test_unanswered_run_ends_and_its_script_stays_undecided(self, here: Operation) -> None:
        """Nobody said no; the script can be started and approved later."""
        late = here.start(SCRIPT.replace("Tea", "Late"))
        here.asked(late, "script-approval-1")
        question = here.store.claimed_as(f"waiting/{late}", Question)
        assert question
        old = question.model_copy(update={"since": question.since - dt.timedelta(hours=DEADLINE_HOURS)})
        here.store.complete(f"waiting/{late}", old.model_dump(mode="json"))
        assert expire_due(here.store, current_settings()) == 1
        assert here.ended(late)["state"]["name"] == "Not approved in time"
        assert not any("Traceback" in line for line in here.told(late))
        assert expire_due(here.store, current_settings()) == 0
        assert here.store.claimed(f"approvals/{question.sha256}") is None
