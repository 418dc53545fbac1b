"""The embedded lip-sync moves as speech does."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.domain.speech import Phoneme
from tasks.domain.timeline import FPS
from tasks.lipsync.closures import contact
from tasks.lipsync.dynamics import LEAD_S
from tasks.lipsync.viseme_table import VISEMES
from tasks.lipsync.visemes import VisemeLipSync

FASTEST_STEP = 0.75
"""No curve changes more in one frame: contact takes two frames, less only between a p and an f a frame apart."""
SHUTTER = 0.55
"""Share of the way that lips may go in one frame; with contact ramps of a single frame it is 0.6."""
ALPHABET = ("p", "b", "m", "f", "v", "ɑː", "æ", "i", "uː", "w", "s", "t", "k", "l", "θ", "ʃ", "aɪ", "oʊ", "ə", "ɹ")


def spoken(sounds: list[tuple[str, float]], *, start_s: float = 0.5) -> list[Phoneme]:
    phonemes, now_s = [], start_s
    for ipa, length_s in sounds:
        if ipa:
            phonemes.append(Phoneme(ipa=ipa, start_s=now_s, end_s=now_s + length_s, stress=1, word=0))
        now_s += length_s
    return phonemes


def mouth_of(phonemes: list[Phoneme], *, loudness: float = 1.0, duration_s: float | None = None) -> dict[str, np.ndarray]:
    frames = round((duration_s or phonemes[-1].end_s + 0.5) * FPS)
    return dict(VisemeLipSync().mouth(phonemes, np.full(frames, loudness, np.float32)).values)


def frames_inside(phoneme: Phoneme) -> slice:
    """Frames that show the phoneme, which is seen a lead before it is heard."""
    return slice(int(np.ceil((phoneme.start_s - LEAD_S) * FPS)), int(np.ceil((phoneme.end_s - LEAD_S) * FPS)))


class TestClosures:
    def test_papa_mama_baba_closes_six_times(self) -> None:
        """Each of six bilabials is seen, with an open mouth between each two."""
        phonemes = spoken([(ipa, length) for pair in ("p", "m", "b") for ipa, length in ((pair, 0.08), ("ɑː", 0.15)) * 2])
        jaw = mouth_of(phonemes)["jaw"]
        closed = jaw[round(0.45 * FPS):round(phonemes[-1].end_s * FPS)] < 1e-3
        assert np.count_nonzero(closed[1:] & ~closed[:-1]) + closed[0] == 6
        for vowel in phonemes[1::2]:
            assert jaw[frames_inside(vowel)].max() > 0.35

    def test_long_m_stays_closed_to_its_end(self) -> None:
        """A hum of half a second shows closed lips on all its frames."""
        phonemes = spoken([("ɑː", 0.2), ("m", 0.5), ("ɑː", 0.2)])
        mouth = mouth_of(phonemes)
        assert mouth["press"][frames_inside(phonemes[1])].min() == 1
        assert mouth["jaw"][frames_inside(phonemes[1])].max() == 0

    @given(st.lists(st.tuples(st.sampled_from(ALPHABET), st.floats(0.02, 0.3)), min_size=1, max_size=25), st.floats(0, 0.04))
    @settings(max_examples=60, deadline=None)
    def test_every_bilabial_of_any_sequence_is_seen_closed(self, sounds: list[tuple[str, float]], shift_s: float) -> None:
        """Whatever the neighbours, the speed and the place between frames, p, b and m close the lips for a frame."""
        phonemes = spoken(sounds, start_s=0.5 + shift_s)
        mouth = mouth_of(phonemes)
        parted = mouth["jaw"] + mouth["upper"] + mouth["lower"]
        for phoneme in phonemes:
            if phoneme.ipa in "pbm":
                around = frames_inside(phoneme)
                assert parted[max(around.start - 2, 0):around.stop + 1].min() == 0

    def test_f_and_v_bring_the_lip_to_the_teeth(self) -> None:
        """The lower lip is tucked and the lips are not pressed."""
        phonemes = spoken([("ɑː", 0.2), ("f", 0.08), ("ɑː", 0.2)])
        mouth = mouth_of(phonemes)
        assert mouth["tuck"][frames_inside(phonemes[1])].max() > 0.9
        assert mouth["press"][frames_inside(phonemes[1])].max() < 0.1

    def test_contact_outside_the_reel_is_ignored(self) -> None:
        """A phoneme past the last frame, or before the first, breaks nothing."""
        phonemes = [Phoneme(ipa="m", start_s=0.0, end_s=0.02, word=0), Phoneme(ipa="p", start_s=5.0, end_s=5.1, word=0)]
        held = contact(phonemes, "pbm", 30, fps=FPS, lead_s=LEAD_S)
        assert held.shape == (30,)
        assert held[10:].max() == 0


class TestShapes:
    def test_ah_of_300_ms_reaches_its_target(self) -> None:
        """A long loud vowel opens the jaw as far as its viseme says."""
        phonemes = spoken([("ɑː", 0.3)])
        assert mouth_of(phonemes)["jaw"].max() == pytest.approx(VISEMES["ah"]["jaw"], abs=0.05)

    def test_held_vowel_is_not_frozen(self) -> None:
        """A second of the same vowel relaxes on the way."""
        jaw = mouth_of(spoken([("ɑː", 1.0)]))["jaw"]
        assert np.ptp(jaw[round(0.6 * FPS):round(1.4 * FPS)]) > 0.05

    def test_diphthong_glides(self) -> None:
        """In 'eye' the jaw falls, then rises while the lips spread."""
        phonemes = spoken([("aɪ", 0.3)])
        mouth, inside = mouth_of(phonemes), frames_inside(phonemes[0])
        assert mouth["jaw"][inside][2] > 2 * mouth["jaw"][inside][-1]
        assert mouth["wide"][inside][-1] > mouth["wide"][inside][1] + 0.2

    def test_rounding_anticipates(self) -> None:
        """In 'stew' the lips round while the t still sounds; in 'stay' they do not."""
        during_t = [mouth_of(spoken([("s", 0.1), ("t", 0.08), (vowel, 0.2)]))["wide"][round(0.65 * FPS)]
                    for vowel in ("uː", "eɪ")]
        assert during_t[0] < during_t[1] - 0.3

    def test_louder_opens_further(self) -> None:
        """A whisper moves the jaw less than a call."""
        quiet, loud = (mouth_of(spoken([("ɑː", 0.3)]), loudness=level)["jaw"].max() for level in (0.1, 1.0))
        assert quiet < 0.75 * loud

    def test_fast_speech_reduces(self) -> None:
        """The same syllables in a third of the time open less far."""
        slow, fast = (mouth_of(spoken([("t", d), ("ɑː", d)] * 6))["jaw"].max() for d in (0.12, 0.04))
        assert fast < 0.85 * slow

    def test_unstressed_vowels_open_less(self) -> None:
        """The same vowel, once with stress and once without."""
        stressed = spoken([("t", 0.08), ("ɑː", 0.12), ("t", 0.08)])
        unstressed = [phoneme.model_copy(update={"stress": 0}) for phoneme in stressed]
        assert mouth_of(unstressed)["jaw"].max() < 0.9 * mouth_of(stressed)["jaw"].max()

    def test_mouth_leads_the_voice(self) -> None:
        """The jaw's course is centred a frame or so before the vowel's: early is not noticed, late is."""
        phonemes = spoken([("æ", 0.15)])
        jaw = mouth_of(phonemes)["jaw"]
        centre_s = float((jaw * np.arange(len(jaw))).sum() / jaw.sum() / FPS)
        assert 0.015 < 0.5 + 0.075 - centre_s < 0.055

    def test_round_pauses_of_a_second_are_exactly_rest(self) -> None:
        """The middle of a pause is the portrait's own mouth."""
        mouth = mouth_of(spoken([("uː", 0.2), ("", 1.0), ("uː", 0.2)]))
        assert all(not curve[round(0.9 * FPS):round(1.5 * FPS)].any() for curve in mouth.values())


    def test_short_joint_does_not_close_the_mouth(self) -> None:
        """Between two rounded vowels a tenth of a second apart lips neither close nor unround."""
        phonemes = spoken([("oʊ", 0.2), ("", 0.12), ("uː", 0.2)])
        joint = slice(round(0.70 * FPS), round(0.82 * FPS))
        mouth = mouth_of(phonemes)
        assert mouth["jaw"][joint].min() > 0.05
        assert mouth["wide"][joint].max() < -0.5


class TestSmoothness:
    def test_lips_take_several_frames_to_part(self) -> None:
        """From closed to a wide vowel no single frame brings much more than half of the way: lips are no shutter."""
        jaw = mouth_of(spoken([("ɑː", 0.2), ("p", 0.08), ("ɑː", 0.2)]))["jaw"]
        assert np.abs(np.diff(jaw)).max() < SHUTTER * jaw.max()

    @given(st.lists(st.tuples(st.sampled_from(ALPHABET), st.floats(0.03, 0.25)), min_size=3, max_size=25))
    @settings(max_examples=60, deadline=None)
    def test_no_curve_jumps(self, sounds: list[tuple[str, float]]) -> None:
        """Between two frames no part of the mouth moves faster than lips can."""
        for curve in mouth_of(spoken(sounds)).values():
            assert np.abs(np.diff(curve)).max() <= FASTEST_STEP

    def test_25_phonemes_a_second_do_not_flutter(self) -> None:
        """Very fast speech without lip contacts moves the jaw by less than a third from frame to frame."""
        mouth = mouth_of(spoken([(ipa, 0.04) for ipa in "tɑkilɛsuntæʃiɹɔd" * 3]))
        assert np.abs(np.diff(mouth["jaw"])).max() < 1 / 3
