"""Caption styles are found, read and told apart."""

import shutil
from pathlib import Path

import pytest

from tasks.captions.style import caption_styles, read_style, style_sha256
from tasks.domain.errors import FixMachine, UnknownName

TEMPLATES = Path(__file__).parents[2] / "templates"


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """A copy of the library's templates that may be changed."""
    return Path(shutil.copytree(TEMPLATES, tmp_path / "templates"))


class TestReadStyle:
    def test_the_default_is_there(self) -> None:
        """The safe zones are no style."""
        assert "karaoke" in caption_styles(TEMPLATES)
        assert "safe_zones" not in caption_styles(TEMPLATES)

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


class TestStyleSha256:
    @pytest.mark.parametrize("file", ["captions/karaoke.yaml", "captions/karaoke.ass.j2", "captions/safe_zones.yaml"])
    def test_changes_with_every_file_that_matters(self, file: str, templates: Path) -> None:
        """Data, template and zones decide how captions look."""
        before = style_sha256(templates, "karaoke")
        assert before == style_sha256(TEMPLATES, "karaoke")
        path = templates / file
        path.write_text(path.read_text("utf-8") + "\n", "utf-8")
        assert style_sha256(templates, "karaoke") != before
