"""Fonts: where they are, which characters they have, and how wide text is, exactly as libass will draw it.

Text is measured once at a size of one pixel per font unit, where nothing is rounded, and scaled down from there; libass
draws without hinting, so the widths agree to a fraction of a pixel, kerning included. A size here is the em in pixels.
libass means something else by size: the distance from the font's `usWinAscent` to its `usWinDescent`, which
`Font.ass_size` gives.
"""

import hashlib
import shutil
from collections.abc import Iterable
from functools import cached_property, lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont
from PIL import ImageFont

from tasks.domain.brand import BrandFonts, FontFile
from tasks.domain.errors import MissingTool, UnknownName

FULL_NAME_ID = 4
"""Entry of a font's name table that tells one face from all others; libass finds faces by it."""


class Font:
    """One font file, measured."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def name(self) -> str:
        """The full name, e.g. 'Roboto Black': what a subtitle style calls this face."""
        return str(self._tables["name"].getDebugName(FULL_NAME_ID))

    def covers(self, character: str) -> bool:
        """True if the font has a glyph for the character."""
        return ord(character) in self._characters

    def width_px(self, text: str, size_px: float) -> float:
        """How far the pen moves over `text`; kerning included."""
        return self._measured(text)[0] * size_px / self._units

    def ink_px(self, text: str, size_px: float) -> tuple[float, float]:
        """Top and bottom of the ink of `text` relative to its baseline, downwards; `(0, 0)` for nothing."""
        _, top, bottom = self._measured(text)
        return top * size_px / self._units, bottom * size_px / self._units

    def cap_height_px(self, size_px: float) -> float:
        """Height of a capital letter."""
        return float(self._tables["OS/2"].sCapHeight) * size_px / self._units

    def ascent_px(self, size_px: float) -> float:
        """From the top of a line as libass sees it down to the baseline."""
        return float(self._tables["OS/2"].usWinAscent) * size_px / self._units

    def ass_size(self, size_px: float) -> float:
        """The font size to write into an ASS file, for a script resolution equal to the picture's."""
        metrics = self._tables["OS/2"]
        return float(metrics.usWinAscent + metrics.usWinDescent) * size_px / self._units

    @cached_property
    def _tables(self) -> Any:
        return TTFont(self.path, lazy=True)

    @cached_property
    def _characters(self) -> frozenset[int]:
        return frozenset(self._tables.getBestCmap())

    @cached_property
    def _units(self) -> int:
        return int(self._tables["head"].unitsPerEm)

    @cached_property
    def _face(self) -> ImageFont.FreeTypeFont:
        return ImageFont.truetype(str(self.path), self._units)

    @lru_cache(maxsize=4096)  # noqa: B019  fonts live as long as the process
    def _measured(self, text: str) -> tuple[float, float, float]:
        """Width, top and bottom in font units."""
        if not text:
            return 0.0, 0.0, 0.0
        _, top, _, bottom = self._face.getbbox(text, anchor="ls")
        return float(self._face.getlength(text)), float(top), float(bottom)


@lru_cache(maxsize=32)
def find_font(file: FontFile) -> Font:
    """The font a brand kit names.

    Raises:
        MissingTool: the font package is not installed.
        UnknownName: the package has no such file, with the fonts it has.
    """
    try:
        found = distribution(file.package or "").files or []
    except PackageNotFoundError as error:
        raise MissingTool(f"the font package {file.package!r} is not installed: install the requirements again, or name"
                          " another font in the brand kit") from error
    for entry in found:
        if "/".join(entry.parts[1:]) == file.file:
            return Font(Path(str(entry.locate())))
    fonts = sorted("/".join(entry.parts[1:]) for entry in found if entry.suffix in {".ttf", ".otf"})
    raise UnknownName(f"the font package {file.package!r} has no file {file.file!r}. There are:"
                      f" {', '.join(fonts) or 'none'}")


def fonts_sha256(fonts: BrandFonts) -> list[str]:
    """Digests of a brand's fonts: a new version of a font package sets and draws other letters."""
    return [hashlib.sha256(find_font(file).path.read_bytes()).hexdigest() for file in fonts.all()]


def gather_fonts(files: Iterable[FontFile], folder: Path) -> Path:
    """Copies fonts into `folder`, the only place libass is told to look for them, and gives the folder.

    Raises:
        MissingTool, UnknownName: as `find_font`.
    """
    for file in dict.fromkeys(files):
        font = find_font(file)
        shutil.copyfile(font.path, folder / font.path.name)
    return folder
