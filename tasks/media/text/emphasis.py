"""Which words an author underlined, by the signs people use where there is no underlining."""

import re

SHOUTED_LETTERS = 4
"""Capitals from this length on are emphasis; shorter ones are abbreviations."""
_MARKED = re.compile(r"(?<!\w)([*_]+)(?=\w)(.*\w)\1")
"""A word between stars or underscores; what stands around it may be punctuation."""


def is_emphasised(text: str) -> bool:
    """True for *starred*, _underscored_ and SHOUTED words."""
    letters = re.sub(r"[\W\d_]", "", text)
    return _MARKED.search(text) is not None or (len(letters) >= SHOUTED_LETTERS and letters.isupper())


def without_marks(text: str) -> str:
    """The text as a reader should see it: `*never*,` is `never,`."""
    return _MARKED.sub(r"\2", text)
