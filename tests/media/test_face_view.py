"""A first look at a film: frames that are spread over it and upright, and what is said of the faces on them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tasks.domain.errors import AvatarError
from tasks.media.clips import check_clip
from tasks.media.face_view import LOOKS, look_over, some_frames, tilt
from tasks.media.film_name import FilmName
from tasks.media.rig.topology import CHIN, FACE_LEFT, FACE_RIGHT, FOREHEAD, LEFT_EYE_OUTER, RIGHT_EYE_OUTER

FilmMaker = Callable[..., Path]
ADA = FilmName.of_avatar("ada")
SIZE = (90, 160)
COUNT = 48
STEP = 0.015
"""How much brighter each frame of a clock is than the one before, of 1."""
H264 = ("libx264", "-qp", "4", "-g", "250")
"""One key frame at the start and none later, as generated clips have."""


def face(width_px: float, *, at: tuple[float, float] = (45, 80), lean_deg: float = 0.0) -> np.ndarray:
    """Points of a face, all in its middle but for those that its size and its lean are read off."""
    points, lean = np.zeros((478, 3), np.float32), np.radians(lean_deg)
    points[[FACE_LEFT, FACE_RIGHT], 0] = -width_px / 2, width_px / 2
    points[[LEFT_EYE_OUTER, RIGHT_EYE_OUTER], 0] = -width_px / 3, width_px / 3
    points[[FOREHEAD, CHIN], 1] = -width_px / 2, width_px / 2
    points[:, :2] = points[:, :2] @ np.array([[np.cos(lean), np.sin(lean)], [-np.sin(lean), np.cos(lean)]]) + at
    return points


class Finder:
    """Finds what it was told to, by the order of the pictures and by how they lie."""

    def __init__(self, *faces: list[np.ndarray], lying: bool = False) -> None:
        self.faces, self.lying, self.asked = faces, lying, 0

    def find(self, image: np.ndarray) -> list[np.ndarray]:
        self.asked += 1
        if self.lying:
            return [face(70)] if image.shape[1] > image.shape[0] else []
        return self.faces[(self.asked - 1) % len(self.faces)]


def clock(size: tuple[int, int] = SIZE) -> list[np.ndarray]:
    """Frames whose brightness says which frame it is."""
    return [np.full((size[1], size[0], 3), 0.1 + STEP * index) for index in range(COUNT)]


@pytest.fixture
def film(film_of: FilmMaker) -> Path:
    return film_of(clock(), name="clip.mp4", codec=H264)


def look(path: Path, finder: Finder) -> tuple[float, float]:
    return look_over(path, check_clip(path, size=SIZE), finder, ADA)


class TestSomeFrames:
    @pytest.mark.parametrize("options", [{}, {"name": "clip.mkv"}, {"filters": "setpts=PTS+5/TB", "name": "clip.mkv"}])
    def test_are_spread_over_the_film(self, film_of: FilmMaker, options: dict[str, str]) -> None:
        """Frame 3, 9, 15 and so on of 48, though there is one key frame, and wherever its clock begins."""
        path = film_of(clock(), **{"name": "clip.mp4", "codec": H264, **options})
        seen = [picture.mean() / 255 for picture in some_frames(path, check_clip(path, size=SIZE))]
        assert [round((grey - 0.1) / STEP) for grey in seen] == pytest.approx(
            [COUNT * (number + 0.5) / LOOKS for number in range(LOOKS)], abs=1)

    @pytest.mark.parametrize("turned_deg", [90, 180, 270])
    def test_are_upright(self, film_of: FilmMaker, turned_deg: int) -> None:
        """A phone films lying or upside down and says so: what is shown at the top comes first."""
        upright = np.zeros((SIZE[1], SIZE[0], 3))
        upright[:40] = 0.9
        path = film_of([np.rot90(upright, -turned_deg // 90)] * 30, name="clip.mp4", turned_deg=turned_deg, codec=H264)
        for picture in some_frames(path, check_clip(path, size=SIZE)):
            assert picture.shape[:2] == SIZE[::-1]
            assert picture[:30].min() > 200
            assert picture[50:].max() < 50


class TestLookOver:
    def test_tells_where_the_face_is(self, film: Path) -> None:
        """At a third of the width and a quarter of the height."""
        assert look(film, Finder([face(70, at=(30, 40))])) == pytest.approx((1 / 3, 1 / 4), abs=0.01)

    def test_smaller_face_beside_it_is_no_second_person(self, film: Path) -> None:
        assert look(film, Finder([face(80), face(40)])) == pytest.approx((0.5, 0.5), abs=0.01)

    def test_no_face_is_refused(self, film: Path) -> None:
        """On 3 of 8 frames is too few."""
        with pytest.raises(AvatarError, match="'ada' shows a face on 3 of 8 frames looked at: take one in which the face"):
            look(film, Finder(*[[face(70)]] * 3, *[[]] * 5))

    def test_two_faces_are_refused(self, film: Path) -> None:
        with pytest.raises(AvatarError, match="'ada' shows two faces on 4 of 8 frames looked at: cut it"):
            look(film, Finder([face(80), face(60)], [face(80)]))

    def test_small_face_is_refused(self, film: Path) -> None:
        with pytest.raises(AvatarError, match="of only 50 pixels across, at least 64 are needed: film it from nearer"):
            look(film, Finder([face(50)]))

    @pytest.mark.parametrize("lean_deg", [-90, 60, 180])
    def test_face_that_lies_is_refused(self, film: Path, lean_deg: float) -> None:
        with pytest.raises(AvatarError, match="'ada' lies on its side: turn it upright"):
            look(film, Finder([face(70, lean_deg=lean_deg)]))

    def test_face_found_only_once_the_film_is_turned_is_refused(self, film: Path) -> None:
        with pytest.raises(AvatarError, match="shows a face on 0 of 8 frames looked at: it lies on its side, turn it"):
            look(film, Finder(lying=True))


class TestTilt:
    @pytest.mark.parametrize("lean_deg", [-80, 0, 25])
    def test_is_how_far_the_eyes_lean(self, lean_deg: float) -> None:
        assert np.degrees(tilt(face(70, lean_deg=lean_deg))) == pytest.approx(lean_deg, abs=0.01)
