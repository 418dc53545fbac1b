"""A script as letters, and whether they were heard: on emissions that are written down by hand."""

from collections.abc import Sequence

import numpy as np
import pytest

from tasks.alignment.letters import ANY, Emissions, agreement, confidences, letters_of
from tasks.domain.script import Beat, Script
from tasks.media.text.clauses import clauses

SIGNS = "abcdefghijklmnopqrstuvwxyz"
VOCABULARY = {"<pad>": 0, "|": 1, **{sign: number for number, sign in enumerate(SIGNS, start=2)}}
TEXT = "the quick brown fox jumps over a lazy dog and then runs home again"
SURE = 0.9
"""How likely a letter is that is heard; the rest is shared by the others."""
STEP = 5
"""Frames from letter to letter."""


def written(text: str, language: str = "en-US") -> list[tuple[int, str]]:
    """(number, sign) of every letter of a text, '?' for one that stands for any."""
    letters = letters_of(clauses(Script(title="x", beats=(Beat(say=text),)), language), VOCABULARY)
    names = {number: sign for sign, number in VOCABULARY.items()} | {ANY: "?"}
    return [(word, names[number]) for word, number in zip(letters.words, letters.numbers, strict=True)]


def hearing(heard: Sequence[str]) -> Emissions:
    """Emissions of a model that hears one sign each `STEP` frames, and nothing between them."""
    likely = np.full((STEP * len(heard), len(VOCABULARY)), (1 - SURE) / (len(VOCABULARY) - 1))
    for frame in range(len(likely)):
        likely[frame, VOCABULARY[heard[frame // STEP]] if frame % STEP == 0 else 0] = SURE
    return np.log(likely).astype(np.float32)


def departure(text: str, heard: str, frames: Sequence[int] | None = None) -> tuple[int, int] | None:
    """Where something else is heard than a text, whose letters lie in the frames given; else in all that are heard."""
    letters = letters_of(clauses(Script(title="x", beats=(Beat(say=text),)), "en-US"), VOCABULARY)
    signs = [sign for word in heard.split() for sign in (*word, "|")]
    places = frames or [STEP * place for place in range(letters.count)]
    found = agreement(letters, places, hearing(signs), VOCABULARY)
    return found.departure([True] * len(text.split()))


class TestLetters:
    def test_words_are_spelt_with_an_end_each(self) -> None:
        """Case and marks do not matter; an end belongs to no word."""
        assert written("Go, Al!") == [(0, "g"), (0, "o"), (-1, "|"), (1, "a"), (1, "l"), (-1, "|")]

    def test_numbers_are_written_as_they_are_said(self) -> None:
        """All of it belongs to the author's one word."""
        found = written("$5")
        assert "".join(sign for _, sign in found) == "five|dollars|"
        assert {word for word, sign in found if sign != "|"} == {0}

    def test_turkish_capitals_become_turkish_small_letters(self) -> None:
        """For a model that knows them."""
        part, = clauses(Script(title="x", beats=(Beat(say="Işık IRMAK"),)), "tr-TR")
        numbers = letters_of([part], {"<pad>": 0, "ı": 1, "i": 2}).numbers
        assert numbers.count(1) == 3
        assert 2 not in numbers

    def test_accents_that_the_model_lacks_are_left_out(self) -> None:
        """And signs that it lacks altogether may be anything."""
        assert "".join(sign for _, sign in written("Café Ølsen 7", "de-DE")) == "cafe|?lsen|?|"


class TestDeparture:
    def test_what_is_heard_as_written_is_no_departure(self) -> None:
        """Letter by letter."""
        assert departure(TEXT, TEXT) is None

    def test_single_mistakes_of_the_model_are_none_either(self) -> None:
        """Every fifth word is heard with another letter."""
        heard = " ".join(f"z{word[1:]}" if place % 5 == 4 else word for place, word in enumerate(TEXT.split()))
        assert departure(TEXT, heard) is None

    def test_other_words_are_a_departure_where_they_begin(self) -> None:
        """From the fourth word on somebody says something else, of the same length."""
        heard = TEXT.replace("fox jumps over", "sat glinx hewg")
        word, frame = departure(TEXT, heard) or (-1, -1)
        assert word == 3
        assert frame == STEP * len("the|quick|brown|")

    def test_words_that_are_not_written_are_a_departure(self) -> None:
        """The letters of the text are all heard, with others between them."""
        heard = TEXT.replace("fox jumps", "fox who was clever jumps")
        first = len("the|quick|brown|fox|")
        extra = len("who|was|clever|")
        count = len(TEXT) + 1
        frames = [STEP * (place if place < first else place + extra) for place in range(count)]
        word, frame = departure(TEXT, heard, frames) or (-1, -1)
        assert word == 3
        assert STEP * first <= frame < STEP * (first + extra)

    def test_words_that_can_be_read_in_several_ways_are_no_evidence(self) -> None:
        """Whoever says a number otherwise has not departed."""
        text = "about seventeen"
        letters = letters_of(clauses(Script(title="x", beats=(Beat(say=text),)), "en-US"), VOCABULARY)
        found = agreement(letters, [STEP * place for place in range(letters.count)],
                          hearing([sign for word in ("about", "oneandseven") for sign in (*word, "|")] * 2), VOCABULARY)
        assert found.departure([True, True]) is not None
        assert found.departure([True, False]) is None


class TestConfidence:
    def test_is_how_likely_the_letters_are(self) -> None:
        """Less where one of them is not heard."""
        letters = letters_of(clauses(Script(title="x", beats=(Beat(say="go on"),)), "en-US"), VOCABULARY)
        found = confidences(letters, [STEP * place for place in range(letters.count)], hearing([*"go|oz|"]))
        assert found[0] == pytest.approx(0.99 * SURE, abs=0.02)
        assert found[1] == pytest.approx(0.99 * SURE / 2, abs=0.02)

    def test_of_a_word_without_known_letters_is_not_known(self) -> None:
        """Neither sure nor lost."""
        letters = letters_of(clauses(Script(title="x", beats=(Beat(say="7"),)), "de-DE"), VOCABULARY)
        assert confidences(letters, [0] * letters.count, hearing(["g"])) == {0: 0.5}
