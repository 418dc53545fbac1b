"""Names of folders made from the text of people."""

import re
import unicodedata

MAX_CHARACTERS = 48
"""Longest slug; with a date and a digest around it, a folder name stays short on every system."""
FALLBACK = "reel"
"""What a text without any usable letter becomes."""
RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))})
"""Names that Windows keeps for devices."""
_NO_ACCENT = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i"})


def slug(text: str) -> str:
    """`text` as a safe part of a file name: lowercase ASCII letters, digits and single dashes.

    Returns:
        1 to `MAX_CHARACTERS` characters, no dash at either end, never a path, never a reserved name.
    """
    bare = unicodedata.normalize("NFKD", text.casefold().translate(_NO_ACCENT))
    ascii_only = "".join(character if character.isascii() else _stand_in(character) for character in bare)
    words = re.sub(r"[^a-z0-9]+", "-", ascii_only.replace("'", "")).strip("-")
    short = _at_word_end(words)
    return f"{FALLBACK}-{short}" if short in RESERVED else short or FALLBACK


def _stand_in(character: str) -> str:
    """Nothing for accents, apostrophes and letters without an ASCII form; a gap for other signs."""
    silent = unicodedata.combining(character) or character.isalnum() or character in "\u2018\u2019\u02bc"
    return "" if silent else "-"


def _at_word_end(words: str) -> str:
    """The longest beginning that fits, cut between words where there is a place to cut."""
    if len(words) <= MAX_CHARACTERS:
        return words
    head = words[:MAX_CHARACTERS + 1].rpartition("-")[0]
    return (head or words[:MAX_CHARACTERS]).strip("-")
