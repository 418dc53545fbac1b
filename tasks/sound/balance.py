"""How much softer than the voice the music is, as an ear hears it."""

import math

import numpy as np
from numpy.typing import NDArray

from tasks.media.audio.loudness import STEP_S

WINDOW_S = 3.0
"""Length of short-term loudness (EBU Tech 3341)."""
LEAST_SPOKEN_S = 1.0
"""A window counts that holds at least as much voice."""
MOST_LU = 99.0
"""What is said where no music sounds under the voice."""


def below_voice_lu(voice: NDArray[np.float64], music: NDArray[np.float64], speaking: NDArray[np.bool_]) -> float:
    """The least distance in short-term loudness from the music up to the voice, over the moments in which the voice speaks.

    Args:
        voice: (steps,) K-weighted power of every tenth of a second.
        music: the same of the music.
        speaking: (steps,) whether the voice speaks; only those moments count, in all three seconds around.

    Returns:
        Loudness units; 99 where there is no music, or no voice.
    """
    steps = min(len(voice), len(music), len(speaking))
    spoken = speaking[:steps]
    if not spoken.any():
        return MOST_LU
    width = min(round(WINDOW_S / STEP_S), steps)
    counts, voices, musics = (_sums(values, width) for values in (
        spoken.astype(np.float64), np.where(spoken, voice[:steps], 0), np.where(spoken, music[:steps], 0)))
    counted = counts >= min(round(LEAST_SPOKEN_S / STEP_S), float(counts.max())) - 0.5
    ratios = voices[counted] / np.maximum(musics[counted], 1e-20)
    least = float(ratios.min())
    return min(10 * math.log10(least), MOST_LU) if least > 0 else -MOST_LU


def _sums(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Sums over every stretch of `width` values."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray(total[width:] - total[:-width])
