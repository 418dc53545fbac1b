"""Paid engines on a real Prefect server: limits under load, death in the middle, and keys that are nowhere."""

import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.cli import main
from flows.connection import connected_api
from tasks.domain.errors import ReelsError
from tasks.runtime import settings
from tasks.runtime.providers import find_provider
from tasks.runtime.store import Store
from tasks.runtime.work_pool import set_up_limits

CHECKOUT = Path(__file__).resolve().parents[2]
PRETEND = find_provider("pretend")
ONE_USD = 0.0003
"""What the ten letters of each reel of the rush cost."""
PATIENCE_S = 240
"""How long a process may take on a busy machine."""
PREPARE = """
import datetime as dt, sys
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
import numpy as np
from tasks.animation.base import Take
from tasks.animation.parlour import ParlourAnimation
from tasks.domain.approval import Approval
from tasks.domain.errors import DayLimitReached, ReelsError
from tasks.domain.plan import ReelPlan, Voice
from tasks.domain.script import Beat, Script
from tasks.orchestration.payment import access_to
from tasks.speech.till import TillVoice

def reel(say):
    plan = ReelPlan.model_construct(
        script=Script(title=say, beats=(Beat(say=say),)), voice=Voice(name="tone", language="en-US"), cost_usd=0.5,
        engines={"speech": "till", "animation": "parlour"}, avatar=SimpleNamespace(sha256="0" * 64))
    return plan, Approval(who="t", how="--yes", when=dt.datetime.now(dt.UTC), cost_at_most_usd=1,
                          sha256=plan.approval_sha256())
"""
SPEAK = PREPARE + """
def speak(number):
    plan, approval = reel(f"reel {number:05}")
    try:
        TillVoice(plan.voice, **access_to("speech", plan, approval)).read(plan.script)
    except DayLimitReached:
        return "refused"
    return "spoken"

with ThreadPoolExecutor(10) as pool:
    print(*pool.map(speak, range(int(sys.argv[1]), int(sys.argv[1]) + 10)))
"""
MOVE = PREPARE + """
plan, approval = reel("one reel")
engine = ParlourAnimation(**access_to("animation", plan, approval))
print(engine.motion(Take((), (), np.zeros(90, np.float32), seed=1, content="c")).values["zoom"][-1])
"""
TALK = PREPARE + """
plan, approval = reel("one reel")
try:
    TillVoice(plan.voice, **access_to("speech", plan, approval)).read(plan.script)
except ReelsError as error:
    print(type(error).__name__, error)
"""


@pytest.fixture
def shop(prefect: Store, pretend: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The pretend provider, with the limits on the Prefect server that spending needs."""
    monkeypatch.setattr("flows.make.connect", lambda settings: None)
    set_up_limits(connected_api(), settings.current_settings())
    return pretend


def start(program: str, *arguments: str) -> subprocess.Popen[str]:
    """Another process on the same store, server and provider."""
    from prefect.settings import PREFECT_API_URL

    environment = {**os.environ, "PREFECT_API_URL": PREFECT_API_URL.value(), "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false"}
    return subprocess.Popen([sys.executable, "-c", program, *arguments], cwd=CHECKOUT, env=environment, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def said(process: subprocess.Popen[str]) -> str:
    """What it printed, once it has ended well."""
    out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, err[-3000:]
    return out.strip()


def costs_of(out: Path) -> dict[str, float]:
    """What each stage cost, by the manifest."""
    return {stage["name"]: stage["cost_usd"] for stage in json.loads((out / "reel.json").read_text())["stages"]}


def killed_while_served(program: str, shop: Any) -> None:
    """Runs a program up to the moment when the provider has charged and not answered, and kills it."""
    shop.books.faults.append({"fault": "silence", "times": 1, "seconds": PATIENCE_S})
    process = start(program)
    until_s = time.monotonic() + PATIENCE_S
    while not shop.books.orders:
        assert time.monotonic() < until_s
        assert process.poll() is None, process.communicate()[1][-3000:]
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.communicate()


class TestRush:
    """Twenty reels at once, money for seven."""

    def test_exactly_seven_are_sent(self, shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """Two processes of ten threads; the provider's own ledger agrees."""
        monkeypatch.setenv("REELS_LIMIT_DAY_USD", str(7 * ONE_USD))
        outcomes = " ".join(said(process) for process in [start(SPEAK, str(10 * number)) for number in range(2)]).split()
        assert (outcomes.count("spoken"), outcomes.count("refused")) == (7, 13)
        assert len(shop.books.orders) == 7
        assert float(shop.books.charged()) == pytest.approx(7 * ONE_USD)


class TestDeath:
    """kill -9 after the provider took the order and before it answered."""

    def test_job_is_found_again_and_charged_once(self, shop: Any) -> None:
        """The next run asks by our key, and gets what the first one paid for."""
        killed_while_served(MOVE, shop)
        nearer = float(said(start(MOVE)))
        assert nearer == pytest.approx(shop.books.orders[0]["nearer"], abs=1e-4)
        assert len(shop.books.orders) == 1

    def test_service_without_memory_leaves_a_question_that_is_settled_by_hand(
        self, shop: Any, capsys: pytest.CaptureFixture[str],
    ) -> None:
        """It is not sent again until a person has said what became of it."""
        killed_while_served(TALK, shop)
        message = said(start(TALK))
        assert message.startswith("PaymentUnknown")
        assert len(shop.books.orders) == 1
        key = message.partition("settle ")[2].split()[0]
        assert main(["costs"]) == 0
        assert key in capsys.readouterr().out
        assert main(["costs", "settle", key, "--charged", "0.00024"]) == 0
        assert said(start(TALK)) == ""
        assert len(shop.books.orders) == 2


class TestMake:
    """`reels make` with engines that cost something."""

    def test_costs_in_manifest_ledger_and_bill_agree(
        self, shop: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    ) -> None:
        """And a second run of the same script is free."""
        (tmp_path / "s.txt").write_text("Hello there.")
        engines = ["speech=till", "animation=parlour", "alignment=even", "lipsync=flap"]
        command = ["make", str(tmp_path / "s.txt"), "--yes", "--out", str(tmp_path / "out"),
                   *(part for engine in engines for part in ("--engine", engine))]
        assert main(command) == 0
        costs = costs_of(tmp_path / "out")
        assert {name for name, cost in costs.items() if cost} == {"speech", "animation"}
        assert sum(costs.values()) == pytest.approx(float(shop.books.charged()))
        capsys.readouterr()
        assert main(["costs", "--json"]) == 0
        assert float(json.loads(capsys.readouterr().out)["rows"][0]["spent"]) == pytest.approx(float(shop.books.charged()))
        assert main(command) == 0
        assert len(shop.books.orders) == 2
        assert not any(costs_of(tmp_path / "out").values())

    @pytest.mark.parametrize(("variables", "more", "code", "phrase"), [
        ({"REELS_LIMIT_REEL_USD": "0.01"}, [], 5, "a reel may cost at most 0.01 USD"),
        ({"REELS_LIMIT_DAY_USD": "0"}, [], 4, "tomorrow"),
        ({"REELS_PRETEND_KEY": ""}, [], 3, "REELS_PRETEND_KEY"),
        ({}, ["--cost-at-most", "0.001"], 2, "--cost-at-most"),
    ])
    def test_what_cannot_be_paid_is_refused_in_a_sentence(
        self, shop: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
        variables: dict[str, str], more: list[str], code: int, phrase: str,
    ) -> None:
        """Nothing is sent, and the exit code says whose turn it is."""
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        settings.current_settings.cache_clear()
        (tmp_path / "s.txt").write_text("Hello there.")
        assert main(["make", str(tmp_path / "s.txt"), "--yes", "--out", str(tmp_path / "out"), "--engine", "speech=till",
                     "--engine", "animation=parlour", *more]) == code
        assert phrase in capsys.readouterr().err
        assert shop.books.seen == 0

    def test_dry_run_tells_the_price_and_needs_no_key(
        self, shop: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Stage by stage."""
        monkeypatch.delenv("REELS_PRETEND_KEY")
        (tmp_path / "s.txt").write_text("Hello there.")
        assert main(["make", str(tmp_path / "s.txt"), "--dry-run", "--engine", "speech=till"]) == 0
        assert "0.00036 USD at most: speech 0.00036 USD (12 letters at 0.03 USD a 1000 letters)" in capsys.readouterr().out


class TestKeysAreNowhere:
    """Every way a key could get out, and everything that is kept."""

    @pytest.fixture
    def debug_logs(self) -> Iterator[None]:
        """The libraries below us tell all they know."""
        from prefect.logging.handlers import APILogHandler

        handler, loggers = APILogHandler(), [logging.getLogger(name) for name in ("httpx", "httpcore")]
        for logger in loggers:
            logger.addHandler(handler)
            logger.setLevel(logging.DEBUG)
            logger.propagate = False
        yield
        for logger in loggers:
            logger.removeHandler(handler)
            logger.setLevel(logging.NOTSET)
            logger.propagate = True

    @pytest.mark.filterwarnings("ignore:Logger .* attempted to send logs")
    @pytest.mark.usefixtures("debug_logs")
    def test_key_is_neither_on_the_server_nor_in_the_store(
        self, shop: Any, prefect: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    ) -> None:
        """Error texts, tracebacks, log lines, prints, a service that repeats the key, debug logs: all hold stars."""
        from prefect import flow, get_run_logger
        from prefect.artifacts import create_markdown_artifact
        from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL

        from tasks.orchestration.payment import key_of
        from tasks.orchestration.stages import stage
        from tasks.runtime.calling import Line
        from tasks.runtime.keys import hide_keys
        from tasks.runtime.redaction import redacted

        @stage("leaking", key=None)
        def leak(way: str) -> None:
            key = key_of(PRETEND)
            get_run_logger().info("the key is %s", key.reveal())
            get_run_logger().info(f"and {key.reveal()!r} and {key}")
            create_markdown_artifact(redacted(f"key {key.reveal()}"), key="leak")
            if way == "text":
                raise ValueError(f"bad key {key.reveal()}")
            if way == "ours":
                raise ReelsError(key.reveal()) from KeyError(key.reveal())
            shop.books.faults.append({"fault": "echo", "times": 1})
            with Line("pretend", shop.url, key) as line:
                line.order("/v1/jobs", {"seconds": 1})

        @flow(log_prints=True)
        def leaking() -> None:
            hide_keys(os.environ)
            print("a print with", shop.key)
            for way in ("text", "ours", "service"):
                leak(way, return_state=True)
            raise leak("text", return_state=True).result(raise_on_failure=False)

        ended = leaking(return_state=True)
        assert shop.key not in repr(ended)
        database = Path(PREFECT_API_DATABASE_CONNECTION_URL.value().partition(":///")[2])
        logs = wait_for_logs(ended.state_details.flow_run_id, 4)
        assert sum("***" in line for line in logs) >= 8
        kept = [path for path in prefect.root.rglob("*") if path.is_file()]
        tables = list(database.parent.glob(f"{database.name}*"))
        assert any(b"the key is ***" in place.read_bytes() for place in tables)
        for place in [*tables, *kept]:
            assert shop.key.encode() not in place.read_bytes(), place
        told = capsys.readouterr()
        assert shop.key not in told.out + told.err


def wait_for_logs(run: Any, leaks: int) -> list[str]:
    """The server's log lines of a run, once all tasks that leak have told theirs."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId
    from prefect.logging.handlers import APILogHandler

    APILogHandler().flush()
    of_run = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run]))
    until_s = time.monotonic() + 30
    while True:
        with get_client(sync_client=True) as client:
            lines = [log.message for log in client.read_logs(log_filter=of_run, limit=200)]
        if sum(line.startswith("the key is") for line in lines) >= leaks or time.monotonic() > until_s:
            return lines
        time.sleep(0.3)
