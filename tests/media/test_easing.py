"""Steps, bumps and slow noise are what they say."""

import numpy as np
import pytest

from tasks.media.easing import bump, minimum_jerk, plateau, slow_noise, smooth_step

TIMES_S = np.arange(0, 60, 1 / 30)


class TestSteps:
    @pytest.mark.parametrize("step", [smooth_step, minimum_jerk])
    def test_step_goes_from_0_through_a_half_to_1(self, step: type[smooth_step]) -> None:
        """Before the start nothing, in the middle half, after the end all."""
        assert step(np.array([0.0, 1.0, 2.0, 3.0, 9.0]), 1, 3) == pytest.approx([0, 0, 0.5, 1, 1])

    def test_minimum_jerk_is_fastest_in_the_middle(self) -> None:
        """Its greatest speed is 1.875 of the mean speed."""
        fine = np.linspace(0, 2, 2001)
        assert np.gradient(minimum_jerk(fine, 0, 2), fine).max() == pytest.approx(1.875 / 2, rel=1e-3)

    def test_bump_falls_to_a_third_at_its_width(self) -> None:
        """1 in the centre, 1/e at the width on both sides."""
        assert bump(np.array([0.8, 1.0, 1.2]), 1.0, 0.2) == pytest.approx([np.exp(-1), 1, np.exp(-1)])

    def test_plateau_holds_between_rise_and_fall(self) -> None:
        """0 before the rise, 1 from start to end, 0 after the fall."""
        course = plateau(np.array([0.5, 1.0, 2.0, 2.5]), 1, 2, rise_s=0.5, fall_s=0.5)
        assert course == pytest.approx([0, 1, 1, 0])


class TestSlowNoise:
    def test_noise_stays_in_its_band(self) -> None:
        """All but a hundredth of its power lies between the two frequencies."""
        noise = slow_noise(TIMES_S, 0.2, 0.6, np.random.default_rng(1))
        power = np.abs(np.fft.rfft(noise * np.hanning(len(noise)))) ** 2
        frequencies_hz = np.fft.rfftfreq(len(noise), 1 / 30)
        inside = (frequencies_hz > 0.2 - 0.05) & (frequencies_hz < 0.6 + 0.05)
        assert power[inside].sum() > 0.99 * power.sum()

    def test_noise_has_deviation_1(self) -> None:
        """Over a long time and many seeds."""
        deviations = [slow_noise(TIMES_S, 0.2, 0.6, np.random.default_rng(seed)).std() for seed in range(40)]
        assert np.mean(deviations) == pytest.approx(1, abs=0.08)
