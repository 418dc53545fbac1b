"""Ends of runs as their log on the server tells them: a refusal in a sentence, an accident with its traceback."""

import logging
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from prefect import Flow, flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId
from prefect.client.schemas.objects import FlowRun, Log
from prefect.flow_engine import run_flow
from prefect.logging.handlers import APILogHandler
from prefect.logging.loggers import flow_run_logger

from flows import produce_reel
from flows.content_calendar import content_calendar
from flows.endings import with_plain_end
from flows.planning import Overrides, plan_reel
from flows.produce_batch import produce_batch
from tasks.approval.gate import decide
from tasks.domain.errors import FixMachine, FixRequest, OverLimit, QualityRefused, ReelsError, Rejected
from tasks.orchestration.stages import stage
from tasks.runtime.settings import current_settings
from tasks.runtime.store import Store
from tasks.script.parse import parse_script

CHECKOUT = Path(__file__).parents[2]
PATIENCE_S = 30.0
"""How long the server may take to have a run's last line."""


@pytest.fixture
def library(prefect: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library with one avatar."""
    root = tmp_path / "library"
    shutil.copytree(CHECKOUT / "avatars" / "ada", root / "avatars" / "ada")
    shutil.copytree(CHECKOUT / "templates", root / "templates")
    monkeypatch.setenv("REELS_LIBRARY", str(root))
    current_settings.cache_clear()
    return root


def carried_out(flow: Flow[..., Any], **parameters: Any) -> tuple[FlowRun, list[Log]]:
    """Runs a flow as the process of a worker does; gives the run and its log on the server."""
    client = get_client(sync_client=True)
    run = client.create_flow_run(flow, parameters=parameters)
    with suppress(Exception):
        run_flow(flow, flow_run=run, error_logger=flow_run_logger(run))  # type: ignore[arg-type]
    wanted, until_s = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run.id])), time.monotonic() + PATIENCE_S
    while True:
        APILogHandler().flush()
        lines = client.read_logs(log_filter=wanted)
        if any(line.message.startswith("Finished in state") for line in lines):
            return client.read_flow_run(run.id), lines
        assert time.monotonic() < until_s, [line.message for line in lines]
        time.sleep(0.2)


def bad(lines: list[Log]) -> list[str]:
    """The lines that are errors."""
    return [line.message for line in lines if line.level >= logging.ERROR]


def raising(error: Exception) -> Flow[..., Any]:
    """A flow that ends with an error."""

    def act() -> None:
        raise error

    return flow(lambda: with_plain_end(act), name="ending")


class TestRefusal:
    """Runs that may not be carried out."""

    @pytest.mark.parametrize("error", [FixRequest("change it"), OverLimit("too dear"), QualityRefused("too loud")])
    def test_is_one_sentence(self, prefect: Store, error: ReelsError) -> None:
        """State and log say it; the error comes out where the flow was called."""
        run, lines = carried_out(raising(error))
        assert run.state
        assert (run.state.type.value, run.state.name, run.state.message) == ("FAILED", "Failed", str(error))
        assert bad(lines) == [str(error)]
        assert not any("Traceback" in line.message for line in lines)
        with pytest.raises(type(error)) as caught:
            raising(error)()
        assert caught.value is error

    @pytest.mark.parametrize("state", ["Rejected", "Not approved in time"])
    def test_by_a_person_is_no_error(self, prefect: Store, state: str) -> None:
        """The last line tells who said what."""
        run, lines = carried_out(raising(Rejected("'jo' said no", state=state)))
        assert run.state
        assert (run.state.type.value, run.state.name, run.state.message) == ("FAILED", state, "'jo' said no")
        assert bad(lines) == []
        assert [line.message for line in lines][-1] == f"Finished in state {state}(\"'jo' said no\", type=FAILED)"

    def test_in_a_stage_is_one_sentence(self, prefect: Store) -> None:
        """The stage says it, and the run says it."""

        @stage("refuse", key=None)
        def refuse() -> None:
            raise FixRequest("no glyph for 'x'")

        _, lines = carried_out(flow(lambda: with_plain_end(refuse), name="refusing"))
        assert "no glyph for 'x'" in bad(lines)
        assert not any("Traceback" in line.message for line in lines)


class TestAccident:
    """Runs that something happens to."""

    @pytest.mark.parametrize("error", [KeyError("a bug"), FixMachine("no ffmpeg")])
    def test_keeps_its_traceback(self, prefect: Store, error: Exception) -> None:
        """Whoever mends the program, or the machine, wants to see where it was."""
        run, lines = carried_out(raising(error))
        assert run.state
        assert run.state.is_failed()
        assert any("Traceback" in line and "in act" in line for line in bad(lines))


class TestFlows:
    """The flows of the deployments."""

    def test_reel_of_an_unknown_avatar(self, library: Path) -> None:
        """The names there are stand in the sentence."""
        run, lines = carried_out(produce_reel.produce_reel, script="Hello there.", avatar="nobody")
        assert run.state
        said, = bad(lines)
        assert said == run.state.message
        assert said.startswith("no avatar 'nobody'")

    def test_reel_that_was_rejected(self, library: Path, prefect: Store) -> None:
        """The decision on record ends a run that cannot ask, in the same state as one that can."""
        script = parse_script("Hello there.")
        plan = plan_reel(script, overrides=Overrides(), store=prefect, settings=current_settings())
        decide(plan, "rejected", who="jo", how="api", store=prefect, reason="not ours")
        run, lines = carried_out(produce_reel.produce_reel, script="Hello there.")
        assert run.state
        assert run.state.name == "Rejected"
        assert "'jo' rejected this script" in (run.state.message or "")
        assert bad(lines) == []

    def test_batch_of_nothing(self, library: Path) -> None:
        """An empty request."""
        _, lines = carried_out(produce_batch)
        assert bad(lines) == ["the batch is empty: name a folder of the library, or scripts by file or text"]

    def test_batch_without_a_good_reel(self, library: Path) -> None:
        """It fails with its counts, which is no accident of the program."""
        run, lines = carried_out(produce_batch, scripts=["beats: ["])
        assert run.state
        assert (run.state.type.value, run.state.message) == ("FAILED", "1 refused")
        assert bad(lines) == []

    def test_calendar_that_is_not_there(self, library: Path) -> None:
        """The name is wrong."""
        _, lines = carried_out(content_calendar, file="other.yaml")
        said, = bad(lines)
        assert "other.yaml" in said
