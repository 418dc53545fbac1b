"""Fonts: where they are, which characters they have, and how wide text is, exactly as libass will draw it.

Text is measured once at a size of one pixel per font unit, where nothing is rounded, and scaled down from there; libass
draws without hinting, so the widths agree to a fraction of a pixel, kerning included. A size here is the em in pixels.
libass means something else by size: the distance from the font's `usWinAscent` to its `usWinDescent`, which
`Font.ass_size` gives.

A font may have others beside it for letters it lacks, e.g. of another script. A text then falls into runs, each of one font.
"""

import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTCollection, TTFont, TTLibError
from PIL import ImageFont, features

from tasks.domain.brand import BrandFonts, FontFile
from tasks.domain.errors import FixRequest, MissingTool, UnknownName

FULL_NAME_ID = 4
"""Entry of a font's name table that tells one face from all others; libass finds faces with TrueType outlines by it."""
POSTSCRIPT_NAME_ID = 6
"""The entry by which it finds the others, as VSFilter does."""
SUFFIXES = {".ttf", ".otf"}
"""What the file of a single font is called."""
COLLECTION = ".ttc"
"""What a file of several fonts is called."""
MAX_BYTES = 64 << 20
"""Largest font read: twice one with all Chinese characters."""


@dataclass(frozen=True)
class Run:
    """A part of a text that is drawn in one font."""

    text: str
    font: "Font"


class Font:
    """One font, measured.

    Args:
        path: its file.
        number: which of the fonts of a collection.
        others: fonts for the letters it lacks, in order.
    """

    def __init__(self, path: Path, number: int = 0, others: "tuple[Font, ...]" = ()) -> None:
        self.path, self.number, self.others = path, number, others

    @cached_property
    def name(self) -> str:
        """The full name, e.g. 'Roboto Black'."""
        return str(self._tables["name"].getDebugName(FULL_NAME_ID))

    @cached_property
    def ass_name(self) -> str:
        """What a subtitle style calls this face: the full name; of a font with PostScript outlines its PostScript name."""
        drawn_by_postscript = "CFF " in self._tables or "CFF2" in self._tables
        return str(self._tables["name"].getDebugName(POSTSCRIPT_NAME_ID)) if drawn_by_postscript else self.name

    def covers(self, character: str) -> bool:
        """True if the font, or one beside it, has a glyph for the character."""
        return self.has(character) or any(font.has(character) for font in self.others)

    def has(self, character: str) -> bool:
        """True if the font itself has a glyph for the character."""
        return ord(character) in self._characters

    def runs(self, text: str) -> tuple[Run, ...]:
        """The text in parts, each in the first font that has its letters; at least one.

        Signs and accents stay in the font of the letter before them where that has them; a space goes with what follows it.
        """
        if not self.others:
            return (Run(text, self),)
        found: list[Run] = []
        for character in text:
            font = self._font_for(character, found[-1].font if found else self)
            if found and found[-1].font is font:
                found[-1] = Run(found[-1].text + character, font)
                continue
            space = " " if found and found[-1].text.endswith(" ") and found[-1].text != " " else ""
            if space:
                found[-1] = Run(found[-1].text[:-1], found[-1].font)
            found.append(Run(space + character, font))
        return tuple(found) or (Run("", self),)

    def width_px(self, text: str, size_px: float) -> float:
        """How far the pen moves over `text`; kerning included."""
        return sum(run.font._measured(run.text)[0] * size_px / run.font._units for run in self.runs(text))

    def ink_px(self, text: str, size_px: float) -> tuple[float, float]:
        """Top and bottom of the ink of `text` relative to its baseline, downwards; `(0, 0)` for nothing."""
        inks = [[edge * size_px / run.font._units for edge in run.font._measured(run.text)[1:]] for run in self.runs(text)]
        return min(top for top, _ in inks), max(bottom for _, bottom in inks)

    def line_px(self, text: str, size_px: float) -> tuple[float, float]:
        """From the top of the line that libass draws for `text` down to the baseline, and the height of that line."""
        fonts = {run.font for run in self.runs(text)}
        ascent = max(font.ascent_px(size_px) for font in fonts)
        return ascent, ascent + max(font.ass_size(size_px) - font.ascent_px(size_px) for font in fonts)

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

    def _font_for(self, character: str, before: "Font") -> "Font":
        if not character.isalnum() and before.has(character):
            return before
        return next((font for font in (self, *self.others) if font.has(character)), before)

    @cached_property
    def _tables(self) -> Any:
        return TTFont(self.path, fontNumber=self.number, lazy=True)

    @cached_property
    def _characters(self) -> frozenset[int]:
        return frozenset(self._tables.getBestCmap())

    @cached_property
    def _units(self) -> int:
        return int(self._tables["head"].unitsPerEm)

    @cached_property
    def _face(self) -> ImageFont.FreeTypeFont:
        return ImageFont.truetype(str(self.path), self._units, index=self.number)

    @lru_cache(maxsize=4096)  # noqa: B019  fonts live as long as the process
    def _measured(self, text: str) -> tuple[float, float, float]:
        """Width, top and bottom in font units."""
        if not text:
            return 0.0, 0.0, 0.0
        if is_shaped(text) and not features.check("raqm"):
            raise MissingTool(f"{text!r} has letters whose shape depends on their neighbours, and measuring them needs the"
                              " library fribidi: install it, on Debian with `apt-get install libfribidi0`")
        _, top, _, bottom = self._face.getbbox(text, anchor="ls")
        return float(self._face.getlength(text)), float(top), float(bottom)


def is_shaped(text: str) -> bool:
    """True for a text with letters whose form or place depends on their neighbours, as in Arabic or Devanagari."""
    return any("\u0590" <= character <= "\u109f" or "\u1780" <= character <= "\u18af" for character in text)


def check_font(file: FontFile, others: tuple[FontFile, ...] = ()) -> Font:
    """The font a brand kit names, read once to make sure that texts can be set with it.

    Args:
        file: where it is.
        others: fonts for the letters it lacks.

    Raises:
        MissingTool, UnknownName: as `find_font`.
        FixRequest: it is no font, or a damaged one.
    """
    try:
        font = find_font(file, others)
        if font.path.suffix.lower() not in {*SUFFIXES, COLLECTION} or font.path.stat().st_size > MAX_BYTES:
            raise FixRequest(f"{file.file!r} is no font of a kind that is read here: name a .ttf, .otf or .ttc file of at"
                             f" most {MAX_BYTES:,} bytes")
        known = next((chr(number) for number in sorted(font._characters) if chr(number).isalpha()), " ")
        if not (font.name and font.width_px(known, 1.0) > 0 and font.cap_height_px(1.0) >= 0 and font.ass_size(1.0) > 0):
            raise FixRequest(f"the font {file.file!r} has no measures for its letters: take another")
    except (TTLibError, OSError, KeyError, AttributeError, ValueError, AssertionError, TypeError) as error:
        raise FixRequest(f"{file.file!r} is no font, or a damaged one ({error or type(error).__name__}): put it there again,"
                         " or name another") from error
    return font


@lru_cache(maxsize=32)
def find_font(file: FontFile, others: tuple[FontFile, ...] = ()) -> Font:
    """The font a plan names.

    Args:
        file: where it is.
        others: fonts for the letters it lacks, in order.

    Raises:
        MissingTool: the font package is not installed.
        UnknownName: the package has no such file, with the fonts it has; a font without a package is gone; a collection has
            no font of that name, with those it has.
    """
    path = _path_of(file)
    return Font(path, _number_of(file, path), tuple(find_font(other) for other in others))


def _path_of(file: FontFile) -> Path:
    if file.package is None:
        if not Path(file.file).is_file():
            raise UnknownName(f"there is no font {file.file!r}: put it there, or name another in the brand kit")
        return Path(file.file)
    try:
        found = distribution(file.package).files or []
    except PackageNotFoundError as error:
        raise MissingTool(f"the font package {file.package!r} is not installed: install the requirements again, or name"
                          " another font in the brand kit") from error
    for entry in found:
        if "/".join(entry.parts[1:]) == file.file:
            return Path(str(entry.locate()))
    fonts = sorted("/".join(entry.parts[1:]) for entry in found if entry.suffix in SUFFIXES)
    raise UnknownName(f"the font package {file.package!r} has no file {file.file!r}. There are:"
                      f" {', '.join(fonts) or 'none'}")


def _number_of(file: FontFile, path: Path) -> int:
    """Which font of a collection is meant; 0 of a file that is none."""
    if path.suffix.lower() != COLLECTION:
        return 0
    with TTCollection(path, lazy=True) as collection:
        names = [str(font["name"].getDebugName(FULL_NAME_ID)) for font in collection]
    if file.face in names:
        return names.index(file.face)
    wanted = f"no font {file.face!r}" if file.face else "several fonts"
    raise UnknownName(f"{file.file!r} has {wanted}: write `face:` with one of {', '.join(names)}")


def fonts_sha256(fonts: BrandFonts) -> list[str]:
    """Digests of a brand's fonts: a new version of a font package sets and draws other letters."""
    return [hashlib.sha256(find_font(file).path.read_bytes() + (file.face or "").encode()).hexdigest()
            for file in fonts.all()]


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
