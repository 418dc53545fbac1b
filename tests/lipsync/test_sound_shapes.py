"""Sounds are taken for the right mouths."""

import numpy as np
import pytest

from tasks.lipsync.sound_shapes import VOWELS_HZ, lips_shut, shape_weights, vowel_shares
from tasks.media.audio.voice_features import BANDS_HZ, VoiceFeatures

LOOKS = 200


def features(*, f1_hz: float = 480, f2_hz: float = 1450, **bands_db: float) -> VoiceFeatures:
    """An open sound of 2 s whose bands in the looks from 100 to 109 are the given ones."""
    usual = dict.fromkeys(BANDS_HZ, -3.0) | {"mid": 0.0, "high": -22.0, "sharp": -28.0, "bright": -14.0, "upper_mid": -8.0}
    bands = {name: np.full(LOOKS, level) for name, level in usual.items()}
    for name, level in bands_db.items():
        bands[name][100:110] = level
    return VoiceFeatures(bands, np.full(LOOKS, f1_hz), np.full(LOOKS, f2_hz), np.ones(LOOKS, bool))


def sequence(size: float) -> VoiceFeatures:
    """All vowels of the table one after another, by a speaker whose resonances are `size` times as high."""
    places_hz = size * np.repeat(np.array(list(VOWELS_HZ.values())), LOOKS // len(VOWELS_HZ), axis=0)
    still = features()
    return VoiceFeatures({name: band[:len(places_hz)] for name, band in still.bands.items()}, places_hz[:, 0],
                         places_hz[:, 1], still.sounding[:len(places_hz)])


class TestShapeWeights:
    def test_weights_are_shares(self) -> None:
        """At every look they make one whole."""
        assert np.sum(list(shape_weights(features(mid=-20.0)).values()), axis=0) == pytest.approx(1)

    @pytest.mark.parametrize("size", [1.0, 1.18])
    def test_vowels_are_told_whatever_the_size_of_the_speaker(self, size: float) -> None:
        """Each vowel of a man, and of a woman whose resonances are 18 % higher, is heard most in its own time."""
        shares = vowel_shares(sequence(size))
        each = LOOKS // len(VOWELS_HZ)
        for index, name in enumerate(VOWELS_HZ):
            middle = index * each + each // 2
            assert max(shares, key=lambda other: shares[other][middle]) == name

    @pytest.mark.parametrize(("bands_db", "shape"), [
        ({"mid": -30.0, "low": -35.0, "level": -11.0, "high": -11.0, "sharp": -12.0, "bright": -25.0}, "ss"),
        ({"mid": -18.0, "low": -35.0, "level": -10.0, "high": -8.0, "sharp": -13.0, "bright": -9.0}, "sh"),
        ({"mid": -21.0, "low": -12.0, "level": -11.0, "high": -40.0, "lower_mid": -22.0, "upper_mid": -42.0}, "pbm"),
        ({"mid": -21.0, "low": -12.0, "level": -11.0, "high": -40.0, "lower_mid": -42.0, "upper_mid": -22.0}, "td"),
    ])
    def test_consonants_are_told_by_their_bands(self, bands_db: dict[str, float], shape: str) -> None:
        """A sharp hiss, a broad one, a dull murmur, a bright one; levels as in recordings."""
        weights = shape_weights(features(**bands_db))
        assert max(weights, key=lambda name: weights[name][104]) == shape


class TestLipsShut:
    def test_dull_murmur_is_lips_and_bright_one_is_not(self) -> None:
        """An /m/, then an /n/."""
        murmur = {"mid": -21.0, "low": -12.0, "level": -11.0, "high": -40.0}
        assert lips_shut(features(**murmur, lower_mid=-22.0, upper_mid=-42.0))[104] > 0.9
        assert lips_shut(features(**murmur, lower_mid=-42.0, upper_mid=-22.0))[102] < 0.1

    def test_open_sound_and_hiss_are_never_shut(self) -> None:
        """Nor what surrounds a closure."""
        shut = lips_shut(features(mid=-21.0, low=-12.0, high=-40.0))
        assert shut[:95].max() == shut[115:].max() == 0
        assert lips_shut(features(mid=-30.0, low=-35.0, high=-11.0))[104] == 0
