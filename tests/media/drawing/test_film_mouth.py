"""A mouth on a frame of a film: nothing beside it changes, without strength nothing at all, an open vowel opens it."""

from pathlib import Path

import numpy as np
import pytest

from tasks.media.drawing.film_mouth import FilmMouth
from tasks.media.drawing.planes import view_planes
from tasks.media.drawing.puppet import Puppet
from tasks.media.mouth_track import TRACKED, MouthTrack
from tasks.media.rig.model import Rig, read_portrait

ADA = Path(__file__).parents[3] / "avatars" / "ada"
SIZE = (270, 480)
AH = {"jaw": 0.8, "upper": 0.2, "lower": 0.3}
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
