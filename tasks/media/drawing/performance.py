"""Turns a performance into frames: the one function that render, previews and engines call."""

import contextlib
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.domain.errors import AvatarError
from tasks.domain.performance import ClipShot, Insert, Performance, PuppetShot, Shot, StillShot
from tasks.domain.timeline import SIZE_PX, frame_at
from tasks.media.curves import Curves, read_curves
from tasks.media.drawing.clips import open_clip
from tasks.media.drawing.dissolve import Dissolve
from tasks.media.drawing.inserts import InsertScene, lower_part
from tasks.media.drawing.kept import Kept
from tasks.media.drawing.planes import Planes, new_frame, view_planes
from tasks.media.drawing.puppet import Puppet
from tasks.media.drawing.scene import OpenMedia, Scene
from tasks.media.drawing.spans import Span
from tasks.media.drawing.stickers import Patch, Veil, open_sticker, open_veil
from tasks.media.drawing.stills import open_still
from tasks.media.rig.model import Rig, read_portrait

WORKERS = 2
"""Frames drawn at the same time. Drawing releases the interpreter's lock, and an encoder wants the rest of the machine."""
AHEAD = 2
"""Finished frames kept waiting for the caller, beyond those being drawn; a frame is 3 MB."""


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
        StoreDamaged: a file of curves, a picture or a film is damaged.
    """
    wanted = range(performance.frame_count) if frames is None else frames
    stage = open_stage(performance, open_media, size)
    return draw_ahead(stage.frame, wanted)


@dataclass(frozen=True)
class PuppetScene:
    """A shot of the avatar, ready to draw."""

    puppet: Puppet
    first_frame: int
    motion: Curves
    mouth: Curves | None

    def draw(self, target: Planes, frame: int, *, lift: float = 0.0) -> None:
        """Draws one frame, or its upper part; see `Scene`."""
        values = self.motion.at(frame - self.first_frame) | (self.mouth.at(frame) if self.mouth else {})
        self.puppet.draw(target, values, lift=lift)

    def middle(self) -> float:
        """The row that should be in the middle where not all rows are seen."""
        return self.puppet.middle_of_head()


@dataclass(frozen=True)
class Stage:
    """Everything of a performance, ready to draw.

    Attributes:
        starts: the first frame of each scene.
        scenes: the shots, in order.
        dissolves: for how many frames from its first on each is seen through the one before.
        inserts: cutaways, in order.
        over: what is laid over the picture, from bottom to top.
    """

    size: tuple[int, int]
    starts: tuple[int, ...]
    scenes: tuple[Scene, ...]
    dissolves: tuple[int, ...]
    inserts: tuple[InsertScene, ...]
    over: tuple[Veil | Patch, ...]

    def frame(self, index: int) -> NDArray[np.uint8]:
        """Draws frame `index` of the reel."""
        frame = new_frame(self.size)
        planes = view_planes(frame)
        scene = self._scene(index)
        insert = next((insert for insert in self.inserts if insert.span.holds(index)), None)
        if insert is None:
            scene.draw(planes, index)
        else:
            insert.draw(planes, index, scene)
        for thing in self.over:
            thing.draw(planes, index)
        return frame

    def _scene(self, index: int) -> Scene:
        """What is seen of the avatar on a frame."""
        number = max(bisect_right(self.starts, index) - 1, 0)
        begun, lasts = index - self.starts[number], self.dissolves[number]
        if not number or begun >= lasts:
            return self.scenes[number]
        return Dissolve(self.scenes[number - 1], self.scenes[number], (begun + 1) / (lasts + 1))


def open_stage(performance: Performance, open_media: OpenMedia, size: tuple[int, int]) -> Stage:
    """Makes everything ready; shots of the same portrait share one puppet."""
    fps, kept = performance.fps, Kept()
    mouth = read_curves(open_media(performance.mouth)) if performance.mouth else None
    puppets: dict[tuple[str, str], Puppet] = {}

    def open_shot(shot: Shot, size: tuple[int, int]) -> Scene:
        if isinstance(shot, StillShot):
            return open_still(shot, open_media, size=size, fps=fps, kept=kept)
        if isinstance(shot, ClipShot):
            return open_clip(shot, open_media, size=size, fps=fps, kept=kept, mouth=mouth)
        key = (shot.portrait.sha256, shot.rig.sha256)
        if key not in puppets:
            puppets[key] = open_puppet(shot, open_media, size)
        return PuppetScene(puppets[key], frame_at(shot.start_s, fps=fps), read_curves(open_media(shot.motion)), mouth)

    def open_insert(insert: Insert) -> InsertScene:
        shot, split = insert.shot, insert.layout == "split"
        span = Span(frame_at(shot.start_s, fps=fps), frame_at(shot.end_s, fps=fps), fps, insert.enter_s, insert.leave_s)
        return InsertScene(open_shot(shot, lower_part(size) if split else size), split, span)

    count = performance.frame_count
    veils = [open_veil(scrim, fps=fps, frame_count=count) for scrim in performance.scrims]
    patches = [open_sticker(sticker, open_media, size=size, fps=fps, frame_count=count) for sticker in performance.stickers]
    return Stage(size, tuple(frame_at(shot.start_s, fps=fps) for shot in performance.shots),
                 tuple(open_shot(shot, size) for shot in performance.shots),
                 tuple(round(shot.dissolve_s * fps) if isinstance(shot, ClipShot) else 0 for shot in performance.shots),
                 tuple(open_insert(insert) for insert in performance.inserts), (*veils, *patches))


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


