"""Which syllables are underlined."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest

from tasks.animation.accents import SPACING_S, Accent, find_accents
from tasks.animation.base import Take
from tasks.animation.phrases import find_phrases
from tasks.domain.timeline import FPS

TakeMaker = Callable[..., Take]


def accents_of(take: Take) -> list[Accent]:
    return find_accents(take, find_phrases(take.words))


class TestFindAccents:
    def test_loudest_stressed_word_of_a_phrase_is_underlined(self, take_of: TakeMaker) -> None:
        """The accent stands in the middle of the loud word."""
        take = take_of("one two three^ four five")
        assert [accent.time_s for accent in accents_of(take)] == [pytest.approx(take.words[2].start_s + 0.15)]

    def test_every_phrase_has_one(self, take_of: TakeMaker) -> None:
        """However quiet it is."""
        assert {accent.phrase for accent in accents_of(take_of("one two three, four five six, seven."))} == {0, 1, 2}

    def test_voice_without_stress_gets_accents_too(self, take_of: TakeMaker) -> None:
        """Where stress is not told, each phrase still has one."""
        assert len(accents_of(take_of("one two three, four five six.", stressed=False))) == 2

    def test_voice_without_stress_is_underlined_where_it_is_loudest(self, take_of: TakeMaker) -> None:
        """The loud one of equal words, at its loudest moment, here its last third."""
        take = take_of("one two three^ four five", stressed=False)
        first, last = (round(time_s * FPS) for time_s in (take.words[2].start_s, take.words[2].end_s))
        loudness = take.loudness.copy()
        loudness[first:last - 3] = 0.3
        accents = accents_of(replace(take, loudness=loudness))
        assert [accent.time_s for accent in accents] == [pytest.approx(take.words[2].end_s - 0.05, abs=0.02)]

    def test_accents_keep_their_distance(self, take_of: TakeMaker) -> None:
        """A speaker who shouts every word does not nod at each."""
        accents = accents_of(take_of("one^ two^ three^ four^ five^ six^ seven^ eight^ nine^ ten^!"))
        assert len(accents) >= 3
        assert all(after.time_s - before.time_s >= SPACING_S for before, after in pairwise(accents))

    def test_exclamation_is_stronger_than_statement(self, take_of: TakeMaker) -> None:
        """The same words, another mark."""
        calm, excited = (accents_of(take_of(f"it is so^ good{mark}"))[0] for mark in ".!")
        assert excited.strength > calm.strength
        assert excited.emphasised
        assert not calm.emphasised

    def test_emphasised_word_wins_over_a_louder_one(self, take_of: TakeMaker) -> None:
        """What the author stars is what the face underlines."""
        take = take_of("never^ *ever* again")
        assert accents_of(take)[0].time_s == pytest.approx(take.words[1].start_s + 0.15)

    def test_counting_word_is_underlined(self, take_of: TakeMaker) -> None:
        """'Two.' is, though the words after it are louder."""
        accents = accents_of(take_of("Two. open^ a window^ and look."))
        assert accents[0].time_s == pytest.approx(0.65)
        assert accents[0].emphasised
