"""A take knows its beats, its voice and its chance."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from tasks.animation.base import Take
from tasks.domain.speech import Word

TakeMaker = Callable[..., Take]


class TestBeats:
    def test_beats_cover_the_reel_up_to_its_end_card(self, take_of: TakeMaker) -> None:
        """Without gaps, changing in the middle of the pause between two beats."""
        take = take_of("one two. | three. | four five.", pause_s=0.4, card_s=2.0)
        beats = take.beats()
        assert [span.beat for span in beats] == [0, 1, 2]
        assert beats[0].start_s == 0
        assert beats[-1].end_s == pytest.approx(take.duration_s - 2.0)
        assert all(before.end_s == after.start_s for before, after in pairwise(beats))
        assert beats[1].start_s == pytest.approx(take.words[1].end_s + 0.2)
        assert beats[1].voice_s == (take.words[2].start_s, take.words[2].end_s)

    def test_beat_without_a_timed_word_has_no_part(self, take_of: TakeMaker) -> None:
        """The others keep their numbers, and so their directions."""
        take = take_of("one. | two. | three.")
        words = [word for word in take.words if word.beat != 1]
        assert [span.beat for span in Take(words, [], take.loudness, seed=1).beats()] == [0, 2]

    def test_no_word_no_beat(self, take_of: TakeMaker) -> None:
        """A silent reel has none; a word after the end card's start makes no negative beat."""
        loudness = take_of("one.").loudness
        assert Take([], [], loudness, seed=1).beats() == []
        late = [Word(text="late", start_s=1.0, end_s=1.3, beat=0)]
        assert all(span.end_s >= span.start_s for span in Take(late, [], loudness, seed=1, tail_s=5.0).beats())


class TestDice:
    def test_parts_of_the_face_do_not_share_their_chance(self, take_of: TakeMaker) -> None:
        """The same for the same take, another for another part, seed or content."""
        take, other = take_of("one."), take_of("one.", seed=2)
        assert take.dice("head").random() == take.dice("head").random()
        assert len({chance.random() for chance in (take.dice("head"), take.dice("eyes"), other.dice("head"))}) == 3
