"""What the engines that buy of the pretend provider have in common; buying itself is in the contracts and test_spending."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from tasks.domain.errors import TryAgain
from tasks.domain.money import Price
from tasks.runtime.paid_requests import Answer, Counter, NoAnswer, Pending
from tasks.runtime.pretend import answer_to_order, buy


def read(reply: dict[str, Any]) -> Answer:
    """A job's number."""
    return Pending(str(reply["id"]))


def test_engine_without_access_says_how_to_get_it() -> None:
    """Nothing is sent."""
    buyer: Any = SimpleNamespace(name="till", version="1")
    with pytest.raises(TryAgain, match="speech engine 'till' was given no access.*reels make"):
        buy(buyer, "speech", {}, Price(usd=Decimal(1), why="a test"), access=None, counter=lambda _: Counter())


def test_order_is_read() -> None:
    """The engine knows what stands where."""
    assert answer_to_order({"id": 7}, read) == Pending("7")


def test_order_whose_reply_cannot_be_read_may_stand() -> None:
    """Whether it was taken is an open question, not a refusal."""
    with pytest.raises(NoAnswer, match="lacks what it should hold"):
        answer_to_order({}, read)
