"""Words that belong to what follows them."""

import pytest

from tasks.media.text.layout import Piece, Room, lay_out
from tasks.media.text.leaning import leaning_words


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
