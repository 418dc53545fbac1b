"""Directions as movement: what the staged actions add to a face that reads its text.

What is held is a level for each frame, smoothed as a whole: neighbouring beats that ask for the same flow into each other
without a dip, and nothing ever starts with a jerk. Nods, shakes and looks have courses of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tasks.animation.gaze import Glance
from tasks.animation.staging import Cue, windows
from tasks.domain.timeline import FPS
from tasks.media.easing import Samples, bump

SOFT_S = {"smile": 0.7, "brow": 0.45, "yaw": 0.6, "pitch": 0.7, "roll": 0.9, "lid": 0.3, "near": 1.5, "energy": 1.0}
"""How long each part takes from one level to the next."""
SETTLED = {"smile": 0.75, "brow": 0.30, "roll": 0.8}
"""What is left of a held expression in the end: one that stays as it came turns into a mask."""
SETTLE_AFTER_S, SETTLE_S = 1.2, 1.2
"""A held expression stays for the first, and settles with the second as its time constant."""
NOD_S = 0.16
"""Half width of a nod of strength 1; a deeper one is slower in proportion to its root."""
WIND_UP, WIND_UP_S = 0.28, 0.28
"""The chin rises before a nod: by this part of it, this long before."""
SECOND_NOD, NOD_EVERY_S = 0.45, 0.60
"""Depth of the small nod that follows, and the time from one nod to the next."""
SWINGS = (-0.75, 1.0, -0.7, 0.35)
"""A shake's turns, one after the other."""
SWING_S, SWING_WIDTH_S = 0.31, 0.162
"""From one turn of a shake of strength 1 to the other, and half width of a turn; a wider one is slower in proportion to its
root."""
SHAKE_EVERY = 3.4
"""From one shake to the next, in turns."""
SWING_ROOM_S = (0.7, 0.5)
"""So long before a directed nod or shake, and after its last turn, the reading's own nods give way."""
EYES_LEAD_S = 0.08
"""The eyes arrive before the head does."""
GAZE_LIMIT = 3.0
"""Farthest gaze: there the iris touches the corner of the eye."""


@dataclass(frozen=True)
class Acting:
    """What directions add, one value a frame."""

    smile: Samples
    smile_asked: Samples
    """0 where the smile is the reading's own, 1 where a direction decides it."""
    brow: Samples
    head: dict[str, Samples]
    """yaw, pitch and roll in radians."""
    lid: Samples
    """How far the lids follow the eyes down, 0 to 1."""
    near: Samples
    """Zoom that goes with leaning, natural logarithm."""
    energy: Samples
    """Factor on the movement that reading makes."""
    swinging: Samples
    """1 where a directed nod or shake leaves no room for the reading's own, else 0."""
    looks: tuple[Glance, ...]
    """Where the eyes are sent, in order, not overlapping."""


def act(instants_s: Samples, cues: Sequence[Cue]) -> Acting:
    """The movement that staged actions ask for."""
    head = {axis: _held(instants_s, cues, axis) for axis in ("yaw", "pitch", "roll")}
    head["pitch"] += _nods(instants_s, cues)
    head["yaw"] += _shakes(instants_s, cues)
    return Acting(smile=_held(instants_s, cues, "smile"), smile_asked=_asked(instants_s, cues, "smile"),
                  brow=_held(instants_s, cues, "brow"), head=head, lid=_held(instants_s, cues, "lid"),
                  near=_held(instants_s, cues, "near"), energy=_energy(instants_s, cues), looks=_looks(cues),
                  swinging=_swinging(instants_s, cues))


def soften(levels: Samples, length_s: float) -> Samples:
    """Levels that change over `length_s` instead of at once, centred on the change, without corners.

    The ends hold their level, so that a reel may begin with a smile.
    """
    reach = max(round(length_s * FPS / 2), 1)
    kernel = 1 + np.cos(np.linspace(-np.pi, np.pi, 2 * reach + 1))
    padded = np.pad(levels, reach, mode="edge")
    return np.asarray(np.convolve(padded, kernel / kernel.sum(), "valid"))


def _held(instants_s: Samples, cues: Sequence[Cue], part: str) -> Samples:
    """The level of one part; of several at once, the strongest counts."""
    levels = np.zeros(len(instants_s))
    for cue, amount in windows(cues, part):
        if cue.action.course in ("held", "moment"):
            inside = (instants_s >= cue.start_s) & (instants_s < cue.end_s)
            settled = SETTLED.get(part, 1.0)
            age_s = np.maximum(instants_s - cue.start_s - SETTLE_AFTER_S, 0)
            course = amount * (settled + (1 - settled) * np.exp(-age_s / SETTLE_S))
            levels = np.where(inside & (np.abs(course) >= np.abs(levels)), course, levels)
    return soften(levels, SOFT_S[part])


def _asked(instants_s: Samples, cues: Sequence[Cue], part: str) -> Samples:
    levels = np.zeros(len(instants_s))
    for cue, _ in windows(cues, part):
        levels[(instants_s >= cue.start_s) & (instants_s < cue.end_s)] = 1
    return soften(levels, SOFT_S[part])


def _energy(instants_s: Samples, cues: Sequence[Cue]) -> Samples:
    """Products of what is asked at the same time; what asks for more asks by its strength, rest is rest."""
    levels = np.ones(len(instants_s))
    for cue in cues:
        factor = cue.action.energy if cue.action.course == "rest" else cue.action.energy**cue.strength
        levels[(instants_s >= cue.start_s) & (instants_s < cue.end_s)] *= factor
    return soften(levels, SOFT_S["energy"])


def _nods(instants_s: Samples, cues: Sequence[Cue]) -> Samples:
    pitch = np.zeros(len(instants_s))
    for cue in (cue for cue in cues if cue.action.course == "nod"):
        depth, width_s = cue.amount("pitch"), NOD_S * max(cue.strength, 0.6) ** 0.5
        pitch -= WIND_UP * depth * bump(instants_s, cue.start_s - WIND_UP_S, width_s)
        for index in range(cue.times + 1):
            share = 1.0 if index < cue.times else SECOND_NOD
            pitch += share * depth * bump(instants_s, cue.start_s + index * NOD_EVERY_S, width_s)
    return pitch


def _shakes(instants_s: Samples, cues: Sequence[Cue]) -> Samples:
    yaw = np.zeros(len(instants_s))
    for cue in (cue for cue in cues if cue.action.course == "shake"):
        slowness = max(cue.strength, 0.6) ** 0.5
        for repeat in range(cue.times):
            for index, swing in enumerate(SWINGS, start=-1):
                centre_s = cue.start_s + SWING_S * slowness * (index + repeat * SHAKE_EVERY)
                yaw += swing * cue.amount("yaw") * bump(instants_s, centre_s, SWING_WIDTH_S * slowness)
    return yaw


def _swinging(instants_s: Samples, cues: Sequence[Cue]) -> Samples:
    levels = np.zeros(len(instants_s))
    for cue in (cue for cue in cues if cue.action.course in ("nod", "shake")):
        last_s = cue.start_s + cue.times * (NOD_EVERY_S if cue.action.course == "nod" else SWING_S * SHAKE_EVERY)
        levels[(instants_s >= cue.start_s - SWING_ROOM_S[0]) & (instants_s < last_s + SWING_ROOM_S[1])] = 1
    return soften(levels, SOFT_S["pitch"])


def _looks(cues: Sequence[Cue]) -> tuple[Glance, ...]:
    """Looks of the same time become one, e.g. up and left; a later one ends the one before."""
    aims: dict[tuple[float, float], tuple[float, float]] = {}
    for cue in cues:
        if "gaze_x" in cue.action.parts or "gaze_y" in cue.action.parts:
            x, y = aims.get((cue.start_s, cue.end_s), (0.0, 0.0))
            aims[cue.start_s, cue.end_s] = x + cue.amount("gaze_x"), y + cue.amount("gaze_y")
    looks: list[Glance] = []
    for (start_s, end_s), (x, y) in sorted(aims.items()):
        if looks and looks[-1].back_s > start_s:
            looks[-1] = looks[-1]._replace(back_s=start_s)
        looks.append(Glance(start_s - EYES_LEAD_S, end_s - EYES_LEAD_S, *np.clip((x, y), -GAZE_LIMIT, GAZE_LIMIT).tolist()))
    return tuple(looks)
