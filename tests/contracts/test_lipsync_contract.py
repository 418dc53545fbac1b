"""What every lip-sync engine keeps that draws a mouth, fake or real; `own` draws none."""

import numpy as np
import pytest

from tasks.domain.speech import Phoneme
from tasks.domain.timeline import FPS
from tasks.lipsync.base import Heard, LipSync
from tasks.lipsync.viseme_table import is_vowel, viseme_of
from tasks.media.curves import MOUTH, Curves
from tasks.runtime.engines import ENGINES, load_engine

SILENCE_MARGIN_S = 0.2
"""A mouth may take this long to close after a sound, and to open before the next."""
CLOSED = 1e-3
"""Values at most this large move no lip by a pixel."""
RATE_HZ = 16_000
VOICE_HZ = 110.0
FORMANTS_HZ = {"ah": (700, 1220, 2600), "ae": (660, 1700, 2400), "eh": (530, 1850, 2500), "ee": (320, 2200, 2900),
               "er": (490, 1350, 1700), "aw": (570, 900, 2400), "oh": (480, 880, 2400), "oo": (340, 950, 2300)}
"""Resonances of vowels, of a man."""
MURMUR_HZ, MURMUR = (250, 1050, 2300), 0.12
"""Resonances of what is heard through shut lips, and how loud that is beside a vowel."""


def say(*sounds: str | tuple[str, float], start_s: float = 0.5, each_s: float = 0.1) -> list[Phoneme]:
    """Phonemes one after another; ('', d) is a silence of d seconds."""
    phonemes, now_s = [], start_s
    for sound in sounds:
        ipa, length_s = sound if isinstance(sound, tuple) else (sound, each_s)
        if ipa:
            phonemes.append(Phoneme(ipa=ipa, start_s=now_s, end_s=now_s + length_s, stress=1, word=0))
        now_s += length_s
    return phonemes


def loud(duration_s: float) -> np.ndarray:
    return np.ones(round(duration_s * FPS), np.float32)


def ring(length: int, formants_hz: tuple[float, ...]) -> np.ndarray:
    """Harmonics of a voice, each as strong as the resonances let it through."""
    instants_s = np.arange(length) / RATE_HZ
    wave = np.zeros(length)
    for harmonic_hz in np.arange(VOICE_HZ, 5000, VOICE_HZ):
        gain = np.prod([place**2 / np.hypot(place**2 - harmonic_hz**2, 80 * harmonic_hz) for place in formants_hz])
        wave += gain / harmonic_hz * np.sin(2 * np.pi * harmonic_hz * instants_s + harmonic_hz)
    return wave / np.abs(wave).max()


def sound_of(phonemes: list[Phoneme], frames: int) -> Heard:
    """What those phonemes sound like: vowels ring, m murmurs, p and b are silence and a dull thump, the rest hisses."""
    samples = np.zeros(max(frames * RATE_HZ // FPS, 1))
    for phoneme in phonemes:
        first, last = (round(time_s * RATE_HZ) for time_s in (phoneme.start_s, phoneme.end_s))
        if is_vowel(phoneme.ipa):
            wave = ring(last - first, FORMANTS_HZ[viseme_of(phoneme.ipa)])
        elif phoneme.ipa == "m":
            wave = MURMUR * ring(last - first, MURMUR_HZ)
        elif phoneme.ipa in ("p", "b"):
            wave = 0.1 * ring(last - first, (400, 1000))
            wave[:-RATE_HZ // 100] = 0
        else:
            wave = 0.1 * np.random.default_rng(1).normal(size=last - first)
        part = samples[first:last]
        part += wave[:len(part)]
    return Heard((0.5 * samples).astype(np.float32), RATE_HZ)


def mouth_of(engine: LipSync, phonemes: list[Phoneme], loudness: np.ndarray) -> Curves:
    """The mouth of an engine that is given phonemes and sound, and uses what it likes."""
    return engine.mouth(phonemes, loudness, sound_of(phonemes, len(loudness)))


@pytest.fixture(params=[entry.name for entry in ENGINES if entry.stage == "lipsync" and entry.name != "own"])
def engine(request: pytest.FixtureRequest) -> LipSync:
    return load_engine("lipsync", request.param)()


class TestLipSync:
    def test_engine_carries_name_and_version(self, engine: LipSync) -> None:
        """The manifest can say what made the mouth."""
        assert (engine.name, bool(engine.version)) in {(entry.name, True) for entry in ENGINES if entry.stage == "lipsync"}

    @pytest.mark.parametrize("frames", [1, 2, 31, 90])
    def test_every_curve_has_one_sample_a_frame(self, engine: LipSync, frames: int) -> None:
        """Curves have the names of a mouth and the length of the reel."""
        curves = mouth_of(engine, say("h", "ɛ", "l", "oʊ"), np.ones(frames, np.float32))
        assert set(curves.values) == set(MOUTH)
        assert {curve.shape for curve in curves.values.values()} == {(frames,)}
        assert curves.fps == FPS

    def test_values_are_finite_and_in_range(self, engine: LipSync) -> None:
        """Any loudness gives values that drawing accepts."""
        loudness = np.tile(np.float32([0, 1.2, 0.3]), 30)
        for name, curve in mouth_of(engine, say("p", "æ", "f", "uː", "θ", "aɪ", "tʃ", "?"), loudness).values.items():
            assert np.isfinite(curve).all()
            assert curve.min() >= (-1 if name == "wide" else 0)
            assert curve.max() <= 1

    def test_same_input_gives_the_same_bytes(self, engine: LipSync) -> None:
        """A mouth is a function of its input."""
        first, second = (mouth_of(engine, say("m", "ɑː"), loud(2)).to_json() for _ in range(2))
        assert first == second

    def test_nothing_said_keeps_the_mouth_closed(self, engine: LipSync) -> None:
        """No phoneme and no sound, no movement, however loud the room is said to be."""
        assert all(not curve.any() for curve in mouth_of(engine, [], loud(2)).values.values())

    def test_phonemes_alone_or_sound_alone_are_enough(self, engine: LipSync) -> None:
        """By phonemes without sound, or by sound without phonemes, each engine opens a vowel in the way it goes by."""
        said = say("ɑː", "ɑː")
        if engine.listens == "always":
            curves = engine.mouth([], loud(1.2), sound_of(said, 36))
        else:
            curves = engine.mouth(said, loud(1.2))
        assert curves.values["jaw"][round(0.55 * FPS):round(0.65 * FPS)].min() > 0.2

    def test_silence_closes_the_mouth(self, engine: LipSync) -> None:
        """Before, between and after sounds the lips rest."""
        curves = mouth_of(engine, say("ɑː", "ɑː", ("", 1.0), "ɑː"), loud(3)).values
        instants_s = np.arange(3 * FPS) / FPS
        sounding = ((instants_s > 0.5 - SILENCE_MARGIN_S) & (instants_s < 0.7 + SILENCE_MARGIN_S)
                    | (instants_s > 1.7 - SILENCE_MARGIN_S) & (instants_s < 1.8 + SILENCE_MARGIN_S))
        for curve in curves.values():
            assert np.abs(curve[~sounding]).max() <= CLOSED

    @pytest.mark.parametrize("vowel", ["ɑː", "æ", "ʌ", "aɪ", "ɔː"])
    def test_open_vowels_open_the_mouth(self, engine: LipSync, vowel: str) -> None:
        """A vowel of 300 ms opens the jaw by at least a third of its way."""
        jaw = mouth_of(engine, say((vowel, 0.3)), loud(1.5)).values["jaw"]
        assert jaw[round(0.5 * FPS):round(0.8 * FPS)].max() > 1 / 3

    @pytest.mark.parametrize("sound", ["p", "b", "m"])
    @pytest.mark.parametrize("offset_s", np.linspace(0, 1 / FPS, 5))
    def test_lips_meet_on_every_p_b_and_m(self, engine: LipSync, sound: str, offset_s: float) -> None:
        """Between two open vowels, wherever it falls between frames, at least one whole frame shows closed lips."""
        curves = mouth_of(engine, say(("ɑː", 0.2), (sound, 0.06), ("ɑː", 0.2), start_s=0.5 + offset_s), loud(1.5)).values
        around = slice(round(0.6 * FPS), round(0.84 * FPS))
        parted = curves["jaw"] + curves["upper"] + curves["lower"]
        assert parted[around].min() <= CLOSED
