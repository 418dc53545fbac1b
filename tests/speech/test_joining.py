"""How pieces of a voice become a recording."""

import numpy as np
import pytest

from tasks.domain.speech import Phoneme, Word
from tasks.domain.timeline import FPS
from tasks.media.audio.loudness import integrated_lufs
from tasks.media.audio.mastering import TARGET_LUFS
from tasks.speech.base import RATE_HZ, Pacing
from tasks.speech.joining import Piece, is_heard, join

RATE = 24_000
PACING = Pacing(lead_in_s=0.3, tail_s=0.7)
QUIET = 10 ** (-50 / 20)
"""RMS below which a gap counts as silent."""
SMOOTH = 0.05
"""Greatest change between two samples of these tones at full level; a click is many times that."""


def piece(level: float = 0.2, *, timed: bool = True, pause_s: float = 0.5) -> Piece:
    """A second with a tone from 0.25 to 0.75 s."""
    times = np.arange(RATE) / RATE
    tone = level * np.cos(2 * np.pi * 220 * times) * ((times >= 0.25) & (times < 0.75))
    words = (Word(text="a", start_s=0.25, end_s=0.75, beat=0),) if timed else None
    sounds = (Phoneme(ipa="a", start_s=0.25, end_s=0.75, word=0),) if timed else None
    return Piece(tone.astype(np.float32), RATE, pause_s, words, sounds)


def heard(samples: np.ndarray, start_s: float, end_s: float) -> float:
    part = samples[round(start_s * RATE_HZ):round(end_s * RATE_HZ)]
    return float(np.sqrt(np.mean(np.square(part))))


class TestJoin:
    def test_times_follow_the_sound(self) -> None:
        """Each word lies where its tone is heard, after the lead-in and the pauses that were asked for."""
        found = join([piece(), piece(), piece()], PACING)
        assert found.words is not None
        assert len(found.words) == 3
        for one in found.words:
            assert one.end_s - one.start_s == pytest.approx(0.5, abs=0.002)
            assert heard(found.samples, one.start_s + 0.01, one.end_s - 0.03) > 10 * QUIET
        for before, after in zip(found.words, found.words[1:], strict=False):
            assert after.start_s - before.end_s == pytest.approx(0.5, abs=0.12)
            assert heard(found.samples, before.end_s + 0.05, after.start_s - 0.05) < QUIET
        assert found.words[0].start_s == pytest.approx(PACING.lead_in_s, abs=0.05)
        assert found.duration_s - found.words[-1].end_s == pytest.approx(PACING.tail_s, abs=0.12)
        assert [sound.start_s for sound in found.phonemes or ()] == [one.start_s for one in found.words]

    def test_no_joint_clicks(self) -> None:
        """A tone cut in mid-swing is faded: no step is larger than the tone's own."""
        cut = Piece(np.full(RATE, 0.5, np.float32) * np.cos(2 * np.pi * 220 * np.arange(RATE) / RATE).astype(np.float32),
                    RATE, 0.0)
        found = join([cut, cut], PACING)
        assert np.abs(np.diff(found.samples)).max() < SMOOTH

    def test_every_voice_is_as_loud(self) -> None:
        """However loud it came."""
        loudness = [integrated_lufs(join([piece(level)] * 4, PACING).samples, RATE_HZ) for level in (0.02, 0.2, 0.9)]
        assert loudness == pytest.approx([TARGET_LUFS] * 3, abs=0.5)

    def test_is_whole_frames_and_has_no_times_where_one_piece_has_none(self) -> None:
        """48 kHz mono float."""
        found = join([piece(), piece(timed=False)], PACING)
        assert (found.words, found.phonemes) == (None, None)
        assert (found.samples.dtype, len(found.samples) % (RATE_HZ // FPS)) == (np.float32, 0)


class TestIsHeard:
    @pytest.mark.parametrize(("samples", "heard"), [
        ([0.0, 0.1], True), ([0.0, -0.1], True), ([0.0, 1e-4], False), ([0.1, np.nan], False), ([0.1, np.inf], False),
        ([], False)])
    def test_sound_is_numbers_and_not_silence(self, samples: list[float], heard: bool) -> None:
        """-80 dB are silence."""
        assert is_heard(np.array(samples, np.float32)) == heard
