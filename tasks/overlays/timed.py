"""One thing on screen and its time, in frames."""

from dataclasses import dataclass
from typing import Literal

from tasks.domain.overlays import CueKind
from tasks.domain.timeline import FPS, frame_time_s


@dataclass(frozen=True)
class Timed:
    """One thing on screen from frame `start` to before `stop`."""

    kind: CueKind
    start: int
    stop: int
    text: str = ""
    beat: int | None = None
    """Index of the beat that shows it."""
    media: str | None = None
    layout: Literal["full", "split"] | None = None
    from_s: float = 0.0
    generate: str | None = None
    """What a generator is asked for."""
    picture: str | None = None
    """Name of the picture that its film begins with."""

    @property
    def start_s(self) -> float:
        """The instant of the first frame."""
        return frame_time_s(self.start)

    @property
    def end_s(self) -> float:
        """The half open end."""
        return frame_time_s(self.stop)


@dataclass(frozen=True)
class Length:
    """How long everything is, in frames."""

    reel: int
    card: int | None
    """When the end card comes; None without one."""

    @property
    def stage(self) -> int:
        """Until when something else than the end card may be on screen."""
        return self.reel if self.card is None else self.card


def frames_of(time_s: float) -> int:
    """A duration in frames, the nearest whole number."""
    return round(time_s * FPS)
