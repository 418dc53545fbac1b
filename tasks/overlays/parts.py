"""How an overlay's text falls into parts: a name and a role, a number and what it counts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

NAME_AND_ROLE = re.compile(r"\s+[|]\s+|[|]|:\s+|\s+[–—]\s+")
"""What stands between a name and what its bearer is."""
JOINT_LETTERS = 3
"""Longest word between two numbers that makes them one: '1 in 5', '3 x 10'."""
FEW_WORDS = 2
"""Most words beside a number that is shown as one unless asked otherwise."""
FEW_LETTERS = 24
"""Most letters of such a text."""


@dataclass(frozen=True)
class NumberParts:
    """A text that shows a number."""

    before: str
    number: str
    after: str


def name_and_role(text: str) -> tuple[str, str]:
    """A lower third's two lines; the second may be empty."""
    name, role = [*NAME_AND_ROLE.split(text, maxsplit=1), ""][:2]
    return (name.strip(), role.strip()) if name.strip() and role.strip() else (text.strip(), "")


def number_parts(text: str) -> NumberParts:
    """The number of a text and what stands around it; without a digit all of it is the number."""
    words = text.split()
    start = next((index for index, word in enumerate(words) if _is_number(word)), None)
    if start is None:
        return NumberParts("", text, "")
    stop = start + 1
    while stop + 1 < len(words) and len(words[stop]) <= JOINT_LETTERS and _is_number(words[stop + 1]):
        stop += 2
    return NumberParts(" ".join(words[:start]), " ".join(words[start:stop]), " ".join(words[stop:]))


def is_short_number(text: str) -> bool:
    """True for '17%', '3 small habits', '384,400 km': a number first, and little else."""
    parts = number_parts(text)
    return bool(_is_number(text.split()[0]) and len(parts.after.split()) <= FEW_WORDS
                and _letters(text.split()) <= FEW_LETTERS)


def _is_number(word: str) -> bool:
    """Digits, with signs and a unit at most: '17%', '€4.50', '5x', not 'B2B-Marketing'."""
    return _has_digit(word) and sum(character.isalpha() for character in word) <= JOINT_LETTERS


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _letters(words: Sequence[str]) -> int:
    return sum(map(len, words))
