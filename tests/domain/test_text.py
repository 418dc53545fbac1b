"""Text of people, wherever it comes from."""

import pytest
from pydantic import ValidationError

from tasks.domain.script import Beat, Post, Script
from tasks.domain.text import one_line, unprintable_at


class TestPrintable:
    @pytest.mark.parametrize(("text", "position"), [
        ("Hi\tthere\r\n", None), ("Café 你好 🎉 \u00a0 \u200d", None), ("a\0", 1), ("\x1b[0m", 0),
        ("ab\x7f", 2), ("a\x85", 1), ("\ud83d", 0), ("a\ufffe", 1), ("", None),
    ])
    def test_control_characters_are_found(self, text: str, position: int | None) -> None:
        """The first one's place; letters, emoji, tabs and line ends are fine."""
        assert unprintable_at(text) == position

    def test_models_refuse_them_without_a_file(self) -> None:
        """A script that a program sends is held to the same rule."""
        for fields in ({"title": "a\0", "beats": [{"say": "Hi"}]}, {"title": "a", "beats": [{"say": "Hi\x1b[0m"}]}):
            with pytest.raises(ValidationError, match="holds the control character"):
                Script.model_validate(fields)


class TestOneLine:
    @pytest.mark.parametrize(("text", "expected"), [
        ("  a \n\n b\t", "a b"), ("384\u00a0400", "384\u00a0400"), ("a\u2028b", "a b"), ("\n", ""),
    ])
    def test_layout_becomes_single_spaces(self, text: str, expected: str) -> None:
        """No-break spaces are the author's and stay."""
        assert one_line(text) == expected


class TestScript:
    @pytest.mark.parametrize("say", ["", "  ", "...", "🎉", "?!"])
    def test_beat_without_words_is_refused(self, say: str) -> None:
        """A beat is something to say."""
        with pytest.raises(ValidationError, match="has no words to say"):
            Beat(say=say)

    @pytest.mark.parametrize("say", ["7", "a", "100%", "你", "🎉 yes"])
    def test_one_letter_or_digit_is_enough(self, say: str) -> None:
        """In any alphabet."""
        assert Beat(say=say).say == say

    def test_tags_are_posted_once_each(self) -> None:
        """With one sign in front, without spaces, in the author's order."""
        assert Post(hashtags=("b c", "#A", "a", "##d", "#")).tags() == ("#bc", "#A", "#d")

    def test_digest_follows_the_approved_content(self) -> None:
        """The look of the captions is not part of it, every word is."""
        script = Script(title="T", beats=(Beat(say="Hi"),))
        coloured = Script.model_validate({"title": "T", "beats": [{"say": " Hi "}], "captions": {"colour": "#ffffff"}})
        assert coloured.approved_content() == script.approved_content()
        assert coloured.sha256() != script.sha256()
