"""A mouth on a frame of a film: nothing beside it changes, without strength nothing at all, an open vowel opens it."""

from pathlib import Path

import numpy as np
import pytest

from tasks.media.drawing.film_mouth import FilmMouth
from tasks.media.drawing.planes import to_image, view_planes
from tasks.media.drawing.puppet import Puppet
from tasks.media.landmarks import FaceMesh
from tasks.media.mouth_track import TRACKED, MouthTrack
from tasks.media.rig.model import Rig, read_portrait

ADA = Path(__file__).parents[3] / "avatars" / "ada"
SIZE = (270, 480)
AH = {"jaw": 0.8, "upper": 0.2, "lower": 0.3}
OO = {"jaw": 0.3, "wide": -0.8}
AROUND = 1.5
"""The mouth's patch reaches this far from its middle, in units of the scale."""
STRENGTHS = (1.0, 0.5, 0.0)


@pytest.fixture(scope="module")
def rig() -> Rig:
    return Rig.read(ADA / "rig.json")


@pytest.fixture(scope="module")
def picture(rig: Rig) -> np.ndarray:
    """Ada at rest."""
    return Puppet(read_portrait(ADA / "portrait.png", rig), rig, SIZE).frame({}).copy()


@pytest.fixture(scope="module")
def mouth(rig: Rig) -> FilmMouth:
    """Of a film of three frames that all show her so, with less and less strength."""
    known = rig.points()[list(TRACKED), :2]
    track = MouthTrack((rig.width_px, rig.height_px), known, np.stack([known] * 3), np.array(STRENGTHS, np.float32),
                       np.zeros(3, np.float32), np.ones(3, np.float32), 0)
    return FilmMouth(rig, track, SIZE, read_portrait(ADA / "portrait.png", rig))


@pytest.fixture(scope="module")
def talker(rig: Rig) -> tuple[FilmMouth, np.ndarray, np.ndarray]:
    """A film that says "ah" on frames 15 to 24 of 40, and Ada at rest and with "ah", as the film shows her."""
    portrait, size = read_portrait(ADA / "portrait.png", rig), (540, 960)
    rest, opened = (Puppet(portrait, rig, size).frame(values).copy() for values in ({}, AH))
    with FaceMesh() as finder:
        found = [2 * finder.find(to_image(frame))[0][list(TRACKED), :2] for frame in (rest, opened)]
    points = np.stack([found[index in range(15, 25)] for index in range(40)])
    track = MouthTrack((rig.width_px, rig.height_px), found[0], points,
                       *(np.full(40, value, np.float32) for value in (1, 0, 1)), 0)
    return FilmMouth(rig, track, size, portrait), rest, opened


def drawn(mouth: FilmMouth, picture: np.ndarray, frame: int, values: dict[str, float]) -> np.ndarray:
    result = picture.copy()
    mouth.draw(view_planes(result), view_planes(picture.copy()), frame, values)
    return result


class TestDraw:
    def test_outside_the_patch_every_byte_stays(self, mouth: FilmMouth, picture: np.ndarray, rig: Rig) -> None:
        zoom = SIZE[1] / rig.height_px
        centre = rig.points()[list(TRACKED[:22]), :2].mean(axis=0) * zoom
        before, after = view_planes(picture), view_planes(drawn(mouth, picture, 0, AH))
        for share, plane, other in zip((1, 2, 2), before, after, strict=True):
            rows, columns = np.mgrid[:plane.shape[0], :plane.shape[1]] * share
            far = np.hypot(rows - centre[1], columns - centre[0]) > AROUND * rig.scale_px * zoom
            assert np.array_equal(plane[far], other[far])

    def test_open_vowel_opens(self, mouth: FilmMouth, picture: np.ndarray, rig: Rig) -> None:
        """Below the seam it becomes dark where there was a lip."""
        x, y = (rig.points()[14, :2] * SIZE[1] / rig.height_px).astype(int)
        below = np.s_[y + 3:y + 8, x - 3:x + 4]
        assert drawn(mouth, picture, 0, AH)[below].mean() < 0.75 * picture[below].mean()

    def test_half_strength_does_less(self, mouth: FilmMouth, picture: np.ndarray) -> None:
        whole, half = (np.abs(drawn(mouth, picture, index, AH).astype(int) - picture).sum() for index in (0, 1))
        assert 0 < half < 0.8 * whole

    @pytest.mark.parametrize("frame", [2, 3, 99])
    def test_without_strength_no_byte_changes(self, mouth: FilmMouth, picture: np.ndarray, frame: int) -> None:
        """Past the film's end its last frame counts."""
        assert np.array_equal(drawn(mouth, picture, frame, AH), picture)

    def test_closed_mouth_that_is_silent_stays(self, mouth: FilmMouth, picture: np.ndarray) -> None:
        assert np.abs(drawn(mouth, picture, 0, {}).astype(int) - picture).mean() < 0.05


class TestOpenFilm:
    def test_lips_filmed_open_are_closed_as_if_they_had_been_filmed_so(
            self, talker: tuple[FilmMouth, np.ndarray, np.ndarray], rig: Rig) -> None:
        """Around the mouth no more than a quarter is left of the difference to the film's resting face."""
        mouth, rest, opened = talker
        x, y = (rig.points()[14, :2] / 2).astype(int)
        around = np.s_[y - 20:y + 30, x - 40:x + 40]
        away = np.abs(drawn(mouth, opened, 20, {}).astype(int) - rest)[around].mean()
        assert away < 0.25 * np.abs(opened.astype(int) - rest)[around].mean()

    def test_they_speak_like_lips_filmed_closed(self, talker: tuple[FilmMouth, np.ndarray, np.ndarray], rig: Rig) -> None:
        """An "oo" drawn over the film's "ah" is nearly the "oo" drawn over its rest."""
        mouth, rest, opened = talker
        x, y = (rig.points()[14, :2] / 2).astype(int)
        around = np.s_[y - 20:y + 30, x - 40:x + 40]
        over, wanted = (drawn(mouth, picture, index, OO).astype(int)[around] for picture, index in ((opened, 20), (rest, 0)))
        assert np.abs(over - wanted).mean() < 0.25 * np.abs(opened.astype(int) - rest)[around].mean()

    def test_closed_frames_lend_nothing(self, talker: tuple[FilmMouth, np.ndarray, np.ndarray]) -> None:
        mouth, rest, _ = talker
        assert np.abs(drawn(mouth, rest, 0, {}).astype(int) - rest).mean() < 0.05
