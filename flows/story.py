"""Runs stages one after another and keeps the record of each: engine, seconds, cached or not."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from tasks import orchestration
from tasks.domain.plan import ReelPlan
from tasks.domain.reel import StageRecord

R = TypeVar("R")


class Story:
    """The stages of one reel so far.

    Args:
        plan: the reel's plan, which names the engine of each stage.
    """

    def __init__(self, plan: ReelPlan) -> None:
        self._plan = plan
        self.records: list[StageRecord] = []

    def tell(self, name: str, stage: Callable[..., R], *arguments: object) -> R:
        """Runs one stage and gives its result; a failure comes out as the exception it was."""
        orchestration.announce(name, 0.0, "")
        begun_s = time.monotonic()
        ended: Any = stage(*arguments, return_state=True)
        result: R = ended.result()
        record = self._record(name, result, time.monotonic() - begun_s, ended.name == "Cached")
        self.records.append(record)
        orchestration.announce(name, 1.0, "kept from an earlier run" if record.cached else f"{record.seconds:.1f} s")
        return result

    def _record(self, name: str, result: Any, seconds: float, cached: bool) -> StageRecord:
        engine = getattr(result, "lipsync_engine", None) if name == "lipsync" else getattr(result, "engine", None)
        version = getattr(result, "lipsync_version", None) if name == "lipsync" else getattr(result, "version", None)
        cost_usd = getattr(result, "lipsync_cost_usd" if name == "lipsync" else "cost_usd", 0.0)
        return StageRecord(name=name, engine=engine or self._plan.engines.get(name, "embedded"), version=version or "1",
                           seconds=round(seconds, 3), cached=cached,
                           cost_usd=0.0 if cached else cost_usd)
