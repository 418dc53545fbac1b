"""From reports of a voice to timed sounds and words."""

import pytest

from tasks.media.audio.sounds import (
    LONGEST_HOLD_S,
    SHORTEST_SOUND_S,
    SHORTEST_WORD_S,
    Sound,
    ipa_of,
    read_sounds,
    spans_of,
    timed,
)


class TestIpa:
    @pytest.mark.parametrize(("name", "ipa"), [
        ("ˈeɪ", "eɪ"), ("ˌɔː", "ɔː"), ("_", ""), ("(en)", ""), ("t͡ʃ", "t͡ʃ"), ("", ""), ("p", "p"), ("ɛ̃", "ɛ̃"),
    ])
    def test_is_the_sound_alone(self, name: str, ipa: str) -> None:
        """Stress, silence and language switches go, length and diacritics stay."""
        assert ipa_of(name) == ipa


class TestReadSounds:
    def test_ends_where_the_next_begins(self) -> None:
        """Times are the voice's, silence is a gap, stress is read."""
        found = read_sounds([(0.0, "h"), (0.1, "ˈaɪ"), (0.4, "_"), (0.9, "ˌoʊ")], 1.2)
        assert found == (Sound("h", 0.0, 0.1), Sound("aɪ", 0.1, 0.4, 1), Sound("oʊ", 0.9, 1.2, 2))

    def test_holds_through_a_short_silence(self) -> None:
        """The mouth does not close between two sounds a moment apart."""
        end_s = 0.1 + LONGEST_HOLD_S / 2
        assert read_sounds([(0.0, "s"), (0.1, "_"), (end_s, "t")], 1.0)[0].end_s == end_s

    def test_no_sound_is_an_instant(self) -> None:
        """A sound reported with no time takes some from the sound before it or the silence after it."""
        before, instant = read_sounds([(0.0, "eɪ"), (0.2, "l"), (0.2, "z")], 0.3)[:2]
        assert before.end_s == instant.start_s < instant.end_s == 0.2
        assert read_sounds([(0.0, "l"), (0.0, "_")], 0.3)[0].end_s == SHORTEST_SOUND_S

    def test_nothing_gives_nothing(self) -> None:
        """A clause of silence has no sounds."""
        assert read_sounds([], 0.1) == ()
        assert read_sounds([(0.0, "_")], 0.1) == ()


class TestSpans:
    def test_a_word_covers_all_that_is_said_for_it(self) -> None:
        """Two spoken words of one author's word make one span."""
        sounds = [Sound("s", 0.0, 0.1), Sound("t", 0.1, 0.2), Sound("m", 0.3, 0.5)]
        found = spans_of(sounds, [(0, 1), (1, 2), (2, 3)], [7, 7, 8], 0.0, 0.6)
        assert [(span.word, span.start_s, span.end_s) for span in found] == [(7, 0.0, 0.2), (8, 0.3, 0.5)]

    def test_words_nobody_says_share_the_clause(self) -> None:
        """A voice that is silent on a clause still gives its words a time each."""
        found = spans_of([], [(0, 0), (0, 0)], [0, 1], 1.0, 1.3)
        assert [(span.start_s, span.end_s) for span in found] == [pytest.approx((1.0, 1.15)), pytest.approx((1.15, 1.3))]

    def test_a_flash_of_a_word_is_widened(self) -> None:
        """A word of 10 ms takes time from the sound after it, which stays inside its own word."""
        found = spans_of([Sound("ə", 0.0, 0.01), Sound("m", 0.01, 0.31)], [(0, 1), (1, 2)], [0, 1], 0.0, 0.4)
        assert found[0].end_s == found[1].start_s == found[1].sounds[0].start_s == SHORTEST_WORD_S

    def test_a_word_over_two_clauses_is_one(self) -> None:
        """Its time runs from the first part to the end of the second."""
        first = spans_of([Sound("a", 0.0, 0.2)], [(0, 1)], [0], 0.0, 0.3)
        second = spans_of([Sound("b", 0.5, 0.7)], [(0, 1)], [0], 0.5, 0.8)
        words, phonemes = timed([*first, *second], ["a—b"], [3])
        assert [(word.text, word.start_s, word.end_s, word.beat) for word in words] == [("a—b", 0.0, 0.7, 3)]
        assert [sound.word for sound in phonemes] == [0, 0]
