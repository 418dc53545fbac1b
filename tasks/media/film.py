"""Single frames out of a video file, found by its keyframes, so that little is decoded."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from tasks.domain.errors import StoreDamaged


def cheapest(frames: Iterable[int], keyframes: Sequence[int], count: int) -> list[int]:
    """The frames that need the least decoding: those that follow soonest on a keyframe.

    Args:
        frames: frames that would do.
        keyframes: indices of frames that decode by themselves, ascending.
        count: how many are wanted.

    Returns:
        At most `count` of `frames`, ascending.
    """
    def distance(frame: int) -> int:
        return frame - max((key for key in keyframes if key <= frame), default=0)

    return sorted(sorted(set(frames), key=distance)[:count])


def decode_frames(path: Path, frames: Iterable[int], times_s: Sequence[float], *, keyframes: Sequence[int],
                  size: tuple[int, int]) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Decodes some frames of a video.

    Args:
        path: the file.
        frames: indices wanted; those past the end are left out.
        times_s: when each frame of the film is shown.
        keyframes: indices of frames that decode by themselves, ascending.
        size: (width, height) to scale to.

    Yields:
        Index and picture, (height, width, 3) uint8 BGR, ascending.

    Raises:
        StoreDamaged: the file cannot be decoded.
    """
    wanted = sorted({frame for frame in frames if 0 <= frame < len(times_s)})
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            decoder = iter(container.decode(stream))
            reached = -1
            for frame in wanted:
                key = max((key for key in keyframes if key <= frame), default=0)
                if key > reached:
                    container.seek(round(times_s[key] / stream.time_base), stream=stream)
                    decoder = iter(container.decode(stream))
                picture = next((shown for shown in decoder if shown.time >= times_s[frame] - 1e-4), None)
                if picture is None:
                    return
                reached = frame
                yield frame, picture.to_ndarray(format="bgr24", width=size[0], height=size[1])
    except FFmpegError as error:
        raise StoreDamaged(f"{str(path)!r} cannot be decoded ({error}): render it again") from error
