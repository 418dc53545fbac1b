"""Which words stand out."""

import pytest

from tasks.captions.keywords import key_words
from tasks.domain.speech import Word


def found(*beats: str, wanted: tuple[str, ...] = ()) -> list[str]:
    """The words that stand out, in order."""
    words = [Word(text=text, start_s=0, end_s=1, beat=beat) for beat, say in enumerate(beats) for text in say.split()]
    return [words[index].text for index in sorted(key_words(words, wanted))]


class TestKeyWords:
    @pytest.mark.parametrize(("say", "expected"), [
        ("You will *never* believe it", ["*never*"]), ("Save 20% on 3 cups", ["20%", "3"]),
        ("Do it NOW or NEVER", ["NEVER"]), ("A _very_ good day", ["_very_"])])
    def test_what_the_author_underlined_or_counted(self, say: str, expected: list[str]) -> None:
        """Stars, underscores, capitals, numbers."""
        assert found(say) == expected

    @pytest.mark.parametrize(("wanted", "expected"), [
        (("water",), ["Water,", "water!"]), (("WATER!",), ["Water,", "water!"]), (("more water",), ["more", "water!"]),
        (("wat",), []), (("?!",), [])])
    def test_what_the_author_named(self, wanted: tuple[str, ...], expected: list[str]) -> None:
        """Case and punctuation do not count, whole words do; a phrase stands out as a whole."""
        assert found("Water, then more water!", wanted=wanted) == expected

    def test_hindi_words_differ_by_their_vowels(self) -> None:
        """A wanted word is not another that has the same consonants."""
        assert found("दिन का दान", wanted=("दान",)) == ["दान"]

    def test_the_longest_word_of_a_beat_without_any(self) -> None:
        """Each beat for itself; short words do not stand out for their length."""
        assert found("Drink it before breakfast today", "Save 5 euros", "Go to bed now") == ["breakfast", "5"]

    def test_a_chinese_phrase_that_holds_a_wanted_word(self) -> None:
        """Its author does not know where phrases end; four Chinese letters are a long word."""
        words = [Word(text=text, beat=0, start_s=index, end_s=index + 1)
                 for index, text in enumerate(("早上", "先喝", "一杯水，", "然后再喝", "咖啡。"))]
        assert key_words(words, ("一杯",)) == {2}
        assert key_words(words, ()) == {3}
