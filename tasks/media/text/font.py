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

from fontTools.ttLib import TTFont, TTLibError
from PIL import ImageFont

from tasks.domain.brand import BrandFonts, FontFile
from tasks.domain.errors import FixRequest, MissingTool, UnknownName

FULL_NAME_ID = 4
"""Entry of a font's name table that tells one face from all others; libass finds faces by it."""
SUFFIXES = {".ttf", ".otf"}
"""What the file of a single font is called."""
MAX_BYTES = 64 << 20
"""Largest font read: twice one with all Chinese characters."""


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


def check_font(file: FontFile) -> Font:
    """The font a brand kit names, read once to make sure that texts can be set with it.

    Raises:
        MissingTool, UnknownName: as `find_font`.
        FixRequest: it is no font, or a damaged one.
    """
    font = find_font(file)
    try:
        if font.path.suffix.lower() not in SUFFIXES or font.path.stat().st_size > MAX_BYTES:
            raise FixRequest(f"{file.file!r} is no font of a kind that is read here: name a .ttf or .otf file of at most"
                             f" {MAX_BYTES:,} bytes")
        if not (font.name and font.width_px("Ag", 1.0) > 0 and font.cap_height_px(1.0) > 0 and font.ass_size(1.0) > 0):
            raise FixRequest(f"the font {file.file!r} has no measures for its letters: take another")
    except (TTLibError, OSError, KeyError, AttributeError, ValueError, AssertionError, TypeError) as error:
        raise FixRequest(f"{file.file!r} is no font, or a damaged one ({error or type(error).__name__}): put it there again,"
                         " or name another") from error
    return font


@lru_cache(maxsize=32)
def find_font(file: FontFile) -> Font:
    """The font a plan names.

    Raises:
        MissingTool: the font package is not installed.
        UnknownName: the package has no such file, with the fonts it has; or a font without a package is gone.
    """
    if file.package is None:
        if not Path(file.file).is_file():
            raise UnknownName(f"there is no font {file.file!r}: put it there, or name another in the brand kit")
        return Font(Path(file.file))
    try:
        found = distribution(file.package).files or []
    except PackageNotFoundError as error:
        raise MissingTool(f"the font package {file.package!r} is not installed: install the requirements again, or name"
                          " another font in the brand kit") from error
    for entry in found:
        if "/".join(entry.parts[1:]) == file.file:
            return Font(Path(str(entry.locate())))
    fonts = sorted("/".join(entry.parts[1:]) for entry in found if entry.suffix in SUFFIXES)
    raise UnknownName(f"the font package {file.package!r} has no file {file.file!r}. There are:"
                      f" {', '.join(fonts) or 'none'}")


def fonts_sha256(fonts: BrandFonts) -> list[str]:
    """Digests of a brand's fonts: a new version of a font package sets and draws other letters."""
    return [hashlib.sha256(find_font(file).path.read_bytes()).hexdigest() for file in fonts.all()]


def gather_fonts(files: Iterable[FontFile], folder: Path) -> Path:
    """Copies fonts into `folder`, the only place libass is told to look for them; makes the folder if need be, and gives it.

    Raises:
        MissingTool, UnknownName: as `find_font`.
    """
    folder.mkdir(exist_ok=True)
    for file in dict.fromkeys(files):
        font = find_font(file)
        shutil.copyfile(font.path, folder / font.path.name)
    return folder
