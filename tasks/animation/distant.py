"""A stand-in for a remote service: it makes its caller wait, and uses nothing of this machine meanwhile."""

import time
from typing import ClassVar

from tasks.animation.base import Take
from tasks.animation.still import StillAnimation
from tasks.media.curves import Curves

WAIT_S = 20.0
"""How long services take to animate a few seconds, at their fastest."""


class DistantAnimation(StillAnimation):
    """No movement at all, after a wait."""

    name: ClassVar[str] = "distant"

    def motion(self, take: Take) -> Curves:
        """The movement of a whole reel; see `tasks.animation.base.Animation`."""
        time.sleep(WAIT_S)
        return super().motion(take)
