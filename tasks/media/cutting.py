"""Films written by moviepy: frame by frame as it shows them, into the one form that drawing streams.

moviepy sees films only after `tasks/media/even_clip.py` made them even. On its own it starts ffmpeg on a file without saying
what may be inside, drops what a film says of its colours, and does not notice when writing fails; so the outside film is
read before it, and the finished one written after it, by our own calls.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tasks.domain.errors import FixMachine
from tasks.domain.timeline import FPS
from tasks.media.even_clip import KEPT, SAYS_BT709, TAIL
from tasks.media.ffmpeg import LOCAL_ONLY, encoder, local_file

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
    arguments = [*source, "-vf", colours, *KEPT, *TAIL, local_file(target)]
    with encoder(program, arguments, place=target) as write:
        for index in range(frames):
            write(np.ascontiguousarray(film.get_frame((index + MIDDLE) / FPS), np.uint8))
            progress((index + 1) / frames)


def write_part(even: Path, target: Path, *, frames: tuple[int, int], size: tuple[int, int], program: str,
               progress: Progress) -> None:
    """Writes a part of an even film.

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
    start, end = frames
    try:
        with load_moviepy().VideoFileClip(str(even), audio=False) as film:
            part = film.with_duration(end / FPS).subclipped(start / FPS, end / FPS)
            write_film(part, target, frames=end - start, size=size, program=program, progress=progress)
    except OSError as error:
        raise FixMachine(f"moviepy could not read {even.name!r} ({error}): run the command again") from error


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
