"""Makes short music long: it goes back from one beat to another that is whole bars earlier, so that nobody stumbles."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.media.audio.beats import HOP_S, find_beat, likeness, onset_strength
from tasks.media.audio.pieces import PIECE, Spool

BEATS_A_BAR = 4
"""Of nearly all music under reels."""
CHOICES = 4
"""How many lengths are compared: half bars taken for bars, and pairs of bars, are told apart by them."""
NEARLY = 0.85
"""A length counts as good as the best from this part of its likeness on; of those the longest is taken."""
TELLING_PART = 0.9
"""Part of the music that a lag may be, since little of it is left to compare beyond."""
MADE_TO_LOOP_S = 0.12
"""Music that is whole bars long, and at most so much more, was made to be repeated as a whole."""
ON_THE_BEAT_S = 0.04
"""Length of the cross-fade where a beat covers it."""
ELSEWHERE_S = 1.5
"""Length of the cross-fade in music without a clear beat."""
BEFORE_S = 0.01
"""How long before the beat the cross-fade is over, so that the beat itself comes from one side alone."""


@dataclass(frozen=True)
class Loop:
    """How music is made longer, in samples.

    Attributes:
        start: where it goes on after the jump.
        end: where it jumps; `end - start` is a whole number of bars where there is a beat.
        fade: length of the cross-fade, which ends at the jump.
        beat_s: the beat's period, None without a clear one.
    """

    start: int
    end: int
    fade: int
    beat_s: float | None


def find_loop(sound: Spool, rate_hz: int) -> Loop:
    """Where music can go back without being noticed."""
    strength = onset_strength(sound.pieces(), rate_hz)
    beat = find_beat(strength)
    length_s = len(sound) / rate_hz
    if beat:
        lead_s = ON_THE_BEAT_S + BEFORE_S
        first_s = beat.first_s + beat.period_s * max(0, math.ceil((lead_s - beat.first_s) / beat.period_s))
        beats = _beats_to_repeat(likeness(strength), beat.period_s, length_s - first_s)
        if beats:
            start = round((first_s - BEFORE_S) * rate_hz)
            return Loop(start, start + round(beats * beat.period_s * rate_hz), round(ON_THE_BEAT_S * rate_hz), beat.period_s)
    fade = round(min(ELSEWHERE_S, length_s / 4) * rate_hz)
    return Loop(fade, len(sound), fade, None)


def _beats_to_repeat(alike: NDArray[np.float64], period_s: float, room_s: float) -> int:
    """Of the longest numbers of bars that fit, the one after which music is most like itself; else as many beats as fit."""
    bars = math.floor(room_s / (BEATS_A_BAR * period_s))
    if not bars:
        return math.floor(room_s / period_s)
    if room_s - bars * BEATS_A_BAR * period_s < MADE_TO_LOOP_S:
        return bars * BEATS_A_BAR
    choices = {count: _around(alike, count * BEATS_A_BAR * period_s / HOP_S)
               for count in range(max(1, bars - CHOICES + 1), bars + 1)}
    return BEATS_A_BAR * max(count for count, found in choices.items() if found >= NEARLY * max(choices.values()))


def _around(alike: NDArray[np.float64], lag: float) -> float:
    """The likeness at a lag, a hop more or less; none where too little overlaps to tell."""
    place = round(lag)
    return float(alike[place - 1:place + 2].max(initial=0.0)) if place < TELLING_PART * len(alike) else 0.0


def looped(sound: Spool, loop: Loop, length: int) -> Iterator[NDArray[np.float32]]:
    """Music of any length, (n, 2) float32 piece by piece, `length` samples together."""
    done, at = 0, 0
    while done < length:
        end = loop.end - loop.fade
        for first in range(at, end, PIECE):
            piece = sound[first:min(first + PIECE, end)][:length - done]
            done += len(piece)
            yield piece
        if done < length:
            piece = _crossed(sound, loop)[:length - done]
            done += len(piece)
            yield piece
        at = loop.start


def _crossed(sound: Spool, loop: Loop) -> NDArray[np.float32]:
    """The last moment before the jump, while the music around the place it goes to comes up; equal power."""
    turn = (np.arange(loop.fade) + 0.5) / loop.fade * math.pi / 2
    going, coming = sound[loop.end - loop.fade:loop.end], sound[loop.start - loop.fade:loop.start]
    return np.asarray(going * np.cos(turn)[:, None] + coming * np.sin(turn)[:, None], np.float32)
