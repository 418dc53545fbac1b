"""How a script becomes what voices are sent."""

import pytest

from tasks.domain.script import Beat, Script
from tasks.media.text.clauses import clauses
from tasks.media.text.sentences import Sentence, sentences


def found(*said: str, language: str = "en-US", longest: int = 400) -> tuple[Sentence, ...]:
    script = Script(title="x", beats=tuple(Beat(say=say) for say in said))
    return sentences(clauses(script, language), longest=longest)


def owners(sentence: Sentence) -> list[tuple[int, str]]:
    return [(word, sentence.text[first:end]) for word, first, end in sentence.words]


class TestSentences:
    def test_writes_out_what_is_said_and_knows_whose_it_is(self) -> None:
        """Numbers are words, marks stand where the voice needs them, and each spoken word has its author's word."""
        one, = found("It costs $5, not 6!")
        assert one.text == "It costs five dollars, not six!"
        assert owners(one) == [(0, "It"), (1, "costs"), (2, "five"), (2, "dollars"), (3, "not"), (4, "six")]

    def test_ends_with_its_mark_and_with_its_beat(self) -> None:
        """A comma parts no sentence, a full stop does, and so does a new beat; words are counted through the script."""
        parts = found("One, two. Three", "four?")
        assert [part.text for part in parts] == ["One, two.", "Three.", "four?"]
        assert [part.beat for part in parts] == [0, 0, 1]
        assert [word for part in parts for word, _, _ in part.words] == [0, 1, 2, 3]

    def test_silence_follows_the_mark_and_none_the_last_one(self) -> None:
        """As the clauses have it."""
        parts = found("One. Two", "three.")
        assert parts[0].pause_s == pytest.approx(0.38)
        assert parts[1].pause_s >= 0.45
        assert parts[2].pause_s == 0.0

    def test_a_long_sentence_is_parted_at_a_comma(self) -> None:
        """None is longer than allowed; nothing is lost; a clause is never cut."""
        say = "one two three, four five six, seven eight nine, ten"
        parts = found(say, longest=25)
        assert len(parts) == 3
        assert all(len(part.text) <= 28 for part in parts)
        assert " ".join(part.text for part in parts) == f"{say}."

    def test_a_dash_stands_apart(self) -> None:
        """It is no part of the word before it."""
        one, = found("Coffee — then work.")
        assert one.text == "Coffee — then work."
        assert [text for _, text in owners(one)] == ["Coffee", "then", "work"]
