"""Pictures for emoji: found by code point, and fit to be laid over a frame."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tasks.captions.emoji import emoji_picture

TEMPLATES = Path(__file__).parents[2] / "templates"
PICTURES = sorted((TEMPLATES / "captions" / "emoji").glob("*.png"))


class TestEmojiPicture:
    @pytest.mark.parametrize(("symbol", "name"), [
        ("🔥", "1f525"), ("❤️", "2764"), ("❤", "2764"), ("👍🏽", "1f44d"), ("☀️", "2600")])
    def test_is_found_by_its_code_point(self, symbol: str, name: str) -> None:
        """The selector for the coloured form and a skin tone that has no picture of its own do not matter."""
        found = emoji_picture(TEMPLATES, symbol)
        assert found
        assert found.stem == name

    def test_its_own_skin_tone_comes_first(self, tmp_path: Path) -> None:
        """A picture of exactly this emoji wins over the plain one."""
        folder = tmp_path / "captions" / "emoji"
        folder.mkdir(parents=True)
        for name in ("1f44d", "1f44d-1f3fd"):
            (folder / f"{name}.png").touch()
        assert emoji_picture(tmp_path, "👍🏽") == folder / "1f44d-1f3fd.png"

    @pytest.mark.parametrize("symbol", ["🦄", "👩‍🚀", "\ufe0f", "../x", ""])
    def test_without_a_picture_there_is_none(self, symbol: str) -> None:
        """Nothing stands in for it, and a text is never a path."""
        assert emoji_picture(TEMPLATES, symbol) is None


class TestOurPictures:
    @pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
    def test_are_square_with_a_free_edge(self, path: Path) -> None:
        """160 pixels each way, transparent in the corners, painted in the middle."""
        with Image.open(path) as picture:
            assert (picture.mode, picture.size) == ("RGBA", (160, 160))
            alpha = np.asarray(picture)[..., 3]
        assert alpha[[0, 0, -1, -1], [0, -1, 0, -1]].max() == 0
        assert (alpha > 250).mean() > 0.15

    def test_there_are_a_dozen(self) -> None:
        """Enough for everyday scripts."""
        assert len(PICTURES) >= 12
