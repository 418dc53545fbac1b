"""Signals that wait: obeyed after the block, in the way they would have been before it."""

import signal
import threading
from collections.abc import Iterator

import pytest

from tasks.media.signals import ENDING, uninterrupted


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Both signals interrupt while a test runs, and do afterwards what they did."""
    before = {number: signal.signal(number, signal.default_int_handler) for number in ENDING}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_is_obeyed_when_the_block_is_over(number: signal.Signals) -> None:
    """The block is gone through whole, and the one around it is interrupted."""
    went = []
    with pytest.raises(KeyboardInterrupt):
        with uninterrupted():
            signal.raise_signal(number)
            went.append("through")
        went.append("on")
    assert went == ["through"]


def test_many_signals_are_obeyed_once() -> None:
    """An impatient finger on Ctrl-C interrupts one thing."""
    with pytest.raises(KeyboardInterrupt), uninterrupted():
        for number in (*ENDING, *ENDING):
            signal.raise_signal(number)


def test_handlers_are_put_back() -> None:
    """After the block a signal interrupts at once again."""
    with uninterrupted():
        pass
    assert [signal.getsignal(number) for number in ENDING] == [signal.default_int_handler] * len(ENDING)


def test_a_failure_in_the_block_goes_on() -> None:
    """Nothing was held back: the error is the block's own."""
    with pytest.raises(ValueError, match="own"), uninterrupted():
        raise ValueError("own")


@pytest.mark.parametrize("usual", [signal.SIG_IGN, signal.SIG_DFL])
def test_what_no_handler_hears_is_left_alone(usual: signal.Handlers) -> None:
    """An ignored signal stays ignored, and one that ends the process does so."""
    signal.signal(signal.SIGTERM, usual)
    with uninterrupted():
        assert signal.getsignal(signal.SIGTERM) is usual
    assert signal.getsignal(signal.SIGTERM) is usual


def test_other_threads_work_as_before() -> None:
    """Only the main thread is interrupted, and only it may choose handlers."""
    failed: list[BaseException] = []

    def work() -> None:
        try:
            with uninterrupted():
                assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert failed == []
