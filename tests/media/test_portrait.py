"""Checking a portrait's file before it is decoded for real."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tasks.domain.errors import AvatarError
from tasks.media.image_file import MAX_BYTES
from tasks.media.portrait import check_portrait


def picture(path: Path, size: tuple[int, int] = (300, 400), **options: str) -> Path:
    """A grey picture as a file."""
    Image.new("RGB", size, (90, 90, 90)).save(path, **options)
    return path


def refusal(path: Path) -> str:
    """The sentence with which a portrait is refused."""
    with pytest.raises(AvatarError) as caught:
        check_portrait(path)
    return str(caught.value)


class TestCheckPortrait:
    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
    def test_content_counts_not_suffix(self, tmp_path: Path, kind: str) -> None:
        """A picture is known by what it holds, and its size is (width, height)."""
        assert check_portrait(picture(tmp_path / "portrait.png", format=kind)) == (300, 400)

    def test_missing_portrait_is_named(self, tmp_path: Path) -> None:
        """The path that was looked at is in the sentence."""
        assert f"the portrait {str(tmp_path / 'portrait.png')!r} is missing" in refusal(tmp_path / "portrait.png")

    @pytest.mark.parametrize("content", [b"", b"no picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a"])
    def test_other_content_is_no_picture(self, tmp_path: Path, content: bytes) -> None:
        """Text and kinds that are not read are refused before a decoder sees them."""
        path = tmp_path / "portrait.png"
        path.write_bytes(content)
        assert "is no picture of a kind that is read here" in refusal(path)

    @pytest.mark.parametrize("kind", ["PNG", "JPEG"])
    def test_truncated_picture_is_damaged(self, tmp_path: Path, kind: str) -> None:
        """Half a file is found out, though its header is right."""
        path = tmp_path / "portrait.png"
        Image.effect_noise((300, 400), 80).convert("RGB").save(path, format=kind)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        assert "is damaged or cannot be read" in refusal(path)

    @pytest.mark.parametrize(("width", "height"), [(8000, 7000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
    def test_absurd_size_is_refused_before_decoding(
        self, tmp_path: Path, width: int, height: int, header_only: Callable[[Path, int, int], Path],
    ) -> None:
        """A file of 45 bytes that claims gigabytes costs nothing."""
        assert "pixels" in refusal(header_only(tmp_path / "portrait.png", width, height))

    def test_too_large_a_file_is_not_opened(self, tmp_path: Path) -> None:
        """The file's size alone is enough."""
        path = tmp_path / "portrait.png"
        path.touch()
        with path.open("r+b") as stream:
            stream.truncate(MAX_BYTES + 1)
        assert "67,108,865 bytes" in refusal(path)

    def test_tiny_picture_is_refused(self, tmp_path: Path) -> None:
        """A thumbnail has no face to animate."""
        assert "300 x 200 pixels, each side needs at least 256" in refusal(picture(tmp_path / "portrait.png", (300, 200)))

    def test_folder_is_no_portrait(self, tmp_path: Path) -> None:
        """A folder of that name is refused like a damaged file."""
        assert "cannot be read" in refusal(tmp_path)
