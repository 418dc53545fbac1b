"""Where a voice is found in a piece of sound."""

import numpy as np
import pytest

from tasks.media.audio.trimming import (
    AFTER_S,
    BEFORE_S,
    FADE_IN_S,
    FADE_OUT_S,
    STEP_S,
    faded,
    voiced_part,
    with_short_pauses,
)

RATE_HZ = 24_000


def voice(noise: float = 0.0, level: float = 0.3) -> np.ndarray:
    """Two seconds, a tone from 0.5 to 1.5 s with a gap, in noise."""
    times = np.arange(2 * RATE_HZ) / RATE_HZ
    inside = ((times >= 0.5) & (times < 1.5) & ~((times > 0.9) & (times < 1.2)))
    samples = level * np.sin(2 * np.pi * 200 * times) * inside + noise * np.random.default_rng(1).standard_normal(len(times))
    return samples.astype(np.float32)


@pytest.mark.parametrize(("noise", "level"), [(0.0, 0.3), (0.001, 0.3), (0.01, 0.3), (0.0, 0.01)])
def test_finds_the_voice_in_silence_and_in_noise(noise: float, level: float) -> None:
    """From a little before its first sound to a little after its last one; a gap inside is kept."""
    first, end = voiced_part(voice(noise, level), RATE_HZ)
    assert first / RATE_HZ == pytest.approx(0.5 - BEFORE_S, abs=2 * STEP_S)
    assert end / RATE_HZ == pytest.approx(1.5 + AFTER_S, abs=2 * STEP_S)


@pytest.mark.parametrize("samples", [np.zeros(1000, np.float32), np.full(1000, 1e-4, np.float32), np.zeros(0, np.float32)])
def test_silence_holds_no_voice(samples: np.ndarray) -> None:
    """Nor does what is fainter than any room."""
    assert voiced_part(samples, RATE_HZ) == (0, 0)


def test_a_piece_begins_and_ends_in_silence() -> None:
    """The middle stays as it was, and so does what was given."""
    piece = np.ones(RATE_HZ, np.float32)
    found = faded(piece, RATE_HZ)
    assert found[0] == found[-1] == 0.0
    assert np.all(found[round(FADE_IN_S * RATE_HZ):-round(FADE_OUT_S * RATE_HZ)] == 1.0)
    assert np.all(piece == 1.0)


@pytest.mark.parametrize("count", [0, 1, 5, 100])
def test_a_piece_shorter_than_its_fades_is_faded_too(count: int) -> None:
    """Nothing fails, nothing gets louder."""
    found = faded(np.ones(count, np.float32), RATE_HZ)
    assert len(found) == count
    assert np.all(found <= 1.0)


class TestWithShortPauses:
    @pytest.mark.parametrize(("gap_s", "left_s", "count"), [(0.5, 0.5, 0), (1.9, 1.9, 0), (4.0, 2.0, 1)])
    def test_the_middle_of_a_long_pause_is_left_out(self, gap_s: float, left_s: float, count: int) -> None:
        """Two seconds stay, both sides untouched, and the room between runs on."""
        tone = 0.3 * np.sin(2 * np.pi * 200 * np.arange(RATE_HZ) / RATE_HZ)
        room = 0.002 * np.sin(2 * np.pi * 90 * np.arange(round(gap_s * RATE_HZ)) / RATE_HZ)
        samples = np.concatenate([tone, room, tone]).astype(np.float32)
        found, shortened = with_short_pauses(samples, RATE_HZ, 2.0)
        assert shortened == count
        assert len(found) / RATE_HZ - 2.0 == pytest.approx(left_s, abs=0.06)
        assert np.array_equal(found[:2 * RATE_HZ - 2000], samples[:2 * RATE_HZ - 2000])
        assert np.array_equal(found[-2 * RATE_HZ + 2000:], samples[-2 * RATE_HZ + 2000:])
        assert np.abs(np.diff(found[RATE_HZ + 100:-RATE_HZ - 100])).max() < 0.002

    def test_every_long_pause_is_shortened(self) -> None:
        """Three of them."""
        tone, pause = np.full(RATE_HZ, 0.3), np.zeros(4 * RATE_HZ)
        samples = np.concatenate([tone, pause, tone, pause, tone, pause, tone]).astype(np.float32)
        found, shortened = with_short_pauses(samples, RATE_HZ, 2.0)
        assert (shortened, len(found) / RATE_HZ) == (3, pytest.approx(4 + 3 * 2.0, abs=0.2))
