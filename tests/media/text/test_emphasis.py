"""Words that their author underlined."""

import pytest

from tasks.media.text.emphasis import is_emphasised, without_marks


class TestIsEmphasised:
    @pytest.mark.parametrize(("text", "expected"), [
        ("*never*", True), ("**never**", True), ("_never_,", True), ("(*never*)", True), ("NEVER!", True), ("never", False),
        ("USA", False), ("NASA's", False), ("snake_case_name", False), ("5*3*2", False), ("*", False), ("", False),
    ])
    def test_stars_underscores_and_capitals(self, text: str, expected: bool) -> None:
        """Abbreviations, products and names are no emphasis."""
        assert is_emphasised(text) is expected


class TestWithoutMarks:
    @pytest.mark.parametrize(("text", "expected"), [
        ("*never*", "never"), ("**never**", "never"), ("“_never_”,", "“never”,"), ("NEVER!", "NEVER!"), ("5*3*2", "5*3*2"),
        ("snake_case_name", "snake_case_name"), ("*footnote", "*footnote"), ("_", "_"), ("", ""),
    ])
    def test_leaves_the_word(self, text: str, expected: str) -> None:
        """Signs that underline nothing are part of the word."""
        assert without_marks(text) == expected
