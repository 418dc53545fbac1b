"""Plays a piece for exactly as long as a reel lasts, and ends it where the reel ends.

The tempo is bent by a few per cent so that whole bars fit between the start and the closing chord; where that would be too
much, the first bar is entered in its middle. Bars are made one after the other, so memory does not grow with the length.
"""

import math
from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tasks.media.audio.equaliser import high_pass, high_shelf, peak
from tasks.media.audio.filters import convolve_pieces, impulse_response
from tasks.media.audio.pieces import PIECE, in_pieces
from tasks.media.audio.synth import RATE
from tasks.media.audio.synth.instruments import bass, kick, noise_band, pad, pluck, shaker
from tasks.media.audio.synth.score import Chord, Piece

Samples = NDArray[np.float32]
"""(n, 2) float32."""

MOST_BEND = 0.08
"""Most that the tempo is bent."""
LOUDNESS_CHANGE = 0.15
"""How much notes differ in loudness by chance."""
LATE_S = 0.008
"""How late a plucked note may be by chance; a machine would never be."""
KICK_LEVEL, SHAKER_LEVEL = 0.16, 0.012
"""Loudness of drum and shaker: felt more than heard."""
CLOSING_STEP_S = 0.11
"""Time between the notes of the closing chord."""
CLOSING_LEVEL = 0.5
"""Loudness of the notes struck for the closing chord, beside those before: it settles, it does not crash."""
ROOM_S, ROOM_DB = 1.3, -20.0
"""Length of the hall the music stands in, and its energy; it all lies where the music is, so it is heard 9 dB louder."""
ROOM_BAND_HZ = (220.0, 3200.0)
"""What the hall gives back."""
VOICE_DIP = (2200.0, 0.5, -5.0)
"""(centre in Hz, quality, gain in dB) of the room that is left for the voice's words."""
RINGING = 1 << 16
"""Samples of the response of hall and equaliser to a click."""


def play(piece: Piece, length: int, *, ending: int, seed: int) -> Iterator[Samples]:
    """A piece as sound.

    Args:
        piece: what is played.
        length: samples wanted.
        ending: sample at which the closing chord is struck; it rings to the end.
        seed: another seed chooses other melodies.

    Returns:
        Pieces of (n, 2) float32 that together have `length` samples, peaks around 0.3; not faded.
    """
    dry = in_pieces(_performed(piece, length, ending, seed), PIECE)
    return convolve_pieces(dry, np.stack([hall_response(side) for side in (0, 1)], axis=1))


def bars_before(ending_s: float, bar_s: float) -> tuple[int, float, float]:
    """How many bars lead to the ending.

    Returns:
        Their number, the length of each in seconds, and where the first begins: 0, or before the start.
    """
    count = max(1, round(ending_s / bar_s))
    fitting_s = ending_s / count
    if abs(fitting_s / bar_s - 1) <= MOST_BEND:
        return count, fitting_s, 0.0
    count = math.ceil(ending_s / bar_s)
    return count, bar_s, ending_s - count * bar_s


def hall_response(side: int) -> NDArray[np.float64]:
    """The music's way to one ear: itself, its hall, and the equaliser that leaves room for a voice."""
    length = round(ROOM_S * RATE)
    times = np.arange(length) / RATE
    echo = noise_band(np.random.default_rng(side + 1), length, ROOM_BAND_HZ) * np.exp(-6.9 * times / ROOM_S)
    echo *= np.clip((times - 0.012) / 0.02, 0, 1)
    echo *= 10 ** (ROOM_DB / 20) / math.sqrt(float(np.square(echo).sum()))
    tone = impulse_response([high_pass(40.0, RATE), peak(*VOICE_DIP, RATE), high_shelf(7000.0, -3.0, RATE)], 1 << 13)
    both = np.fft.rfft(np.concatenate([[1.0], echo[1:]]), RINGING * 2) * np.fft.rfft(tone, RINGING * 2)
    return np.asarray(np.fft.irfft(both)[:length + len(tone)])


def _performed(piece: Piece, length: int, ending: int, seed: int) -> Iterator[Samples]:
    """Bars and the closing chord; notes that ring over into later bars are carried there."""
    count, bar_s, start_s = bars_before(ending / RATE, piece.bar_s)
    band = _Band(piece, bar_s, np.random.default_rng([seed, *piece.name.encode()]))
    borders = [round((start_s + number * bar_s) * RATE) for number in range(count)] + [ending, max(length, ending)]
    ringing = np.zeros((0, 2), np.float32)
    for number, (first, end) in enumerate(pairwise(borders)):
        chord = piece.chords[(number - count) % len(piece.chords)]
        made = band.close((end - first) / RATE) if number == count else band.bar(chord, full=0 < number < count - 1)
        sound = np.zeros((max(len(made), len(ringing), end - first), 2), np.float32)
        sound[:len(made)] += made
        sound[:len(ringing)] += ringing
        yield sound[max(0, -first):end - first]
        ringing = sound[end - first:]


class _Band:
    """Plays bars of a piece, each note as it was made the first time it was wanted."""

    def __init__(self, piece: Piece, bar_s: float, random: np.random.Generator) -> None:
        self._piece, self._bar_s, self._random = piece, bar_s, random
        self._made: dict[tuple[object, ...], Samples] = {}

    def bar(self, chord: Chord, *, full: bool) -> Samples:
        """One bar and what rings on after it; `full` bars have drum and shaker."""
        piece, beat_s = self._piece, self._bar_s / 4
        bar = _Sheet(self._bar_s + 6.0)
        for note in chord.held:
            bar.add(self._note(pad, note, seconds=self._bar_s), 0.0, piece.pad_level)
        for beat in piece.bass:
            bar.add(self._note(bass, chord.bass, decay_s=piece.bass_decay_s), beat * beat_s, piece.bass_level)
        melody = piece.melodies[self._random.integers(len(piece.melodies))]
        for (beat, index, loudness), by_chance in zip(melody, self._random.random((len(melody), 2)), strict=True):
            level = piece.pluck_level * loudness * (1 + LOUDNESS_CHANGE * (2 * by_chance[0] - 1))
            struck = self._note(pluck, chord.struck[index], decay_s=piece.pluck_decay_s, side=_side(index))
            bar.add(struck, beat * beat_s + LATE_S * by_chance[1], level)
        if full:
            for beat in piece.kick:
                bar.add(self._note(kick), beat * beat_s, KICK_LEVEL)
            for beat in piece.shaker:
                bar.add(shaker(self._random), beat * beat_s, SHAKER_LEVEL)
        return bar.samples()

    def close(self, seconds: float) -> Samples:
        """The closing chord: struck upwards, and held until the end."""
        home, sheet = self._piece.home, _Sheet(seconds + 6.0)
        for note in home.held:
            sheet.add(pad(note, seconds), 0.0, self._piece.pad_level)
        sheet.add(bass(home.bass, decay_s=1.2), 0.0, CLOSING_LEVEL * self._piece.bass_level)
        for index, note in enumerate(home.struck):
            sheet.add(pluck(note, decay_s=1.0, side=_side(index)), CLOSING_STEP_S * index,
                      CLOSING_LEVEL * self._piece.pluck_level)
        return sheet.samples()

    def _note(self, instrument: Callable[..., Samples], *pitch: int, **how: float) -> Samples:
        key = (instrument, *pitch, *how.values())
        if key not in self._made:
            self._made[key] = instrument(*pitch, **how)
        return self._made[key]


def _side(index: int) -> float:
    """Plucked notes answer each other from left and right."""
    return 0.35 if index % 2 else -0.35


class _Sheet:
    """A stretch of time to which notes are added."""

    def __init__(self, seconds: float) -> None:
        self._sound = np.zeros((round(seconds * RATE), 2), np.float32)
        self._end = 0

    def add(self, note: Samples, at_s: float, level: float) -> None:
        """Adds a note; what reaches past the stretch is left out."""
        first = round(at_s * RATE)
        fitting = note[:len(self._sound) - first]
        self._sound[first:first + len(fitting)] += np.float32(level) * fitting
        self._end = max(self._end, first + len(fitting))

    def samples(self) -> Samples:
        """All notes, to the end of the last."""
        return self._sound[:self._end]
