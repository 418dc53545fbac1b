"""Buying of the pretend provider: what the engines that try budgets, keys and faults have in common."""

import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Protocol

from tasks.domain.errors import TryAgain
from tasks.domain.money import Price
from tasks.runtime.calling import Line
from tasks.runtime.paid_requests import Answer, Counter, NoAnswer, PaidRequest
from tasks.runtime.spending import Access

PROVIDER = "pretend"
"""Name of the service."""
Reply = dict[str, Any]
"""What it answers, read as JSON."""


class Buyer(Protocol):
    """An engine that buys."""

    name: ClassVar[str]
    version: ClassVar[str]


def buy(buyer: Buyer, stage: str, inputs: Mapping[str, object], price: Price, *, access: Access | None,
        counter: Callable[[Line], Counter]) -> Reply:
    """Buys one thing, unless the same was bought before.

    Args:
        buyer: the engine.
        stage: its stage.
        inputs: all that decides the answer, as JSON values.
        price: what it costs.
        access: service, key and guard.
        counter: puts the request to the service over an open line.

    Raises:
        TryAgain: there is nothing to pay with, or the service is busy.
        ReelsError: whatever `tasks.runtime.spending.Guard.buy` says.
    """
    if access is None:
        raise TryAgain(f"the {stage} engine {buyer.name!r} was given no access to its service: run it through `reels make`")
    request = PaidRequest(stage=stage, engine=buyer.name, version=buyer.version, provider=PROVIDER, inputs=inputs,
                          price=price)
    with Line(PROVIDER, access.url, access.key) as line:
        bought: Reply = json.loads(access.buy(request, counter(line)))
    return bought


def answer_to_order(reply: Reply, read: Callable[[Reply], Answer]) -> Answer:
    """What the service says about an order it has just taken.

    Raises:
        NoAnswer: `read` does not find in it what it should hold; the order may stand all the same.
    """
    try:
        return read(reply)
    except (KeyError, TypeError, ValueError) as error:
        raise NoAnswer(f"its answer lacks what it should hold ({error!r})") from error
