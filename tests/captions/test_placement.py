"""Where the block goes."""

import pytest

from tasks.captions.placement import GAP_PX, centre_y, mouth_room, on_picture
from tasks.domain.box import Box

ZONE = Box(x0=60, y0=200, x1=880, y1=1440)
LABEL = Box(x0=60, y0=200, x1=260, y1=250)


class TestCentreY:
    def test_takes_the_preferred_place_if_it_is_free(self) -> None:
        """Nothing in the way: the block is where the style wants it."""
        assert centre_y(ZONE, Box(x0=400, y0=900, x1=700, y1=1150), LABEL, height_px=200, preferred_px=1280) == 1280

    def test_stays_in_the_zone(self) -> None:
        """A wish below the zone ends at its edge."""
        assert centre_y(ZONE, None, None, height_px=200, preferred_px=1800) == 1440 - 100

    def test_moves_down_from_a_low_mouth(self) -> None:
        """The block begins right below the mouth."""
        mouth = Box(x0=400, y0=1000, x1=700, y1=1220)
        assert centre_y(ZONE, mouth, LABEL, height_px=200, preferred_px=1280) == 1220 + GAP_PX + 100

    def test_goes_above_when_there_is_no_room_below(self) -> None:
        """With the mouth at the bottom the block stands right under the label."""
        mouth = Box(x0=300, y0=1100, x1=800, y1=1430)
        assert centre_y(ZONE, mouth, LABEL, height_px=200, preferred_px=1280) == 250 + GAP_PX + 100

    def test_above_ends_before_a_high_mouth(self) -> None:
        """If label and mouth leave too little, the mouth counts for more."""
        mouth = Box(x0=300, y0=440, x1=800, y1=1430)
        assert centre_y(ZONE, mouth, LABEL, height_px=200, preferred_px=1280) == 440 - GAP_PX - 100


class TestMouthRoom:
    def test_leaves_room_for_the_jaw(self) -> None:
        """An eye distance of 300 px: the jaw drops up to 0.3 of it, and the head sways a little."""
        room = mouth_room([(450, 960), (630, 960), (540, 940), (540, 1020)], 300)
        assert room.y1 >= 1020 + 0.3 * 300
        assert room.x0 < 450
        assert room.x1 > 630
        assert room.y0 < 940


class TestOnPicture:
    @pytest.mark.parametrize(("portrait", "point", "expected"), [
        ((1080, 1920), (540, 990), (540, 990)),
        ((540, 960), (270, 495), (540, 990)),
        ((1920, 1920), (960, 960), (540, 960)),
        ((1080, 3840), (540, 1920), (540, 960)),
    ])
    def test_fills_the_picture_from_the_middle(
        self, portrait: tuple[int, int], point: tuple[float, float], expected: tuple[float, float],
    ) -> None:
        """Same size, half size, too wide, too high: the middle stays the middle."""
        points, _ = on_picture([point], portrait, (1080, 1920))
        assert points == [pytest.approx(expected)]
