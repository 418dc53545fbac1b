"""Titles as parts of file names."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.media.text.slug import MAX_CHARACTERS, RESERVED, slug


class TestSlug:
    @pytest.mark.parametrize(("title", "expected"), [
        ("Three small habits", "three-small-habits"), ("../../x", "x"), ("/etc/passwd", "etc-passwd"), ("..", "reel"),
        ("Don’t stop, it's fine", "dont-stop-its-fine"), ("Crème brûlée für Łódź & Ærø", "creme-brulee-fur-lodz-aero"),
        ("100% {sure}", "100-sure"), ("a—b…c", "a-b-c"), ("你好", "reel"), ("🎉", "reel"), ("CON", "reel-con"),
        ("nul.txt", "nul-txt"), ("-rf", "rf"), ("", "reel"), ("ﬁne ① print", "fine-1-print"),
    ])
    def test_titles_become_safe_names(self, title: str, expected: str) -> None:
        """Accents are folded, signs become dashes, nothing is a path."""
        assert slug(title) == expected

    def test_long_title_ends_at_a_word(self) -> None:
        """A cut falls between words."""
        title = "word " * 30
        assert slug(title) == "-".join(["word"] * 9)
        assert slug("a" * 200) == "a" * MAX_CHARACTERS

    @given(st.text())
    def test_any_text_gives_a_plain_name(self, text: str) -> None:
        """Whatever was written: short, lowercase ASCII, no dash at the ends, no device of Windows."""
        name = slug(text)
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
        assert len(name) <= MAX_CHARACTERS
        assert name not in RESERVED
