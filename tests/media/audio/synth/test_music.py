"""Played music: as long as asked for, the same each time, dark where a voice speaks, and home at the end."""

from dataclasses import replace

import numpy as np
import pytest

from tasks.media.audio.beats import find_beat, onset_strength
from tasks.media.audio.synth import RATE
from tasks.media.audio.synth.instruments import frequency_hz
from tasks.media.audio.synth.music import MOST_BEND, bars_before, play
from tasks.media.audio.synth.score import BRIGHT, CALM, PIECES, PULSE, Piece

TEMPO_TOLERANCE = 0.02
"""Tempo found from the sound, against the one written."""


def played(piece: Piece, seconds: float, *, ending_s: float | None = None, seed: int = 0) -> np.ndarray:
    """A piece as one array."""
    ending = round((ending_s or 0.8 * seconds) * RATE)
    return np.concatenate(list(play(piece, round(seconds * RATE), ending=ending, seed=seed)))


def level_db(sound: np.ndarray) -> float:
    """Mean level."""
    return float(10 * np.log10(np.square(sound).mean() + 1e-12))


@pytest.fixture(scope="module")
def recordings() -> dict[str, np.ndarray]:
    """Twelve seconds of each piece."""
    return {name: played(piece, 12.0) for name, piece in PIECES.items()}


@pytest.mark.parametrize("name", PIECES)
class TestEveryPiece:
    def test_it_is_as_long_as_asked_for(self, name: str, recordings: dict[str, np.ndarray]) -> None:
        """Sample for sample, in stereo."""
        assert recordings[name].shape == (12 * RATE, 2)

    def test_it_leaves_the_voice_its_room(self, name: str, recordings: dict[str, np.ndarray]) -> None:
        """From 1 to 4 kHz, where words are, it is at least 15 dB softer than as a whole."""
        power = np.abs(np.fft.rfft(recordings[name].mean(axis=1))) ** 2
        at_hz = np.fft.rfftfreq(12 * RATE, 1 / RATE)
        words = power[(at_hz >= 1000) & (at_hz < 4000)].sum()
        assert 10 * np.log10(words / power.sum()) < -15

    def test_it_is_not_clipped_and_has_life(self, name: str, recordings: dict[str, np.ndarray]) -> None:
        """Peaks stay below 0.7, and are at least 10 dB above the mean."""
        peak = np.abs(recordings[name]).max()
        assert peak < 0.7
        assert 20 * np.log10(peak) - level_db(recordings[name]) > 10

    def test_it_is_wide_and_survives_one_loudspeaker(self, name: str, recordings: dict[str, np.ndarray]) -> None:
        """Left and right differ, and together lose less than 1.5 dB."""
        sound = recordings[name]
        assert 0.5 < np.corrcoef(sound.T)[0, 1] < 0.98
        assert level_db(sound.mean(axis=1)) > level_db(sound) - 1.5

    def test_it_never_falls_silent(self, name: str, recordings: dict[str, np.ndarray]) -> None:
        """Every half second of it sounds."""
        halves = recordings[name].reshape(24, -1)
        assert min(level_db(half) for half in halves) > -45

    def test_it_ends_at_home(self, name: str, recordings: dict[str, np.ndarray]) -> None:
        """After the closing chord is struck, the strongest low note is the key's own."""
        last = recordings[name][round(10.2 * RATE):round(11.4 * RATE)].mean(axis=1)
        power = np.abs(np.fft.rfft(last * np.hanning(len(last)), 1 << 18))
        at_hz = np.fft.rfftfreq(1 << 18, 1 / RATE)
        low = (at_hz > 40) & (at_hz < 1.3 * frequency_hz(PIECES[name].home.bass))
        found = 12 * np.log2(at_hz[low][power[low].argmax()] / frequency_hz(PIECES[name].home.bass))
        assert abs(found) < 0.3


class TestPlay:
    def test_the_same_seed_plays_the_same(self) -> None:
        """Sample for sample."""
        assert np.array_equal(played(BRIGHT, 5.0, seed=4), played(BRIGHT, 5.0, seed=4))

    def test_another_seed_plays_another_melody(self) -> None:
        """Not the same sound."""
        assert not np.array_equal(played(CALM, 8.0, seed=1), played(CALM, 8.0, seed=2))

    @pytest.mark.parametrize("piece", [BRIGHT, PULSE], ids=lambda piece: piece.name)
    def test_the_beat_is_the_one_written(self, piece: Piece) -> None:
        """The tempo can be told from the sound, or its half or double."""
        bars = 8
        sound = played(piece, bars * piece.bar_s + 3, ending_s=bars * piece.bar_s)
        beat = find_beat(onset_strength([sound], RATE))
        assert beat is not None
        ratio = 60 / beat.period_s / piece.beats_per_minute
        assert min(abs(ratio / factor - 1) for factor in (0.5, 1, 2)) < TEMPO_TOLERANCE

    def test_both_sides_are_played(self) -> None:
        """Notes that stand on the left are louder there, and each side has a hall of its own."""
        left_only = replace(CALM, melodies=(((0, 0, 1.0), (2, 2, 1.0)),), pad_level=0.0, bass_level=0.0)
        left, right = played(left_only, 6.0, ending_s=5.9)[:5 * RATE].T
        assert level_db(left) > level_db(right) + 2

    @pytest.mark.parametrize("seconds", [0.4, 1.0, 2.7])
    def test_a_short_reel_has_music_too(self, seconds: float) -> None:
        """However short, it has the length asked for and sounds."""
        sound = played(BRIGHT, seconds)
        assert len(sound) == round(seconds * RATE)
        assert np.abs(sound).max() > 0.01


class TestBarsBefore:
    @pytest.mark.parametrize("ending_s", [9.6, 10.0, 25.0, 61.3, 180.0])
    def test_whole_bars_fit_when_the_tempo_bends_a_little(self, ending_s: float) -> None:
        """From the start to the closing chord there is no part of a bar."""
        count, bar_s, start_s = bars_before(ending_s, 2.4)
        assert start_s == 0
        assert count * bar_s == pytest.approx(ending_s)
        assert abs(bar_s / 2.4 - 1) <= MOST_BEND

    def test_else_the_first_bar_is_entered_in_its_middle(self) -> None:
        """3 s hold no whole number of bars of 2.4 s: two begin 1.8 s before the start."""
        assert bars_before(3.0, 2.4) == (2, 2.4, pytest.approx(-1.8))
