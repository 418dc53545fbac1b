"""How dark and light a picture is."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tasks.domain.box import Box
from tasks.domain.errors import StoreDamaged
from tasks.media.metrics.luminance_range import picture_luminance, widest


def picture(folder: Path, size: tuple[int, int] = (400, 800)) -> Path:
    """White above, black below."""
    pixels = np.zeros((size[1], size[0], 3), np.uint8)
    pixels[: size[1] // 2] = 255
    Image.fromarray(pixels).save(folder / "picture.png")
    return folder / "picture.png"


class TestPictureLuminance:
    def test_of_a_whole_picture(self, tmp_path: Path) -> None:
        """From black to white."""
        assert picture_luminance(picture(tmp_path)) == pytest.approx((0.0, 1.0), abs=0.01)

    @pytest.mark.parametrize(("top", "bottom", "level"), [(0, 700, 1.0), (1200, 1900, 0.0)])
    def test_of_a_part_of_the_frame_it_fills(self, top: int, bottom: int, level: float, tmp_path: Path) -> None:
        """A picture of half the frame's size is seen twice as large."""
        part = Box(x0=100, y0=top, x1=900, y1=bottom)
        assert picture_luminance(picture(tmp_path), size=(1080, 1920), part=part) == pytest.approx((level, level), abs=0.01)

    def test_a_part_outside_is_its_nearest_pixel(self, tmp_path: Path) -> None:
        """Nothing is divided by nothing."""
        part = Box(x0=2000, y0=3000, x1=2100, y1=3100)
        assert picture_luminance(picture(tmp_path), size=(1080, 1920), part=part) == pytest.approx((0.0, 0.0), abs=0.01)

    def test_what_is_no_picture_is_damaged(self, tmp_path: Path) -> None:
        """It was one when it was put into the store."""
        (tmp_path / "x.png").write_text("no picture")
        with pytest.raises(StoreDamaged):
            picture_luminance(tmp_path / "x.png")


class TestWidest:
    def test_is_from_the_darkest_to_the_lightest(self) -> None:
        """Of several."""
        assert widest([(0.2, 0.4), (0.3, 0.9)]) == (0.2, 0.9)
