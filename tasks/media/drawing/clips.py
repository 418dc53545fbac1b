"""A film, read frame by frame, forwards and backwards: never more than a few of its frames are in memory."""

import threading
from collections import deque
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from av.error import FFmpegError
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from tasks.domain.errors import StoreDamaged
from tasks.domain.performance import ClipShot
from tasks.domain.timeline import FPS, frame_at
from tasks.media.curves import Curves, read_curves
from tasks.media.drawing.film_mouth import FilmMouth
from tasks.media.drawing.kept import Kept
from tasks.media.drawing.planes import Planes, planes_to_image, view_planes
from tasks.media.drawing.scene import OpenMedia
from tasks.media.mouth_track import read_track
from tasks.media.rig.model import Rig

BEHIND = 6
"""Frames kept after they were read: threads ask for them a little out of order."""
GROUP = 15
"""Frames kept beyond that of a film that is read backwards: as many as it has from one that needs no other to the next
(`tasks/media/even_clip.py`), so that none is decoded twice."""
AHEAD = 45
"""A frame further ahead than this is sought instead of read up to."""


@dataclass(frozen=True)
class ClipScene:
    """A film shot ready to draw.

    Attributes:
        course: which of the film's frames each frame of the shot shows; None: one after the other.
        lips: draws the mouth on the film's frames, where one is drawn.
        mouth: what it says, one sample a frame of the reel.
    """

    film: Path
    size: tuple[int, int]
    first_frame: int
    fps: int
    kept: Kept
    course: Curves | None = None
    lips: FilmMouth | None = None
    mouth: Curves | None = None

    def draw(self, target: Planes, frame: int, *, lift: float = 0.0) -> None:
        """Draws one frame, or its upper part; see `Scene`."""
        reader = self.kept.get(id(self), lambda: FilmReader(self.film, self.fps))
        index = max(frame - self.first_frame, 0)
        shown = round(self.course.at(index)["frame"]) if self.course else index
        picture = reader.frame(shown)
        left, top, right, bottom = cover(picture.y.shape[1::-1], self.size)
        fitted = fit(picture.crop(left, top, right, bottom), self.size)
        first, rows = 2 * round(lift / 2), len(target.y)
        for plane, source in zip(target, fitted.crop(0, first, self.size[0], first + rows), strict=True):
            np.copyto(plane, source)
        if self.lips and self.mouth:
            self.lips.draw(target, fitted, shown, self.mouth.at(frame), first=first)

    def middle(self) -> float:
        """The row that should be in the middle where not all rows are seen."""
        return self.size[1] / 2


def open_clip(shot: ClipShot, open_media: OpenMedia, *, size: tuple[int, int], fps: int, kept: Kept,
              mouth: Curves | None = None) -> ClipScene:
    """The scene of a film, with its mouth where it has one; the film is opened for good when it is first drawn."""
    lips = None
    if mouth and shot.track and shot.rig:
        track = read_track(open_media(shot.track))
        lips = FilmMouth(Rig.read(open_media(shot.rig)), track, size,
                         read_picture(open_media(shot.clip), track.reference_frame, fps))
    course = read_curves(open_media(shot.course)) if shot.course else None
    return ClipScene(open_media(shot.clip), size, frame_at(shot.start_s, fps=fps), fps, kept, course, lips, mouth)


class FilmReader:
    """The frames of one film, by index."""

    def __init__(self, path: Path, fps: int) -> None:
        """Opens the film.

        Raises:
            StoreDamaged: it is no film.
        """
        self._path, self._fps, self._lock = path, fps, threading.Lock()
        self._recent: deque[tuple[int, Planes]] = deque()
        self._room = BEHIND
        self._last: int | None = None
        try:
            self._container = av.open(str(path.absolute()))
            self._stream = self._container.streams.video[0]
            self._stream.thread_type = "NONE"
            self._decoder = self._container.decode(self._stream)
            self._keep(next(self._decoder), index=0)
        except (FFmpegError, IndexError, StopIteration) as error:
            raise StoreDamaged(self._complaint(error)) from error
        self._origin = self._stream.start_time or 0

    def frame(self, index: int) -> Planes:
        """The film's frame `index`, at its own size; past the end the last one.

        Raises:
            StoreDamaged: the film cannot be decoded.
        """
        with self._lock:
            try:
                return self._read(index)
            except FFmpegError as error:
                raise StoreDamaged(self._complaint(error)) from error

    def _read(self, index: int) -> Planes:
        if self._last is not None:
            index = min(index, self._last)
        if not self._recent or index < self._recent[0][0] or index > self._recent[-1][0] + AHEAD:
            self._seek(index)
        while not self._recent or self._recent[-1][0] < index:
            frame = next(self._decoder, None)
            if frame is None:
                return self._end(index)
            self._keep(frame)
        return next(planes for at, planes in self._recent if at >= index)

    def _keep(self, frame: VideoFrame, *, index: int | None = None) -> None:
        """Keeps a decoded frame, and lets go of the oldest."""
        self._recent.append((self._index(frame) if index is None else index, copy_planes(frame)))
        while len(self._recent) > self._room:
            self._recent.popleft()

    def _seek(self, index: int) -> None:
        """Goes to the last frame up to `index` that needs no other; a step back keeps what lies between."""
        back = bool(self._recent) and 0 < self._recent[0][0] - index <= BEHIND
        self._room = BEHIND + GROUP if back else BEHIND
        base = self._stream.time_base or Fraction(1, self._fps)
        self._container.seek(self._origin + round(index / self._fps / base), stream=self._stream)
        self._decoder = self._container.decode(self._stream)
        self._recent.clear()

    def _end(self, index: int) -> Planes:
        """The last frame, for an index beyond it."""
        if not self._recent:
            self._seek(max(index - self._fps, 0))
            for frame in self._decoder:
                self._keep(frame)
        if not self._recent:
            raise StoreDamaged(self._complaint(f"no frame before {index!r}"))
        self._last = self._recent[-1][0]
        return self._recent[-1][1]

    def _index(self, frame: VideoFrame) -> int:
        base = self._stream.time_base or Fraction(1, self._fps)
        return round(((frame.pts or 0) - self._origin) * base * self._fps)

    def _complaint(self, reason: object) -> str:
        return f"the film {self._path.name!r} cannot be decoded ({reason}): delete it, it will be made again"


def read_picture(film: Path, index: int, fps: int = FPS) -> NDArray[np.uint8]:
    """One frame of an even film, (height, width, 3) uint8 BGR.

    Raises:
        StoreDamaged: the film cannot be decoded so far.
    """
    return planes_to_image(FilmReader(film, fps).frame(index))


def copy_planes(frame: VideoFrame) -> Planes:
    """A decoded frame as planes of their own memory, with even sides."""
    even = frame.reformat(width=frame.width // 2 * 2, height=frame.height // 2 * 2, format="yuv420p")
    return view_planes(np.asarray(even.to_ndarray(), np.uint8))


def cover(have: tuple[int, ...], want: tuple[int, int]) -> tuple[int, int, int, int]:
    """left, top, right, bottom: the middle part of a film with the shape of a frame, all even."""
    step = min(side / wanted for side, wanted in zip(have, want, strict=True))
    ends = []
    for side, wanted in zip(have, want, strict=True):
        length = min(2 * round(step * wanted / 2), side)
        start = (side - length) // 4 * 2
        ends.append((start, start + length))
    return ends[0][0], ends[1][0], ends[0][1], ends[1][1]


def fit(picture: Planes, size: tuple[int, int]) -> Planes:
    """The planes at a size, (width, height); untouched where they have it."""
    if picture.y.shape[1::-1] == size:
        return picture
    kernel = cv2.INTER_AREA if picture.y.shape[1] > size[0] else cv2.INTER_CUBIC
    half = size[0] // 2, size[1] // 2

    def scale(plane: NDArray[Any], wanted: tuple[int, int]) -> NDArray[Any]:
        return np.asarray(cv2.resize(plane, wanted, interpolation=kernel))

    return Planes(scale(picture.y, size), scale(picture.u, half), scale(picture.v, half))
