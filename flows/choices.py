"""Picks values by precedence, and remembers where each came from."""

from typing import TypeVar

T = TypeVar("T")


class Choices:
    """Picks values by precedence and keeps where each came from."""

    def __init__(self) -> None:
        self.sources: dict[str, str] = {}

    def pick(self, field: str, default: T, **offers: T | None) -> T:
        """The first offer that is not None, else the default.

        Args:
            field: what is settled, e.g. 'voice.rate'.
            default: taken when nobody offers anything.
            offers: who offers -> value, in order of precedence.
        """
        for source, value in offers.items():
            if value is not None:
                self.sources[field] = source.replace("_", " ")
                return value
        self.sources[field] = "default"
        return default
