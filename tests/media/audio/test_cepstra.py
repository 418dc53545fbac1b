"""What a voice sounds like, whoever it is."""

import numpy as np
import pytest
import soxr
from numpy.typing import NDArray

from tasks.media.audio.cepstra import COEFFICIENTS, HOP_S, cepstra, cepstra_of_throats

RATE = 16_000


def vowels(stretch: float = 1.0) -> NDArray[np.float32]:
    """Four vowels of 0.2 s, each a buzz with two resonances, by a throat whose resonances lie `stretch` times higher."""
    time_s = np.arange(round(0.2 * RATE)) / RATE
    found = []
    for first_hz, second_hz in ((300, 2200), (700, 1200), (350, 800), (550, 1800)):
        buzz = np.zeros(len(time_s))
        for hz in np.arange(110, 7000, 110):
            gain = sum(1 / (1 + ((hz - middle * stretch) / (90 * stretch)) ** 2) for middle in (first_hz, second_hz))
            buzz += gain * np.sin(2 * np.pi * hz * time_s)
        found.append(buzz)
    return (0.05 * np.concatenate(found)).astype(np.float32)


class TestCepstra:
    """Shapes, and what does not count."""

    def test_one_look_every_hop(self) -> None:
        """0.8 s are 80 looks of state and change."""
        looks = cepstra(vowels(), RATE)
        assert looks.features.shape == (round(0.8 / HOP_S), 2 * COEFFICIENTS)
        assert looks.level_db.shape == looks.speaks.shape == (80,)

    def test_level_does_not_count(self) -> None:
        """A voice 20 dB softer is the same voice."""
        loud, soft = cepstra(vowels(), RATE), cepstra(vowels() / 10, RATE)
        assert np.abs(loud.features - soft.features).mean() < 0.02
        assert np.allclose(loud.level_db - soft.level_db, 20, atol=0.1)

    def test_rate_does_not_count(self) -> None:
        """At 48 kHz it is the same voice."""
        fine = np.asarray(soxr.resample(vowels(), RATE, 48_000), np.float32)
        assert np.abs(cepstra(vowels(), RATE).features - cepstra(fine, 48_000).features).mean() < 0.05

    def test_silence_is_no_speech(self) -> None:
        """Half a second without sound, half with."""
        sound = np.concatenate([np.zeros(RATE // 2, np.float32), vowels()])
        speaks = cepstra(sound, RATE).speaks
        assert not speaks[:48].any()
        assert speaks[52:125].all()

    @pytest.mark.parametrize("stretch", [0.9, 1.1, 1.2])
    def test_throat_is_recognised(self, stretch: float) -> None:
        """Of several throats a voice is listened to with, the one of the other voice makes both most alike."""
        throats = (0.8, 0.9, 1.0, 1.1, 1.2)
        other = cepstra(vowels(stretch), RATE).features
        away = [np.abs(one.features - other).mean() for one in cepstra_of_throats(vowels(), RATE, throats)]
        assert throats[int(np.argmin(away))] == stretch

    def test_digital_silence_is_finite(self) -> None:
        """Nothing is divided by nothing."""
        assert np.isfinite(cepstra(np.zeros(RATE, np.float32), RATE).features).all()
