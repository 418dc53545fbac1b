"""Room tone: very soft, everywhere, without a seam."""

import numpy as np
import pytest

from tasks.media.audio.synth import RATE
from tasks.media.audio.synth.room_tone import LEVEL_DBFS, LOOP_S, room_tone


@pytest.fixture(scope="module")
def room() -> np.ndarray:
    """Longer than its loop."""
    return np.concatenate(list(room_tone(round(1.5 * LOOP_S * RATE))))


class TestRoomTone:
    def test_it_has_its_length_and_level(self, room: np.ndarray) -> None:
        """Stereo, -62 dBFS each second of it, within 1.5 dB."""
        assert room.shape == (round(1.5 * LOOP_S * RATE), 2)
        levels = 10 * np.log10(np.square(room.reshape(-1, RATE, 2)).mean(axis=(1, 2)))
        assert levels == pytest.approx(LEVEL_DBFS, abs=1.5)

    def test_it_is_nowhere_silent(self, room: np.ndarray) -> None:
        """No ten milliseconds of zeros."""
        assert np.abs(room).reshape(-1, round(0.01 * RATE), 2).max(axis=(1, 2)).min() > 1e-5

    def test_the_loop_has_no_seam(self, room: np.ndarray) -> None:
        """The step over the joint is not greater than steps elsewhere."""
        steps = np.abs(np.diff(room[:, 0]))
        joint = round(LOOP_S * RATE)
        assert steps[joint - 2:joint + 2].max() <= steps.max()
        assert np.array_equal(room[joint:], room[:len(room) - joint])

    def test_left_and_right_are_not_the_same_air(self, room: np.ndarray) -> None:
        """They are not alike."""
        assert abs(np.corrcoef(room.T)[0, 1]) < 0.1
