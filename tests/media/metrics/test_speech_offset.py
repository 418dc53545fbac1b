"""Offset of sound and mouth: a mouth made from a sound, moved by a known time."""

import numpy as np
import pytest

from tasks.media.metrics.speech_offset import compare, opening_range

LENGTH_S = 12.0
TOLERANCE_MS = 3.0
"""A tenth of a frame: the parabola finds the peak between two lags."""


def syllables(times_s: np.ndarray, *, seed: int = 1) -> np.ndarray:
    """Level of somebody who says a syllable now and then: bumps 0.16 s wide, four a second, with gaps."""
    dice = np.random.default_rng(seed)
    centres = np.cumsum(dice.uniform(0.18, 0.45, 60))
    heights = dice.uniform(0.4, 1.0, 60)
    return np.asarray((heights * np.exp(-(((times_s[:, None] - centres) / 0.08) ** 2))).sum(axis=1))


def film(*, sound_first_s: float, fps: float = 30.0, uneven: bool = False) -> tuple[np.ndarray, ...]:
    """Frame times and openings, level times and levels; the sound comes that much before the mouth."""
    frames = np.arange(0, LENGTH_S, 1 / fps)
    if uneven:
        frames = np.sort(frames + np.random.default_rng(2).uniform(-0.4, 0.4, len(frames)) / fps)
    sound = np.arange(0, LENGTH_S, 0.005) + 0.0025
    return frames, 0.1 * syllables(frames) ** 0.6, sound, syllables(sound + sound_first_s)


class TestCompare:
    @pytest.mark.parametrize("sound_first_ms", [-185, -120, -40, -11, 0, 7, 45, 120])
    def test_offset_is_positive_where_the_sound_comes_first(self, sound_first_ms: int) -> None:
        """The convention of ITU-R BT.1359-1, to a fraction of a frame."""
        found = compare(*film(sound_first_s=sound_first_ms / 1000))
        assert found is not None
        assert found.offset_ms == pytest.approx(sound_first_ms, abs=TOLERANCE_MS)
        assert found.correlation > 0.98

    @pytest.mark.parametrize("fps", [12.0, 25.0, 59.94])
    def test_frame_rate_does_not_matter(self, fps: float) -> None:
        found = compare(*film(sound_first_s=0.06, fps=fps))
        assert found is not None
        assert found.offset_ms == pytest.approx(60, abs=2 * TOLERANCE_MS)

    def test_frames_at_uneven_times_count_at_their_times(self) -> None:
        found = compare(*film(sound_first_s=0.06, uneven=True))
        assert found is not None
        assert found.offset_ms == pytest.approx(60, abs=2 * TOLERANCE_MS)

    def test_a_mouth_that_is_seen_half_of_the_time_is_enough(self) -> None:
        """Cutaways hide it."""
        frames, openings, sound, levels = film(sound_first_s=-0.05)
        openings[(frames > 3) & (frames < 8)] = np.nan
        found = compare(frames, openings, sound, levels)
        assert found is not None
        assert found.offset_ms == pytest.approx(-50, abs=2 * TOLERANCE_MS)

    def test_another_text_does_not_fit(self) -> None:
        frames, _, sound, levels = film(sound_first_s=0.0)
        found = compare(frames, syllables(frames, seed=9), sound, levels)
        assert found is not None
        assert found.correlation < 0.5

    def test_nothing_is_said_where_nothing_can_be(self) -> None:
        """A mouth that never moves, silence, no mouth at all, a second of film."""
        frames, openings, sound, levels = film(sound_first_s=0.0)
        assert compare(frames, 0 * openings, sound, levels) is None
        assert compare(frames, openings, sound, 0 * levels) is None
        assert compare(frames, openings + np.nan, sound, levels) is None
        assert compare(frames[:30], openings[:30], sound, levels) is None
        assert compare(frames, openings, sound[:0], levels[:0]) is None


class TestOpeningRange:
    def test_it_leaves_out_the_tenth_at_the_ends(self) -> None:
        assert opening_range(np.linspace(0.0, 1.0, 1001)) == pytest.approx(0.9)

    def test_it_is_unknown_without_a_mouth(self) -> None:
        assert np.isnan(opening_range(np.full(5, np.nan)))
