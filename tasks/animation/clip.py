"""The avatar's own film, extended to the speech: it moves as it was filmed, and directions have no hold on it."""

from typing import ClassVar, Literal

import numpy as np

from tasks.animation.base import Take
from tasks.domain.timeline import FPS
from tasks.media.curves import Curves
from tasks.media.extension import plan_return, plan_straight, plan_walk


class ClipAnimation:
    """Walks over the film of the take, forwards and backwards; over one that is bound to its moment only forwards."""

    name: ClassVar[str] = "clip"
    version: ClassVar[str] = "2"
    shot: ClassVar[Literal["puppet", "still", "clip"]] = "clip"

    def motion(self, take: Take) -> Curves:
        """Which frame of the film is shown when; see `tasks.animation.base.Animation`."""
        walk = plan_straight if take.in_time else plan_return if take.comes_back else plan_walk
        course = walk(np.asarray(take.film_moves), len(take.loudness))
        return Curves({"frame": course.astype(np.float32)}, FPS)
