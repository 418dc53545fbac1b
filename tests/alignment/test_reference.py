"""The columns a recording is compared with."""

import numpy as np
import pytest

from tasks.alignment.reference import CLOSURE_AFTER_PAUSE_S, lay_out, onsets_s
from tasks.domain.speech import Phoneme
from tasks.media.audio.cepstra import Cepstra


def looks(level_db: list[float]) -> Cepstra:
    """Looks whose feature is their own number."""
    count = len(level_db)
    return Cepstra(np.arange(count, dtype=np.float32)[:, None], np.array(level_db), np.ones(count, bool))


def sounds(*parts: tuple[str, float, float, int]) -> list[Phoneme]:
    return [Phoneme(ipa=ipa, start_s=start_s, end_s=end_s, word=word) for ipa, start_s, end_s, word in parts]


class TestLayOut:
    """Sound after sound, a silent column where somebody may pause."""

    def test_silence_stands_before_words_and_where_the_reference_pauses(self) -> None:
        """'a' and 'n' of one word; a pause inside it; 'o' of the next word."""
        found = lay_out(looks([0.0] * 20), sounds(("a", 0.02, 0.05, 0), ("n", 0.05, 0.07, 0), ("ɪ", 0.12, 0.14, 0),
                                                  ("o", 0.14, 0.17, 1)))
        assert found.silent.tolist() == [True, *[False] * 5, True, *[False] * 2, True, *[False] * 3, True]
        assert found.features[~found.silent, 0].tolist() == [2, 3, 4, 5, 6, 12, 13, 14, 15, 16]
        assert found.sound.tolist() == [0, 0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 4]
        assert (found.first.tolist(), found.end.tolist()) == ([1, 4, 7, 10], [4, 6, 9, 13])

    def test_same_sounds_are_of_one_kind(self) -> None:
        """Whatever word they are in."""
        found = lay_out(looks([0.0] * 20), sounds(("a", 0.0, 0.05, 0), ("n", 0.05, 0.1, 0), ("a", 0.1, 0.15, 1)))
        assert found.kind.tolist() == [0, 1, 0]

    def test_an_instant_has_a_column(self) -> None:
        """No sound is lost."""
        found = lay_out(looks([0.0] * 20), sounds(("a", 0.05, 0.052, 0), ("n", 0.052, 0.1, 0)))
        assert found.end[0] - found.first[0] == 1


class TestOnsets:
    """A stop begins with its closure."""

    def test_closure_is_heard(self) -> None:
        """The level falls 20 dB at 0.07 s, the burst is at 0.12 s."""
        level_db = [-10.0] * 7 + [-30.0] * 5 + [-12.0] * 8
        onsets = onsets_s(sounds(("a", 0.0, 0.12, 0), ("p", 0.12, 0.14, 1), ("a", 0.14, 0.2, 1)), np.array(level_db))
        assert onsets == pytest.approx([0.0, 0.07, 0.14])

    def test_without_a_fall_it_begins_where_the_voice_says(self) -> None:
        """A 'd' between vowels may have no closure."""
        onsets = onsets_s(sounds(("a", 0.0, 0.1, 0), ("d", 0.1, 0.14, 0)), np.array([-10.0] * 20))
        assert onsets == pytest.approx([0.0, 0.1])

    def test_after_a_pause_it_begins_a_moment_before_the_burst(self) -> None:
        """Nobody hears it, and it does not reach into the sound before."""
        onsets = onsets_s(sounds(("a", 0.0, 0.1, 0), ("p", 0.5, 0.6, 1)), np.array([-10.0] * 70))
        assert onsets == pytest.approx([0.0, 0.5 - CLOSURE_AFTER_PAUSE_S])
