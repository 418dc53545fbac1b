"""Checks a brand kit beyond its form: can its texts be read, do its fonts, its logo and its music exist and serve.

Every fault is told with file, line and field, like those of a script.
"""

import string
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

from tasks.domain.brand import Brand, FontFile
from tasks.domain.errors import FixRequest, ReelsError
from tasks.media.audio.music_file import check_music
from tasks.media.audio.synth.score import require_music
from tasks.media.logo import check_logo
from tasks.media.text.contrast import READABLE, contrast_ratio
from tasks.media.text.coverage import drawable
from tasks.media.text.fields import MAX_SHOWN, Fields, Place, complaint
from tasks.media.text.font import Font, check_font
from tasks.media.text.pronouncing import word_twice
from tasks.runtime.engines import unknown

Fault = tuple[Place, str]
"""Where it is in the file, and what is wrong."""

BASIC = string.ascii_letters + string.digits + ".,:;!?'\"-%&()"
"""What every font of a brand must be able to draw."""
PAIRS = (("text", "outline"), ("highlight", "outline"), ("on_panel", "panel"))
"""Colours of letters, and of what lies behind them."""


def check_brand(brand: Brand, fields: Fields, *, locate: Callable[[str], Path], styles: Collection[str] | None) -> None:
    """Makes sure that a brand kit can be used.

    Args:
        brand: the kit.
        fields: its file, for the lines.
        locate: gives the place of a file that the library holds.
        styles: the caption styles there are; None where they do not matter.

    Raises:
        FixRequest: one line a fault.
    """
    found = [*_colour_faults(brand), *_font_faults(brand, locate), *_logo_faults(brand, locate),
             *_music_faults(brand, locate), *_style_faults(brand, styles), *_word_faults(brand)]
    found.sort(key=lambda fault: fields.line(fault[0]) or 0)
    told = [complaint(fields, place, words) for place, words in found[:MAX_SHOWN]]
    if len(found) > MAX_SHOWN:
        told.append(f"and {len(found) - MAX_SHOWN} more")
    if told:
        raise FixRequest("\n".join(told))


def _colour_faults(brand: Brand) -> Iterator[Fault]:
    colours = brand.colours
    for letters, behind in PAIRS:
        one, other = getattr(colours, letters), getattr(colours, behind)
        ratio = contrast_ratio(one, other)
        if ratio < READABLE:
            yield ("colours", letters), (
                f"is {one!r}, which on {behind} {other!r} has a contrast of {ratio:.1f}:1; at least {READABLE:g}:1 is needed"
                " to read it: choose a lighter or a darker one")


def _font_faults(brand: Brand, locate: Callable[[str], Path]) -> Iterator[Fault]:
    fonts: dict[str, Font] = {}
    faults: list[Fault] = []
    others = _other_fonts(brand, locate, faults)
    yield from faults
    for name in ("captions", "label", "title", "text"):
        file = getattr(brand.fonts, name)
        if file is None:
            continue
        try:
            fonts[name] = check_font(placed(file, locate), others)
        except ReelsError as error:
            yield ("fonts", name), str(error)
            continue
        lacking = _lacking(BASIC, fonts[name])
        if lacking:
            yield ("fonts", name), (f"is {fonts[name].name!r}, which has no {lacking!r}: name a font with the basic letters,"
                                    " and write this one under `others`")
    captions = fonts.get("captions")
    yield from _wording_faults("label", brand.label, fonts.get("label"), captions)
    yield from _wording_faults("call", brand.end_card.call, fonts.get("title", captions), captions)


def _other_fonts(brand: Brand, locate: Callable[[str], Path], faults: list[Fault]) -> tuple[FontFile, ...]:
    """The kit's fonts for other letters, where they can be opened; what is wrong with the rest is added to `faults`."""
    found = []
    for number, file in enumerate(brand.fonts.others):
        try:
            other = placed(file, locate)
            check_font(other)
            found.append(other)
        except ReelsError as error:
            faults.append((("fonts", "others", number), str(error)))
    return tuple(found)


def _wording_faults(name: str, wordings: Mapping[str, str], font: Font | None, captions: Font | None) -> Iterator[Fault]:
    """Wordings with a letter the font lacks; none where there is no font to ask.

    A language whose letters the captions lack too has no reels of this brand, and its wording does no harm.
    """
    for language, wording in wordings.items():
        lacking = font and _lacking(wording, font)
        if font and lacking and not (captions and language != "en" and lacking.isalpha() and not captions.covers(lacking)):
            place = ("end_card", name, language) if name == "call" else (name, language)
            yield place, f"is {wording!r}, and the font {font.name!r} has no {lacking!r}: choose other words or another font"


def _lacking(text: str, font: Font) -> str | None:
    """The first letter or sign of a text that a font lacks."""
    found = drawable(text, font)
    return found.missing or next(iter(found.left_out), None)


def placed(file: FontFile, locate: Callable[[str], Path]) -> FontFile:
    """The same font where it can be opened: one of the library by its place on this machine."""
    return file if file.package is not None else file.model_copy(update={"file": str(locate(file.file))})


def _word_faults(brand: Brand) -> Iterator[Fault]:
    if fault := word_twice(brand.pronunciations):
        yield ("pronunciations",), fault


def _logo_faults(brand: Brand, locate: Callable[[str], Path]) -> Iterator[Fault]:
    if brand.logo is not None:
        try:
            check_logo(locate(brand.logo.image), brand.logo.width_px)
        except FixRequest as error:
            yield ("logo", "image"), str(error)


def _music_faults(brand: Brand, locate: Callable[[str], Path]) -> Iterator[Fault]:
    field = "name" if brand.music.file is None else "file"
    try:
        if brand.music.file is None:
            require_music(brand.music.name)
        else:
            check_music(locate(brand.music.file))
    except FixRequest as error:
        yield ("music", field), str(error)


def _style_faults(brand: Brand, styles: Collection[str] | None) -> Iterator[Fault]:
    if styles is not None and brand.caption_style not in styles:
        yield ("caption_style",), str(unknown("caption style", brand.caption_style, styles))
