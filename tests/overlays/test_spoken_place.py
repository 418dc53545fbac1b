"""Words that shows hang on, and what is said when they are not spoken."""

import pytest

from tasks.domain.errors import FixRequest
from tasks.domain.script import Beat, Script, Show
from tasks.overlays.spoken_place import check_shows, find_places, find_words

WORDS = ("One.", "Drink", "a", "big", "glass,", "don't", "walk", "384,400", "km", "–", "a", "day", "🎉 more")


class TestFindWords:
    @pytest.mark.parametrize(("wanted", "place"), [
        ("drink", range(1, 2)), ("ONE", range(1)), ("a", range(2, 3)), ("Big glass", range(3, 5)), ("dont", range(5, 6)),
        ("384400", range(7, 8)), ("384,400 km", range(7, 9)), ("glass don't", range(4, 6)),
        ("glas", None), ("glass walk", None), ("", None), ("more", range(12, 13)),
    ])
    def test_ignores_case_and_punctuation(self, wanted: str, place: range | None) -> None:
        """A word is found as written, several in a row, no part of one."""
        assert find_words(wanted, WORDS) == place

    def test_hindi_words_differ_by_their_vowels(self) -> None:
        """The first word with the same consonants is another one."""
        assert find_words("का", ("की", "के", "का")) == range(2, 3)

    def test_takes_the_first_from_where_it_begins(self) -> None:
        """A word said twice is found the second time after the first."""
        assert find_words("a", WORDS, 3) == range(10, 11)

    @pytest.mark.parametrize(("wanted", "place"), [
        ("一杯", range(1, 2)), ("先喝", range(1)), ("喝一杯", range(2)), ("咖啡", range(3, 4)), ("茶", None)])
    def test_finds_a_part_of_a_phrase_where_there_are_no_spaces(self, wanted: str, place: range | None) -> None:
        """An author of Chinese does not know where captions part the text."""
        assert find_words(wanted, ("早上先喝", "一杯水，", "然后再喝", "咖啡。")) == place


class TestFindPlaces:
    def test_until_is_looked_for_after_at(self) -> None:
        """`until` is the first such word from the one it appears with."""
        show = Show.model_validate({"text": "x", "at": "walk", "until": "a"})
        assert find_places(show, WORDS, 0) == (range(6, 7), range(10, 11))

    def test_nothing_said_is_nothing_found(self) -> None:
        """Without `at` and `until` the beat decides."""
        assert find_places(Show(text="x"), WORDS, 0) == (None, None)


class TestCheckShows:
    @pytest.mark.parametrize(("show", "message"), [
        ({"text": "x", "at": "watr"}, "beat 2 has at: 'watr', .* nearest words are 'water', "),
        ({"text": "x", "until": "the coffe"}, "beat 2 has until: 'the coffe', .*'the coffee.'"),
        ({"image": "a.png", "at": "coffee", "until": "water"}, "beat 2 .*until 'water', which is said before"),
        ({"text": "x", "at": "***"}, "says nothing like it"),
    ])
    def test_names_beat_and_nearest_words(self, show: dict[str, str], message: str) -> None:
        """The author sees what was written and what could have been meant."""
        script = Script(title="T", beats=(Beat(say="Hello."), Beat.model_validate({"say": "Drink water before the coffee.",
                                                                                  "show": show})))
        with pytest.raises(FixRequest, match=message):
            check_shows(script, "en")

    def test_a_word_of_another_beat_does_not_count(self) -> None:
        """A show belongs to its beat."""
        script = Script(title="T", beats=(Beat(say="Hello."), Beat(say="World.", show=(Show(text="x", at="hello"),))))
        with pytest.raises(FixRequest, match="'World.'"):
            check_shows(script, "en")

    def test_accepts_what_is_spoken(self) -> None:
        """Nothing is said where nothing is wrong."""
        check_shows(Script(title="T", beats=(Beat(say="Hello, world!", show=(Show(text="x", at="HELLO", until="world"),)),)),
                    "en")
