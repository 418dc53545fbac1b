"""When this program must not be interrupted: between a child's start and the moment somebody knows of it."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM)
"""What asks a program to end: Ctrl-C and a request of the system."""


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Has Ctrl-C and a request to end wait until the block is over, where they are then obeyed.

    A signal nobody handles here keeps its usual effect, and so do all of them outside the main thread, which alone is
    interrupted.
    """
    held: list[tuple[int, FrameType | None]] = []
    before = {number: signal.getsignal(number) for number in ENDING}
    ours = {number: handler for number, handler in before.items()
            if callable(handler) and threading.current_thread() is threading.main_thread()}
    try:
        for number in ours:
            signal.signal(number, lambda *caught: held.append(caught))
        yield
    finally:
        for number, handler in ours.items():
            signal.signal(number, handler)
        for caught in held[:1]:
            ours[signal.Signals(caught[0])](*caught)
