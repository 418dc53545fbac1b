"""Keeps the garbage collector from looking through what is no garbage: the thousands of modules that a run imports."""

import atexit
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Pauses the collector while the block imports, and leaves what was imported out of all its later rounds."""
    paused, known = gc.isenabled(), len(sys.modules)
    gc.disable()
    try:
        yield
    finally:
        if len(sys.modules) > known:
            gc.freeze()
        if paused:
            gc.enable()


def end_uncollected() -> None:
    """Spares the process its last round, in which Python would look through everything once more to no end."""
    atexit.register(gc.freeze)
