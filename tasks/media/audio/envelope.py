"""How loud a voice is at every video frame, for lips and heads that follow it."""

import numpy as np
from numpy.typing import NDArray

WINDOW_FRAMES = 3
"""Frames a value looks at, itself in the middle."""
LOUD_PERCENTILE = 92
"""Of the frames that sound, the level called 1: normal loud speech, not its peaks."""
SILENCE = 1e-4
"""Amplitude (-80 dBFS) below which a frame does not sound."""
HIGHEST = 1.15
"""Where the envelope is cut."""
SMOOTHING = (0.25, 0.5, 0.25)
"""Weights of the frame before, the frame and the frame after."""


def frame_loudness(samples: NDArray[np.float32], rate_hz: int, fps: int, frames: int) -> NDArray[np.float32]:
    """Loudness of each video frame relative to the voice's own loud speech.

    Args:
        samples: (n,) mono, -1 to 1.
        rate_hz: samples a second.
        fps: video frames a second.
        frames: number of frames wanted; beyond the sound they are silent.

    Returns:
        (frames,) float32, 0 in silence, about 1 in loud speech, at most 1.15. Frame `i` stands for the sound from `i / fps`
        to `(i + 1) / fps`, smoothed over its neighbours.
    """
    borders = np.clip(np.round(np.arange(frames + 2 * WINDOW_FRAMES) * rate_hz / fps), 0, len(samples)).astype(np.int64)
    total = np.concatenate([[0.0], np.cumsum(np.square(samples, dtype=np.float64))])
    first = borders[np.maximum(np.arange(frames) - WINDOW_FRAMES // 2, 0)]
    last = borders[np.arange(frames) + WINDOW_FRAMES // 2 + 1]
    level = np.sqrt((total[last] - total[first]) / np.maximum(last - first, 1))
    sounding = level[level > SILENCE]
    if not sounding.size:
        return np.zeros(frames, np.float32)
    relative = np.clip(np.where(level > SILENCE, level, 0) / np.percentile(sounding, LOUD_PERCENTILE), 0, HIGHEST)
    return np.convolve(np.pad(relative, 1), SMOOTHING, "valid").astype(np.float32)
