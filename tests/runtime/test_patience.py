"""Patience: who waits for a store that is away, who does not, and when it ends."""

import threading

import pytest

from tasks.domain.errors import FixMachine, TryAgain
from tasks.runtime import patience as module
from tasks.runtime.patience import Patience


class Outage:
    """A store that is away for some requests."""

    def __init__(self, requests: int) -> None:
        self.left, self.asked = requests, 0

    def request(self) -> str:
        """One request."""
        self.asked += 1
        self.left -= 1
        if self.left >= 0:
            raise TryAgain("the bucket 's3://x' does not answer (Silence): run the command again")
        return "there"


@pytest.fixture
def granted(monkeypatch: pytest.MonkeyPatch) -> Patience:
    """A process with patience that asks at once."""
    monkeypatch.setattr(module, "POLL_S", 0.0)
    found = Patience()
    found.grant(60.0)
    return found


def test_outage_is_waited_for_and_told_once(granted: Patience, caplog: pytest.LogCaptureFixture) -> None:
    """The log says what is away and when it is back, however often it was asked."""
    outage = Outage(requests=5)
    assert granted.ask(outage.request) == "there"
    assert outage.asked == 6
    began, ended = (record.getMessage() for record in caplog.records)
    assert began == "the bucket 's3://x' does not answer (Silence); waiting for it, up to 1 min"
    assert ended.startswith("the store answers again after 0 s")


def test_without_patience_an_error_comes_out_at_once() -> None:
    """At a terminal a person decides."""
    outage = Outage(requests=1)
    with pytest.raises(TryAgain):
        Patience().ask(outage.request)
    assert outage.asked == 1


def test_other_errors_are_not_waited_for(granted: Patience) -> None:
    """A missing bucket stays missing."""
    def refuse() -> None:
        raise FixMachine("there is no bucket")

    with pytest.raises(FixMachine):
        granted.ask(refuse)


def test_thread_in_a_hurry_waits_for_nothing_and_the_others_do(granted: Patience) -> None:
    """A lease is renewed in time or not at all."""
    given: list[str] = []
    with granted.suspended():
        with pytest.raises(TryAgain):
            granted.ask(Outage(requests=1).request)
        other = threading.Thread(target=lambda: given.append(granted.ask(Outage(requests=1).request)))
        other.start()
        other.join(5.0)
    assert given == ["there"]
    assert granted.ask(Outage(requests=1).request) == "there"


def test_patience_is_for_one_outage_and_the_next_has_its_own(granted: Patience) -> None:
    """Once it is used up, requests fail at once until one is answered."""
    granted.grant(0.001)
    with pytest.raises(TryAgain):
        granted.ask(Outage(requests=10**9).request)
    again = Outage(requests=1)
    with pytest.raises(TryAgain):
        granted.ask(again.request)
    assert again.asked == 1
    assert granted.ask(again.request) == "there"
    granted.grant(60.0)
    assert granted.ask(Outage(requests=2).request) == "there"
