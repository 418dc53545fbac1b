"""The instruments: each gives one note as stereo samples that begin and end softly.

All are dark on purpose: they play under a voice, whose words live between 1 and 4 kHz.
"""

import math

import numpy as np
from numpy.typing import NDArray

from tasks.media.audio.synth import RATE

Samples = NDArray[np.float32]
"""(n, 2) float32."""

HIGHEST_HZ = 6000.0
"""Partials above this are left out."""
PAD_DETUNE_CENTS, PAD_WIDTH = 5.0, 0.4
"""How far the two sides of a pad are apart from its pitch, and how loud they are beside its middle: wide, not yet out of
tune, and without gaps where a phone plays both sides as one."""
PAD_SLOPE = 1.9
"""Partial k of a pad is k to this power softer than the first."""
PAD_ATTACK_S, PAD_RELEASE_S = 0.5, 1.1
"""How a pad comes and goes: chords melt into each other."""
PLUCK_PARTIALS = (1.0, 0.42, 0.17, 0.07, 0.03)
"""Loudness of a plucked note's partials: felt on wood rather than steel."""
PLUCK_ATTACK_S = 0.006
"""Longer than a click."""
BASS_PARTIALS = (1.0, 0.4, 0.16, 0.06)
"""Enough above the lowest that a phone's loudspeaker hints at it."""
KICK_HZ = (46.0, 110.0)
"""Pitch of the soft drum at its end and at its beginning."""
SHAKER_HZ = (6500.0, 10_000.0)
"""Band of the shaker, above the voice's consonants."""
PAD_SWELL, PAD_SINKING = 0.35, 0.25
"""Part of its time at which a pad is loudest, and how much of that it loses from there: it breathes with the bars."""
_TABLE = 4096
"""Points of a wave table; read with interpolation its error is below -90 dB."""


def frequency_hz(note: float) -> float:
    """Pitch of a MIDI note number; 69 is 440 Hz."""
    return float(440.0 * 2 ** ((note - 69) / 12))


def pad(note: int, seconds: float) -> Samples:
    """A warm held note that swells in and dies away after `seconds`."""
    times = np.arange(round((seconds + PAD_RELEASE_S) * RATE)) / RATE
    pitch = frequency_hz(note)
    partials = np.arange(1, max(2, int(min(HIGHEST_HZ / 2, 12 * pitch) / pitch) + 1), dtype=np.float64)
    table = _wave_table(partials**-PAD_SLOPE)
    middle = _read(table, pitch * times)
    sides = [middle + PAD_WIDTH * _read(table, pitch * 2 ** (cents / 1200) * times)
             for cents in (PAD_DETUNE_CENTS, -PAD_DETUNE_CENTS)]
    shape = _rise(times, PAD_ATTACK_S) * _rise(times[-1] - times, PAD_RELEASE_S)
    shape *= 1 - PAD_SINKING * _rise(times - PAD_SWELL * seconds, (1 - PAD_SWELL) * seconds)
    return np.asarray(np.stack(sides, axis=1) * shape[:, None], np.float32)


def pluck(note: int, *, decay_s: float, side: float) -> Samples:
    """A soft struck note; higher partials die sooner.

    Args:
        note: MIDI number.
        decay_s: time in which the lowest partial falls by 9 dB.
        side: where it stands, -1 left to 1 right.
    """
    times = np.arange(round(4.5 * decay_s * RATE)) / RATE
    pitch = frequency_hz(note)
    wave = np.zeros(len(times))
    for number, level in enumerate(PLUCK_PARTIALS, start=1):
        if number * pitch < HIGHEST_HZ:
            wave += level * np.exp(-times / decay_s * number**0.8) * np.sin(2 * math.pi * number * pitch * times)
    return _placed(wave * _rise(times, PLUCK_ATTACK_S) * _rise(times[-1] - times, 0.05), side)


def bass(note: int, *, decay_s: float) -> Samples:
    """A round low note from the middle."""
    times = np.arange(round(4 * decay_s * RATE)) / RATE
    wave = _read(_wave_table(np.array(BASS_PARTIALS)), frequency_hz(note) * times) * np.exp(-times / decay_s)
    return _placed(wave * _rise(times, 0.014) * _rise(times[-1] - times, 0.06), 0.0)


def kick() -> Samples:
    """A soft low drum."""
    times = np.arange(round(0.4 * RATE)) / RATE
    low, high = KICK_HZ
    phase = np.cumsum(low + (high - low) * np.exp(-times / 0.03)) / RATE
    return _placed(np.sin(2 * math.pi * phase) * np.exp(-times / 0.1) * _rise(times, 0.004) * _rise(0.4 - times, 0.1), 0.0)


def shaker(random: np.random.Generator) -> Samples:
    """A short breath of high noise."""
    times = np.arange(round(0.16 * RATE)) / RATE
    shape = _rise(times, 0.02) * np.exp(-times / 0.03) * _rise(times[-1] - times, 0.03)
    return _placed(noise_band(random, len(times), SHAKER_HZ) * shape, 0.25)


def noise_band(random: np.random.Generator, length: int, band_hz: tuple[float, float]) -> NDArray[np.float64]:
    """Noise between two frequencies with soft edges, (length,), standard deviation 1."""
    low, high = band_hz
    at_hz = np.fft.rfftfreq(length, 1 / RATE)
    weight = 1 / (1 + (low / np.maximum(at_hz, 1.0)) ** 6) / (1 + (at_hz / high) ** 6)
    found = np.fft.irfft(np.fft.rfft(random.standard_normal(length)) * weight, length)
    return np.asarray(found / found.std())


def _rise(times: NDArray[np.float64], seconds: float) -> NDArray[np.float64]:
    """0 to 1 in the first seconds, smoothly, then 1."""
    return np.asarray(0.5 - 0.5 * np.cos(math.pi * np.clip(times / seconds, 0, 1)))


def _wave_table(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """One period of a sum of partials, and its first point once more."""
    phase = np.arange(_TABLE + 1) / _TABLE
    return np.asarray(sum((level * np.sin(2 * math.pi * number * phase) for number, level in enumerate(levels, start=1)),
                          np.zeros(_TABLE + 1)))


def _read(table: NDArray[np.float64], turns: NDArray[np.float64]) -> NDArray[np.float64]:
    place = (turns % 1.0) * _TABLE
    before = place.astype(np.int64)
    part = place - before
    return np.asarray(table[before] * (1 - part) + table[before + 1] * part)


def _placed(wave: NDArray[np.float64], side: float) -> Samples:
    """A mono wave between the loudspeakers, of the same power everywhere."""
    angle = (side + 1) * math.pi / 4
    return np.asarray(wave[:, None] * np.array([math.cos(angle), math.sin(angle)]), np.float32)
