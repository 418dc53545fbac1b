"""Pictures in the shape of a film."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tasks.domain.errors import FixRequest
from tasks.media.framed_picture import write_framed


class TestFramed:
    @pytest.mark.parametrize("sides", [(300, 200), (200, 300), (90, 160)])
    def test_is_cut_around_its_centre_and_not_stretched(self, tmp_path: Path, sides: tuple[int, int]) -> None:
        """A square in the middle stays one."""
        picture = np.full((sides[1], sides[0], 3), 200, np.uint8)
        side = min(sides) // 4
        top, left = (sides[1] - side) // 2, (sides[0] - side) // 2
        picture[top:top + side, left:left + side] = 20
        cv2.imwrite(str(tmp_path / "picture.png"), picture)
        write_framed(tmp_path / "picture.png", tmp_path / "framed.jpg", (144, 256))
        found = cv2.imread(str(tmp_path / "framed.jpg"), cv2.IMREAD_GRAYSCALE)
        dark = found < 110
        assert found.shape == (256, 144)
        assert abs(np.ptp(np.flatnonzero(dark.any(0))) - np.ptp(np.flatnonzero(dark.any(1)))) <= 2
        assert np.abs(np.argwhere(dark).mean(0) - (127.5, 71.5)).max() < 2
        assert sorted(path.name for path in tmp_path.iterdir()) == ["framed.jpg", "picture.png"]

    def test_what_is_no_picture_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "picture.png").write_bytes(b"no")
        with pytest.raises(FixRequest):
            write_framed(tmp_path / "picture.png", tmp_path / "framed.jpg", (144, 256))
