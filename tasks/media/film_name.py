"""What a film is called in messages, and what to do where something is wrong with it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class FilmName:
    """A film, for messages.

    Attributes:
        called: who or what it is.
        remedy: what to do about any fault of it; None: what helps depends on the fault.
    """

    called: str
    remedy: str | None = None

    @classmethod
    def of_file(cls, path: Path) -> "FilmName":
        """A film that a person has put somewhere."""
        return cls(f"the film {str(path)!r}")

    @classmethod
    def of_avatar(cls, name: str) -> "FilmName":
        """The film that a person has made of an avatar."""
        return cls(f"the film of the avatar {name!r}")

    @classmethod
    def generated(cls, engine: str, seed: int, take: int | None = None) -> "FilmName":
        """A film that a generator made; it cannot be filmed or cut anew, but made another way."""
        which = f"seed {seed}" if take is None else f"take {take}, seed {seed}"
        return cls(f"the film that {engine!r} made ({which})",
                   f"try {'another seed' if take is None else 'more takes, another seed'}, other words or another generator")

    def fault(self, what: str, advice: str) -> str:
        """A sentence on what is wrong with it, and what to do.

        Args:
            what: as it goes on after the film's name.
            advice: what helps the owner of a film that was filmed.
        """
        return f"{self.called} {what}: {self.remedy or advice}"
