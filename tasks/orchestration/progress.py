"""Progress: how far the running stage is, for who listens in this process and for Prefect's page of the run."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

import httpx
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.context import TaskRunContext

Listener = Callable[[str, float | None, str], None]
"""Called with stage name, fraction done (0..1) and a short note; None: as far as before, and the note tells why it waits."""

ARTIFACT_INTERVAL_S = 2.0
"""Least time between two updates of a progress artifact."""

_listeners: list[Listener] = []


def report(done: float | None, note: str = "") -> None:
    """Tells everyone who watches how far the running stage is.

    Args:
        done: fraction of the stage, 0 to 1; None: it waits, and whoever reads lines is told too.
        note: what is happening, a few words.
    """
    bar = _bar.get()
    announce(bar.name if bar else "stage", done, note)
    if bar and done is not None:
        bar.show(done)


def announce(name: str, done: float | None, note: str) -> None:
    """Tells everyone who watches how far stage `name` is, from outside the stage."""
    for listener in _listeners:
        listener(name, done, note)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Calls `listener` at every `report` inside the block."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


@contextmanager
def progress_bar(name: str) -> Iterator[None]:
    """Gives the stage `name`, which runs inside the block, a progress bar on Prefect's page; a quick one needs none."""
    bar = _Bar(name)
    before = _bar.set(bar)
    try:
        yield
        bar.fill()
    finally:
        _bar.reset(before)


class _Bar:
    """The progress of one running stage in the Prefect UI; quick stages get none."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._artifact: Any = None
        self._shown_s = time.monotonic()

    def show(self, done: float) -> None:
        """Shows the fraction done, now and then."""
        if time.monotonic() - self._shown_s >= ARTIFACT_INTERVAL_S:
            self._put(done)

    def fill(self) -> None:
        """Shows that the stage is done."""
        if self._artifact is not None:
            self._put(1.0)

    def _put(self, done: float) -> None:
        if TaskRunContext.get() is None:
            return
        self._shown_s = time.monotonic()
        percent = round(100 * min(max(done, 0.0), 1.0), 1)
        with suppress(httpx.HTTPError):  # a server that is away shows no progress; the stage goes on
            if self._artifact is None:
                self._artifact = create_progress_artifact(progress=percent, description=f"{self.name} of this reel")
            else:
                update_progress_artifact(artifact_id=self._artifact, progress=percent)


_bar: ContextVar[_Bar | None] = ContextVar("bar", default=None)
