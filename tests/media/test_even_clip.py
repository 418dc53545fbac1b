"""Films brought into one form: colours, corners and times stay what they were."""

from collections.abc import Callable, Sequence
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from tasks.media.clips import check_clip
from tasks.media.even_clip import keep_even, make_even
from tasks.media.ffmpeg import find_ffmpeg

FilmMaker = Callable[..., Path]
FrameReader = Callable[[Path], list[np.ndarray]]
SIZE = (90, 160)
"""The frame to fill, (width, height): small, so that tests are quick."""
PATCHES = {"top left": (200, 60, 40), "top right": (40, 160, 70), "bottom left": (50, 80, 190),
           "bottom right": (128, 128, 128)}
"""Where which colour stands, 0 to 255."""
LEVELS = 4
"""How far a colour may be from the one meant: 8 bits of luma and chroma, rounded twice."""
BRIGHT_LEVELS = 6
"""The same where a film of high dynamic range is brought down: mobius begins to bend a little below white."""
STEP = 0.01
"""How much brighter each frame of a clock is than the one before, of 1."""
H264 = ("libx264", "-qp", "4", "-g", "10")


def quarters(size: tuple[int, int] = SIZE, colours: dict[str, Sequence[int]] = PATCHES) -> np.ndarray:
    """A picture of four quarters, 0 to 1."""
    width, height = size
    picture = np.zeros((height, width, 3))
    for where, colour in colours.items():
        rows = slice(0, height // 2) if "top" in where else slice(height // 2, height)
        columns = slice(0, width // 2) if "left" in where else slice(width // 2, width)
        picture[rows, columns] = np.asarray(colour) / 255
    return picture


def seen(picture: np.ndarray) -> dict[str, tuple[int, ...]]:
    """The colour in the middle of each quarter."""
    height, width = picture.shape[:2]
    return {where: tuple(int(level) for level in
                         picture[height // 4 if "top" in where else 3 * height // 4,
                                 width // 4 if "left" in where else 3 * width // 4])
            for where in PATCHES}


def largest_error(picture: np.ndarray, meant: dict[str, Sequence[int]] = PATCHES) -> int:
    """Farthest that any colour is off, in levels."""
    found = seen(picture)
    return max(abs(one - other) for where in meant for one, other in zip(found[where], meant[where], strict=True))


def even(path: Path, *, size: tuple[int, int] = SIZE, focus: tuple[float, float] = (0.5, 0.5), from_s: float = 0.0,
         seconds: float = 10.0) -> Path:
    """The film in the one form."""
    target = path.with_name("even.mp4")
    make_even(path, target, check_clip(path, size=size), size=size, focus=focus, from_s=from_s, seconds=seconds,
              program=find_ffmpeg())
    return target


def clock(count: int, size: tuple[int, int] = SIZE) -> list[np.ndarray]:
    """Frames whose brightness says which frame it is."""
    return [np.full((size[1], size[0], 3), 0.1 + STEP * index) for index in range(count)]


def ticks(frames: list[np.ndarray]) -> list[int]:
    """Which frame of a clock each frame shows."""
    return [round((float(frame.mean()) / 255 - 0.1) / STEP) for frame in frames]


class TestColours:
    @pytest.mark.parametrize("colours", ["bt709", "bt601"])
    @pytest.mark.parametrize("full", [False, True])
    def test_colours_stay_what_they_are(
        self, colours: str, full: bool, film_of: FilmMaker, frames_of: FrameReader,
    ) -> None:
        """Whatever matrix and range the film has, its four quarters keep colour and place."""
        film = even(film_of([quarters()] * 15, colours=colours, full=full))
        assert largest_error(frames_of(film)[7]) <= LEVELS

    @pytest.mark.parametrize(("size", "colours"), [(SIZE, "bt601"), ((406, 720), "bt709")])
    def test_silent_film_is_taken_for_the_usual(
        self, size: tuple[int, int], colours: str, film_of: FilmMaker, frames_of: FrameReader,
    ) -> None:
        """Small films without tags are BT.601, large ones BT.709."""
        film = even(film_of([quarters(size)] * 15, colours=colours, says=False))
        assert largest_error(frames_of(film)[7]) <= LEVELS

    def test_greys_of_wide_colours_stay_grey(self, film_of: FilmMaker, frames_of: FrameReader) -> None:
        """BT.2020 has other primaries but the same white: greys keep their level."""
        greys = {where: (level,) * 3 for where, level in zip(PATCHES, (30, 90, 160, 220), strict=True)}
        film = even(film_of([quarters(colours=greys)] * 15, colours="bt2020"))
        assert largest_error(frames_of(film)[7], greys) <= LEVELS

    def test_brightness_below_white_is_kept(self, film_of: FilmMaker, frames_of: FrameReader) -> None:
        """In a film of high dynamic range, greys well below white are as bright as in any other; highlights become white."""
        greys = {where: (level,) * 3 for where, level in zip(PATCHES, (40, 80, 120, 140), strict=True)}
        nits = 203 * quarters(colours=greys) ** 2.4
        film = even(film_of([perceptual(nits)] * 15, colours="pq"))
        assert largest_error(frames_of(film)[7], greys) <= BRIGHT_LEVELS
        highlights = frames_of(even(film_of([perceptual(np.full_like(nits, 1000.0))] * 15, colours="pq")))
        assert highlights[7].min() >= 250

    def test_says_what_it_is(self, film_of: FilmMaker) -> None:
        """BT.709, limited range, square pixels, no sound, no rotation left."""
        with av.open(str(even(film_of([quarters()] * 15, "a.mp4", codec=H264, colours="bt601", turned_deg=90)))) as film:
            frame = next(film.decode(video=0))
            assert (frame.colorspace, frame.color_range, frame.color_trc, frame.color_primaries) == (1, 1, 1, 1)
            assert (frame.rotation, frame.format.name, len(film.streams)) == (0, "yuv420p", 1)
            assert film.streams.video[0].sample_aspect_ratio in (None, 1)


class TestKeepEven:
    def test_film_is_kept_and_its_frames_are_given_as_they_go_by(self, film_of: FilmMaker, frames_of: FrameReader) -> None:
        """As many as are kept, each the kept frame made smaller, blue green red."""
        path = film_of(clock(40), name="clip.mp4", codec=("libx264", "-qp", "4"))
        target, small = path.with_name("kept.mp4"), (SIZE[0] // 2, SIZE[1] // 2)
        given = list(keep_even(path, target, check_clip(path, size=SIZE), size=SIZE, focus=(0.5, 0.5), small=small,
                               program=find_ffmpeg()))
        kept = frames_of(target)
        assert len(given) == len(kept) == 40
        for picture, whole in zip(given, kept, strict=True):
            wanted = cv2.resize(whole, small, interpolation=cv2.INTER_AREA)[..., ::-1]
            assert np.abs(picture.astype(int) - wanted).mean() < LEVELS

    def test_its_colours_stay_what_they_are(self, film_of: FilmMaker) -> None:
        """Of a film in BT.601, as large as it is kept."""
        path = film_of([quarters()] * 20, colours="bt601")
        (first, *_) = keep_even(path, path.with_name("kept.mp4"), check_clip(path, size=SIZE), size=SIZE, focus=(0.5, 0.5),
                                small=SIZE, program=find_ffmpeg())
        assert largest_error(first[..., ::-1]) <= LEVELS


class TestShape:
    @pytest.mark.parametrize(("turned_deg", "order"), [
        (90, ("top right", "bottom right", "top left", "bottom left")),
        (180, ("bottom right", "bottom left", "top right", "top left")),
        (270, ("bottom left", "top left", "bottom right", "top right")),
    ])
    def test_film_is_turned_upright(
        self, turned_deg: int, order: tuple[str, ...], film_of: FilmMaker, frames_of: FrameReader,
    ) -> None:
        """Turned anticlockwise by what the metadata say, every corner is where it belongs."""
        film = film_of([quarters((160, 160))] * 15, "a.mp4", codec=H264, turned_deg=turned_deg)
        meant = {where: PATCHES[came] for where, came in zip(PATCHES, order, strict=True)}
        assert largest_error(frames_of(even(film, size=(160, 160)))[7], meant) <= LEVELS

    def test_wide_pixels_are_spread(self, film_of: FilmMaker, frames_of: FrameReader) -> None:
        """A film stored at half its width fills the frame with all of its content."""
        film = even(film_of([quarters((SIZE[0] // 2 + 1, SIZE[1]))] * 15, filters="setsar=2/1"))
        frame = frames_of(film)[7]
        assert frame.shape == (SIZE[1], SIZE[0], 3)
        assert largest_error(frame) <= LEVELS

    @pytest.mark.parametrize(("focus", "shown"), [((0.0, 0.5), "left"), ((0.2, 0.5), "left"), ((1.0, 0.5), "right")])
    def test_cut_keeps_what_matters(
        self, focus: tuple[float, float], shown: str, film_of: FilmMaker, frames_of: FrameReader,
    ) -> None:
        """Of a film twice as wide as the frame, the part around the focus is seen, never beyond the border."""
        film = even(film_of([quarters((2 * SIZE[0], SIZE[1]))] * 15), focus=focus)
        meant = {where: PATCHES[f"{where.split()[0]} {shown}"] for where in PATCHES}
        assert largest_error(frames_of(film)[7], meant) <= LEVELS


class TestTime:
    @pytest.mark.parametrize(("fps", "source"), [(30, lambda index: index), (60, lambda index: 2 * index),
                                                 (25, lambda index: index * 25 / 30), (15, lambda index: index / 2)])
    def test_thirty_frames_a_second(
        self, fps: int, source: Callable[[int], float], film_of: FilmMaker, frames_of: FrameReader,
    ) -> None:
        """Each frame shows what the film shows at that time, to the nearest frame; the length stays."""
        shown = ticks(frames_of(even(film_of(clock(60), fps=fps))))
        assert len(shown) == pytest.approx(60 * 30 / fps, abs=1)
        assert max(abs(tick - source(index)) for index, tick in enumerate(shown[:-1])) <= 1.01

    def test_uneven_times_become_even(self, film_of: FilmMaker, frames_of: FrameReader) -> None:
        """A film that goes on at a third of its speed after half a second does so still."""
        slower = "settb=1/600,setpts='if(lt(N,15),N,15+(N-15)*3)*20'"
        shown = ticks(frames_of(even(film_of(clock(30), filters=slower))))
        assert all(abs(tick - (index if index < 15 else 15 + (index - 15) / 3)) <= 1.01 for index, tick in enumerate(shown))

    def test_part_begins_and_ends_where_asked(self, film_of: FilmMaker, frames_of: FrameReader) -> None:
        """Between keyframes too."""
        film = film_of(clock(60), "a.mp4", codec=(*H264[:-1], "25"))
        assert ticks(frames_of(even(film, from_s=0.5, seconds=1.0))) == list(range(15, 45))

    def test_end_of_the_film_ends_the_part(self, film_of: FilmMaker, frames_of: FrameReader) -> None:
        """Asking for more than there is gives what there is."""
        assert ticks(frames_of(even(film_of(clock(40)), from_s=1.0, seconds=9.0))) == list(range(30, 40))

    def test_half_pictures_are_joined(self, film_of: FilmMaker, frames_of: FrameReader) -> None:
        """A bright bar that moves between two half pictures leaves no comb."""
        frames = []
        for index in range(60):
            picture = np.full((SIZE[1], SIZE[0], 3), 0.1)
            picture[:, index:index + 20] = 0.9
            frames.append(picture)
        interlaced = film_of(frames, filters="tinterlace=interleave_top",
                             codec=(*H264, "-flags", "+ilme+ildct", "-x264-params", "tff=1"), name="a.mp4")
        picture = frames_of(even(interlaced))[10].astype(float).mean(-1)
        comb = np.abs(2 * picture[41:121] - picture[40:120] - picture[42:122])
        assert comb.max() < 40


def perceptual(nits: np.ndarray) -> np.ndarray:
    """Brightness in nits as the values of a film with the PQ curve (SMPTE ST 2084), 0 to 1."""
    power = (nits / 10_000) ** 0.1593017578125
    return ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375
