"""Room tone: the hush of a quiet room, so that no pause is the dead silence of a missing signal."""

import functools
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tasks.media.audio.pieces import PIECE
from tasks.media.audio.synth import RATE

LEVEL_DBFS = -62.0
"""Level of each channel: heard by nobody, and enough that a loudspeaker does not seem switched off."""
LOOP_S = 8.0
"""After this it begins again, without a seam; too long to be noticed at such a level."""
LOWEST_HZ, HIGHEST_HZ = 90.0, 3500.0
"""Air in a furnished room: no rumble, no hiss."""
SLOPE = 0.6
"""Its spectrum falls with frequency to this power, a little steeper than pink."""


def room_tone(length: int) -> Iterator[NDArray[np.float32]]:
    """The room, (n, 2) float32 piece by piece, `length` samples together; left and right are not the same air."""
    loop = _loop()
    for start in range(0, length, PIECE):
        places = np.arange(start, min(start + PIECE, length)) % len(loop)
        yield loop[places]


@functools.cache
def _loop() -> NDArray[np.float32]:
    """A stretch of room whose end leads into its start: noise made of whole periods of the stretch."""
    length = round(LOOP_S * RATE)
    at_hz = np.fft.rfftfreq(length, 1 / RATE)
    weight = np.maximum(at_hz, 1.0) ** -SLOPE
    weight /= (1 + (LOWEST_HZ / np.maximum(at_hz, 1.0)) ** 4) * (1 + (at_hz / HIGHEST_HZ) ** 4)
    random = np.random.default_rng(3)
    sides = [np.fft.irfft(weight * np.exp(2j * np.pi * random.random(len(at_hz))), length) for _ in range(2)]
    both = np.stack(sides, axis=1)
    return np.asarray(both / both.std() * 10 ** (LEVEL_DBFS / 20), np.float32)
