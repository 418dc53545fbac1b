"""Words as they are compared with others: without case, punctuation, and marks that people may leave out.

Signs of vowels that make another word, as in Hindi, stay; those of Arabic and Hebrew, which most texts do without, go. In
Turkish the small letter of I is ı and that of İ is i, which casefolding does not know.
"""

import unicodedata

OPTIONAL_MARKS = (range(0x0591, 0x05C8), range(0x0610, 0x061B), range(0x064B, 0x0660), range(0x0670, 0x0671),
                  range(0x06D6, 0x06EE))
"""Signs of vowels in Hebrew and Arabic."""
DOT_ABOVE = "\u0307"
"""What is left of the dot of İ when it becomes small."""
TURKISH = str.maketrans({"I": "ı", "İ": "i"})
"""Small letters that Turkish and Azerbaijani have of their own."""


def bare(text: str) -> str:
    """A word without case and punctuation; empty for a text without letters and digits. Every i counts as one."""
    folded = unicodedata.normalize("NFC", text).casefold().replace(f"i{DOT_ABOVE}", "i").replace("ı", "i")
    return "".join(sign for sign in folded if sign.isalnum() or _is_needed(sign)) if any(map(str.isalnum, folded)) else ""


def small_in_turkish(text: str) -> str:
    """A text in small letters as Turkish has them."""
    return text.translate(TURKISH).lower()


def _is_needed(sign: str) -> bool:
    """Whether a mark makes another word."""
    return (unicodedata.category(sign) in {"Mn", "Mc"} and not 0xFE00 <= ord(sign) <= 0xFE0F
            and not any(ord(sign) in marks for marks in OPTIONAL_MARKS))
