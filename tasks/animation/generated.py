"""Films that a generator made of the portrait, extended to the speech: they move as they were made."""

from typing import ClassVar

from tasks.animation.clip import ClipAnimation
from tasks.domain.generation import GENERATED


class GeneratedAnimation(ClipAnimation):
    """Walks over each film, from the portrait and back to it where another follows."""

    name: ClassVar[str] = GENERATED
    version: ClassVar[str] = "1"
