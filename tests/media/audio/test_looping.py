"""Music made longer: on the beat, without a gap, for exactly as long as asked for."""

from pathlib import Path

import numpy as np
import pytest

from tasks.media.audio.looping import find_loop, looped
from tasks.media.audio.pieces import Spool

RATE = 48_000
OFF_BEAT_S = 0.015
"""A drummer's accuracy."""


def song(seconds: float, bpm: float, *, first_s: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """A knock on every beat, a stronger one on every fourth, over a held tone; and when the knocks are."""
    times = np.arange(round(seconds * RATE)) / RATE
    beats = np.arange(first_s, seconds - 0.05, 60 / bpm)
    sound = 0.05 * np.sin(2 * np.pi * 220 * times)
    for number, at_s in enumerate(beats):
        since = np.maximum(times - at_s, 0)
        knock = np.sin(2 * np.pi * 110 * since) * np.exp(-since / 0.04) * (times >= at_s)
        sound += (0.6 if number % 4 == 0 else 0.3) * knock
    return np.stack([sound, sound], axis=1).astype(np.float32), beats


def spooled(folder: Path, sound: np.ndarray) -> Spool:
    """The sound on disk."""
    return Spool(folder / "song").fill([sound])


def knocks(sound: np.ndarray) -> np.ndarray:
    """When knocks begin, in seconds: the level rises steeply."""
    hop = 240
    level = np.sqrt(np.square(sound[:len(sound) // hop * hop, 0]).reshape(-1, hop).mean(axis=1))
    rising = np.flatnonzero((level[2:] > 0.1) & (level[2:] > 2 * level[:-2])) + 2
    return rising[np.diff(rising, prepend=-100) > 20] * hop / RATE


class TestLooped:
    @pytest.mark.parametrize(("bpm", "seconds"), [(96, 12.3), (120, 10.0), (110, 15.7)])
    def test_the_beat_goes_on_over_the_joint(self, bpm: float, seconds: float, tmp_path: Path) -> None:
        """Over three joints every beat is where the first ones say."""
        spool = spooled(tmp_path, song(seconds, bpm, first_s=0.2)[0])
        long = np.concatenate(list(looped(spool, find_loop(spool, RATE), 40 * RATE)))
        found = knocks(long)
        assert len(found) == pytest.approx(40 * bpm / 60, abs=2)
        assert np.diff(found) == pytest.approx(60 / bpm, abs=OFF_BEAT_S)

    def test_bars_stay_bars(self, tmp_path: Path) -> None:
        """The loop is a whole number of bars long."""
        loop = find_loop(spooled(tmp_path, song(13.0, 100)[0]), RATE)
        assert loop.beat_s == pytest.approx(0.6, rel=0.01)
        bars = (loop.end - loop.start) / RATE / 2.4
        assert bars == pytest.approx(round(bars), abs=0.01)

    @pytest.mark.parametrize("length", [1, 48_000, 1_000_001])
    def test_it_is_as_long_as_asked_for(self, length: int, tmp_path: Path) -> None:
        """Sample for sample."""
        spool = spooled(tmp_path, song(5.0, 120)[0])
        assert sum(map(len, looped(spool, find_loop(spool, RATE), length))) == length

    def test_music_without_a_beat_is_cross_faded(self, tmp_path: Path) -> None:
        """Noise goes on at its level: no gap, no bump."""
        spool = spooled(tmp_path, np.random.default_rng(2).standard_normal((6 * RATE, 2)).astype(np.float32) * 0.1)
        loop = find_loop(spool, RATE)
        long = np.concatenate(list(looped(spool, loop, 20 * RATE)))
        levels = 20 * np.log10(long.reshape(-1, RATE // 4, 2).std(axis=(1, 2)))
        assert loop.beat_s is None
        assert levels == pytest.approx(-20, abs=0.5)
