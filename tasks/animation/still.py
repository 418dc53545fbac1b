"""No movement at all: the stand-in for tests and drafts."""

from typing import ClassVar, Literal

import numpy as np

from tasks.animation.base import Take
from tasks.domain.timeline import FPS
from tasks.media.curves import MOTION, Curves


class StillAnimation:
    """Every curve is zero."""

    name: ClassVar[str] = "still"
    version: ClassVar[str] = "1"
    shot: ClassVar[Literal["puppet", "still", "clip"]] = "puppet"

    def motion(self, take: Take) -> Curves:
        """The movement of a whole reel; see `tasks.animation.base.Animation`."""
        return Curves({name: np.zeros(len(take.loudness), np.float32) for name in MOTION}, FPS)
