"""Films cut and joined by moviepy: as long as they are shown, whatever their own length."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from tasks.domain.errors import FixMachine
from tasks.domain.timeline import FPS
from tasks.media.clips import ClipFacts, seconds_left
from tasks.media.cutting import Progress, load_moviepy, write_film
from tasks.media.even_clip import make_even

MARGIN_S = 0.1
"""Taken beyond what is shown, so that rounding never leaves a frame out."""
SLOWED_S = 1.0
"""A film that is at most this much too short slows down to a halt: it covers half its speed over twice the missing time."""
DISSOLVE_S = 0.5
"""A film that is much too short begins anew, its end dissolving into its start for so long."""
DISSOLVE_SHARE = 1 / 3
"""And at most for this part of the film."""


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
            write_film(film, target, frames=frames, size=size, program=self._program, progress=progress)
        even.unlink()


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
