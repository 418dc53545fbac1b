"""Sounds laid into words whose times are known."""

import pytest

from tasks.alignment.filling import phonemes_for
from tasks.domain.speech import Phoneme, Word


def word(start_s: float, end_s: float) -> Word:
    return Word(text="w", start_s=start_s, end_s=end_s, beat=0)


def sound(ipa: str, start_s: float, end_s: float, number: int) -> Phoneme:
    return Phoneme(ipa=ipa, start_s=start_s, end_s=end_s, word=number, stress=1)


class TestPhonemesFor:
    def test_each_words_sounds_take_its_whole_time(self) -> None:
        """Stretched evenly: a third of the word there is a third of it here; nothing else changes."""
        said = [sound("a", 1.0, 1.1, 0), sound("b", 1.1, 1.3, 0), sound("c", 1.5, 1.6, 1)]
        found = phonemes_for([word(0.0, 0.6), word(2.0, 2.2)], said)
        assert [(one.ipa, one.word, one.stress) for one in found] == [("a", 0, 1), ("b", 0, 1), ("c", 1, 1)]
        assert [(one.start_s, one.end_s) for one in found] == [
            pytest.approx((0.0, 0.2)), pytest.approx((0.2, 0.6)), pytest.approx((2.0, 2.2))]

    def test_word_nobody_says_has_none(self) -> None:
        """And the next keeps its own."""
        found = phonemes_for([word(0.0, 0.5), word(0.5, 0.6), word(0.6, 1.0)], [sound("a", 0, 1, 0), sound("c", 1, 2, 2)])
        assert [one.word for one in found] == [0, 2]

    def test_sounds_of_words_that_are_not_there_are_left_out(self) -> None:
        """Nothing is laid past the last word."""
        assert phonemes_for([word(0.0, 0.5)], [sound("a", 0, 1, 0), sound("b", 1, 2, 1)])[-1].word == 0

    def test_no_sound_is_an_instant(self) -> None:
        """In a word shorter than the clock can tell apart, the first ones stay."""
        said = [sound("a", step / 10, (step + 1) / 10, 0) for step in range(10)]
        found = phonemes_for([word(1.0, 1.000002)], said)
        assert found
        assert all(one.start_s < one.end_s for one in found)
