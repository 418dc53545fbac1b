"""Pictures that a reel cuts to: each under a camera that moves a little, another way each time."""

import numpy as np
from numpy.typing import NDArray

from tasks.domain.timeline import FPS
from tasks.media.camera import Move, camera_move, glide
from tasks.media.pictures import cover_scale

MOVES: tuple[Move, ...] = ("zoom-in", "pan-right", "zoom-out", "pan-left")
"""One after the other: two pictures in a row never move alike."""
WIDE = 0.25
"""What is this much wider than the frame, in frame widths, is looked at from side to side: a zoom would hide most of it."""
SWEEP_PER_S, SWEEP = 0.07, 0.5
"""How far the camera sweeps over a wide picture in a second, and at most, in frame widths."""
SWEEP_ZOOM = 0.03
"""It comes a little nearer meanwhile: natural logarithm of the enlargement."""


def picture_camera(frames: int, number: int, *, picture: tuple[int, int], frame: tuple[int, int],
                   focus_x: float) -> dict[str, NDArray[np.float32]]:
    """The camera's way over one picture.

    Args:
        frames: how long the picture is shown.
        number: how many pictures were shown before.
        picture: its size, (width, height).
        frame: what it fills, (width, height).
        focus_x: what is in the middle of the frame while the camera rests, part of the picture's width.

    Returns:
        The curves zoom, pan_x and pan_y, each (frames,); the camera stays inside the picture.
    """
    move = MOVES[number % len(MOVES)]
    width = cover_scale(picture, frame) * picture[0] / frame[0]
    spare = width - 1
    if spare < WIDE:
        return camera_move(frames, move=move)
    instants_s = np.arange(frames) / FPS
    course = glide(instants_s, 0.0, float(instants_s[-1]))
    way = min(SWEEP_PER_S * frames / FPS, SWEEP, spare)
    rest = min(max(focus_x * width - 0.5, 0.0), spare)
    middle = min(max(rest, way / 2), spare - way / 2)
    side = -1 if move in ("zoom-out", "pan-left") else 1
    return {"zoom": (SWEEP_ZOOM * course).astype(np.float32),
            "pan_x": (middle - rest + side * way * (course - 0.5)).astype(np.float32),
            "pan_y": np.zeros(frames, np.float32)}
