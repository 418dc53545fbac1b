"""Beats of generated music: tempo and place are found to a hundredth of a second."""

import numpy as np
import pytest

from tasks.media.audio.beats import find_beat, onset_strength

RATE = 48_000
PLACE_TOLERANCE_S = 0.012
"""About one step of the analysis."""


def beaten(bpm: float, seconds: float, *, first_s: float = 0.0, rate: int = RATE) -> np.ndarray:
    """Drums and a held chord: a low knock on every beat, a lighter one between."""
    times = np.arange(round(seconds * rate)) / rate
    sound = 0.05 * sum(np.sin(2 * np.pi * pitch * times) for pitch in (220, 277, 330))
    for number, at_s in enumerate(np.arange(first_s, seconds - 0.2, 30 / bpm)):
        since = np.maximum(times - at_s, 0)
        knock = np.sin(2 * np.pi * (90 if number % 2 == 0 else 400) * since) * np.exp(-since / 0.05)
        sound += (0.5 if number % 2 == 0 else 0.08) * knock * (times >= at_s)
    return np.stack([sound, sound], axis=1).astype(np.float32)


class TestFindBeat:
    @pytest.mark.parametrize("bpm", [72, 90, 104.5, 120, 140])
    def test_the_tempo_is_found(self, bpm: float) -> None:
        """Within half a per cent, from twenty seconds; a slow one may be counted twice as fast, as people do."""
        beat = find_beat(onset_strength([beaten(bpm, 20.0)], RATE))
        assert beat is not None
        assert any(60 / beat.period_s == pytest.approx(factor * bpm, rel=0.005) for factor in ((1, 2) if bpm < 90 else (1,)))

    @pytest.mark.parametrize("first_s", [0.1, 0.25, 0.4])
    def test_the_first_beat_is_found(self, first_s: float) -> None:
        """Wherever the knocks begin."""
        beat = find_beat(onset_strength([beaten(100, 15.0, first_s=first_s)], RATE))
        assert beat is not None
        off_s = (beat.first_s - first_s + beat.period_s / 2) % beat.period_s - beat.period_s / 2
        assert abs(off_s) < PLACE_TOLERANCE_S

    @pytest.mark.parametrize("sound", [
        np.zeros((20 * RATE, 2), np.float32), np.full((RATE, 2), 0.1, np.float32),
        np.random.default_rng(1).standard_normal((20 * RATE, 2)).astype(np.float32) * 0.1,
    ], ids=["silence", "short", "noise"])
    def test_where_nothing_beats_there_is_none(self, sound: np.ndarray) -> None:
        """Silence, a second, and noise have no tempo."""
        assert find_beat(onset_strength([sound], RATE)) is None


class TestOnsetStrength:
    def test_pieces_do_not_matter(self) -> None:
        """The same from one piece and from many."""
        sound = beaten(120, 6.0)
        whole = onset_strength([sound], RATE)
        assert np.allclose(onset_strength([sound[:777], sound[777:99_000], sound[99_000:]], RATE), whole)
