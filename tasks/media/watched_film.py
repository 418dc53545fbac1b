"""Reads any film the way a viewer sees it: upright, with square pixels, each frame at its own time."""

import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.error import FFmpegError
from av.stream import Disposition
from numpy.typing import NDArray

from tasks.domain.errors import FixRequest
from tasks.media.clips import KINDS, LOCAL_FILMS, MAX_BYTES, MAX_DURATION_S, MAX_PIXELS
from tasks.media.face_track import LOOK_SIDE_PX

Picture = NDArray[np.uint8]
"""(height, width, 3) uint8, BGR."""
AHEAD_S = 0.001
"""A frame is taken for the one shown at an instant from this much before it; containers round times."""


@dataclass(frozen=True)
class ShownFrame:
    """One frame as it is shown.

    Attributes:
        time_s: when, in the film's own clock, which its sound shares.
        picture: upright, no side longer than was asked for.
        size: (width, height) of the upright frame at its full size, with square pixels.
    """

    time_s: float
    picture: Picture
    size: tuple[int, int]
    _decoded: Any

    def whole(self) -> Picture:
        """The frame at its full size; to be asked for before the next frame is."""
        return _upright(self._decoded, self.size)


def read_upright(path: Path, *, side_px: int = LOOK_SIDE_PX) -> Iterator[ShownFrame]:
    """All frames of a film in order; one is in memory at a time. A film that breaks off is read as far as it goes.

    Raises:
        FixRequest: it is no film of a kind that is read, has no frame, or is too large or too long.
    """
    with _opened(path) as (container, stream):
        start_s = None
        for frame in _frames(container, stream):
            time_s = float(frame.time or 0.0)
            start_s = time_s if start_s is None else start_s
            if time_s - start_s > MAX_DURATION_S:
                raise FixRequest(f"the film {str(path)!r} is longer than {MAX_DURATION_S:.0f} s: cut out a part of it")
            yield _shown(frame, stream, side_px)
        if start_s is None:
            raise FixRequest(f"the film {str(path)!r} has not a single frame that can be decoded: save it again")


def pictures_at(path: Path, times_s: Sequence[float], *, side_px: int) -> list[Picture]:
    """The pictures shown at some instants, in the film's own clock.

    Args:
        path: the film.
        times_s: ascending.
        side_px: longest side of the pictures.
    """
    pictures = []
    with _opened(path) as (container, stream):
        for time_s in times_s:
            container.seek(round(time_s / stream.time_base), stream=stream)
            frame = next((frame for frame in _frames(container, stream) if float(frame.time or 0) >= time_s - AHEAD_S), None)
            if frame is not None:
                pictures.append(_shown(frame, stream, side_px).picture)
    return pictures


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Any, Any]]:
    """The open file and the stream with its picture; what is wrong with either becomes a sentence."""
    called = f"the film {str(path)!r}"
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise FixRequest(f"{called} is a folder, a device or a pipe, not a file: name the file")
        size_bytes = status.st_size
        if size_bytes > MAX_BYTES:
            raise FixRequest(f"{called} has {size_bytes:,} bytes, at most {MAX_BYTES:,} are read: cut it shorter or save it"
                             " smaller")
        with av.open(str(path.absolute()), options=LOCAL_FILMS) as container:
            stream = next((stream for stream in container.streams.video
                           if not stream.disposition & Disposition.attached_pic), None)
            if stream is None:
                raise FixRequest(f"{called} has no picture, only sound: name a film")
            if stream.codec_context is None:
                raise FixRequest(f"{called} has a picture of a kind that is not read here: save it as {KINDS}")
            pixels = stream.codec_context.width * stream.codec_context.height
            if pixels > MAX_PIXELS:
                raise FixRequest(f"{called} has {pixels:,} pixels a frame, at most {MAX_PIXELS:,} are read: save it smaller")
            stream.thread_type = "AUTO"
            yield container, stream
    except FileNotFoundError as error:
        raise FixRequest(f"{called} is missing: put it there, or correct its name") from error
    except (FFmpegError, OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FixRequest(f"{called} is damaged or of a kind that is not read here ({reason}): save it as {KINDS}") from error


def _frames(container: Any, stream: Any) -> Iterator[Any]:
    """Decoded frames, up to where the file is damaged."""
    decoder = container.decode(stream)
    while True:
        try:
            yield next(decoder)
        except (StopIteration, FFmpegError):
            return


def _shown(frame: Any, stream: Any, side_px: int) -> ShownFrame:
    aspect = float(stream.sample_aspect_ratio or 1) or 1.0
    width, height = round(frame.width * max(aspect, 1)), round(frame.height * max(1 / aspect, 1))
    size = (height, width) if frame.rotation % 180 else (width, height)
    shrink = min(1.0, side_px / max(size))
    small = tuple(max(2, round(side * shrink)) for side in size)
    return ShownFrame(float(frame.time or 0.0), _upright(frame, (small[0], small[1])), size, frame)


def _upright(frame: Any, size: tuple[int, int]) -> Picture:
    """A decoded frame turned as its metadata say, at an upright `size` (width, height)."""
    quarters = round(frame.rotation / 90) % 4
    width, height = size[::-1] if quarters % 2 else size
    picture = frame.to_ndarray(format="bgr24", width=width, height=height)
    return np.ascontiguousarray(np.rot90(picture, quarters)) if quarters else np.asarray(picture, np.uint8)
