"""What a language's tag says of how the language is written: with or without spaces, and in which direction."""

import re

from tasks.domain.errors import UnknownName

PARTED = frozenset({"zh", "cmn", "yue", "hak", "wuu", "ja"})
"""Languages written without spaces between words whose phrases `phrases.py` finds."""
UNPARTED = frozenset({"th", "lo", "km", "my", "shn"})
"""Languages written without spaces between words that nothing here can part."""
FROM_THE_RIGHT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ps", "sd", "syr", "ug", "ur", "yi"})
"""Languages written from right to left."""
SCRIPTS_FROM_THE_RIGHT = frozenset({"arab", "hebr", "syrc", "thaa"})
"""Scripts, as a tag names them, that are written from right to left whatever the language."""
TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})
"""Scripts and regions of Chinese in traditional letters."""


def subtags(language: str) -> list[str]:
    """The parts of a BCP 47 tag in small letters: 'zh', 'hant', 'tw'."""
    return re.split(r"[-_]", language.strip().lower())


def primary(language: str) -> str:
    """The language of a tag without region or script: 'en' of 'en-US'."""
    return subtags(language)[0]


def without_spaces(language: str) -> bool:
    """True for a language whose words are not parted by spaces."""
    return primary(language) in PARTED


def from_the_right(language: str) -> bool:
    """True for a language, or a language in a script, that is written from right to left."""
    first, *others = subtags(language)
    script = next((tag for tag in others if len(tag) == 4 and tag.isalpha()), None)
    return first in FROM_THE_RIGHT if script is None else script in SCRIPTS_FROM_THE_RIGHT


def is_traditional(language: str) -> bool:
    """True for Chinese in traditional letters; Cantonese is, unless its tag says otherwise."""
    first, *others = subtags(language)
    return not TRADITIONAL.isdisjoint(others) or (first == "yue" and "hans" not in others)


def require_words(language: str) -> None:
    """Refuses languages whose words nothing here can tell apart.

    Raises:
        UnknownName: captions go word by word, and such a text has no words yet.
    """
    if primary(language) in UNPARTED:
        raise UnknownName(f"language {language!r} is written without spaces, and where its words end is known here for"
                          " Chinese and Japanese only: use another language, e.g. 'en-US', 'hi-IN', 'ar' or 'zh-CN'")
