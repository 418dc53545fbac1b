"""Where words stand in a line, whichever way it is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.media.text.directions import begins_right, drawn, visual_order, word_directions


class TestVisualOrder:
    @pytest.mark.parametrize(("line", "order"), [
        ("אב גד הו", [2, 1, 0]),
        ("אב one two גד", [3, 1, 2, 0]),
        ("אב 12 34 גד", [3, 2, 1, 0]),       # numbers in a text from the right are read one after the other, from the right
        ("אב Python 3 גד", [3, 1, 2, 0]),    # a number after an English word belongs to it
        ("3 Python אב", [2, 1, 0]),
        ("one two", [0, 1]),
    ])
    def test_follows_the_bidirectional_algorithm(self, line: str, order: list[int]) -> None:
        """Words in a line from right to left, as UAX #9 orders them."""
        assert visual_order(line.split(), right=True) == order

    @pytest.mark.parametrize(("line", "order"), [("one אב גד two", [0, 2, 1, 3]), ("one 2 three", [0, 1, 2])])
    def test_words_from_the_right_keep_their_order_in_an_english_line(self, line: str, order: list[int]) -> None:
        """The other way round it is the same."""
        assert visual_order(line.split(), right=False) == order

    @given(st.lists(st.sampled_from(["אב", "كم", "one", "12", "!", ""]), max_size=8), st.booleans())
    def test_every_word_has_one_place(self, words: list[str], right: bool) -> None:
        """Whatever the words."""
        assert sorted(visual_order(words, right=right)) == list(range(len(words)))


class TestWordDirections:
    def test_signs_at_the_end_belong_to_the_line(self) -> None:
        """The comma after 'two' goes to the left of it, that after 'one' stays between the two."""
        assert word_directions(["אב", "one,", "two,", "גד"], right=True) == [True, False, True, True]

    def test_brackets_stay_around_what_they_enclose(self) -> None:
        """Both brackets are drawn as in English."""
        assert word_directions(["אב", "(one", "two)"], right=True) == [True, False, False]


class TestDrawn:
    def test_a_whole_text_goes_the_way_of_its_letters(self) -> None:
        """An English title in an Arabic reel is English; one with both begins at the right."""
        assert [begins_right(text, "ar") for text in ("Top 5!", "Python سهل", "5!")] == [False, True, True]
        assert not begins_right("سهل", "en")

    def test_an_empty_text_stays_empty(self) -> None:
        """Nothing is drawn of nothing."""
        assert (drawn("", right=True), drawn("a", right=False)) == ("", "a")
