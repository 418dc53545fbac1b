"""Words that are compared."""

import pytest

from tasks.media.text.comparing import bare, small_in_turkish


class TestBare:
    @pytest.mark.parametrize(("one", "other"), [
        ("Drink,", "drink"), ("«Straße»", "STRASSE"), ("e\u0301tude", "ÉTUDE"), ("isn't", "ISNT"), ("İstanbul", "istanbul"),
        ("IŞIK", "ışık"), ("قُلْ", "قل"), ("שָׁלוֹם", "שלום"), ("है।", "है"), ("❤\ufe0fsun", "sun"),
    ])
    def test_case_punctuation_and_what_may_be_left_out_do_not_count(self, one: str, other: str) -> None:
        assert bare(one) == bare(other) != ""

    @pytest.mark.parametrize(("one", "other"), [("का", "की"), ("दिन", "दान"), ("ক", "কা"), ("über", "uber")])
    def test_vowels_make_other_words(self, one: str, other: str) -> None:
        """Also where they are signs on a letter."""
        assert bare(one) != bare(other)

    @pytest.mark.parametrize("text", ["", "—", "🎉", "\u0301"])
    def test_signs_alone_are_no_word(self, text: str) -> None:
        assert bare(text) == ""


def test_turkish_has_small_letters_of_its_own() -> None:
    """Of I, ı; of İ, i."""
    assert small_in_turkish("IŞIK İSTANBUL") == "ışık istanbul"
