"""Notes: in tune, without clicks, without anything above what is allowed."""

from collections.abc import Callable

import numpy as np
import pytest

from tasks.media.audio.synth import RATE
from tasks.media.audio.synth.instruments import HIGHEST_HZ, bass, kick, noise_band, pad, pluck, shaker

NOTES: dict[str, Callable[[], np.ndarray]] = {
    "pad": lambda: pad(57, 2.0), "pluck": lambda: pluck(69, decay_s=0.6, side=0.0), "bass": lambda: bass(45, decay_s=0.6)}
PITCHES_HZ = {"pad": 220.0, "pluck": 440.0, "bass": 110.0}
"""MIDI 57, 69 and 45."""
CENTS = 5
"""Out of tune is what is further off."""


def spectrum(sound: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Frequencies and power of a sound's middle."""
    mono = sound.mean(axis=1) * np.hanning(len(sound))
    return np.fft.rfftfreq(4 * len(mono), 1 / RATE), np.abs(np.fft.rfft(mono, 4 * len(mono))) ** 2


@pytest.mark.parametrize("name", NOTES)
class TestNotes:
    def test_it_is_in_tune(self, name: str) -> None:
        """The strongest frequency is the note's, within a few cents."""
        at_hz, power = spectrum(NOTES[name]())
        assert abs(1200 * np.log2(at_hz[power.argmax()] / PITCHES_HZ[name])) < CENTS

    def test_it_begins_and_ends_without_a_click(self, name: str) -> None:
        """The first and last samples are next to nothing beside the note."""
        sound = NOTES[name]()
        assert np.abs(sound[[0, -1]]).max() < 0.01 * np.abs(sound).max()

    def test_nothing_sounds_above_the_limit(self, name: str) -> None:
        """60 dB below all the rest, at most."""
        at_hz, power = spectrum(NOTES[name]())
        assert power[at_hz > HIGHEST_HZ * 1.1].sum() < 1e-6 * power.sum()


class TestPluck:
    def test_the_side_is_heard(self) -> None:
        """A note on the left is louder there."""
        left, right = np.abs(pluck(60, decay_s=0.3, side=-0.5)).max(axis=0)
        assert left > 1.5 * right


class TestDrums:
    def test_the_kick_is_low(self) -> None:
        """Nearly all of it is below 200 Hz."""
        at_hz, power = spectrum(kick())
        assert power[at_hz < 200].sum() > 0.98 * power.sum()

    def test_the_shaker_is_above_the_voice(self) -> None:
        """Nearly all of it is above 4 kHz."""
        at_hz, power = spectrum(shaker(np.random.default_rng(1)))
        assert power[at_hz > 4000].sum() > 0.98 * power.sum()


class TestNoiseBand:
    def test_it_stays_in_its_band(self) -> None:
        """An octave outside there is less than a hundredth."""
        noise = noise_band(np.random.default_rng(1), RATE, (1000, 2000))
        at_hz, power = spectrum(noise[:, None])
        assert power[(at_hz < 500) | (at_hz > 4000)].sum() < 0.01 * power.sum()
        assert noise.std() == pytest.approx(1.0)
