"""A text is read in phrases."""

import pytest

from tasks.animation.phrases import Phrase, find_phrases
from tasks.domain.speech import Word


def phrased(text: str, *, pause_s: float = 0.3) -> list[Phrase]:
    """Phrases of a text whose marks make pauses; '|' begins a new beat."""
    words, now_s, beat = [], 0.0, 0
    for token in text.split():
        if token == "|":
            beat += 1
            continue
        words.append(Word(text=token, start_s=now_s, end_s=now_s + 0.2, beat=beat))
        now_s += 0.2 + (pause_s if token[-1] in ".,?!;…\"" else 0)
    return find_phrases(words)


class TestFindPhrases:
    @pytest.mark.parametrize(("text", "spans"), [
        ("one", [(0, 0)]),
        ("one two three", [(0, 2)]),
        ("one, two three. four", [(0, 0), (1, 2), (3, 3)]),
        ("one two | three", [(0, 1), (2, 2)]),
    ])
    def test_pauses_and_beats_end_phrases(self, text: str, spans: list[tuple[int, int]]) -> None:
        """Every word is in one phrase."""
        assert [(phrase.first, phrase.last) for phrase in phrased(text)] == spans

    def test_no_words_no_phrases(self) -> None:
        """Nothing said, nothing phrased."""
        assert find_phrases([]) == []

    def test_full_stop_without_a_pause_ends_a_sentence(self) -> None:
        """A voice that hurries on has still said a sentence."""
        assert [phrase.ends_sentence for phrase in phrased("one two. three", pause_s=0.0)] == [True, True]

    @pytest.mark.parametrize(("text", "mood"), [
        ("is it so?", "question"), ("it is.", "statement"), ("it is!", "exclamation"), ("it is", "statement"),
        ("„ist es so?“", "question"), ('he said "no!"', "exclamation"), ("really?!", "question"), ("本当？", "question"),
    ])
    def test_last_mark_tells_the_mood(self, text: str, mood: str) -> None:
        """Quotes around the mark do not hide it."""
        assert phrased(text)[-1].mood == mood

    def test_mood_holds_for_the_whole_sentence_and_no_further(self) -> None:
        """A question's first half is a question; the next sentence is not."""
        assert [phrase.mood for phrase in phrased("so, is it? yes.")] == ["question", "question", "statement"]

    def test_list_has_three_short_items(self) -> None:
        """Three short phrases are a list, two are not, and long ones are no items."""
        assert all(phrase.listed for phrase in phrased("salt, pepper, and oil."))
        assert not any(phrase.listed for phrase in phrased("salt, and oil."))
        assert not any(phrase.listed for phrase in phrased("a b c d e, f g h i j, k l m n o."))
        mixed = phrased("all you need to buy today, salt, pepper, and oil.")
        assert [phrase.listed for phrase in mixed] == [False, True, True, True]

    @pytest.mark.parametrize(("text", "counting"), [
        ("One. drink water.", "One."), ("First, drink water.", "First,"), ("so it is. Two! go out.", "Two!"),
        ("Number three: write.", "three:"), ("Step number two, write.", "two,"), ("2. write it down.", "2."),
        ("3) write.", "3)"),
    ])
    def test_counting_word_is_found(self, text: str, counting: str) -> None:
        """At the start of a sentence, set off by a mark."""
        words = text.split()
        assert [words[phrase.counted] for phrase in phrased(text) if phrase.counted is not None] == [counting]

    @pytest.mark.parametrize("text", [
        "One of my friends said so.", "First things first.", "it is one, and only one.", "Second hand news.",
        "well, one more.", "Just one!", "Step by step.",
    ])
    def test_number_inside_a_sentence_does_not_count(self, text: str) -> None:
        """Only what is set off counts."""
        assert [phrase.counted for phrase in phrased(text) if phrase.counted is not None] == []
