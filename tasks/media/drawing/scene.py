"""A scene: one shot, ready to be drawn into planes."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from tasks.domain.media import MediaFile
from tasks.media.drawing.planes import Planes

OpenMedia = Callable[[MediaFile], Path]
"""Gives a readable path for a file of the store."""


class Scene(Protocol):
    """What every kind of shot becomes; drawing it changes nothing, so frames come in any order and from any thread."""

    def draw(self, target: Planes, frame: int, *, lift: float = 0.0) -> None:
        """Draws one frame, or its upper part.

        Args:
            target: planes as wide as the scene; where they are less high, the rest is left out.
            frame: index from the start of the reel.
            lift: how many rows further down the first row looks; what is looked at lies inside the scene.
        """

    def middle(self) -> float:
        """The row that should be in the middle where not all rows are seen."""
