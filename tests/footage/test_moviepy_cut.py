"""Films cut and joined: exactly as long as shown, and never with a jump."""

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from tasks.domain.errors import FixRequest
from tasks.domain.timeline import FPS
from tasks.footage.moviepy_cut import DISSOLVE_S, MoviepyFootage, slowing
from tasks.media.clips import check_clip
from tasks.media.ffmpeg import find_ffmpeg

Clock = Callable[..., Path]
Ticks = Callable[[Path], list[float]]
SIZE = (90, 160)
ROUNDING = 0.6
"""How far a frame of the clock may be off: luma is kept in whole levels, two a frame, and converted twice."""


def cut(film: Path, frames: int, *, from_s: float = 0.0, size: tuple[int, int] = SIZE) -> Path:
    """The film as long as asked for."""
    target = film.with_name("cut.mp4")
    MoviepyFootage(program=find_ffmpeg()).cut(film, check_clip(film, size=size), target, frames=frames, size=size,
                                              focus=(0.5, 0.5), from_s=from_s, progress=lambda done: None)
    return target


class TestCut:
    @pytest.mark.parametrize("frames", [1, 20, 59, 60])
    def test_longer_film_is_cut(self, frames: int, clock: Clock, ticks: Ticks) -> None:
        """The first frames of the film, one after the other."""
        assert ticks(cut(clock(60), frames)) == pytest.approx(range(frames), abs=ROUNDING)

    def test_begins_where_asked(self, clock: Clock, ticks: Ticks) -> None:
        """`from_s` leaves out what comes before, to the frame."""
        assert ticks(cut(clock(60), 20, from_s=0.5)) == pytest.approx(range(15, 35), abs=ROUNDING)

    @pytest.mark.parametrize(("own", "frames"), [(60, 62), (60, 75), (60, 90)])
    def test_slightly_short_film_slows_to_a_halt(self, own: int, frames: int, clock: Clock, ticks: Ticks) -> None:
        """It runs evenly, then ever slower; no frame goes back, none is left out, and the last is the film's last."""
        shown = ticks(cut(clock(own), frames))
        assert len(shown) == frames
        even = 2 * own - frames - 2
        assert shown[:even] == pytest.approx(range(even), abs=ROUNDING)
        steps = np.diff(shown)
        assert steps.min() > -ROUNDING
        assert steps.max() < 1 + ROUNDING
        assert shown[-1] == pytest.approx(own - 1, abs=1 + ROUNDING)

    @pytest.mark.parametrize(("own", "frames"), [(40, 90), (40, 200), (20, 45)])
    def test_much_too_short_film_dissolves_into_its_start(self, own: int, frames: int, clock: Clock, ticks: Ticks) -> None:
        """It is shown as it is until its end nears, then gives way to its start step by step, as often as needed."""
        shown = ticks(cut(clock(own), frames))
        assert len(shown) == frames
        dissolve = round(min(DISSOLVE_S, own / FPS / 3) * FPS)
        assert shown[: own - dissolve] == pytest.approx(range(own - dissolve), abs=ROUNDING)
        assert min(np.diff(shown)) > -2 * own / dissolve
        period = own - dissolve
        again = shown[own: min(2 * period, frames)]
        assert again == pytest.approx(range(dissolve, dissolve + len(again)), abs=ROUNDING)

    def test_too_little_left_is_refused(self, clock: Clock) -> None:
        """A film cannot begin where it ends."""
        with pytest.raises(FixRequest, match=r"begins at from_s 1\.8 and ends at 2 s, at least 0\.5 s are needed between"):
            cut(clock(60), 30, from_s=1.8)

    def test_is_what_drawing_streams(self, clock: Clock) -> None:
        """30 frames a second, the frame's size, BT.709, no sound, and a key frame at least twice a second."""
        with av.open(str(cut(clock(60), 50))) as film:
            stream, = film.streams
            frames = list(film.decode(stream))
            assert (stream.average_rate, stream.width, stream.height) == (FPS, *SIZE)
            assert [round(frame.time * FPS) for frame in frames] == list(range(50))
            assert {(frame.colorspace, frame.color_range, frame.format.name) for frame in frames} == {(1, 1, "yuv420p")}
            assert max(np.diff([index for index, frame in enumerate(frames) if frame.key_frame])) <= FPS // 2

    def test_nothing_is_left_beside_it(self, clock: Clock, tmp_path: Path) -> None:
        """The film in between is gone."""
        film = clock(60)
        assert {path.name for path in (film, cut(film, 30))} == {path.name for path in tmp_path.iterdir()}

    def test_same_film_gives_the_same_bytes(self, clock: Clock) -> None:
        """Results are kept by content."""
        film = clock(40)
        first = cut(film, 90).read_bytes()
        assert cut(film, 90).read_bytes() == first


class TestSlowing:
    def test_own_time_runs_evenly_and_then_comes_to_rest(self) -> None:
        """At first second for second; the end is reached at speed zero; the speed never rises."""
        own_time = slowing(4.0, 5.0)
        instants_s = np.linspace(0, 5, 501)
        own_s = own_time(instants_s)
        assert own_s[:301] == pytest.approx(instants_s[:301])
        assert own_s[-1] == pytest.approx(4.0)
        speed = np.diff(own_s) / np.diff(instants_s)
        assert np.diff(speed).max() < 1e-9
        assert speed[-1] == pytest.approx(0.0, abs=0.01)
