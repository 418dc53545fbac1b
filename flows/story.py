"""Runs stages one after another and keeps the record of each: engine, seconds, cached or not."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from flows.elsewhere import made_elsewhere
from flows.produce_stage import run_stage
from flows.stage_files import load_result
from tasks.domain.plan import ReelPlan
from tasks.domain.reel import StageRecord
from tasks.orchestration.progress import announce
from tasks.runtime.engines import Queue, queue_of
from tasks.runtime.settings import current_settings

R = TypeVar("R")


class Story:
    """The stages of one reel so far."""

    def __init__(self) -> None:
        self.records: list[StageRecord] = []

    def tell(self, name: str, stage: Callable[..., R], plan: ReelPlan, *arguments: object) -> R:
        """Runs one stage, here or where its queue is served, and gives its result; a failure comes out as the exception it
        was.

        Args:
            name: the stage.
            stage: its task.
            plan: names the stage's engine; the task's first argument.
            arguments: the task's others.
        """
        announce(name, 0.0, "")
        made, seconds, cached = self._made(name, stage, plan, arguments)
        result: R = made
        record = _record(name, result, plan, seconds, cached)
        self.records.append(record)
        announce(name, 1.0, "kept from an earlier run" if record.cached else f"{record.seconds:.1f} s")
        return result

    def told_downgrade(self, name: str, asked: str) -> None:
        """Enters into the last record of a stage that another engine had been asked for."""
        last = max(index for index, record in enumerate(self.records) if record.name == name)
        self.records[last] = self.records[last].model_copy(update={"downgraded_from": asked})

    def _made(self, name: str, stage: Any, plan: ReelPlan, arguments: tuple[object, ...]) -> tuple[Any, float, bool]:
        """A stage's result, the seconds it took, and whether it was kept from an earlier run."""
        queue, begun_s, arguments = _queue(name, plan), time.monotonic(), (plan, *arguments)
        if queue in current_settings().queues:
            result, cached = run_stage(stage, arguments, queue)
            return result, time.monotonic() - begun_s, cached
        announce(name, 0.0, f"waits for a machine that serves {queue!r}")
        outcome = made_elsewhere(stage, arguments, queue, plan.script.title)
        result = stage(*arguments) if outcome.result is None else load_result(stage, outcome.result)
        return result, outcome.seconds, outcome.cached


def _queue(name: str, plan: ReelPlan) -> Queue:
    engine = plan.engines.get(name)
    return queue_of(name, plan.publish if name == "publish" else (engine,) if engine else ())


def _record(name: str, result: Any, plan: ReelPlan, seconds: float, cached: bool) -> StageRecord:
    engine = getattr(result, "lipsync_engine", None) if name == "lipsync" else getattr(result, "engine", None)
    version = getattr(result, "lipsync_version", None) if name == "lipsync" else getattr(result, "version", None)
    cost_usd = getattr(result, "lipsync_cost_usd" if name == "lipsync" else "cost_usd", 0.0)
    return StageRecord(name=name, engine=engine or plan.engines.get(name, "embedded"), version=version or "1",
                       seconds=round(seconds, 3), cached=cached, cost_usd=0.0 if cached else cost_usd)
