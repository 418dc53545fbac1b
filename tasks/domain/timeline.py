"""The one clock: seconds from the start of the reel, and the frames derived from them.

Convention: intervals are half open, `[start_s, end_s)`. Frame `i` shows the instant `i / fps`.
"""

import math

FPS = 30
"""Frames a second of every finished reel."""
WIDTH_PX = 1080
"""Width of a finished reel."""
HEIGHT_PX = 1920
"""Height of a finished reel."""
SIZE_PX = (WIDTH_PX, HEIGHT_PX)
"""Size of a finished reel, (width, height)."""
SEAM_PX = 864
"""Where a split screen parts, from the top: the avatar above, the picture or film below."""
LOWER_PX = (WIDTH_PX, HEIGHT_PX - SEAM_PX)
"""What a picture or film below the avatar fills, (width, height)."""


def filled_px(layout: str | None) -> tuple[int, int]:
    """(width, height) of what a picture or film fills: its place below the avatar where the layout is 'split', else all."""
    return LOWER_PX if layout == "split" else SIZE_PX


def frame_count(duration_s: float, *, fps: int = FPS) -> int:
    """Number of frames that cover `duration_s`, at least one; a last partial frame counts as a frame."""
    return max(1, math.ceil(duration_s * fps - 1e-6))


def frame_at(time_s: float, *, fps: int = FPS) -> int:
    """Index of the frame on screen at `time_s` (not clamped to the end)."""
    return max(0, math.floor(time_s * fps + 1e-6))


def frame_time_s(index: int, *, fps: int = FPS) -> float:
    """The instant frame `index` shows."""
    return index / fps
