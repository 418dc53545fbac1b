"""How far music is below a voice, from powers of known ratio."""

import numpy as np
import pytest

from tasks.sound.balance import MOST_LU, below_voice_lu

ALL = np.ones(100, bool)


def powers(*levels_db: float) -> np.ndarray:
    """Each level for five seconds."""
    return np.repeat(10 ** (np.array(levels_db) / 10), 50)


class TestBelowVoice:
    def test_equal_distance_everywhere(self) -> None:
        """-15 and -33 are 18 apart."""
        assert below_voice_lu(powers(-15, -15), powers(-33, -33), ALL) == pytest.approx(18)

    def test_the_worst_moment_counts(self) -> None:
        """The voice gets softer in its second half, and so does the distance."""
        assert below_voice_lu(powers(-15, -21), powers(-33, -33), ALL) == pytest.approx(12)

    def test_music_alone_does_not_count(self) -> None:
        """Loud music in a pause is not under the voice."""
        speaking = np.repeat([True, False], 50)
        assert below_voice_lu(powers(-15, -90), powers(-33, -20), speaking) == pytest.approx(18)

    def test_pauses_inside_a_window_do_not_count(self) -> None:
        """Every second step is a pause with loud music."""
        speaking = np.tile([True, False], 50)
        voice, music = np.where(speaking, 1.0, 0.0), np.where(speaking, 0.01, 1.0)
        assert below_voice_lu(voice, music, speaking) == pytest.approx(20)

    @pytest.mark.parametrize(("voice", "music", "speaking"), [
        (powers(-15, -15), np.zeros(100), ALL), (powers(-15, -15), powers(-33, -33), ~ALL)], ids=["no music", "no voice"])
    def test_nothing_to_compare_is_far_enough(self, voice: np.ndarray, music: np.ndarray, speaking: np.ndarray) -> None:
        """A number that can be written down, and passes."""
        assert below_voice_lu(voice, music, speaking) == MOST_LU

    def test_a_reel_shorter_than_a_window(self) -> None:
        """One second of voice is compared as a whole."""
        assert below_voice_lu(powers(-10)[:10], powers(-24)[:10], ALL[:10]) == pytest.approx(14)
