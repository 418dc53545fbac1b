"""Keeps the few large things that are being drawn from, and forgets those that were."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

MOST = 3
"""Things kept at once: what is seen, what lies over it, and what comes next. A picture made ready, or an open film, is about
20 MB."""

Thing = TypeVar("Thing")


class Kept:
    """The things used last, made when they are first asked for and again when they were forgotten."""

    def __init__(self, most: int = MOST) -> None:
        self._most, self._lock = most, threading.Lock()
        self._things: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """The thing kept under `key`, made by `make` unless it is there."""
        with self._lock:
            if key not in self._things:
                while len(self._things) >= self._most:
                    self._things.popitem(last=False)
                self._things[key] = make()
            self._things.move_to_end(key)
            thing: Thing = self._things[key]
            return thing
