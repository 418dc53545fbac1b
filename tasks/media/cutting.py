"""Films written by moviepy: frame by frame as it shows them, into the one form that drawing streams.

moviepy sees films only after `tasks/media/even_clip.py` made them even. On its own it starts ffmpeg on a file without saying
what may be inside, drops what a film says of its colours, and does not notice when writing fails; so the outside film is
read before it, and the finished one written after it, by our own calls.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from tasks.domain.errors import FixMachine
from tasks.domain.timeline import FPS
from tasks.media.even_clip import QUALITY, SAYS_BT709
from tasks.media.ffmpeg import BT709, LOCAL_ONLY, encoder, local_file, raw_video

ENCODER = ("-c:v", "libx264", "-preset", "veryfast", "-tune", "fastdecode", "-crf", "12", "-g", "15", "-bf", "0",
           "-threads", "2", "-pix_fmt", "yuv420p", *BT709)
"""How footage is kept: no loss is seen, it decodes quickly, and every frame is within half a second of one that needs no
other."""
MIDDLE = 0.5
"""Each frame is asked for in the middle of its time, where no rounding of borders between pieces matters."""
SILENCED = "PYTHON_DOTENV_DISABLED"
"""Importing moviepy would read a file `.env` from a folder above into this process, unless this variable is set."""

Progress = Callable[[float], None]
"""Told the fraction done, 0 to 1."""


def write_film(film: Any, target: Path, *, frames: int, size: tuple[int, int], program: str, progress: Progress) -> None:
    """Writes what a moviepy clip shows: 30 frames a second, BT.709, no sound.

    Args:
        film: the clip.
        target: where the MP4 goes.
        frames: how many to write.
        size: (width, height) of the clip.
        program: ffmpeg, from `tasks.media.ffmpeg.find_ffmpeg`.
        progress: told how far it is.

    Raises:
        NotWritable: the disk is full.
        FixMachine: ffmpeg failed.
    """
    source = [*LOCAL_ONLY, "-f", "rawvideo", "-pixel_format", "rgb24", "-video_size", f"{size[0]}x{size[1]}",
              "-framerate", str(FPS), "-i", "pipe:0"]
    colours = f"scale=out_color_matrix=bt709:out_range=limited:flags=accurate_rnd,format=yuv420p,{SAYS_BT709}"
    arguments = [*source, "-vf", colours, *ENCODER, "-map_metadata", "-1", "-fflags", "+bitexact", "-f", "mp4",
                 local_file(target)]
    with encoder(program, arguments, place=target) as write:
        for index in range(frames):
            write(np.ascontiguousarray(film.get_frame((index + MIDDLE) / FPS), np.uint8))
            progress((index + 1) / frames)


def write_there_and_back(even: Path, target: Path, *, frames: tuple[int, int], size: tuple[int, int], program: str,
                         progress: Progress) -> None:
    """Writes a part of an even film, and after it the same part backwards.

    Args:
        even: the film.
        target: where the MP4 goes.
        frames: [start, end) of the part.
        size: (width, height) of the film.
        program: ffmpeg.
        progress: told how far it is.

    Raises:
        NotWritable: the disk is full.
        FixMachine: ffmpeg or moviepy failed.
    """
    moviepy, backward = load_moviepy(), even.with_name(f"backward-{even.name}")
    count, length = turn_round(even, backward, size=size, program=program), frames[1] - frames[0]
    with ExitStack() as opened:
        try:
            parts = []
            for path, start in ((even, frames[0]), (backward, count - frames[1])):
                film = opened.enter_context(moviepy.VideoFileClip(str(path), audio=False)).with_duration(count / FPS)
                parts.append(film.subclipped(start / FPS, (start + length) / FPS))
            write_film(moviepy.concatenate_videoclips(parts, method="chain"), target, frames=2 * length, size=size,
                       program=program, progress=progress)
        except OSError as error:
            raise FixMachine(f"moviepy could not read {even.name!r} ({error}): run the command again") from error
    backward.unlink()


def turn_round(even: Path, target: Path, *, size: tuple[int, int], program: str) -> int:
    """Writes an even film backwards and gives its number of frames; never more than one group of pictures is in memory.

    Raises:
        NotWritable: the disk is full.
        FixMachine: ffmpeg failed, or the film cannot be decoded.
    """
    arguments = [*raw_video(size, FPS), *QUALITY, "-pix_fmt", "yuv420p", *BT709, "-f", "mp4", local_file(target)]
    count = 0
    try:
        with encoder(program, arguments, place=target) as write:
            for frame in frames_backwards(even):
                write(frame)
                count += 1
    except FFmpegError as error:
        raise FixMachine(f"the film {even.name!r} cannot be decoded ({error}): run the command again") from error
    return count


def frames_backwards(path: Path) -> Iterator[NDArray[np.uint8]]:
    """The frames of a film from the last to the first, I420."""
    with av.open(str(path.absolute())) as container:
        stream = container.streams.video[0]
        keys = [packet.pts for packet in container.demux(stream) if packet.is_keyframe and packet.pts is not None]
        end = None
        for key in sorted(keys, reverse=True):
            container.seek(key, stream=stream)
            group = []
            for frame in container.decode(stream):
                if end is not None and (frame.pts or 0) >= end:
                    break
                group.append(np.asarray(frame.to_ndarray(format="yuv420p"), np.uint8))
            yield from reversed(group)
            end = key


def load_moviepy() -> Any:
    """The package, imported without reading anybody's `.env`."""
    before = os.environ.get(SILENCED)
    os.environ[SILENCED] = "1"
    try:
        import moviepy
    finally:
        if before is None:
            del os.environ[SILENCED]
        else:
            os.environ[SILENCED] = before
    return moviepy
