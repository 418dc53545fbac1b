"""How drawn frames become a film: one streaming encode, subtitles burnt on the way.

Frames go through a pipe and are forgotten; no picture is kept, so memory does not grow with the film. The caller gives a
temporary name and moves the file when it is complete.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.domain.errors import FixMachine
from tasks.domain.timeline import FPS
from tasks.media.ffmpeg import BT709, Write, encoder, filter_value, local_file, raw_video

Frame = NDArray[np.uint8]
"""I420: (height * 3 / 2, width) uint8, BT.709 limited range."""

VIDEO = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-profile:v", "high", "-pix_fmt", "yuv420p",
         "-threads", "3", *BT709)
"""How every reel's picture is encoded; benchmarks compare with an encode of exactly these settings. Three threads are what
libx264 takes on two cores; naming the number gives the same bytes and the same memory on a machine with more, where the
drawing is the slower part anyway."""
MP4 = ("-movflags", "+faststart", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-map_metadata", "-1", "-f", "mp4")
"""The index first, so that playing starts before all is loaded; no time of day, so that equal input gives equal bytes."""
PROGRESS_FRAMES = 15
"""Frames between two words on progress."""


def encode_film(frames: Iterable[Frame], *, program: str, frame_count: int, size: tuple[int, int], target: Path,
                progress: Callable[[float], None], filters: Sequence[str] = (), fps: float = FPS) -> None:
    """Encodes drawn frames as a film without sound.

    Args:
        frames: I420 frames, as many as `frame_count`.
        program: ffmpeg, from `tasks.media.ffmpeg.find_ffmpeg`.
        frame_count: length of the film in frames.
        size: (width, height) in pixels.
        target: file to make.
        progress: told the fraction done, 0 to 1.
        filters: what ffmpeg does to each frame, e.g. `burn`.
        fps: frames a second; a reel has 30, a model its own.

    Raises:
        NotWritable: the disk is full or the folder may not be written.
        FixMachine: ffmpeg failed, or `frames` was shorter or longer than said.
    """
    chain = ",".join([*filters, "setsar=1"])
    arguments = [*raw_video(size, fps), "-vf", chain, *VIDEO, "-fps_mode", "passthrough", *MP4, local_file(target)]
    with encoder(program, arguments, place=target) as write:
        drawn = feed(write, frames, frame_count=frame_count, progress=progress)
        if drawn != frame_count:
            raise FixMachine(f"{drawn} frames were drawn where the reel has {frame_count!r}: the performance and its"
                             " curves disagree; delete the store's results and run again")
    progress(1.0)


def feed(write: Write, frames: Iterable[NDArray[np.uint8]], *, frame_count: int, progress: Callable[[float], None]) -> int:
    """Hands frames to an encoder one by one, telling now and then the fraction done; gives how many there were."""
    drawn = 0
    for drawn, frame in enumerate(frames, start=1):
        write(frame)
        if drawn % PROGRESS_FRAMES == 0:
            progress(drawn / frame_count)
    return drawn


def burn(subtitles: Path, fonts: Path) -> str:
    """The filter that draws a subtitle file with the fonts of one folder."""
    return f"subtitles=filename={filter_value(subtitles)}:fontsdir={filter_value(fonts)}"
