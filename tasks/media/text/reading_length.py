"""How long a text is to read, in letters of an alphabet."""

import unicodedata


def reading_length(text: str) -> int:
    """Letters, signs and spaces; a Chinese letter, a kana or a Hangul syllable counts as two, an accent on a letter not."""
    return sum(_weight(character) for character in text)


def is_wide(character: str) -> bool:
    """True for a letter that says as much as two of an alphabet."""
    return character.isalnum() and unicodedata.east_asian_width(character) in "WF"


def _weight(character: str) -> int:
    if unicodedata.category(character) == "Mn":
        return 0
    return 2 if is_wide(character) else 1
