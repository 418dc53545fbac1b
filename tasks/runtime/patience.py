"""Patience with a store that does not answer: who waits for it, and for how long.

The process of a run that a worker started waits until the store is back, so that an outage costs the run time and nothing
else. A person at a terminal is told at once, and so is whoever has something better to do than to wait, such as the thread
that renews a lease. The patience is for one outage: once it is used up, every further request fails at once until one is
answered.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from tasks.domain.errors import TryAgain

R = TypeVar("R")

POLL_S = 3.0
"""Seconds between two requests while the store is away."""

_log = logging.getLogger("prefect.reels")


class Patience:
    """The patience of one process."""

    def __init__(self) -> None:
        self._limit_s = 0.0
        self._away_since_s: float | None = None
        self._thread = threading.local()

    def grant(self, limit_s: float) -> None:
        """Lets all threads of the process wait up to `limit_s` seconds for a store that is away, from now on."""
        self._limit_s = limit_s

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Lets this thread wait for nothing while the block runs."""
        before, self._thread.hurried = self._is_hurried(), True
        try:
            yield
        finally:
            self._thread.hurried = before

    def ask(self, request: Callable[[], R]) -> R:
        """What a request gives; while the store is away it is made again and again, as long as there is patience.

        Args:
            request: may be made several times.

        Raises:
            TryAgain: the store is away, and the patience is used up, or there was none.
        """
        while True:
            try:
                given = request()
            except TryAgain as error:
                if not self._waits(error):
                    raise
                time.sleep(POLL_S)
            else:
                self._answered()
                return given

    def _waits(self, error: TryAgain) -> bool:
        if not self._limit_s or self._is_hurried():
            return False
        now_s, since_s = time.monotonic(), self._away_since_s
        if since_s is None:
            self._away_since_s = since_s = now_s
            _log.warning("%s; waiting for it, up to %.0f min", str(error).partition(": ")[0], self._limit_s / 60)
        return now_s - since_s < self._limit_s

    def _answered(self) -> None:
        since_s, self._away_since_s = self._away_since_s, None
        if since_s is not None:
            _log.warning("the store answers again after %.0f s: going on", time.monotonic() - since_s)

    def _is_hurried(self) -> bool:
        return bool(getattr(self._thread, "hurried", False))


patience = Patience()
"""That of this process."""
