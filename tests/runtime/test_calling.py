"""Calls to paid services: every fault told apart by whether the request was taken."""

import socket
from typing import Any

import pytest

from tasks.domain.errors import FixMachine, FixRequest, MissingTool, TryAgain
from tasks.runtime import calling
from tasks.runtime.calling import Line, bounded
from tasks.runtime.keys import Secret
from tasks.runtime.paid_requests import NoAnswer, NotAccepted

ORDER = {"content": "c", "seed": 1, "seconds": 3}


@pytest.fixture
def line(pretend: Any) -> Any:
    """A line to the pretend provider, with little patience."""
    with Line("pretend", pretend.url, Secret(pretend.key), read_s=0.3) as made:
        yield made


def fault(pretend: Any, kind: str, **more: object) -> None:
    pretend.books.faults.append({"fault": kind, "times": 1, **more})


class TestOrder:
    def test_answer_is_given(self, line: Line, pretend: Any) -> None:
        """And the idempotency key arrives."""
        assert line.order("/v1/jobs", ORDER, token="t")["status"] == "working"
        assert pretend.books.orders[0]["token"] == "t"

    @pytest.mark.parametrize("kind", ["silence", "break", "refuse"])
    def test_silence_and_errors_of_the_service_leave_it_open(self, line: Line, pretend: Any, kind: str) -> None:
        """Some of these were charged, some not: nobody can tell by the answer."""
        fault(pretend, kind)
        with pytest.raises(NoAnswer):
            line.order("/v1/jobs", ORDER)
        assert len(pretend.books.orders) == (0 if kind == "refuse" else 1)

    def test_busy_service_says_when(self, line: Line, pretend: Any) -> None:
        """Retry-After, in seconds."""
        fault(pretend, "busy", seconds=7)
        with pytest.raises(NotAccepted) as caught:
            line.order("/v1/jobs", ORDER)
        assert caught.value.wait_s == 7
        assert isinstance(caught.value.error, TryAgain)

    def test_bad_request_is_the_callers_and_hides_the_key(self, line: Line, pretend: Any) -> None:
        """A service that repeats the key in its message."""
        fault(pretend, "echo")
        with pytest.raises(NotAccepted, match=r"400.*\*\*\*") as caught:
            line.order("/v1/jobs", ORDER)
        assert isinstance(caught.value.error, FixRequest)
        assert pretend.key not in str(caught.value)

    def test_wrong_key_is_the_machines(self, pretend: Any) -> None:
        """The message speaks of the key and does not hold it."""
        with Line("pretend", pretend.url, Secret("sk-wrong-key")) as line, pytest.raises(NotAccepted) as caught:
            line.order("/v1/jobs", ORDER)
        assert isinstance(caught.value.error, MissingTool)
        assert "sk-wrong-key" not in str(caught.value)

    def test_nobody_listening_is_not_accepted(self) -> None:
        """No connection, no charge."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{probe.getsockname()[1]}"
            with Line("pretend", url, Secret("sk-any-key")) as line, pytest.raises(NotAccepted) as caught:
                line.order("/v1/jobs", ORDER)
        assert isinstance(caught.value.error, TryAgain)


class TestLook:
    def test_unknown_job_is_none(self, line: Line) -> None:
        """The service answers 404."""
        assert line.look("/v1/jobs/no-such") is None

    def test_job_is_found_by_its_key(self, line: Line) -> None:
        """What a run that comes back asks first."""
        made = line.order("/v1/jobs", ORDER, token="t+1/=")
        found = line.look("/v1/jobs", query={"idempotency_key": "t+1/="})
        assert found is not None
        assert found["id"] == made["id"]


class TestAddress:
    @pytest.mark.parametrize("url", ["http://api.example.com", "ftp://127.0.0.1", "api.example.com", "https://u:p@example.com"])
    def test_key_does_not_travel_in_the_clear(self, url: str) -> None:
        """Plain HTTP is for this machine only."""
        with pytest.raises(FixMachine, match="pretend"):
            Line("pretend", url, Secret("sk-any-key"))

    @pytest.mark.parametrize("url", ["https://api.example.com", "http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1"])
    def test_what_is_safe_is_accepted(self, url: str) -> None:
        """Nothing is sent yet."""
        with Line("pretend", url, Secret("sk-any-key")):
            pass

    def test_without_a_key_nothing_can_be_read_along(self) -> None:
        """A server in the next room that wants no key may be asked over plain HTTP."""
        with Line("pretend", "http://gpu.example:8000", None):
            pass


class TestBounded:
    def test_answer_is_put_together(self) -> None:
        """Whatever its pieces."""
        assert bounded([b"ab", b"", b"c"]) == b"abc"

    def test_answer_that_grows_for_ever_is_given_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """By its length; asking again would bring the same."""
        monkeypatch.setattr(calling, "MOST_BYTES", 10)
        with pytest.raises(NoAnswer, match="longer than") as caught:
            bounded(iter(lambda: b"abc", b""))
        assert caught.value.lasting

    def test_answer_that_trickles_for_ever_is_given_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """By the clock."""
        monkeypatch.setattr(calling, "WHOLE_S", 0.0)
        with pytest.raises(NoAnswer, match="did not end") as caught:
            bounded(iter(lambda: b"a", b""))
        assert not caught.value.lasting
