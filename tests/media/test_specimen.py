"""The specimen sheet, and the samples on it."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tasks.domain.box import Box
from tasks.domain.brand import FontFile
from tasks.domain.media import MediaFile
from tasks.domain.performance import Scrim, Sticker
from tasks.media.ffmpeg import find_ffmpeg
from tasks.media.specimen import (
    MARGIN_PX,
    WIDTH_PX,
    Face,
    Sample,
    Specimen,
    Swatch,
    draw_sample,
    draw_sheet,
    sample_size,
)
from tasks.media.text.font import find_font

FONT = find_font(FontFile(package="font_manrope", file="files/Manrope-Bold.ttf"))
LEVEL = 3
"""Levels by which a colour may be off after scaling and blending."""


@pytest.fixture
def portrait(tmp_path: Path) -> Path:
    """A blue picture, wider than the reel."""
    Image.new("RGB", (1500, 1600), "#204080").save(tmp_path / "portrait.png")
    return tmp_path / "portrait.png"


def drawn(portrait: Path, at_s: float, scrims: tuple[Scrim, ...] = (), stickers: tuple[Sticker, ...] = ()) -> np.ndarray:
    """The sample's pixels, (height, width, 3)."""
    target = portrait.with_name("sample.png")
    draw_sample(portrait, target, at_s=at_s, subtitles=[], fonts=portrait.parent, program=find_ffmpeg(), scrims=scrims,
                stickers=stickers, open_media=lambda _: portrait.with_name("logo.png"))
    return np.asarray(Image.open(target).convert("RGB")).astype(int)


class TestSample:
    def test_portrait_fills_it(self, portrait: Path) -> None:
        """At the size it has on the sheet."""
        pixels = drawn(portrait, 0.0)
        assert pixels.shape == (*sample_size()[::-1], 3)
        assert np.abs(pixels - (0x20, 0x40, 0x80)).max() <= LEVEL

    def test_veil_counts_in_its_time_only(self, portrait: Path) -> None:
        """Half way to white, or not at all."""
        veil = Scrim(start_s=1.0, end_s=2.0, colour="#ffffff", opacity=0.5)
        assert np.abs(drawn(portrait, 1.5, (veil,)) - (0x8F, 0x9F, 0xBF)).max() <= LEVEL
        assert np.abs(drawn(portrait, 2.0, (veil,)) - (0x20, 0x40, 0x80)).max() <= LEVEL

    def test_sticker_lies_in_its_box(self, portrait: Path) -> None:
        """Scaled, and in the place of the finished reel."""
        Image.new("RGBA", (10, 10), (255, 0, 0, 255)).save(portrait.with_name("logo.png"))
        file = MediaFile(uri="files/00/0.png", sha256="0" * 64, size_bytes=1)
        logo = Sticker(picture=file, box=Box(x0=540, y0=960, x1=1080, y1=1920), start_s=0, end_s=1)
        pixels = drawn(portrait, 0.5, stickers=(logo,))
        height, width = pixels.shape[:2]
        assert np.abs(pixels[height // 2 + 4:, width // 2 + 4:] - (255, 0, 0)).max() <= LEVEL
        assert np.abs(pixels[: height // 2 - 4] - (0x20, 0x40, 0x80)).max() <= LEVEL


class TestSheet:
    def specimen(self, folder: Path, samples: int, **more: object) -> Specimen:
        """A sheet with some white samples."""
        Image.new("RGB", sample_size(), "#ffffff").save(folder / "white.png")
        return Specimen(
            title="acme", facts=("one fact",), panel="#101020", on_panel="#f0f0f0", accent="#ff8800", heading=FONT.path,
            text=FONT.path, swatches=(Swatch("text", "#00ff00", "9.0:1"), Swatch("outline", "#ff00ff", "")),
            faces=(Face("captions", FONT.name, FONT.path),),
            samples=tuple(Sample(str(number), folder / "white.png") for number in range(samples)), **more)  # type: ignore[arg-type]

    def test_everything_has_its_place(self, tmp_path: Path) -> None:
        """The panel's colour at the edges, the accent under the name, both swatches, all samples."""
        width, height = draw_sheet(self.specimen(tmp_path, 6), tmp_path / "sheet.png")
        pixels = np.asarray(Image.open(tmp_path / "sheet.png").convert("RGB"))
        assert (pixels.shape[1], pixels.shape[0]) == (width, height)
        assert width == WIDTH_PX
        for edge in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]):
            assert (edge == (0x10, 0x10, 0x20)).all()
        for colour in ((0xFF, 0x88, 0), (0, 0xFF, 0), (0xFF, 0, 0xFF)):
            assert (pixels == colour).all(axis=2).sum() > 2000
        across, down = sample_size()
        assert (pixels == 255).all(axis=2).sum() == pytest.approx(6 * across * down, rel=0.01)

    def test_more_samples_make_it_taller(self, tmp_path: Path) -> None:
        """A row holds five."""
        heights = [draw_sheet(self.specimen(tmp_path, count), tmp_path / "sheet.png")[1] for count in (1, 5, 6)]
        assert heights[0] == heights[1] < heights[2]

    def test_logo_stands_in_the_corner(self, tmp_path: Path) -> None:
        """Above everything else, at the right margin."""
        Image.new("RGBA", (100, 50), (1, 2, 255, 255)).save(tmp_path / "logo.png")
        draw_sheet(self.specimen(tmp_path, 1, logo=tmp_path / "logo.png"), tmp_path / "sheet.png")
        pixels = np.asarray(Image.open(tmp_path / "sheet.png").convert("RGB"))
        rows, columns = np.nonzero((pixels == (1, 2, 255)).all(axis=2))
        assert (columns.max() + 1, rows.min()) == (WIDTH_PX - MARGIN_PX, MARGIN_PX)
