"""Breaths and pauses."""

from tasks.domain.script import Beat, Script
from tasks.media.text.clauses import LONGEST_CLAUSE, LONGEST_WORD, PAUSES_S, clauses

BETWEEN_BEATS_S = 0.9


def script(*says: str) -> Script:
    return Script(title="x", beats=tuple(Beat(say=say) for say in says))


class TestClauses:
    def test_punctuation_parts_and_pauses(self) -> None:
        """Each mark ends a clause and brings its own silence; words keep their number through the script."""
        found = clauses(script("One two, three. Four — five"), "en-US")
        assert [(part.words, part.mark, part.pause_s) for part in found] == [
            (((0, "One"), (1, "two")), ",", PAUSES_S[","]), (((2, "three"),), ".", PAUSES_S["."]),
            (((3, "Four"),), "—", PAUSES_S["—"]), (((4, "five"),), ".", 0.0)]

    def test_a_beat_ends_with_its_own_pause(self) -> None:
        """Between beats there is at least the silence asked for, after the last none."""
        found = clauses(script("One", "two."), "en-US", between_beats_s=BETWEEN_BEATS_S)
        assert [(part.beat, part.pause_s) for part in found] == [(0, BETWEEN_BEATS_S), (1, 0.0)]

    def test_a_word_may_reach_over_a_pause(self) -> None:
        """A dash inside a word parts what is said, not the word."""
        found = clauses(script("habits—small"), "en-US")
        assert [part.words for part in found] == [((0, "habits"),), ((0, "small"),)]

    def test_a_text_without_punctuation_takes_breath(self) -> None:
        """No clause has more words than a breath holds, and no word is lost."""
        found = clauses(script("word " * 100), "en-US")
        assert max(len(part.words) for part in found) == LONGEST_CLAUSE
        assert [word for part in found for word, _ in part.words] == list(range(100))

    def test_an_endless_word_is_cut_for_the_voice(self) -> None:
        """The voice gets a word of a length it can say."""
        (part,) = clauses(script("x" * 1000), "en-US")
        assert part.words == ((0, "x" * LONGEST_WORD),)
