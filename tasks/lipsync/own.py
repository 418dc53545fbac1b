"""The mouth that a film has: of a generator that follows the voice, left as it made it."""

from typing import ClassVar, Literal


class OwnMouth:
    """Draws nothing, so that the film's own mouth is seen."""

    name: ClassVar[str] = "own"
    version: ClassVar[str] = "1"
    listens: ClassVar[Literal["never", "where unknown", "always"]] = "never"
    draws: ClassVar[bool] = False
