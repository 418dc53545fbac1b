"""Safe zones: the file, and what all apps leave free."""

from pathlib import Path

import pytest

from tasks.domain.box import Box
from tasks.domain.errors import FixMachine
from tasks.media.text.zones import read_zones

FILE = Path(__file__).parents[3] / "templates" / "captions" / "safe_zones.yaml"
EXAMPLE = """
schema: 1
width_px: 1000
height_px: 2000
zones:
  posts:
    - {app: One, top_px: 100, right_px: 10, bottom_px: 300, left_px: 50, source: a, read: 2026-01-01}
    - {app: Two, top_px: 200, right_px: 20, bottom_px: 100, left_px: 5, source: b, read: 2026-01-01}
"""


class TestSafeZones:
    def test_common_zone_is_the_intersection(self, tmp_path: Path) -> None:
        """The largest margin counts at each edge."""
        path = tmp_path / "zones.yaml"
        path.write_text(EXAMPLE)
        assert read_zones(path).common("posts") == Box(x0=50, y0=200, x1=980, y1=1700)

    @pytest.mark.parametrize("use", ["posts", "ads"])
    def test_ours_lie_inside_every_app(self, use: str) -> None:
        """TikTok, Reels and Shorts are all there, with a source, and the common zone is inside each."""
        zones = read_zones(FILE)
        box = zones.common(use)
        assert {app.app for app in zones.zones[use]} == {"TikTok", "Instagram Reels", "YouTube Shorts"}
        for app in zones.zones[use]:
            assert app.source.startswith("https://")
            assert app.left_px <= box.x0 < box.x1 <= zones.width_px - app.right_px
            assert app.top_px <= box.y0 < box.y1 <= zones.height_px - app.bottom_px

    @pytest.mark.parametrize(("text", "words"), [
        ("zones: [", "cannot be read"), (EXAMPLE.replace("right_px: 10, ", ""), "cannot be read"),
        (EXAMPLE.replace("left_px: 50", "left_px: 990"), "nothing in common"),
        (EXAMPLE.replace("posts", "ads"), "choose one of ads"),
    ])
    def test_a_wrong_file_is_refused(self, text: str, words: str, tmp_path: Path) -> None:
        """Broken YAML, a margin left out, zones that do not meet, a use that is not there."""
        path = tmp_path / "zones.yaml"
        path.write_text(text)
        with pytest.raises(FixMachine, match=words):
            read_zones(path).common("posts")
