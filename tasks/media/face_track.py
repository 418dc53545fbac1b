"""Follows a face through a film: where its points are on every frame, read off the finished pixels."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from tasks.domain.errors import FixRequest, StoreDamaged
from tasks.media.clips import LOCAL_FILMS
from tasks.media.landmarks import POINT_COUNT, LandmarkFinder, Landmarks

LOOK_SIDE_PX = 960
"""Longest side at which frames are searched: the mesh looks at a face with 192 pixels anyway."""


Look = Callable[[NDArray[np.uint8], Landmarks | None], None]
"""Is shown every frame, scaled down, and the face's points on it, None where none was found."""


@dataclass(frozen=True)
class FaceTrack:
    """A face in a film.

    Attributes:
        points: (n, 478, 3) float32, pixels of the film's frames as it stores them; NaN where no face was found.
        times_s: (n,) when each frame is shown, from the first frame on.
        size: (width, height) of the frames.
    """

    points: NDArray[np.float32]
    times_s: NDArray[np.float64]
    size: tuple[int, int]

    @property
    def seen(self) -> NDArray[np.bool_]:
        """(n,): whether a face was found."""
        result: NDArray[np.bool_] = ~np.isnan(self.points[:, 0, 0])
        return result


def track_face(path: Path, finder: LandmarkFinder, *, look: Look | None = None) -> FaceTrack:
    """The first face of every frame of a film.

    Args:
        path: a film file.
        finder: finds the face; one that follows it from frame to frame is quicker and steadier.
        look: is shown every frame, so that what else is to be seen on it needs no second reading.

    Raises:
        FixRequest: it is no film, or cannot be decoded.
    """
    points, times_s, size = [], [], (0, 0)
    for time_s, picture, size in read_small(path):
        faces = finder.find(picture)
        if look:
            look(picture, faces[0] if faces else None)
        grow = np.float32(size[0] / picture.shape[1])
        points.append(faces[0] * grow if faces else np.full((POINT_COUNT, 3), np.nan, np.float32))
        times_s.append(time_s)
    if not points:
        raise FixRequest(f"the film {str(path)!r} has not a single frame: save it again")
    return FaceTrack(np.stack(points), np.array(times_s) - times_s[0], size)


def read_small(path: Path, *, side_px: int = LOOK_SIDE_PX) -> Iterator[tuple[float, NDArray[Any], tuple[int, int]]]:
    """All frames of a film, scaled down so that neither side is longer than `side_px`; one is in memory at a time.

    Yields:
        when it is shown, seconds; the picture, (height, width, 3) uint8 BGR; (width, height) of the film.

    Raises:
        FixRequest: it is no film, or cannot be decoded.
    """
    try:
        with av.open(str(path.absolute()), options=LOCAL_FILMS) as container:
            stream = next(iter(container.streams.video), None)
            if stream is None:
                raise FixRequest(f"the file {str(path)!r} has no picture: name a film")
            stream.thread_type = "AUTO"
            for frame in container.decode(stream):
                shrink = min(1.0, side_px / max(frame.width, frame.height))
                width, height = (max(2, round(side * shrink)) for side in (frame.width, frame.height))
                yield (float(frame.time or 0.0), frame.to_ndarray(format="bgr24", width=width, height=height),
                       (frame.width, frame.height))
    except (FFmpegError, OSError) as error:
        raise FixRequest(f"the film {str(path)!r} cannot be read ({error}): name an MP4, MOV, WebM, MKV or AVI file"
                         ) from error


def read_frame(path: Path, index: int) -> NDArray[np.uint8]:
    """One frame of an even film, (height, width, 3) uint8 BGR.

    Raises:
        StoreDamaged: the film cannot be decoded so far.
    """
    try:
        with av.open(str(path.absolute()), options=LOCAL_FILMS) as container:
            for number, frame in enumerate(container.decode(video=0)):
                if number == index:
                    return np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
    except FFmpegError as error:
        raise StoreDamaged(f"the film {path.name!r} cannot be decoded ({error}): run the command again") from error
    raise StoreDamaged(f"the film {path.name!r} ends before frame {index!r}: run the command again")
