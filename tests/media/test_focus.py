"""What a picture is about: the place that stands out."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tasks.media.focus import film_focus, focus_of, picture_focus

NEAR = 0.1
"""How far from the subject's middle the focus may be, part of a side."""
PLACES = [(0.5, 0.5), (0.3, 0.5), (0.7, 0.6), (0.35, 0.3)]


def subject(at: tuple[float, float], size: tuple[int, int] = (600, 400)) -> np.ndarray:
    """A soft slope of grey with a bright disc in it."""
    width, height = size
    y, x = np.mgrid[:height, :width]
    slope = 60 + 60 * x / width
    return np.where(np.hypot(x - at[0] * width, y - at[1] * height) < 40, 230, slope).astype(np.uint8)


class TestFocus:
    @pytest.mark.parametrize("at", PLACES)
    def test_what_stands_out_is_found(self, at: tuple[float, float]) -> None:
        """Wherever it is, if not at the very edge."""
        assert focus_of(subject(at)) == pytest.approx(at, abs=NEAR)

    @pytest.mark.parametrize("level", [0, 128, 255])
    def test_nothing_to_see_is_in_the_middle(self, level: int) -> None:
        """One grey all over has no focus."""
        assert focus_of(np.full((300, 200), level, np.uint8)) == (0.5, 0.5)

    def test_picture_file(self, tmp_path: Path) -> None:
        """Parts of width and of height, in this order."""
        Image.fromarray(subject((0.3, 0.6))).convert("RGB").save(tmp_path / "picture.jpg")
        assert picture_focus(tmp_path / "picture.jpg") == pytest.approx((0.3, 0.6), abs=NEAR)

    @pytest.mark.parametrize(("turned_deg", "upright"), [(0, (0.3, 0.6)), (90, (0.6, 0.7)), (180, (0.7, 0.4)),
                                                         (270, (0.4, 0.3))])
    def test_turned_film(
        self, turned_deg: int, upright: tuple[float, float], film_of: Callable[..., Path],
    ) -> None:
        """The focus is where it is once the film stands upright, turned anticlockwise."""
        frame = np.repeat(subject((0.3, 0.6), (400, 400))[..., None] / 255, 3, axis=2)
        film = film_of([frame] * 5, "film.mp4", codec=("libx264", "-qp", "10"), turned_deg=turned_deg)
        assert film_focus(film, at_s=0.0) == pytest.approx(upright, abs=NEAR)
