"""The first frame of a film: the picture covers it, the face is well placed."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tasks.domain.errors import FixRequest
from tasks.media.first_frame import EYE_HEIGHT, anchor_of, first_frame, place_cut

PORTRAIT = Path(__file__).parents[2] / "avatars" / "ada" / "portrait.png"
SIDES, PARTS = st.integers(16, 4000), st.floats(0, 1)


class TestCut:
    @given(SIDES, SIDES, SIDES, SIDES, PARTS, PARTS, PARTS)
    def test_lies_inside_and_is_as_large_as_can_be(self, width: int, height: int, across: int, down: int, x: float, y: float,
                                                   where: float) -> None:
        """It has the frame's shape and touches two opposite sides."""
        left, top, right, bottom = place_cut((width, height), (across, down), (x, y, where))
        assert -1e-6 <= left < right <= width + 1e-6
        assert -1e-6 <= top < bottom <= height + 1e-6
        assert (right - left) / (bottom - top) == pytest.approx(across / down, rel=1e-6)
        assert max((right - left) / width, (bottom - top) / height) == pytest.approx(1)

    def test_shows_the_anchor_where_it_should_lie(self) -> None:
        """A picture of 1000 x 1000, cut to 500 x 1000 around 0.4 of its width; to 1000 x 500 with 0.5 of it at 0.4."""
        assert place_cut((1000, 1000), (50, 100), (0.4, 0.5, 0.4)) == pytest.approx((150, 0, 650, 1000))
        assert place_cut((1000, 1000), (100, 50), (0.4, 0.5, 0.4)) == pytest.approx((0, 300, 1000, 800))


class TestFirstFrame:
    @pytest.mark.parametrize("size", [(288, 512), (512, 288), (320, 320)])
    def test_eyes_stay_in_view(self, size: tuple[int, int]) -> None:
        """At their height where the picture leaves a choice; in the middle of an upright frame."""
        frame = first_frame(PORTRAIT, size)
        x, y, _ = anchor_of(np.asarray(frame)[..., ::-1])
        assert (frame.size, frame.mode) == (size, "RGB")
        assert 0.4 < x < 0.6
        assert abs(y - EYE_HEIGHT) < 0.1

    def test_picture_without_a_face_is_cut_around_what_it_is_about(self, tmp_path: Path) -> None:
        """A red square on the left of grey."""
        picture = np.full((400, 800, 3), 120, np.uint8)
        picture[180:240, 260:320] = (230, 20, 20)
        Image.fromarray(picture).save(tmp_path / "square.png")
        frame = np.asarray(first_frame(tmp_path / "square.png", (225, 400))).astype(int)
        assert ((frame[..., 0] > 200) & (frame[..., 1] < 60)).sum() > 3000

    def test_transparent_parts_are_white(self, tmp_path: Path) -> None:
        Image.new("RGBA", (64, 64), (255, 0, 0, 0)).save(tmp_path / "clear.png")
        assert first_frame(tmp_path / "clear.png", (32, 32)).getextrema() == ((255, 255),) * 3

    def test_what_is_no_picture_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "a.png").write_text("no")
        with pytest.raises(FixRequest, match="no picture of a kind that is read here"):
            first_frame(tmp_path / "a.png", (32, 32))
