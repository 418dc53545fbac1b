"""Words that belong to what follows them."""

import pytest

from tasks.media.text.layout import Piece, Room, lay_out
from tasks.media.text.leaning import leaning_words, leans


class TestLeaningWords:
    @pytest.mark.parametrize(("language", "word"), [
        ("en-US", "the"), ("en", "without"), ("DE_at", "zwischen"), ("fr-FR", "dans"), ("es", "para"), ("it", "della"),
        ("nl", "het"), ("pt-BR", "uma")])
    def test_are_known_for_the_languages_voices_speak_most(self, language: str, word: str) -> None:
        """Whatever the region or the way a tag is written."""
        assert word in leaning_words(language)

    def test_are_not_known_for_others(self) -> None:
        """Then the length of words decides."""
        assert leaning_words("fi") == frozenset()

    def test_no_line_ends_with_one(self) -> None:
        """Neither a long preposition nor an article is left behind; a short noun may end a line."""
        say = "Nothing between the old town and the sea could ever stay hidden from the people without a reason"
        words = [Piece(text, 50.0 * len(text), 0.3 * index, 0.3 * index + 0.3, 0) for index, text in enumerate(say.split())]
        room = Room(width_px=800, lone_width_px=900, space_px=24, words=6, leaning=leaning_words("en"))
        ends = {words[line.words[-1]].text for page in lay_out(words, room) for line in page.lines}
        assert not ends & leaning_words("en")


class TestLeans:
    @pytest.mark.parametrize(("word", "following", "expected"), [
        ("it", "is", True), ("it", "for", False), ("it", "one", False), ("this", "morning", True), ("this", "one", True),
        ("this", "for", False), ("you", "think", True), ("the", "one", True), ("water", "for", False)])
    def test_a_pronoun_leans_on_a_verb_only(self, word: str, following: str, expected: bool) -> None:
        """As an object it ends a phrase: 'keep it | for a week'; articles always lean, nouns never."""
        assert leans(word, following, leaning_words("en")) is expected

    def test_a_pronoun_stays_with_its_verb(self) -> None:
        """'Give it' is one line, 'one minute' the next."""
        say = "Give it one minute."
        words = [Piece(text, 50.0 * len(text), 0.3 * index, 0.3 * index + 0.3, 0) for index, text in enumerate(say.split())]
        room = Room(width_px=700, lone_width_px=900, space_px=24, words=6, leaning=leaning_words("en"))
        (page,) = lay_out(words, room)
        assert [line.words for line in page.lines] == [range(2), range(2, 4)]
