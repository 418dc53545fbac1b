"""Text of people: what may be in it, wherever it comes from.

Control characters have no place on a picture, in a terminal or in a file name, so no model accepts them.
"""

import re
from typing import Annotated

from pydantic import AfterValidator

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAKS = re.compile("[ \t\n\r\u2028\u2029]+")


def unprintable_at(text: str) -> int | None:
    """Index of the first control character or half of a surrogate pair; tabs and line ends are fine. None without any."""
    found = _UNPRINTABLE.search(text)
    return found.start() if found else None


def name_of(character: str) -> str:
    """How a message calls a character that cannot be shown, e.g. 'U+0000'."""
    return f"U+{ord(character):04X}"


def one_line(text: str) -> str:
    """`text` with every run of spaces and line ends as one space, none at the ends; no-break spaces stay."""
    return _BREAKS.sub(" ", text).strip(" ")


def _printable(text: str) -> str:
    position = unprintable_at(text)
    if position is not None:
        raise ValueError(f"holds the control character {name_of(text[position])}: remove it")
    return text


def _not_empty(text: str) -> str:
    if not text:
        raise ValueError("is empty: write some text, or remove the line")
    return text


Line = Annotated[str, AfterValidator(_printable), AfterValidator(one_line)]
"""Text that is shown on one line: layout of the file does not matter."""
Words = Annotated[Line, AfterValidator(_not_empty)]
"""One line that says something."""
Lines = Annotated[str, AfterValidator(_printable), AfterValidator(str.strip)]
"""Text whose own line ends are kept."""
