"""When a thing over the picture is seen, and how softly it comes and goes."""

from dataclasses import dataclass

from tasks.domain.timeline import frame_at
from tasks.media.easing import smooth_step

LEAST_SHARE = 1 / 512
"""Less of a thing than this changes no pixel."""


@dataclass(frozen=True)
class Span:
    """The frames on which a thing is seen.

    Attributes:
        first, end: half open.
        fps: frames a second.
        enter_s, leave_s: how long it takes to come and to go; 0 at once.
    """

    first: int
    end: int
    fps: int
    enter_s: float
    leave_s: float

    def holds(self, frame: int) -> bool:
        """Whether the thing is there at all."""
        return self.first <= frame < self.end

    def share(self, frame: int) -> float:
        """How much of the thing is there, 0 to 1, in the middle of the time its frame is seen."""
        if not self.holds(frame):
            return 0.0
        since_s, left_s = (frame + 0.5 - self.first) / self.fps, (self.end - frame - 0.5) / self.fps
        entered = float(smooth_step(since_s, 0, self.enter_s)) if self.enter_s > 0 else 1.0
        return entered * (float(smooth_step(left_s, 0, self.leave_s)) if self.leave_s > 0 else 1.0)


def span_of(start_s: float, end_s: float, *, fps: int, fade_s: float, frame_count: int) -> Span:
    """The span of a thing that fades; what lasts to the end of the reel does not go before it."""
    end = frame_at(end_s, fps=fps)
    return Span(frame_at(start_s, fps=fps), end, fps, fade_s, 0.0 if end >= frame_count else fade_s)
