"""Movement that is paid by the second: a stand-in to try budgets, keys and faults with.

The portrait comes nearer by as much as the pretend provider's job says; nothing else moves. Jobs are made, asked about and
fetched, and the provider knows each by our idempotency key, so that a broken connection leaves no question open.
"""

import json
import math
from decimal import Decimal
from typing import Any, ClassVar, Literal

import numpy as np

from tasks.animation.base import Take
from tasks.domain.errors import TryAgain
from tasks.domain.money import Price, usd
from tasks.domain.plan import ReelPlan
from tasks.domain.timeline import FPS
from tasks.media.curves import MOTION, Curves
from tasks.media.text.duration import estimate_duration_s
from tasks.runtime.calling import Line
from tasks.runtime.paid_requests import Answer, Counter, Done, Failed, Pending
from tasks.runtime.pretend import Reply, answer_to_order, buy
from tasks.runtime.spending import Access

USD_A_SECOND = Decimal("0.01")
"""Price of every second begun; real services take five to fifty times as much."""
MARGIN = 1.25
"""How much longer than estimated a voice may get before the price exceeds what was said at first."""


class ParlourAnimation:
    """The portrait, coming nearer.

    Args:
        access: service, key and guard; None for an engine that is asked about its price only.
    """

    name: ClassVar[str] = "parlour"
    version: ClassVar[str] = "1"
    shot: ClassVar[Literal["puppet", "still", "clip"]] = "puppet"
    tariff: ClassVar[str] = f"{USD_A_SECOND} USD a second"

    def __init__(self, *, access: Access | None = None) -> None:
        self._access = access

    @classmethod
    def price(cls, plan: ReelPlan) -> Price:
        """What the plan's reel costs, at most."""
        spoken_s = estimate_duration_s(plan.script, plan.voice.rate, language=plan.voice.language,
                                       pronunciations=plan.voice.pronunciations)
        return _price(spoken_s * MARGIN + plan.tail_s)

    def motion(self, take: Take) -> Curves:
        """The movement of a whole reel; see `tasks.animation.base.Animation`.

        Raises:
            TryAgain: there is nothing to pay with, or the service is busy.
            ReelsError: whatever `tasks.runtime.spending.Guard.buy` says.
        """
        frames = len(take.loudness)
        order = {"content": take.content, "seed": take.seed, "seconds": math.ceil(take.duration_s)}
        nearer = buy(self, "animation", order, _price(take.duration_s), access=self._access,
                     counter=lambda line: _Parlour(line, order))["nearer"]
        curves = {name: np.zeros(frames, np.float32) for name in MOTION}
        curves["zoom"] = np.linspace(0, nearer, frames, dtype=np.float32)
        return Curves(curves, FPS)


class _Parlour(Counter):
    """Sells a movement, made by a job."""

    findable: ClassVar[bool] = True
    poll_s: ClassVar[float] = 0.2

    def __init__(self, line: Line, order: dict[str, Any]) -> None:
        self._line, self._order = line, order

    def send(self, token: str) -> Answer:
        return answer_to_order(self._line.order("/v1/jobs", self._order, token=token), _read)

    def ask(self, job: str) -> Answer | None:
        reply = self._line.look(f"/v1/jobs/{job}")
        return None if reply is None else _state(reply)

    def find(self, token: str) -> Answer | None:
        reply = self._line.look("/v1/jobs", query={"idempotency_key": token})
        return None if reply is None else _state(reply)


def _state(reply: Reply) -> Answer:
    """What the service says about a job it knows."""
    try:
        return _read(reply)
    except (KeyError, TypeError, ValueError) as error:
        raise TryAgain(f"pretend says nothing usable about a job ({error!r}): run the command again later") from error


def _read(reply: Reply) -> Answer:
    job, status = str(reply["id"]), reply["status"]
    if status == "done":
        return Done(json.dumps({"nearer": float(reply["nearer"])}).encode(), ".json", usd(reply["charged_usd"]), job)
    if status == "failed":
        return Failed(str(reply["reason"]), usd(reply["charged_usd"]), job)
    return Pending(job)


def _price(length_s: float) -> Price:
    seconds = math.ceil(length_s)
    return Price(usd=seconds * USD_A_SECOND, why=f"{seconds} s at {ParlourAnimation.tariff}")
