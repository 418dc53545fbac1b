"""Logos: what is laid over the picture and what is refused."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tasks.domain.errors import FixRequest
from tasks.media import logo
from tasks.media.logo import check_logo


def drawn(width: int, height: int, *, seen: int = 255, around: int = 0) -> Image.Image:
    """A red square of opacity `seen`, and what is around it."""
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[..., 0], pixels[..., 3] = 255, around
    pixels[height // 4: -height // 4, width // 4: -width // 4, 3] = seen
    return Image.fromarray(pixels)


class TestCheckLogo:
    @pytest.mark.parametrize("picture", [
        drawn(200, 80), drawn(100, 200, seen=120), drawn(200, 80).convert("LA"),
        drawn(200, 80).quantize(16), drawn(95, 95, around=254),
    ], ids=["RGBA", "tall and half transparent", "grey", "palette", "nearly large enough"])
    def test_png_with_transparency_is_good(self, picture: Image.Image, tmp_path: Path) -> None:
        """Whatever kind of PNG its owner's program writes."""
        picture.save(tmp_path / "logo.png")
        assert check_logo(tmp_path / "logo.png", 140) == picture.size

    @pytest.mark.parametrize(("save", "sentence"), [
        (lambda path: drawn(200, 80).convert("RGB").save(path, "JPEG"), "is no PNG that is read here"),
        (lambda path: path.write_text("<svg/>"), "is no PNG that is read here"),
        (lambda path: drawn(200, 80).convert("RGB").save(path), "has no transparency"),
        (lambda path: drawn(200, 80, around=255).save(path), "has no transparent part"),
        (lambda path: drawn(200, 80, seen=3).save(path), "is transparent all over"),
        (lambda path: drawn(60, 40).save(path), "is 60 pixels wide and would be shown 140 wide"),
        (lambda path: drawn(200, 480).save(path), "at most 2 times as high as wide fits"),
        (lambda path: drawn(4097, 20).save(path), "each side may have 4096"),
        (lambda path: drawn(200, 80).save(path, save_all=True, append_images=[drawn(200, 80, seen=99)]), "is animated"),
        (lambda path: path.write_bytes(_png_bytes(path)[:200]), "is damaged or cannot be read"),
    ])
    def test_logo_that_does_not_serve_is_refused(
        self, save: Callable[[Path], object], sentence: str, tmp_path: Path,
    ) -> None:
        """Other kinds, no transparency, too small, too large, moving, cut off."""
        path = tmp_path / "logo.png"
        save(path)
        with pytest.raises(FixRequest, match=sentence):
            check_logo(path, 140)

    def test_large_file_is_not_opened(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Bytes are counted first."""
        drawn(200, 80).save(tmp_path / "logo.png")
        monkeypatch.setattr(logo, "MAX_BYTES", 100)
        with pytest.raises(FixRequest, match="bytes, at most 100 are read"):
            check_logo(tmp_path / "logo.png", 140)


def _png_bytes(path: Path) -> bytes:
    noise = np.random.default_rng(1).integers(0, 255, (80, 200, 4), np.uint8)
    Image.fromarray(noise).save(path)
    return path.read_bytes()
