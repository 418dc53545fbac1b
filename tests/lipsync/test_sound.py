"""A mouth that listens moves as one that is told the phonemes."""

import numpy as np
import pytest

from tasks.domain.speech import Phoneme
from tasks.domain.timeline import FPS
from tasks.lipsync.base import Heard
from tasks.lipsync.dynamics import LEAD_S
from tasks.lipsync.sound import SoundLipSync
from tasks.lipsync.viseme_table import visemes_of
from tasks.lipsync.visemes import VisemeLipSync
from tasks.media.curves import Curves

RATE_HZ = 48_000
ALIKE = 0.65
"""Least correlation of the gap with the one that phonemes make; measured 0.75 to 0.83."""
MET_SHARE = 0.65
"""Least part of p, b and m on which the lips meet; measured 0.75 to 0.9."""
FRAME_S = 1 / FPS


def heard_mouth(samples: np.ndarray, loudness: np.ndarray) -> Curves:
    return SoundLipSync().mouth((), loudness, Heard(samples.astype(np.float32), RATE_HZ))


def gap(mouth: Curves) -> np.ndarray:
    """About how far the lips are apart."""
    return mouth.values["jaw"] + (mouth.values["upper"] + mouth.values["lower"]) / 6


class TestSoundLipSync:
    @pytest.mark.parametrize("level_db", [0, -30])
    def test_mouth_follows_the_voice_at_any_level(self, spoken, level_db: float) -> None:
        """The gap between the lips goes with that of the known phonemes, and so does the roundness."""
        known = VisemeLipSync().mouth(spoken.phonemes, spoken.loudness)
        found = heard_mouth(spoken.samples * 10 ** (level_db / 20), spoken.loudness)
        assert np.corrcoef(gap(known), gap(found))[0, 1] > ALIKE
        assert np.corrcoef(known.values["wide"], found.values["wide"])[0, 1] > ALIKE

    def test_noise_does_not_change_it_much(self, spoken) -> None:
        """White noise 20 dB below the voice."""
        noise = np.random.default_rng(1).normal(0, 0.1 * np.sqrt(np.mean(spoken.samples**2)), len(spoken.samples))
        found = heard_mouth(spoken.samples + noise, spoken.loudness)
        assert np.corrcoef(gap(VisemeLipSync().mouth(spoken.phonemes, spoken.loudness)), gap(found))[0, 1] > ALIKE

    def test_mouth_is_in_time(self, spoken) -> None:
        """Neither a frame earlier nor a frame later fits the known phonemes better."""
        known = gap(VisemeLipSync().mouth(spoken.phonemes, spoken.loudness))
        found = gap(heard_mouth(spoken.samples, spoken.loudness))
        fits = [np.corrcoef(known[2:-2], found[2 + lag:len(found) - 2 + lag])[0, 1] for lag in (-1, 0, 1)]
        assert max(fits) == fits[1]

    def test_lips_meet_on_most_p_b_and_m(self, spoken) -> None:
        """As far as it can be heard."""
        found = gap(heard_mouth(spoken.samples, spoken.loudness))
        met = []
        for phoneme in (phoneme for phoneme in spoken.phonemes if "pbm" in visemes_of(phoneme.ipa)):
            first, last = ((time_s - LEAD_S) * FPS for time_s in (phoneme.start_s, phoneme.end_s))
            met.append(found[max(int(first) - 1, 0):int(last) + 2].min() < 0.02)
        assert np.mean(met) > MET_SHARE

    def test_pauses_are_exactly_rest(self, spoken) -> None:
        """0.25 s after the last sound everything is the portrait's own mouth."""
        mouth = heard_mouth(np.pad(spoken.samples, (0, RATE_HZ)), np.pad(spoken.loudness, (0, FPS)))
        rest = round((spoken.phonemes[-1].end_s + 0.35) * FPS)
        assert all(not curve[rest:].any() for curve in mouth.values.values())

    def test_room_without_a_voice_keeps_the_mouth_shut(self) -> None:
        """Noise, a click and a hum of a second move nothing."""
        noise = np.random.default_rng(2).normal(0, 0.01, 2 * RATE_HZ)
        noise[RATE_HZ:RATE_HZ + 20] = 0.9
        assert all(not curve.any() for curve in heard_mouth(noise, np.ones(60, np.float32)).values.values())

    def test_without_sound_it_rests(self) -> None:
        """Phonemes mean nothing to it."""
        mouth = SoundLipSync().mouth([Phoneme(ipa="ɑ", start_s=0.1, end_s=0.5, word=0)], np.ones(30, np.float32))
        assert all(not curve.any() for curve in mouth.values.values())

    @pytest.mark.parametrize("samples", [1, 7, 480, 1600])
    def test_shortest_sounds_are_no_error(self, samples: int) -> None:
        """A sample, a few, a frame."""
        assert len(heard_mouth(np.full(samples, 0.5), np.ones(2, np.float32))) == 2


class TestVisemesListen:
    def test_unknown_stretch_takes_the_heard_mouth_and_the_rest_keeps_its_own(self, spoken) -> None:
        """Of two sentences the second has no phonemes: far from the border each half is one engine's alone."""
        border_s = (spoken.words[7].end_s + spoken.words[8].start_s) / 2
        known = [phoneme for phoneme in spoken.phonemes if phoneme.word <= 7]
        heard = Heard(spoken.samples, RATE_HZ, ((border_s, len(spoken.samples) / RATE_HZ),))
        both = VisemeLipSync().mouth(known, spoken.loudness, heard)
        told, found = VisemeLipSync().mouth(known, spoken.loudness), heard_mouth(spoken.samples, spoken.loudness)
        before, after = slice(0, int((border_s - 0.15) * FPS)), slice(int((border_s + 0.15) * FPS), None)
        for name, curve in both.values.items():
            assert np.array_equal(curve[before], told.values[name][before])
            assert np.allclose(curve[after], found.values[name][after], atol=1e-6)

    def test_doubtful_phonemes_are_not_used(self, spoken) -> None:
        """What lies in an unknown stretch does not move the mouth."""
        heard = Heard(spoken.samples, RATE_HZ, ((0.0, len(spoken.samples) / RATE_HZ),))
        wrong = [Phoneme(ipa="m", start_s=0.3, end_s=2.0, word=0)]
        mouths = [VisemeLipSync().mouth(phonemes, spoken.loudness, heard).to_json() for phonemes in (wrong, [])]
        assert mouths[0] == mouths[1]

    def test_known_phonemes_need_no_sound(self, spoken) -> None:
        """With nothing unknown the sound changes no byte."""
        engine = VisemeLipSync()
        with_sound = engine.mouth(spoken.phonemes, spoken.loudness, Heard(spoken.samples, RATE_HZ))
        assert with_sound.to_json() == engine.mouth(spoken.phonemes, spoken.loudness).to_json()
