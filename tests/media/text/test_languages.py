"""What a language's tag says of how it is written."""

import pytest

from tasks.domain.errors import UnknownName
from tasks.media.text.languages import from_the_right, is_traditional, primary, require_words, without_spaces


class TestTags:
    def test_a_tag_begins_with_its_language(self) -> None:
        """Region and script are left out."""
        assert [primary(tag) for tag in ("en-US", "pt_BR", "DE")] == ["en", "pt", "de"]

    @pytest.mark.parametrize(("tag", "right"), [
        ("ar", True), ("he-IL", True), ("fa_IR", True), ("en", False), ("hi-IN", False), ("pa-Arab-PK", True),
        ("ar-Latn", False), ("zh-Hant", False)])
    def test_direction_is_that_of_the_script(self, tag: str, right: bool) -> None:
        """A script in the tag counts more than the language."""
        assert from_the_right(tag) is right

    @pytest.mark.parametrize(("tag", "traditional"), [("zh", False), ("zh-CN", False), ("zh-TW", True), ("zh-HK", True),
                                                      ("zh-Hant", True), ("yue", True), ("yue-Hans", False)])
    def test_chinese_letters_are_known_by_script_or_region(self, tag: str, traditional: bool) -> None:
        """Taiwan, Hong Kong and Macau write traditional letters."""
        assert is_traditional(tag) is traditional

    def test_chinese_and_japanese_have_no_spaces(self) -> None:
        """Korean has."""
        assert [without_spaces(tag) for tag in ("zh-CN", "ja", "ko-KR", "en")] == [True, True, False, False]

    @pytest.mark.parametrize("tag", ["th-TH", "my", "km"])
    def test_a_language_whose_words_nobody_parts_is_refused_with_ones_that_work(self, tag: str) -> None:
        """Captions go word by word, so such a language is named and refused."""
        with pytest.raises(UnknownName, match=f"'{tag}'.*'en-US'.*'zh-CN'"):
            require_words(tag)
