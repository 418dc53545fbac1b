"""Films cut and joined by moviepy: as long as they are shown, whatever their own length.

moviepy sees films only after `tasks/media/even_clip.py` made them even. On its own it starts ffmpeg on a file without saying
what may be inside, drops what a film says of its colours, and does not notice when writing fails; so the outside film is
read before it, and the finished one written after it, by our own calls.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from tasks.domain.errors import FixMachine
from tasks.domain.timeline import FPS
from tasks.media.clips import ClipFacts, seconds_left
from tasks.media.even_clip import SAYS_BT709, make_even
from tasks.media.ffmpeg import BT709, LOCAL_ONLY, encoder, local_file

ENCODER = ("-c:v", "libx264", "-preset", "veryfast", "-tune", "fastdecode", "-crf", "12", "-g", "15", "-bf", "0",
           "-threads", "2", "-pix_fmt", "yuv420p", *BT709)
"""How footage is kept: no loss is seen, it decodes quickly, and every frame is within half a second of one that needs no
other."""
MARGIN_S = 0.1
"""Taken beyond what is shown, so that rounding never leaves a frame out."""
MIDDLE = 0.5
"""Each frame is asked for in the middle of its time, where no rounding of borders between pieces matters."""
SLOWED_S = 1.0
"""A film that is at most this much too short slows down to a halt: it covers half its speed over twice the missing time."""
DISSOLVE_S = 0.5
"""A film that is much too short begins anew, its end dissolving into its start for so long."""
DISSOLVE_SHARE = 1 / 3
"""And at most for this part of the film."""
SILENCED = "PYTHON_DOTENV_DISABLED"
"""Importing moviepy would read a file `.env` from a folder above into this process, unless this variable is set."""

Progress = Callable[[float], None]
"""Told the fraction done, 0 to 1."""


class MoviepyFootage:
    """The footage engine: ffmpeg evens films, moviepy cuts and joins them."""

    name: ClassVar[str] = "moviepy"
    version: ClassVar[str] = "1"

    def __init__(self, *, program: str) -> None:
        """Takes the ffmpeg program to start, from `tasks.media.ffmpeg.find_ffmpeg`."""
        self._program = program

    def cut(self, path: Path, facts: ClipFacts, target: Path, *, frames: int, size: tuple[int, int],
            focus: tuple[float, float], from_s: float, progress: Progress) -> None:
        """Writes a film exactly as long as it is shown.

        Args:
            path: a film that `check_clip` accepts.
            facts: what that found.
            target: where the MP4 goes: 30 frames a second, BT.709, no sound.
            frames: how many to write.
            size: (width, height) of what it fills.
            focus: (x, y) kept in view, parts of the film's width and height.
            from_s: where in the film to begin.
            progress: told how far it is.

        Raises:
            FixRequest: so little of the film is left after `from_s` that nothing moves.
            NotWritable: the disk is full.
            FixMachine: ffmpeg failed.
        """
        left_s = seconds_left(facts.duration_s, from_s)
        even = target.with_name(f"even-{target.name}")
        make_even(path, even, facts, size=size, focus=focus, from_s=from_s,
                  seconds=min(left_s, frames / FPS + MARGIN_S), program=self._program)
        with filled(even, frames) as film:
            self._write(film, target, frames=frames, size=size, progress=progress)
        even.unlink()

    def _write(self, film: Any, target: Path, *, frames: int, size: tuple[int, int], progress: Progress) -> None:
        source = [*LOCAL_ONLY, "-f", "rawvideo", "-pixel_format", "rgb24", "-video_size", f"{size[0]}x{size[1]}",
                  "-framerate", str(FPS), "-i", "pipe:0"]
        colours = f"scale=out_color_matrix=bt709:out_range=limited:flags=accurate_rnd,format=yuv420p,{SAYS_BT709}"
        arguments = [*source, "-vf", colours, *ENCODER, "-map_metadata", "-1", "-fflags", "+bitexact", "-f", "mp4",
                     local_file(target)]
        with encoder(self._program, arguments, place=target) as write:
            for index in range(frames):
                write(np.ascontiguousarray(film.get_frame((index + MIDDLE) / FPS), np.uint8))
                progress((index + 1) / frames)


@contextmanager
def filled(path: Path, frames: int) -> Iterator[Any]:
    """An even film as a moviepy clip of exactly `frames` frames: cut, slowed to a halt, or begun anew."""
    moviepy = load_moviepy()
    with ExitStack() as opened:
        def again() -> Any:
            film = opened.enter_context(moviepy.VideoFileClip(str(path), audio=False))
            return film.with_duration(round(film.duration * FPS) / FPS)  # it reads off hundredths of a second

        try:
            film, wanted_s = again(), frames / FPS
            own_s = film.duration
            if own_s >= wanted_s:
                yield film.subclipped(0, wanted_s)
            elif wanted_s - own_s <= min(SLOWED_S, own_s / 2):
                yield film.time_transform(slowing(own_s, wanted_s)).with_duration(wanted_s)
            else:
                yield begun_anew(moviepy, film, again(), own_s, wanted_s)
        except OSError as error:
            raise FixMachine(f"moviepy could not read {path.name!r} ({error}): run the command again") from error


def slowing(own_s: float, wanted_s: float) -> Callable[[Any], Any]:
    """Own time of a film for the time it is shown: even at first, then ever slower, at rest in the end."""
    even_s = 2 * own_s - wanted_s
    rest_s = wanted_s - even_s

    def own_time(shown_s: Any) -> Any:
        late = np.maximum(shown_s - even_s, 0.0)
        return np.minimum(shown_s, even_s) + late - late**2 / (2 * rest_s)

    return own_time


def begun_anew(moviepy: Any, film: Any, other: Any, own_s: float, wanted_s: float) -> Any:
    """A film that dissolves into its own start until the time is filled; `film` and `other` read the same file."""
    dissolve_s = round(min(DISSOLVE_S, own_s * DISSOLVE_SHARE) * FPS) / FPS
    pieces, filled_s, turn = [film.subclipped(0, own_s - dissolve_s)], own_s - dissolve_s, (film, other)
    while filled_s < wanted_s:
        leaving, coming = turn
        pieces.append(moviepy.CompositeVideoClip([
            leaving.subclipped(own_s - dissolve_s, own_s),
            coming.subclipped(0, dissolve_s).with_effects([moviepy.vfx.CrossFadeIn(dissolve_s)])]))
        pieces.append(coming.subclipped(dissolve_s, own_s - dissolve_s))
        filled_s, turn = filled_s + own_s - dissolve_s, (coming, leaving)
    return moviepy.concatenate_videoclips(pieces, method="chain").subclipped(0, wanted_s)


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
