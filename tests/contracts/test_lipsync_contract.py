"""What every lip-sync engine keeps, fake or real."""

import numpy as np
import pytest

from tasks.domain.speech import Phoneme
from tasks.domain.timeline import FPS
from tasks.lipsync.base import LipSync
from tasks.media.curves import MOUTH
from tasks.runtime.engines import ENGINES, load_engine

SILENCE_MARGIN_S = 0.2
"""A mouth may take this long to close after a sound, and to open before the next."""
CLOSED = 1e-3
"""Values at most this large move no lip by a pixel."""


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


@pytest.fixture(params=[entry.name for entry in ENGINES if entry.stage == "lipsync"])
def engine(request: pytest.FixtureRequest) -> LipSync:
    return load_engine("lipsync", request.param)()


class TestLipSync:
    def test_engine_carries_name_and_version(self, engine: LipSync) -> None:
        """The manifest can say what made the mouth."""
        assert (engine.name, bool(engine.version)) in {(entry.name, True) for entry in ENGINES if entry.stage == "lipsync"}

    @pytest.mark.parametrize("frames", [1, 2, 31, 90])
    def test_every_curve_has_one_sample_a_frame(self, engine: LipSync, frames: int) -> None:
        """Curves have the names of a mouth and the length of the reel."""
        curves = engine.mouth(say("h", "ɛ", "l", "oʊ"), np.ones(frames, np.float32))
        assert set(curves.values) == set(MOUTH)
        assert {curve.shape for curve in curves.values.values()} == {(frames,)}
        assert curves.fps == FPS

    def test_values_are_finite_and_in_range(self, engine: LipSync) -> None:
        """Any loudness gives values that drawing accepts."""
        loudness = np.tile(np.float32([0, 1.2, 0.3]), 30)
        for name, curve in engine.mouth(say("p", "æ", "f", "uː", "θ", "aɪ", "tʃ", "?"), loudness).values.items():
            assert np.isfinite(curve).all()
            assert curve.min() >= (-1 if name == "wide" else 0)
            assert curve.max() <= 1

    def test_same_input_gives_the_same_bytes(self, engine: LipSync) -> None:
        """A mouth is a function of its input."""
        first, second = (engine.mouth(say("m", "ɑː"), loud(2)).to_json() for _ in range(2))
        assert first == second

    def test_nothing_said_keeps_the_mouth_closed(self, engine: LipSync) -> None:
        """No phoneme, no movement, however loud the room is."""
        assert all(not curve.any() for curve in engine.mouth([], loud(2)).values.values())

    def test_silence_closes_the_mouth(self, engine: LipSync) -> None:
        """Before, between and after sounds the lips rest."""
        curves = engine.mouth(say("ɑː", "ɑː", ("", 1.0), "ɑː"), loud(3)).values
        instants_s = np.arange(3 * FPS) / FPS
        sounding = ((instants_s > 0.5 - SILENCE_MARGIN_S) & (instants_s < 0.7 + SILENCE_MARGIN_S)
                    | (instants_s > 1.7 - SILENCE_MARGIN_S) & (instants_s < 1.8 + SILENCE_MARGIN_S))
        for curve in curves.values():
            assert np.abs(curve[~sounding]).max() <= CLOSED

    @pytest.mark.parametrize("vowel", ["ɑː", "æ", "ʌ", "aɪ", "ɔː"])
    def test_open_vowels_open_the_mouth(self, engine: LipSync, vowel: str) -> None:
        """A vowel of 300 ms opens the jaw by at least a third of its way."""
        jaw = engine.mouth(say((vowel, 0.3)), loud(1.5)).values["jaw"]
        assert jaw[round(0.5 * FPS):round(0.8 * FPS)].max() > 1 / 3

    @pytest.mark.parametrize("sound", ["p", "b", "m"])
    @pytest.mark.parametrize("offset_s", np.linspace(0, 1 / FPS, 5))
    def test_lips_meet_on_every_p_b_and_m(self, engine: LipSync, sound: str, offset_s: float) -> None:
        """Between two open vowels, wherever it falls between frames, at least one whole frame shows closed lips."""
        curves = engine.mouth(say(("ɑː", 0.2), (sound, 0.06), ("ɑː", 0.2), start_s=0.5 + offset_s), loud(1.5)).values
        around = slice(round(0.6 * FPS), round(0.84 * FPS))
        parted = curves["jaw"] + curves["upper"] + curves["lower"]
        assert parted[around].min() <= CLOSED
