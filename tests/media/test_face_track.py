"""A face followed through a film: its points on every frame, and where there is none."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from tasks.media.face_track import small_size, track_face
from tasks.media.landmarks import POINT_COUNT

SIZE = (96, 128)
COUNT = 12
SEEN = range(3, 9)


class BrightPoint:
    """Takes the middle of a white square for a face."""

    def find(self, image: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        rows, columns = np.nonzero(image.min(axis=2) > 128)
        if not len(rows):
            return []
        return [np.tile(np.array([columns.mean() + 0.5, rows.mean() + 0.5, 0.0], np.float32), (POINT_COUNT, 1))]


def pictures() -> Iterator[NDArray[np.uint8]]:
    """A white square of 4 pixels whose middle moves 3 pixels a frame to the right; not there at first and at last."""
    for index in range(COUNT):
        picture = np.zeros((SIZE[1] // 2, SIZE[0] // 2, 3), np.uint8)
        if index in SEEN:
            picture[30:34, 8 + 3 * index:12 + 3 * index] = 255
        yield picture


class TestTrackFace:
    def test_points_are_pixels_of_the_film_on_every_frame(self) -> None:
        """Twice those of the pictures, which are half as wide."""
        track = track_face(pictures(), SIZE, BrightPoint())
        wanted = np.array([(20 + 6 * index, 64) for index in SEEN])
        assert track.size == SIZE
        assert track.points[SEEN.start:SEEN.stop, 0, :2] == pytest.approx(wanted)

    def test_frames_without_a_face_are_known(self) -> None:
        track = track_face(pictures(), SIZE, BrightPoint())
        assert len(track.points) == COUNT
        assert track.seen.nonzero()[0].tolist() == list(SEEN)

    def test_whoever_looks_is_shown_every_frame(self) -> None:
        """And the face on it, in pixels of the picture; None where there is none."""
        shown: list[float | None] = []
        track_face(pictures(), SIZE, BrightPoint(), lambda _, face: shown.append(None if face is None else face[0, 0]))
        assert shown == [10 + 3 * index if index in SEEN else None for index in range(COUNT)]

    def test_film_without_frames_has_no_points(self) -> None:
        assert track_face(iter(()), SIZE, BrightPoint()).points.shape == (0, POINT_COUNT, 3)


class TestSmallSize:
    @pytest.mark.parametrize(("size", "wanted"), [((1080, 1920), (540, 960)), ((36, 64), (36, 64)), ((9600, 5), (960, 2))])
    def test_no_side_is_longer_than_asked(self, size: tuple[int, int], wanted: tuple[int, int]) -> None:
        assert small_size(size) == wanted
