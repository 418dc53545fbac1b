"""A film watched once: what is noted of a face whose place is known, and of pictures without one."""

from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from tasks.media.face_film import FilmTraces, Reference, watch_film
from tasks.media.landmarks import Landmarks
from tasks.media.rig.model import Rig, load_image

COUNT, SIZE = 18, (135, 240)
GONE, DARK = range(6, 9), range(12, 14)
SHIFT_PX = 2


@pytest.fixture(scope="module")
def ada(request: pytest.FixtureRequest) -> Reference:
    """Her portrait at an eighth of its size, and the points of her face."""
    folder = request.config.rootpath / "avatars" / "ada"
    picture, _ = load_image(folder / "portrait.png")
    return Reference(cv2.resize(picture, SIZE, interpolation=cv2.INTER_AREA), Rig.read(folder / "rig.json").points() / 8)


class Known:
    """Finds the face where it was put: it moves to the right, and is not there on some frames."""

    def __init__(self, face: Landmarks) -> None:
        self.face, self.index = face, -1

    def find(self, image: np.ndarray) -> list[Landmarks]:
        self.index += 1
        return [] if self.index in GONE else [self.face + np.array([SHIFT_PX * self.index, 0, 0], np.float32)]


class Nobody:
    """Takes all of the picture for background."""

    def find(self, image: np.ndarray) -> np.ndarray:
        return np.zeros(image.shape[:2], np.float32)


def pictures(ada: Reference) -> Iterator[np.ndarray]:
    for index in range(COUNT):
        moved = cv2.warpAffine(ada.picture, np.array([[1.0, 0, SHIFT_PX * index], [0, 1, 0]]), SIZE,
                               borderMode=cv2.BORDER_REPLICATE)
        yield (moved[..., ::-1] / 255) * (0 if index in DARK else 1)


@pytest.fixture
def traces(ada: Reference, film_of: Callable[..., Path]) -> FilmTraces:
    return watch_film(film_of(pictures(ada)), Known(ada.face), person=Nobody(), portrait=ada)


class TestWatchFilm:
    def test_points_and_times_are_noted_on_every_frame(self, traces: FilmTraces, ada: Reference) -> None:
        assert traces.seen.nonzero()[0].tolist() == [index for index in range(COUNT) if index not in GONE]
        assert traces.times_s == pytest.approx(np.arange(COUNT) / 30, abs=0.002)
        assert traces.end_s == pytest.approx(COUNT / 30, abs=0.004)
        assert traces.size == SIZE
        assert traces.searched_scale == 1.0

    def test_a_face_that_only_moves_stays_itself(self, traces: FilmTraces) -> None:
        """Looks, colour and detail are those of the portrait; nothing of it where there is no face."""
        shown = [index for index in range(COUNT) if index not in (*GONE, *DARK)]
        assert traces.looks[shown].min() > 0.99
        assert np.ptp(traces.skin[shown], axis=0).max() < 2
        assert traces.detail[0] == pytest.approx(1.0, abs=0.15)
        assert np.isnan(traces.looks[list(GONE)]).all()

    def test_movement_follows_and_darkness_does_not(self, traces: FilmTraces) -> None:
        assert traces.flow_error[2] < 3
        assert traces.flow_error[DARK.start] > 10 * traces.flow_error[2]
        assert np.isnan(traces.flow_error[[0, *GONE, GONE.stop]]).all()

    def test_brightness_and_change_are_those_of_the_whole_picture(self, traces: FilmTraces) -> None:
        assert traces.brightness[list(DARK)].max() < 1
        assert traces.change[DARK.start + 1] == pytest.approx(0, abs=0.01)
        assert np.isnan(traces.change[0])

    def test_without_a_portrait_the_first_face_is_compared_with(self, ada: Reference, film_of: Callable[..., Path]) -> None:
        traces = watch_film(film_of(pictures(ada)), Known(ada.face), person=Nobody())
        assert traces.looks[0] == pytest.approx(1.0)
        assert len(traces.detail) == 0

    def test_faces_are_counted_where_somebody_counts(self, ada: Reference, film_of: Callable[..., Path]) -> None:
        class Two:
            def find(self, image: np.ndarray) -> list[Landmarks]:
                return [ada.face, ada.face]

        assert watch_film(film_of(pictures(ada)), Known(ada.face), person=Nobody(), counter=Two()).faces == 2
