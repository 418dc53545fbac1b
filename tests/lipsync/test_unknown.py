"""Where the mouth must listen."""

import numpy as np
import pytest

from tasks.domain.speech import Phoneme, Word
from tasks.lipsync.unknown import outside, share_of, unknown_stretches, unknown_words


def word(start_s: float, confidence: float = 0.9) -> Word:
    return Word(text="word", start_s=start_s, end_s=start_s + 0.4, beat=0, confidence=confidence)


def sound(index: int, start_s: float) -> Phoneme:
    return Phoneme(ipa="ɑ", start_s=start_s, end_s=start_s + 0.4, word=index)


class TestUnknownWords:
    def test_words_without_phonemes_are_unknown(self) -> None:
        """The second of three has none."""
        words = [word(0.5), word(1.0), word(1.5)]
        assert unknown_words(words, [sound(0, 0.5), sound(2, 1.5)]) == [False, True, False]

    def test_doubtful_words_are_unknown(self) -> None:
        """Phonemes at times that nobody trusts are none."""
        assert unknown_words([word(0.5), word(1.0, 0.2)], [sound(0, 0.5), sound(1, 1.0)]) == [False, True]

    def test_silent_word_of_a_voice_that_knows_is_known(self) -> None:
        """A dash that the embedded voice does not speak."""
        assert unknown_words([word(0.5, 1.0), word(1.0, 1.0)], [sound(0, 0.5)]) == [False, False]

    def test_without_any_phoneme_all_are_unknown(self) -> None:
        """A voice that knows its words alone."""
        assert unknown_words([word(0.5, 1.0), word(1.0, 1.0)], []) == [True, True]


class TestUnknownStretches:
    def test_nothing_known_is_the_whole_voice(self) -> None:
        """With words and without."""
        assert unknown_stretches([word(0.5)], [], 2.0) == ((0.0, 2.0),)
        assert unknown_stretches([], [], 2.0) == ((0.0, 2.0),)

    def test_everything_known_is_no_stretch(self) -> None:
        """The embedded voice."""
        assert unknown_stretches([word(0.5, 1.0)], [sound(0, 0.5)], 2.0) == ()

    def test_stretch_reaches_to_the_known_neighbours(self) -> None:
        """From the end of the word before to the start of the one after; neighbours that are unknown share one."""
        words = [word(0.5), word(1.0), word(1.5), word(2.0), word(2.5)]
        known = [sound(0, 0.5), sound(3, 2.0)]
        assert unknown_stretches(words, known, 3.5) == ((0.9, 2.0), (2.4, 3.5))

    def test_phonemes_outside_are_kept(self) -> None:
        """Those inside are not."""
        assert outside([sound(0, 0.5), sound(1, 1.0)], [(0.9, 2.0)]) == [sound(0, 0.5)]


def test_share_is_soft_at_its_borders() -> None:
    """Half at the border, whole 50 ms inside, none 50 ms outside."""
    assert share_of([(1.0, 2.0)], np.array([0.94, 1.0, 1.06, 1.94, 2.0, 2.06])) == pytest.approx([0, 0.5, 1, 1, 0.5, 0])
