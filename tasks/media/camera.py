"""Camera moves: slow zooms and pans, for the avatar, for a picture of its own, and for pictures that cut in.

Convention: the curves `zoom`, `pan_x` and `pan_y` of `tasks/media/curves.py`. A zoom is even in its logarithm, which the eye
reads as an even approach.
"""

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from tasks.domain.timeline import FPS
from tasks.media.easing import Samples

Move = Literal["zoom-in", "zoom-out", "pan-left", "pan-right", "still"]
"""What a camera does during a shot."""

ZOOM, ZOOM_PER_S = 0.12, 0.03
"""Greatest zoom of a move, natural logarithm, and how much of it a second of the shot allows: faster is noticed."""
PAN, PAN_PER_S = 0.10, 0.02
"""Greatest way of a pan, from one side to the other, in frame widths, and how much of it a second of the shot allows."""
LARGEST_PAN = 0.45
"""A pan never goes further than this, whatever is asked for: its zoom would leave too little of the picture."""
EASE_S = 0.7
"""How long a move takes to come up to its speed, and to come to rest; in a short shot half of the shot each."""


def camera_move(frames: int, *, move: Move, amount: float = 1.0) -> dict[str, NDArray[np.float32]]:
    """The camera's way through one shot, eased in and out.

    Args:
        frames: length of the shot, at least 1.
        move: where the camera goes. A pan to the right shows more and more of the picture's right side.
        amount: 1 for the usual way, less for a smaller one.

    Returns:
        The curves zoom, pan_x and pan_y, each (frames,). During a pan the camera is just near enough for the picture's sides
        to stay out of sight.

    Raises:
        ValueError: no such move, no frame, or an amount below 0.
    """
    if move not in get_args(Move):
        raise ValueError(f"no camera move {move!r}: use one of {', '.join(get_args(Move))}")
    if frames < 1 or not amount >= 0:
        raise ValueError(f"cannot move a camera over {frames!r} frames by {amount!r}: give at least 1 frame and 0 or more")
    zoom, pan_x = np.zeros(frames), np.zeros(frames)
    instants_s = np.arange(frames) / FPS
    course = glide(instants_s, 0.0, float(instants_s[-1]))
    if move.startswith("zoom"):
        far = amount * min(ZOOM, ZOOM_PER_S * frames / FPS)
        zoom = far * (course if move == "zoom-in" else 1 - course)
    elif move.startswith("pan"):
        way = min(amount * min(PAN, PAN_PER_S * frames / FPS), LARGEST_PAN)
        pan_x = way * (course - 0.5) * (1 if move == "pan-right" else -1)
        zoom = np.full(frames, zoom_for_pan(way / 2))
    return {name: curve.astype(np.float32) for name, curve in (("zoom", zoom), ("pan_x", pan_x), ("pan_y", 0 * zoom))}


def zoom_for_pan(pan: float) -> float:
    """The least zoom at which a camera may look `pan` frame widths to the side of a picture as wide as the frame.

    At an enlargement e the frame shows 1 / e of the width, which leaves (1 - 1 / e) / 2 on either side.
    """
    return float(-np.log(1 - 2 * abs(pan)))


def glide(times_s: Samples, start_s: float, end_s: float, *, ease_s: float = EASE_S) -> Samples:
    """0 before `start_s`, 1 after `end_s`; between them an even speed that is taken up, and given up, over `ease_s`."""
    duration_s = end_s - start_s
    if duration_s <= 0:
        return np.asarray(times_s > end_s, float)
    ease = min(ease_s / duration_s, 0.5)
    share = np.clip((times_s - start_s) / duration_s, 0, 1)
    begun, ended = np.clip(share / ease, 0, 1), np.clip((1 - share) / ease, 0, 1)
    even = np.clip(share, ease, 1 - ease) - ease
    way = even + ease * (_taken_up(begun) + 0.5 - _taken_up(ended))
    return np.asarray(way / (1 - ease))


def _taken_up(share: Samples) -> Samples:
    """The way covered while the speed rises as a cubic without corners from 0 to 1: half a unit in the end."""
    return share**3 - share**4 / 2
