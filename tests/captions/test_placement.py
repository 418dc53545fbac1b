"""Where the block goes."""

from tasks.captions.placement import GAP_PX, centre_y
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
