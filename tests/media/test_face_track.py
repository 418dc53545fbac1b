"""A face followed through a film: its points on every frame, and where there is none."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tasks.domain.errors import FixRequest
from tasks.media.face_track import read_small, track_face
from tasks.media.landmarks import POINT_COUNT

SIZE = (96, 128)
COUNT = 12
SEEN = range(3, 9)
TOLERANCE_PX = 0.6
"""Half a pixel of the frame, for the rounding of its scaled copy."""


class BrightPoint:
    """Takes the middle of a white square for a face."""

    def find(self, image: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        rows, columns = np.nonzero(image.min(axis=2) > 128)
        if not len(rows):
            return []
        return [np.tile(np.array([columns.mean() + 0.5, rows.mean() + 0.5, 0.0], np.float32), (POINT_COUNT, 1))]


def pictures() -> Iterator[NDArray[np.floating]]:
    """A white square of 8 pixels whose middle moves 5 pixels a frame to the right; not there at first and at last."""
    for index in range(COUNT):
        picture = np.zeros((SIZE[1], SIZE[0], 3))
        if index in SEEN:
            picture[60:68, 16 + 5 * index:24 + 5 * index] = 1.0
        yield picture


@pytest.fixture
def film(film_of: Callable[..., Path]) -> Path:
    return film_of(pictures())


class TestTrackFace:
    def test_points_are_pixels_of_the_film_on_every_frame(self, film: Path) -> None:
        track = track_face(film, BrightPoint())
        wanted = np.array([(20 + 5 * index, 64) for index in SEEN])
        assert track.size == SIZE
        assert np.abs(track.points[SEEN.start:SEEN.stop, 0, :2] - wanted).max() < TOLERANCE_PX

    def test_frames_without_a_face_are_known(self, film: Path) -> None:
        assert track_face(film, BrightPoint()).seen.nonzero()[0].tolist() == list(SEEN)

    def test_times_start_at_the_first_frame(self, film: Path) -> None:
        assert track_face(film, BrightPoint()).times_s == pytest.approx(np.arange(COUNT) / 30, abs=0.002)

    def test_pictures_are_no_larger_than_asked(self, film: Path) -> None:
        assert {picture.shape for _, picture, _ in read_small(film, side_px=64)} == {(64, 48, 3)}

    def test_what_is_no_film_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "film.mp4").write_text("no film")
        with pytest.raises(FixRequest, match=r"film\.mp4.*cannot be read"):
            track_face(tmp_path / "film.mp4", BrightPoint())
