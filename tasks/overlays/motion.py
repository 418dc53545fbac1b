"""How an overlay comes and goes: a short slide that slows down, and a fade, frame by frame.

Every frame of the way is an event of its own, at a whole pixel: libass then draws each letter once and moves the picture of
it, where a continuous move would draw it anew for every fraction of a pixel.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tasks.overlays.look import TextLook
from tasks.overlays.timed import frames_of


@dataclass(frozen=True)
class Step:
    """Some frames during which an overlay stands still."""

    start: int
    stop: int
    y_px: int
    """So far below its place."""
    opacity: float


def steps(start: int, stop: int, look: TextLook, *, stays: bool = False) -> list[Step]:
    """The way of an overlay from its first frame to its last.

    What is there from the reel's first frame on does not come: that frame is what is seen before anybody presses play.

    Args:
        start: first frame.
        stop: the frame after its last.
        look: how long it takes to come and go, and from where it comes.
        stays: it does not go: the reel ends with it.
    """
    enter, leave = frames_of(look.enter_s) if start else 0, 0 if stays else frames_of(look.leave_s)
    if enter + leave > stop - start:
        share = (stop - start) / (enter + leave)
        enter, leave = int(enter * share), int(leave * share)
    return [step for step in _steps(start, stop, enter, leave, look) if step.start < step.stop]


def _steps(start: int, stop: int, enter: int, leave: int, look: TextLook) -> Iterator[Step]:
    for frame in range(enter):
        way = 1 - (frame + 1) / (enter + 1)
        yield Step(start + frame, start + frame + 1, round(look.slide_y_px * way**3), 1 - way**2)
    yield Step(start + enter, stop - leave, 0, 1.0)
    for frame in range(leave):
        yield Step(stop - leave + frame, stop - leave + frame + 1, 0, 1 - (frame + 1) / (leave + 1))
