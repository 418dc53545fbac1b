"""How words are said that are not said as they are written: `{SQL: sequel, Nguyen: win}`."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator

from tasks.domain.text import Words

LONGEST = 100
"""Letters of a word or of how it is said; nobody needs more."""
MOST = 1000
"""Entries of one list."""
PLAIN = " '’-.,"
"""What may stand in a respelling besides letters and digits."""
PHONETIC = range(0x0250, 0x0300)
"""Letters and signs of the phonetic alphabet, which voices cannot read."""


def _checked(entries: dict[str, str]) -> dict[str, str]:
    if len(entries) > MOST:
        raise ValueError(f"has {len(entries)} entries, and {MOST} are the most: remove those that are not needed")
    for word, said in entries.items():
        _require_word(word)
        _require_readable(word, said)
    return entries


def _require_word(word: str) -> None:
    if not any(sign.isalnum() for sign in word):
        raise ValueError(f"has the entry {word!r}, which is no word: write the word as it stands in scripts")
    if len(word) > LONGEST:
        raise ValueError(f"has a word of {len(word)} letters, {word[:20]!r}…; {LONGEST} are the most")


def _require_readable(word: str, said: str) -> None:
    if not any(sign.isalnum() for sign in said):
        raise ValueError(f"says nothing for {word!r}: write how it is said in ordinary letters, e.g. `SQL: sequel`")
    if len(said) > LONGEST:
        raise ValueError(f"says {word!r} in {len(said)} letters, and {LONGEST} are the most: write it shorter")
    odd = next((sign for sign in said if not _is_plain(sign)), None)
    if odd is not None:
        raise ValueError(f"says {word!r} with the sign {odd!r}, which a voice cannot read: write it in ordinary letters, as"
                         " one would read them aloud, e.g. `SQL: sequel`")
    if len(said.split()) < len(word.split()):
        raise ValueError(f"has fewer words for {word!r} than it has itself, {said!r}: write one for each, since captions"
                         " light them one by one")


def _is_plain(sign: str) -> bool:
    return ord(sign) not in PHONETIC and (sign.isalnum() or sign in PLAIN or unicodedata.category(sign) in {"Mn", "Mc"})


Pronunciations = Annotated[dict[Words, Words], AfterValidator(_checked)]
"""Word, or words, as written -> how it is said, in ordinary letters."""
