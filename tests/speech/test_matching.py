"""Sounds parted among words."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tasks.speech.matching import assign_sounds

SOUNDS = st.sampled_from(["ð", "ə", "ʌ", "v", "t", "uː", "b", "iː", "s", "eɪ"])


class TestAssignSounds:
    def test_parts_words_run_together(self) -> None:
        """'of the house', of which the voice reported only 'of' and 'house'."""
        heard = ["ʌ", "v", "ð", "ə", "h", "aʊ", "s"]
        assert assign_sounds(heard, [["ʌ", "v"], ["ð", "ə"], ["h", "aʊ", "s"]], {0, 4}) == [(0, 2), (2, 4), (4, 7)]

    def test_forgives_other_vowels_and_lost_sounds(self) -> None:
        """Weak forms: 'and to' said as 'ænə' keeps each word's own sounds."""
        assert assign_sounds(["æ", "n", "t", "ə"], [["ɐ", "n", "d"], ["t", "uː"]], {0, 2}) == [(0, 2), (2, 4)]

    def test_prefers_a_border_the_voice_reported(self) -> None:
        """Where two words could share a sound, the report decides."""
        assert assign_sounds(["s", "s"], [["s"], ["s"]], {0, 1}) == [(0, 1), (1, 2)]
        assert assign_sounds(["l", "n", "n"], [["l", "n"], ["n"]], {0, 2}) == [(0, 2), (2, 3)]

    def test_a_word_without_expected_sounds_gets_one(self) -> None:
        """Every word has a sound as long as there are enough."""
        assert assign_sounds(["a", "b", "c"], [["a"], [], ["b", "c"]], {0}) == [(0, 1), (1, 2), (2, 3)]

    @given(st.lists(SOUNDS, max_size=12), st.lists(st.lists(SOUNDS, max_size=4), min_size=1, max_size=6),
           st.sets(st.integers(0, 11)))
    def test_covers_all_sounds_in_order(self, heard: list[str], expected: list[list[str]], borders: set[int]) -> None:
        """Whatever was heard and expected, no sound is lost or shared, and no word is empty without need."""
        found = assign_sounds(heard, expected, borders)
        assert len(found) == len(expected)
        assert found[0][0] == 0
        assert found[-1][1] == len(heard)
        assert all(one[1] == two[0] for one, two in pairwise(found))
        assert all(first < last for first, last in found) or len(heard) < len(expected)
