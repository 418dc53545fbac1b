"""Loudness frame by frame."""

import numpy as np

from tasks.media.audio.envelope import HIGHEST, frame_loudness

RATE_HZ, FPS = 48_000, 30


def tone(start_s: float, end_s: float, duration_s: float, amplitude: float = 0.5) -> np.ndarray:
    times = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    inside = (times >= start_s) & (times < end_s)
    return (amplitude * inside * np.sin(2 * np.pi * 440 * times)).astype(np.float32)


class TestFrameLoudness:
    def test_is_zero_in_silence_and_one_in_sound(self) -> None:
        """A tone from 1 s to 2 s lights frames 30 to 59, with two frames of smoothing on either side."""
        found = frame_loudness(tone(1, 2, 3), RATE_HZ, FPS, 90)
        assert found.shape == (90,)
        assert found.dtype == np.float32
        assert (found[:28] == 0).all()
        assert (found[62:] == 0).all()
        assert np.abs(found[33:57] - 1).max() < 0.02

    def test_does_not_depend_on_the_level(self) -> None:
        """A soft voice moves the lips as much as a loud one."""
        loud, soft = (frame_loudness(tone(1, 2, 3, level), RATE_HZ, FPS, 90) for level in (0.5, 0.01))
        assert np.abs(loud - soft).max() < 1e-3

    def test_never_exceeds_its_bound(self) -> None:
        """A shout in soft speech is cut."""
        sound = tone(0, 10, 10, 0.05) + tone(5, 5.2, 10, 0.9)
        assert frame_loudness(sound, RATE_HZ, FPS, 300).max() <= np.float32(HIGHEST)

    def test_silence_and_nothing_are_silent(self) -> None:
        """No sound at all, or frames beyond it."""
        assert not frame_loudness(np.zeros(RATE_HZ, np.float32), RATE_HZ, FPS, 30).any()
        assert not frame_loudness(tone(0, 1, 1), RATE_HZ, FPS, 90)[33:].any()
