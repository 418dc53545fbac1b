"""What mastering does to a voice."""

import numpy as np
import pytest
from scipy import signal

from tasks.media.audio import mastering
from tasks.media.audio.loudness import integrated_lufs, true_peak_dbtp
from tasks.media.audio.mastering import PEAK_DBTP, TARGET_LUFS, compress, master_voice, tone_sections

FROM_HZ, TO_HZ = 22_050, 48_000
LOUDNESS_TOLERANCE_LU = 0.5
"""What limiting may take from the loudness."""
LATEST_S = 0.006
"""Most that anything may move in time: less than a fifth of a video frame."""
SEAM = 1e-4
"""Rounding of 32 bit floats, far below a step of 16 bit at any joint that one could hear."""
ROOM_FLOOR = 10 ** (-45 / 20)
"""Level below which a pause counts as quiet."""


@pytest.fixture
def voice() -> np.ndarray:
    """Four syllables of buzz, 0.25 s each, from 0.5 s on, every half second."""
    times = np.arange(3 * FROM_HZ) / FROM_HZ
    buzz = signal.sawtooth(2 * np.pi * 120 * times) + 0.3 * np.random.default_rng(3).standard_normal(len(times))
    inside = (times >= 0.5) & (times < 2.5) & (times % 0.5 < 0.25)
    return (0.2 * buzz * inside * np.where(times < 1.5, 1.0, 0.3)).astype(np.float32)


class TestMasterVoice:
    def test_has_the_loudness_and_the_peak(self, voice: np.ndarray) -> None:
        """It comes out at the target, with room for peaks."""
        found = master_voice(voice, FROM_HZ, TO_HZ)
        assert integrated_lufs(found, TO_HZ) == pytest.approx(TARGET_LUFS, abs=LOUDNESS_TOLERANCE_LU)
        assert true_peak_dbtp(found) <= PEAK_DBTP + 0.1

    def test_nothing_moves_in_time(self, voice: np.ndarray) -> None:
        """Length and syllables stay where they are, and before the first one there is silence."""
        found = master_voice(voice, FROM_HZ, TO_HZ)
        assert len(found) == 3 * TO_HZ
        loud = np.flatnonzero(np.abs(found) > 0.02)
        assert loud[0] / TO_HZ == pytest.approx(0.5, abs=LATEST_S)
        assert np.abs(found[:round(0.49 * TO_HZ)]).max() < ROOM_FLOOR

    def test_pauses_are_quiet(self, voice: np.ndarray) -> None:
        """A tenth of a second after a syllable the room has died away."""
        found = master_voice(voice, FROM_HZ, TO_HZ)
        for start_s in (0.85, 1.35, 1.85, 2.35):
            pause = found[round(start_s * TO_HZ):round((start_s + 0.13) * TO_HZ)]
            assert np.sqrt(np.mean(pause**2)) < ROOM_FLOOR

    def test_pieces_join_without_a_seam(self, voice: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
        """Worked on in small pieces the sound is the same as in one."""
        whole = master_voice(voice, FROM_HZ, TO_HZ)
        monkeypatch.setattr(mastering, "PIECE", 7001)
        assert np.abs(master_voice(voice, FROM_HZ, TO_HZ) - whole).max() < SEAM

    def test_silence_stays_silence(self) -> None:
        """Nothing is made louder than nothing."""
        assert not master_voice(np.zeros(FROM_HZ, np.float32), FROM_HZ, TO_HZ).any()

    def test_takes_the_harsh_band_down(self) -> None:
        """Against the vowels at 500 Hz, 2 to 3 kHz fall by 3 to 7 dB, and rumble at 30 Hz by more than 12."""
        _, response = signal.sosfreqz(tone_sections(FROM_HZ), [30, 500, 2500], fs=FROM_HZ)
        rumble_db, vowels_db, harsh_db = 20 * np.log10(np.abs(response))
        assert 3 < vowels_db - harsh_db < 7
        assert vowels_db - rumble_db > 12


class TestCompressor:
    def test_brings_loud_and_soft_nearer(self) -> None:
        """20 dB between a loud and a soft tone become less, and neither changes its order."""
        times = np.arange(4 * TO_HZ) / TO_HZ
        tones = np.sin(2 * np.pi * 300 * times) * np.where(times < 2, 0.3, 0.03)
        found = compress(tones.astype(np.float32), TO_HZ)
        loud, soft = (np.sqrt(np.mean(part**2)) for part in (found[TO_HZ:2 * TO_HZ], found[3 * TO_HZ:]))
        assert 6 < 20 * np.log10(loud / soft) < 18
