"""Caption styles are found, read and told apart."""

import shutil
from pathlib import Path

import pytest

from tasks.captions.style import caption_styles, read_style, read_zone, style_sha256, zone_names
from tasks.domain.errors import FixMachine, UnknownName

TEMPLATES = Path(__file__).parents[2] / "templates"


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """A copy of the library's templates that may be changed."""
    return Path(shutil.copytree(TEMPLATES, tmp_path / "templates"))


class TestReadStyle:
    def test_all_four_are_there(self) -> None:
        """The safe zones are no style."""
        assert caption_styles(TEMPLATES) == ("highlight", "karaoke", "line", "pop")

    @pytest.mark.parametrize("name", ["karoake", "../brands/default", "safe_zones", ""])
    def test_an_unknown_style_lists_the_known(self, name: str) -> None:
        """A path is only a name that does not exist."""
        with pytest.raises(UnknownName, match="karaoke"):
            read_style(TEMPLATES, name)

    def test_a_wrong_value_is_named(self, templates: Path) -> None:
        """The message names file and field."""
        path = templates / "captions" / "karaoke.yaml"
        path.write_text(path.read_text("utf-8").replace("lines: 2", "lines: 9"), "utf-8")
        with pytest.raises(FixMachine, match=r"karaoke\.yaml.*lines"):
            read_style(templates, "karaoke")

    def test_a_copy_is_a_style(self, templates: Path) -> None:
        """A user copies a data file, changes it, and has a style of that name."""
        text = (templates / "captions" / "pop.yaml").read_text("utf-8")
        (templates / "captions" / "mine.yaml").write_text(text.replace("words: 3", "words: 2"), "utf-8")
        assert "mine" in caption_styles(templates)
        assert read_style(templates, "mine").words == 2

    def test_emoji_under_a_box_are_refused(self, templates: Path) -> None:
        """They would not be seen."""
        path = templates / "captions" / "highlight.yaml"
        path.write_text(path.read_text("utf-8").replace("backing: outline", "backing: box"), "utf-8")
        with pytest.raises(FixMachine, match="emoji"):
            read_style(templates, "highlight")


class TestZones:
    def test_every_app_has_its_own(self) -> None:
        """And all of them together, for posts and for ads."""
        assert zone_names(TEMPLATES) == ("ads", "posts", "reels", "shorts", "tiktok")

    @pytest.mark.parametrize("app", ["tiktok", "reels", "shorts"])
    def test_one_app_leaves_more_free_than_all(self, app: str) -> None:
        """The zone of posts lies inside each."""
        one, every = read_zone(TEMPLATES, app), read_zone(TEMPLATES, "posts")
        assert one.x0 <= every.x0
        assert one.y0 <= every.y0
        assert one.x1 >= every.x1
        assert one.y1 >= every.y1

    def test_an_unknown_zone_lists_the_known(self) -> None:
        """With the nearest one."""
        with pytest.raises(UnknownName, match="'tiktok'"):
            read_zone(TEMPLATES, "tik-tok")


class TestStyleSha256:
    @pytest.mark.parametrize("file", ["captions/karaoke.yaml", "captions/karaoke.ass.j2", "captions/parts.ass.j2",
                                      "captions/safe_zones.yaml"])
    def test_changes_with_every_file_that_matters(self, file: str, templates: Path) -> None:
        """Data, template and zones decide how captions look."""
        before = style_sha256(templates, "karaoke")
        assert before == style_sha256(TEMPLATES, "karaoke")
        path = templates / file
        path.write_text(path.read_text("utf-8") + "\n", "utf-8")
        assert style_sha256(templates, "karaoke") != before

    def test_emoji_count_where_they_are_shown(self, templates: Path) -> None:
        """Another picture of a heart changes `highlight`, and nothing else."""
        before = {name: style_sha256(templates, name) for name in caption_styles(templates)}
        (templates / "captions" / "emoji" / "2764.png").write_bytes(b"another heart")
        assert [name for name in before if style_sha256(templates, name) != before[name]] == ["highlight"]
