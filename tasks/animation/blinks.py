"""Blinks: at the ends of phrases where one is due, never in the first moment and never at the end.

Lids fall faster than they rise, and slow down as they open. Speakers blink mostly where they pause, between 8 and 25 times a
minute.
"""

from collections.abc import Sequence

import numpy as np

from tasks.domain.timeline import FPS
from tasks.media.easing import Samples, smooth_step

CLOSING_S, CLOSED_S, OPENING_S = 0.075, 0.035, 0.155
"""Course of one blink; closed lasts longer than a frame, so every blink closes on a frame."""
FIRST_S = 0.9
"""No blink is closed before this: the first frames meet the viewer's eyes, and one of them may become the cover."""
LAST_S = 0.5
"""No blink is closed within this of the end: the reel ends with open eyes."""
FIRST_WITHIN_S = 1.6
"""The first blink comes at most this much later than it may."""
INTERVAL_S = (3.0, 5.4)
"""Shortest and longest time to the next blink that is due: 11 to 20 a minute."""
SNAP_S = 0.9
"""A due blink waits for, or is drawn forward to, the end of a phrase this near."""
APART_S = 1.8
"""Least time between two blinks that are no pair."""
DOUBLE_SHARE = 0.08
"""Part of the blinks that come as a pair; the next one is then due after two intervals, which keeps the rate."""
DOUBLES_FROM_S = 6.0
"""No pair before this: in a reel of seconds it would be all one sees of the eyes."""
DOUBLE_S = 0.36
"""From one blink of a pair to the other."""


def blink_times(duration_s: float, phrase_ends_s: Sequence[float], dice: np.random.Generator) -> list[float]:
    """The instants at which the eyes have just closed, each on a frame, ascending."""
    times: list[float] = []
    last_s = duration_s - LAST_S
    due_s = FIRST_S + float(dice.uniform(0, FIRST_WITHIN_S))
    while due_s <= last_s:
        time_s = _snapped(due_s, phrase_ends_s, times[-1] + APART_S if times else FIRST_S)
        times.append(time_s)
        doubled = dice.random() < DOUBLE_SHARE and time_s > DOUBLES_FROM_S
        if doubled:
            times.append(time_s + DOUBLE_S)
        due_s += float(dice.uniform(*INTERVAL_S)) * (2 if doubled else 1)
    return [round(time_s * FPS) / FPS for time_s in times if FIRST_S <= time_s <= last_s]


def blink_curve(instants_s: Samples, times_s: Sequence[float]) -> Samples:
    """(n,): 0 open to 1 closed."""
    closed = np.zeros(len(instants_s))
    for time_s in times_s:
        closing = smooth_step(instants_s, time_s - CLOSING_S, time_s)
        opened = np.clip((instants_s - time_s - CLOSED_S) / OPENING_S, 0, 1) ** 0.75
        closed = np.maximum(closed, closing * (1 - smooth_step(opened, 0, 1)))
    return closed


def _snapped(due_s: float, phrase_ends_s: Sequence[float], after_s: float) -> float:
    """The end of a phrase nearest to `due_s`, if one is near; the lids fall just after the last sound."""
    moments = [end_s + CLOSING_S for end_s in phrase_ends_s
               if abs(end_s + CLOSING_S - due_s) <= SNAP_S and end_s + CLOSING_S >= after_s]
    return min(moments, key=lambda moment: abs(moment - due_s), default=due_s)
