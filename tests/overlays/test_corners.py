"""Logo and progress bar at the zone's edges."""

import pytest

from tasks.domain.box import Box
from tasks.domain.brand import Logo
from tasks.domain.captions import CaptionPage, Captions
from tasks.domain.media import MediaFile
from tasks.overlays.corners import bar_box, logo_box
from tasks.overlays.placement import GAP_PX, overlap

ZONE = Box(x0=65, y0=220, x1=888, y1=1440)
LABEL = Box(x0=65, y0=220, x1=270, y1=265)
LOW = Box(x0=100, y0=1165, x1=880, y1=1436)
HIGH = Box(x0=280, y0=230, x1=800, y1=430)


def captions(*pages: Box, label: Box | None = LABEL) -> Captions:
    """Captions that stand in some places."""
    file = MediaFile(uri="x", sha256="0" * 64, size_bytes=1)
    shown = tuple(CaptionPage(start_s=index, end_s=index + 1, words=(), box=box) for index, box in enumerate(pages))
    return Captions(subtitles=file, srt=file, vtt=file, pages=shown, label_text="AI" if label else None, label_box=label,
                    zone=ZONE, style="karaoke")


class TestBar:
    def test_stands_beside_the_label(self) -> None:
        """At its middle, to the zone's right edge."""
        assert bar_box(captions(LOW), 8) == Box(x0=270 + GAP_PX, y0=238, x1=888, y1=246)

    def test_without_a_label_takes_the_whole_width(self) -> None:
        """At the zone's upper edge."""
        assert bar_box(captions(LOW, label=None), 8) == Box(x0=65, y0=220, x1=888, y1=228)

    def test_goes_below_captions_at_the_top(self) -> None:
        """Along the zone's lower edge."""
        assert bar_box(captions(HIGH), 8) == Box(x0=65, y0=1432, x1=888, y1=1440)


class TestLogo:
    @pytest.mark.parametrize(("place", "box"), [
        ("top-right", Box(x0=748, y0=220, x1=888, y1=290)), ("top-left", Box(x0=65, y0=265 + GAP_PX, x1=205, y1=351)),
        ("bottom-right", Box(x0=748, y0=1370, x1=888, y1=1440)), ("bottom-left", Box(x0=65, y0=1370, x1=205, y1=1440)),
    ])
    def test_stands_in_its_corner(self, place: str, box: Box) -> None:
        """140 pixels wide, half as high; at the top left under the label."""
        logo = Logo.model_validate({"image": "logo.png", "place": place})
        assert logo_box(logo, 0.5, captions(), None) == box

    def test_makes_room_for_the_bar(self) -> None:
        """It hangs under the bar, or stands on it."""
        above, below = bar_box(captions(), 8), bar_box(captions(HIGH), 8)
        assert logo_box(Logo(image="l.png"), 0.5, captions(), above).y0 == above.y1 + GAP_PX
        low = Logo.model_validate({"image": "l.png", "place": "bottom-right"})
        assert logo_box(low, 0.5, captions(HIGH), below).y1 == below.y0 - GAP_PX

    def test_leaves_a_corner_that_captions_need(self) -> None:
        """At the bottom right under captions it would be read with them: it goes to the top right."""
        logo = Logo.model_validate({"image": "l.png", "place": "bottom-right"})
        found = logo_box(logo, 0.5, captions(LOW), None)
        assert not overlap(found, LOW)
        assert (found.x1, found.y0) == (888, 220)
