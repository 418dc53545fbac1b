"""A stand-in for a model that needs a graphics card: it wants the `gpu` queue, and needs none."""

from typing import ClassVar, Literal

import numpy as np

from tasks.animation.base import Take
from tasks.domain.timeline import FPS
from tasks.media.curves import MOTION, Curves

YAW_RAD = 0.03
"""How far the head turns to either side: little, and seen."""
PERIOD_S = 4.0
"""Time of one sway there and back."""


class SwayAnimation:
    """The head turns slowly to and fro; nothing else moves."""

    name: ClassVar[str] = "sway"
    version: ClassVar[str] = "1"
    shot: ClassVar[Literal["puppet", "still", "clip"]] = "puppet"

    def motion(self, take: Take) -> Curves:
        """The movement of a whole reel; see `tasks.animation.base.Animation`."""
        values = {name: np.zeros(len(take.loudness), np.float32) for name in MOTION}
        turns = np.arange(len(take.loudness)) / (FPS * PERIOD_S)
        values["yaw"] = (YAW_RAD * np.sin(2 * np.pi * turns)).astype(np.float32)
        return Curves(values, FPS)
