"""Resonances are found where they were put."""

import numpy as np
import pytest

from tasks.media.audio.formants import TOP_HZ, first_formants

BINS_HZ = np.arange(0, TOP_HZ + 1, 1000 / 30)
CLOSE = 0.08
"""Prediction blurs resonances, so near ones draw each other a little."""


def resonances(*places_hz: float) -> np.ndarray:
    """(1, bins) power of a source falling by 12 dB an octave through resonances 80 Hz wide."""
    gains = [place**2 / np.hypot(place**2 - BINS_HZ**2, 80 * BINS_HZ) for place in places_hz]
    return ((np.prod(gains, axis=0) / np.maximum(BINS_HZ, 100)) ** 2)[None]


class TestFirstFormants:
    @pytest.mark.parametrize(("f1_hz", "f2_hz"), [(700, 1220), (320, 2200), (480, 1400), (540, 1850)])
    def test_resonances_of_vowels_are_found(self, f1_hz: float, f2_hz: float) -> None:
        """F1 and F2 of four vowels, whose upper resonances lie at 2.9, 3.6 and 4.5 kHz."""
        first, second = first_formants(resonances(f1_hz, f2_hz, 2900, 3600, 4500), BINS_HZ)
        assert first[0] == pytest.approx(f1_hz, rel=CLOSE)
        assert second[0] == pytest.approx(f2_hz, rel=CLOSE)

    def test_level_does_not_count(self) -> None:
        """A millionth of the power has the same resonances."""
        power = resonances(600, 1500, 2600)
        assert first_formants(power, BINS_HZ)[0] == pytest.approx(first_formants(1e-6 * power, BINS_HZ)[0], rel=1e-3)

    def test_silence_gives_no_error(self) -> None:
        """Nothing resonates in digital silence; numbers stay numbers or NaN."""
        first, second = first_formants(np.zeros((3, len(BINS_HZ)), np.float32), BINS_HZ)
        assert first.shape == second.shape == (3,)
