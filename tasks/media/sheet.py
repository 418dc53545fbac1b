"""A sheet of pictures with words beside them: what the sheets about an avatar are drawn on."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from tasks.domain.brand import BrandFonts
from tasks.media.text.font import find_font

PAPER, INK, FAINT = "#17171b", "#f4f2ee", "#a3a1a8"
"""Colours of the sheet, of what is read first, and of what is read second."""
ROUND_PX = 14
"""Radius of corners."""
QUALITY = 90
"""Of a sheet written as JPEG."""
SMALLEST_PX = 14
"""Letters are not made smaller than this to fit."""


@dataclass(frozen=True)
class Lettering:
    """The fonts of a sheet."""

    heading: Path
    text: Path


def lettering_of(fonts: BrandFonts) -> Lettering:
    """The fonts of a brand, as sheets use them."""
    return Lettering(heading=find_font(fonts.title or fonts.captions).path, text=find_font(fonts.text or fonts.label).path)


class Sheet:
    """A sheet that is drawn on; places are (x, y) in pixels from its upper left corner."""

    def __init__(self, size: tuple[int, int], lettering: Lettering) -> None:
        self.image = Image.new("RGB", size, PAPER)
        self.draw = ImageDraw.Draw(self.image)
        self._lettering = lettering

    def text(self, place: tuple[float, float], words: str, size_px: float, *, fill: str = INK, anchor: str = "la",
             heading: bool = False, width_px: float | None = None) -> float:
        """Writes one line.

        Args:
            place: where its anchor comes.
            words: the line.
            size_px: of its letters.
            fill: their colour.
            anchor: as Pillow counts, e.g. 'la' for left and ascender, 'mm' for the middle.
            heading: whether it is set in the font of headings.
            width_px: the line is set smaller, and shortened if need be, where it is wider than this.

        Returns:
            Its width in pixels.
        """
        font = ImageFont.truetype(str(self._lettering.heading if heading else self._lettering.text), size_px)
        if width_px is not None:
            wanted = max(SMALLEST_PX, size_px * min(1.0, width_px / max(font.getlength(words), 1)))
            font = font.font_variant(size=wanted)
            while len(words) > 1 and font.getlength(words) > width_px + 1:
                words = f"{words.rstrip('…')[:-1]}…" if len(words) > 2 else words[:1]
        self.draw.text(place, words, fill=fill, font=font, anchor=anchor)
        return float(font.getlength(words))

    def picture(self, place: tuple[int, int], picture: NDArray[np.uint8]) -> None:
        """Lays a picture, (height, width, 3) uint8 BGR, on the sheet, its corners round."""
        laid = Image.fromarray(np.ascontiguousarray(picture[..., ::-1]))
        self.image.paste(laid, place, rounded(laid.size))

    def swatch(self, place: tuple[int, int], size: tuple[int, int], colour: str) -> None:
        """A field of one colour."""
        x, y = place
        self.draw.rounded_rectangle((x, y, x + size[0], y + size[1]), ROUND_PX, fill=colour, outline=FAINT, width=2)

    def save(self, target: Path) -> tuple[int, int]:
        """Writes the sheet, as PNG or JPEG by the name's end; gives its (width, height)."""
        if target.suffix.lower() == ".png":
            self.image.save(target, "PNG")
        else:
            self.image.save(target, "JPEG", quality=QUALITY)
        return self.image.size


def rounded(size: tuple[int, int]) -> Image.Image:
    """A mask with round, smooth corners."""
    large = Image.new("L", (4 * size[0], 4 * size[1]), 0)
    ImageDraw.Draw(large).rounded_rectangle((0, 0, large.width - 1, large.height - 1), 4 * ROUND_PX, fill=255)
    return large.resize(size, Image.Resampling.BOX)


def cut(image: NDArray[np.uint8], window: tuple[float, float, float, float], size: tuple[int, int]) -> NDArray[np.uint8]:
    """A part of a picture at another size; where it reaches beyond the picture, the border goes on.

    Args:
        image: (height, width, 3) uint8.
        window: left, top, right, bottom in pixels of the picture.
        size: (width, height) of the result; the window's aspect.
    """
    left, top, right, _ = window
    zoom = size[0] / (right - left)
    matrix = np.array([[zoom, 0, -left * zoom + (zoom - 1) / 2], [0, zoom, -top * zoom + (zoom - 1) / 2]])
    if zoom < 1:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), 0.4 / zoom), np.uint8)
    return np.asarray(cv2.warpAffine(image, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), np.uint8)
