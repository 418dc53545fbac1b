"""Turns a performance into frames: the one function that render, previews and engines call."""

import contextlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.domain.errors import AvatarError
from tasks.domain.media import MediaFile
from tasks.domain.performance import Performance, PuppetShot
from tasks.domain.timeline import SIZE_PX, frame_at
from tasks.media.curves import Curves, read_curves
from tasks.media.drawing.puppet import Puppet
from tasks.media.rig.model import Rig, read_portrait

WORKERS = 2
"""Frames drawn at the same time. Drawing releases the interpreter's lock, and an encoder wants the rest of the machine."""
AHEAD = 2
"""Finished frames kept waiting for the caller, beyond those being drawn; a frame is 3 MB."""

OpenMedia = Callable[[MediaFile], Path]
"""Gives a readable path for a file of the store."""


def draw(performance: Performance, open_media: OpenMedia, *, size: tuple[int, int] = SIZE_PX,
         frames: Iterable[int] | None = None) -> Iterator[NDArray[np.uint8]]:
    """Draws the frames of a performance.

    The same performance always gives the same bytes, whatever frames are asked for and in whatever order.

    Args:
        performance: what to draw. Without mouth curves the lips stay closed.
        open_media: gives paths for the performance's files.
        size: (width, height) of the frames, even numbers.
        frames: indices to draw, in the order wanted; all of them unless given.

    Returns:
        One array (height * 3 / 2, width) uint8 a frame: I420, BT.709 limited range.

    Raises:
        AvatarError: a portrait or rig is damaged, or they do not belong together.
        StoreDamaged: a file of curves is damaged.
    """
    wanted = range(performance.frame_count) if frames is None else frames
    stage = open_stage(performance, open_media, size)
    return draw_ahead(stage.frame, wanted)


@dataclass(frozen=True)
class PuppetScene:
    """A shot ready to draw."""

    first_frame: int
    puppet: Puppet
    motion: Curves


@dataclass(frozen=True)
class Stage:
    """All shots of a performance ready to draw."""

    scenes: tuple[PuppetScene, ...]
    mouth: Curves | None

    def frame(self, index: int) -> NDArray[np.uint8]:
        """Draws frame `index` of the reel."""
        scene = next(scene for scene in reversed(self.scenes) if scene.first_frame <= index or scene is self.scenes[0])
        values = scene.motion.at(index - scene.first_frame)
        return scene.puppet.frame(values | (self.mouth.at(index) if self.mouth else {}))


def open_stage(performance: Performance, open_media: OpenMedia, size: tuple[int, int]) -> Stage:
    """Reads all files of a performance; shots of the same portrait share one puppet."""
    puppets: dict[tuple[str, str], Puppet] = {}
    scenes = []
    for shot in performance.shots:
        if not isinstance(shot, PuppetShot):
            raise NotImplementedError(shot.kind)
        key = (shot.portrait.sha256, shot.rig.sha256)
        if key not in puppets:
            puppets[key] = open_puppet(shot, open_media, size)
        first = frame_at(shot.start_s, fps=performance.fps)
        scenes.append(PuppetScene(first, puppets[key], read_curves(open_media(shot.motion))))
    mouth = read_curves(open_media(performance.mouth)) if performance.mouth else None
    return Stage(tuple(scenes), mouth)


def open_puppet(shot: PuppetShot, open_media: OpenMedia, size: tuple[int, int]) -> Puppet:
    """The puppet of a shot.

    Raises:
        AvatarError: the portrait is not the one the rig was made for, or a file is damaged.
    """
    rig = Rig.read(open_media(shot.rig))
    if rig.portrait_sha256 != shot.portrait.sha256:
        raise AvatarError(f"the rig was made for another portrait (digest {rig.portrait_sha256[:12]!r}, the portrait's is "
                          f"{shot.portrait.sha256[:12]!r}): make the rig again from this portrait")
    return Puppet(read_portrait(open_media(shot.portrait), rig), rig, size)


def draw_ahead(frame: Callable[[int], NDArray[np.uint8]], wanted: Iterable[int]) -> Iterator[NDArray[np.uint8]]:
    """Draws frames on a few threads and yields them in order, never more than a few ahead of the caller."""
    with one_thread_per_call(), ThreadPoolExecutor(WORKERS, thread_name_prefix="draw") as pool:
        pending: deque[Future[NDArray[np.uint8]]] = deque()
        try:
            for index in wanted:
                pending.append(pool.submit(frame, index))
                if len(pending) >= WORKERS + AHEAD:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()


@contextlib.contextmanager
def one_thread_per_call() -> Iterator[None]:
    """Keeps OpenCV from splitting its many small calls over threads of its own; drawing already uses several."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)


