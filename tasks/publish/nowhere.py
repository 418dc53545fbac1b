"""A stand-in that hands nothing on and remembers what it was given."""

import datetime as dt
from typing import ClassVar

from tasks.domain.reel import FinishedSet
from tasks.publish.base import KEY_DIGITS
from tasks.runtime.store import Store


class NowherePublisher:
    """Looks like a publisher; nothing leaves.

    Args:
        store: not used; every publisher gets it.
    """

    name: ClassVar[str] = "nowhere"
    version: ClassVar[str] = "1"

    def __init__(self, store: Store) -> None:  # noqa: ARG002  publishers are made alike
        self.handed_on: dict[str, str] = {}

    def location(self, finished: FinishedSet, key: str, today: dt.date) -> str:
        """A name that says that there is nothing."""
        return f"nowhere/{today.isoformat()}-{finished.slug}-{key[:KEY_DIGITS]}"

    def hand_on(self, finished: FinishedSet, location: str) -> None:
        """Remembers which reel went where."""
        self.handed_on[location] = finished.id
