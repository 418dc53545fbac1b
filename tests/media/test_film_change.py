"""Where a reel changes to another film of the same face."""

import numpy as np
import pytest

from tasks.media.film_change import DISSOLVE_FRAMES, nearest_moment

COUNT = 30


def face(offset_px: np.ndarray) -> np.ndarray:
    """(n, 5, 2): a face that is so far to the right on each frame."""
    points = np.random.default_rng(1).uniform(0, 500, (5, 2))
    return points + np.stack([offset_px, np.zeros_like(offset_px)], axis=-1)[:, None]


class TestNearestMoment:
    @pytest.mark.parametrize("met", [5, 12, 24])
    def test_is_where_the_faces_meet(self, met: int) -> None:
        """One goes right, the other left; they are at the same place in the middle of the dissolve."""
        way = 3.0 * (np.arange(COUNT) - met)
        assert nearest_moment(face(way), face(-way)) == pytest.approx(met - (DISSOLVE_FRAMES - 1) / 2, abs=0.5)

    def test_dissolve_ends_with_the_first_film(self) -> None:
        """Where they come nearer to the end."""
        assert nearest_moment(face(np.zeros(COUNT)), face(np.linspace(60, 0, COUNT))) == COUNT - DISSOLVE_FRAMES

    def test_films_that_share_few_frames_change_at_the_first(self) -> None:
        assert nearest_moment(face(np.zeros(3)), face(np.ones(3))) == 0
