"""A change from one shot to the next in which both are seen for a while, the first less and less."""

from dataclasses import dataclass

import cv2

from tasks.media.drawing.planes import Planes
from tasks.media.drawing.scene import Scene


@dataclass(frozen=True)
class Dissolve:
    """Two scenes, seen through each other.

    Attributes:
        before: goes on beyond its end.
        after: has begun.
        share: of `after`, 0 to 1.
    """

    before: Scene
    after: Scene
    share: float

    def draw(self, target: Planes, frame: int, *, lift: float = 0.0) -> None:
        """Draws one frame, or its upper part; see `Scene`."""
        self.after.draw(target, frame, lift=lift)
        gone = target.copy()
        self.before.draw(gone, frame, lift=lift)
        for plane, other in zip(target, gone, strict=True):
            cv2.addWeighted(plane, self.share, other, 1 - self.share, 0.0, dst=plane)

    def middle(self) -> float:
        """The row that should be in the middle where not all rows are seen."""
        return self.after.middle()
