"""Asking a server of the user's own."""

from types import SimpleNamespace

import pytest

from tasks.domain.errors import FixMachine, FixRequest, ReelsError, TryAgain
from tasks.domain.money import NOTHING, Price
from tasks.runtime.own_server import OwnServer
from tasks.runtime.paid_requests import Answer, Counter, Done, Failed, NoAnswer, NotAccepted, PaidRequest
from tasks.runtime.spending import PATIENCE_S

REQUEST = PaidRequest(stage="speech", engine="e", version="1", provider="speech-server", inputs={},
                      price=Price(usd=NOTHING, why="nothing"))
SPEECH = Done(b"speech", ".wav")


class Server(Counter):
    """Gives its answers one after the other."""

    def __init__(self, *answers: Answer | Exception) -> None:
        self.answers = list(answers)

    def send(self, token: str) -> Answer:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


class TestOwnServer:
    def test_costs_nothing(self) -> None:
        """The content comes as it is."""
        bought = OwnServer().buy(REQUEST, Server(SPEECH))
        assert (bought.content, bought.cost_usd) == (b"speech", NOTHING)

    def test_busy_one_is_asked_again_when_it_says_so(self) -> None:
        """Not before."""
        slept: list[float] = []
        server = Server(NotAccepted(TryAgain("full"), wait_s=2.5), SPEECH)
        assert OwnServer(sleep=slept.append).buy(REQUEST, server).content == b"speech"
        assert slept == [2.5]

    @pytest.mark.parametrize(("says_s", "asked"), [(0.0, 61), (25.0, 3), (61.0, 1)])
    def test_one_that_stays_busy_is_given_up(self, says_s: float, asked: int, monkeypatch: pytest.MonkeyPatch) -> None:
        """After a minute, asked once a second at most; whoever waits is told once."""
        clock_s, tries, heard = [0.0], [], []

        class Busy(Counter):
            def send(self, token: str) -> Answer:
                tries.append(clock_s[0])
                raise NotAccepted(TryAgain("full: later"), wait_s=says_s)

        def sleep(for_s: float) -> None:
            clock_s[0] += for_s

        monkeypatch.setattr("tasks.runtime.spending.time", SimpleNamespace(monotonic=lambda: clock_s[0]))
        with pytest.raises(TryAgain, match="full: later"):
            OwnServer(lambda *fact: heard.append(fact), sleep).buy(REQUEST, Busy())
        assert len(tries) == asked
        assert clock_s[0] <= PATIENCE_S
        wait_s = max(says_s, 1)
        assert heard == [(None, f"speech-server is busy: asking again in {wait_s:.0f} s, and for 60 s at most")][:asked - 1]

    @pytest.mark.parametrize(("answer", "kind", "phrase"), [
        (NotAccepted(FixRequest("no such voice")), FixRequest, "no such voice"),
        (NoAnswer("silence"), TryAgain, "speech-server gave no speech: silence; run the command again"),
        (NoAnswer("a web page", lasting=True), FixMachine, "[providers.speech-server] url"),
        (Failed("out of memory"), TryAgain, "out of memory"),
    ])
    def test_says_whose_turn_it_is(self, answer: Answer | Exception, kind: type[ReelsError], phrase: str) -> None:
        """A silence may pass; an answer of another kind would be the same again."""
        with pytest.raises(kind) as caught:
            OwnServer().buy(REQUEST, Server(answer))
        assert phrase in str(caught.value)
