"""English as it is spoken: what a voice says for each word of a beat.

The rules stand in `english_rules.py`; here each word meets its neighbours, and what comes out is made plain.
"""

import re
import unicodedata
from collections.abc import Sequence

from tasks.media.text import english_terms as terms
from tasks.media.text.english_rules import Context, say

SIGNS = frozenset("&+=%$€£¥₹₩₽₺₿@#×÷≈±°²³−½⅓⅔¼¾⅕⅛")
"""Signs that are said, and so belong to a word's core."""
KEPT = frozenset("²³") | terms.FRACTIONS.keys()
"""Characters whose compatibility form would say something else: 'm²' is not 'm2'."""


def speak(cores: Sequence[str], marks: Sequence[str], *, american: bool = True) -> list[str]:
    """What is said for each core.

    Args:
        cores: words without the signs around them, in the form `plain` gives.
        marks: the mark after each, or ''.
        american: American rather than British habits.

    Returns:
        Words parted by single spaces; ',' after one of them is a short pause; a single capital is the name of a letter.
    """
    contexts = [_context(cores, marks, index, american) for index in range(len(cores))]
    return [_clean(say(core, context), core) for core, context in zip(cores, contexts, strict=True)]


def plain(core: str) -> str:
    """A core in compatibility form: full-width letters, ligatures and typographic apostrophes become plain ones."""
    composed = unicodedata.normalize("NFC", re.sub("[™®©℠]", "", core) or core)
    parts = [sign if sign in KEPT else unicodedata.normalize("NFKC", sign) for sign in composed]
    return re.sub("[’‘ʼ´`]", "'", "".join(parts)).replace("−", "-")


def is_abbreviation(word: str) -> bool:
    """True when the full stop of `word` belongs to it: 'e.g.', 'Dr.', 'U.S.'."""
    lower = word.lower()
    month = lower[:-1] in terms.SHORT_MONTHS and lower != "may."
    return lower in terms.ABBREVIATIONS or lower in terms.TITLES or month or bool(re.fullmatch(r"(?:[A-Za-z]\.){2,}", word))


def ends_sentence(core: str, following: str) -> bool:
    """True when the full stop of the abbreviation `core` likely ends a sentence before `following` too."""
    lower = core.lower()
    if lower in terms.TITLES or lower in {"e.g.", "i.e.", "vs."}:
        return False
    if lower in terms.AMBIGUOUS and not following[:1].isdecimal():
        return lower == "no." or following[:1].isupper()
    return following[:1].isupper() and following.lower() in terms.STARTERS


def _context(cores: Sequence[str], marks: Sequence[str], index: int, american: bool) -> Context:
    before = cores[index - 1] if index and marks[index - 1] in {"", ","} else ""
    after = cores[index + 1] if index + 1 < len(cores) and not marks[index] else ""
    shouted = any(len(core) > 1 and core.isupper() and core.isalpha() for core in (before, after))
    return Context(before, after, american, shouted)


def _clean(said: str, core: str) -> str:
    """Keeps letters, apostrophes inside words and the comma of a short pause."""
    kept = "".join(sign if _is_kept(sign) else " " for sign in said)
    words = [word.strip("'") for word in re.sub(r"\s*,[\s,]*", ", ", kept).strip(" ,").split()]
    return " ".join(word for word in words if word.strip(",'")) or core.strip()


def _is_kept(sign: str) -> bool:
    return sign.isalnum() or sign in "'," or unicodedata.category(sign) in {"Mn", "Mc"}
