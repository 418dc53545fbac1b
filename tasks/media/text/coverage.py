"""What of a text a font can draw: letters it must have, symbols it may do without.

A letter, digit or accent the font lacks is an error, because without it the captions say something else. Emoji and
other symbols it lacks are left out of the picture. Characters that draw nothing (joiners, variation selectors,
direction marks) are always left out.
"""

import unicodedata
from dataclasses import dataclass

from tasks.domain.errors import GlyphMissing
from tasks.domain.script import Script
from tasks.media.text.font import Font
from tasks.media.text.font_advice import advice
from tasks.media.text.words import caption_words

KEYCAP = "\u20e3"
"""Turns a digit into a key; a mark by its category, an emoji by its use."""
JOINER = "\u200d"
"""Makes one emoji of two."""


@dataclass(frozen=True)
class Drawable:
    """A text as it can be drawn."""

    text: str
    """What is drawn; may be empty."""
    left_out: tuple[str, ...]
    """The symbols left out, in order."""
    missing: str | None
    """The first letter the font lacks."""


def drawable(text: str, font: Font) -> Drawable:
    """Splits `text` into what `font` draws, what it leaves out and what it must not lack."""
    drawn: list[str] = []
    symbols: list[str] = []
    previous = ""
    for character in unicodedata.normalize("NFC", text):
        if _is_space(character):
            drawn.append(character if character == "\u00a0" and font.covers(character) else " ")
        elif _draws_nothing(character):
            if previous and symbols and symbols[-1].endswith(previous):
                symbols[-1] += character
        elif font.covers(character):
            drawn.append(character)
        elif _is_letter(character):
            return Drawable("".join(drawn), tuple(symbols), character)
        elif previous and symbols and symbols[-1].endswith(previous) and _continues(character, symbols[-1]):
            symbols[-1] += character
        else:
            symbols.append(character)
        previous = character
    return Drawable("".join(drawn).strip(), tuple(symbols), None)


def check_glyphs(script: Script, font: Font, language: str) -> tuple[str, ...]:
    """Checks before anything is made that the captions can be drawn.

    Args:
        script: what is said.
        font: of the captions, with those beside it.
        language: BCP 47 tag.

    Returns:
        the symbols that will be left out of the picture, each once, in order.

    Raises:
        GlyphMissing: the font lacks a letter of the script.
    """
    left_out: dict[str, None] = {}
    for beat, part in enumerate(script.beats):
        for word in caption_words(part.say, language):
            left_out.update(dict.fromkeys(check_word(word, beat, font, language).left_out))
    return tuple(left_out)


def check_word(word: str, beat: int, font: Font, language: str) -> Drawable:
    """What is drawn of one word of beat `beat` (0 is the first), written in a language, a BCP 47 tag.

    Raises:
        GlyphMissing: the font lacks a letter of it.
    """
    result = drawable(word, font)
    if result.missing is not None:
        name = f"U+{ord(result.missing):04X} {unicodedata.name(result.missing, 'unnamed')}"
        raise GlyphMissing(f"the caption font {font.name!r} has no letter {result.missing!r} ({name}), which stands in"
                           f" {word!r} of beat {beat + 1}: spell the word with letters the font has, or"
                           f" {advice(result.missing, language)}")
    return result


def _is_space(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in {"Zs", "Zl", "Zp"}


def _draws_nothing(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf"} or _is_variation_selector(character)


def _is_variation_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM" and character != KEYCAP


def _continues(character: str, symbol: str) -> bool:
    """True if `character` belongs to the emoji before it: skin tone, keycap, joined emoji, a flag's second half."""
    return (character == KEYCAP or symbol.endswith(JOINER) or "\U0001f3fb" <= character <= "\U0001f3ff"
            or (_is_flag_half(character) and len(symbol) == 1 and _is_flag_half(symbol)))


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
