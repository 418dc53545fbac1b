"""Sounds with what appears on screen: a breath of air for pictures, a soft pop for texts, a bell for the end card.

Each is as loud as the others, so that one gain sets them all. `crest` is the sample at which it is felt to happen.
"""

import functools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.media.audio.loudness import BLOCK_STEPS, lufs, step_powers
from tasks.media.audio.synth import RATE
from tasks.media.audio.synth.instruments import frequency_hz, noise_band

LOUDNESS_LUFS = -30.0
"""Loudest four tenths of a second of every effect."""
AIR_BANDS_HZ = ((180.0, 420.0), (420.0, 950.0), (950.0, 2100.0), (700.0, 1500.0), (300.0, 700.0))
"""Bands a breath of air passes through, one after the other: up, and half the way down."""
AIR_LEVELS = (1.0, 0.8, 0.45, 0.5, 0.6)
"""Their loudness: higher is softer, as it would hiss."""
AIR_S, AIR_CREST_S = 0.62, 0.26
"""Length of a breath, and when it is strongest."""
BELL_NOTES = (0, 7, 12)
"""Semitones above home that the bell strikes: root, fifth and octave go with major and minor alike."""
BELL_STEP_S = 0.085
"""Time between its notes."""


@dataclass(frozen=True)
class Effect:
    """A short sound.

    Attributes:
        samples: (n, 2) float32.
        crest: the sample at which it is felt to happen.
    """

    samples: NDArray[np.float32]
    crest: int


@functools.cache
def air() -> Effect:
    """A soft whoosh that rises, passes from left to right, and is gone."""
    times = np.arange(round(AIR_S * RATE)) / RATE
    random = np.random.default_rng(5)
    middles = np.linspace(0.55, 1.6, len(AIR_BANDS_HZ)) * AIR_CREST_S
    wave = sum((level * noise_band(random, len(times), band) * np.exp(-0.5 * ((times - middle) / 0.075) ** 2)
                for band, level, middle in zip(AIR_BANDS_HZ, AIR_LEVELS, middles, strict=True)), np.zeros(len(times)))
    wave *= _edges(times, 0.05)
    angle = math.pi / 4 * (1 + 0.5 * np.clip((times - AIR_CREST_S) / AIR_CREST_S, -1, 1))
    return _levelled(np.stack([wave * np.cos(angle), wave * np.sin(angle)], axis=1), AIR_CREST_S)


@functools.cache
def pop(note: int = 72) -> Effect:
    """A soft drop of sound whose pitch slips up to `note`."""
    times = np.arange(round(0.16 * RATE)) / RATE
    pitch = frequency_hz(note) * (1 - 0.35 * np.exp(-times / 0.018))
    wave = np.sin(2 * math.pi * np.cumsum(pitch) / RATE) * np.exp(-times / 0.032) * _edges(times, 0.004)
    return _levelled(np.stack([wave, wave], axis=1), 0.006)


@functools.cache
def bell(home: int) -> Effect:
    """A few soft bell notes upwards, at home in the key whose root is `home`."""
    times = np.arange(round(2.2 * RATE)) / RATE
    root = 72 + home % 12
    sound = np.zeros((len(times), 2))
    for number, step in enumerate(BELL_NOTES):
        since = np.maximum(times - number * BELL_STEP_S, 0)
        pitch = frequency_hz(root + step)
        wave = (np.sin(2 * math.pi * pitch * since) * np.exp(-since / 0.42)
                + 0.22 * np.sin(4 * math.pi * pitch * since) * np.exp(-since / 0.2)
                + 0.06 * np.sin(6 * math.pi * pitch * since) * np.exp(-since / 0.09))
        wave *= np.minimum(since / 0.008, 1) / (1 + 0.4 * number)
        angle = math.pi / 4 * (1 + 0.3 * (number - 1))
        sound += wave[:, None] * np.array([math.cos(angle), math.sin(angle)])
    return _levelled(sound * _edges(times, 0.002, 0.4)[:, None], 0.01)


def _edges(times: NDArray[np.float64], rise_s: float, fall_s: float = 0.03) -> NDArray[np.float64]:
    """A gain that is 0 at both ends, so that nothing clicks."""
    rise, fall = np.clip(times / rise_s, 0, 1), np.clip((times[-1] - times) / fall_s, 0, 1)
    return np.asarray((0.5 - 0.5 * np.cos(math.pi * rise)) * (0.5 - 0.5 * np.cos(math.pi * fall)))


def _levelled(sound: NDArray[np.float64], crest_s: float) -> Effect:
    padded = np.pad(sound, ((0, round(0.4 * RATE)), (0, 0)))
    loudest = np.convolve(step_powers([padded], RATE), np.full(BLOCK_STEPS, 1 / BLOCK_STEPS), "valid").max()
    return Effect((sound * 10 ** ((LOUDNESS_LUFS - float(lufs(loudest))) / 20)).astype(np.float32), round(crest_s * RATE))
