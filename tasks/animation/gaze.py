"""Gaze: on the camera most of the time, with the small jumps eyes make and now and then a glance aside.

The curves say where the eyes look beside the camera, whatever the head does: drawing turns the eyes against the head, so
that a turning head keeps its eye contact.

Source: speakers look aside as they begin a thought (Kendon 1967, doi:10.1016/0001-6918(67)90005-4).
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from tasks.animation.phrases import Phrase
from tasks.media.easing import Samples, smooth_step

JUMP_S = 0.033
"""Length of a jump: at 30 fps at most one frame shows the eyes on their way."""
FIXATION_S = (0.55, 2.0)
"""Shortest and longest rest of the eyes on one point."""
WANDER = (0.10, 0.06)
"""Standard deviation of the small jumps across the viewer's face, right and down."""
GLANCE_SHARE = 0.30
"""Part of the phrases that begin with a glance aside."""
GLANCE_X, GLANCE_Y = (0.40, 0.80), 0.22
"""Size of a glance to a side, and standard deviation of its height."""
GLANCE_S = (0.40, 0.80)
"""Length of a glance."""
APART_S = 0.25
"""Least time between a glance and a small jump."""
OPENING_S, ENDING_S = 1.0, 1.2
"""First and last part of a reel without a glance: it begins and ends eye to eye."""


class Glance(NamedTuple):
    """A look aside and back."""

    start_s: float
    back_s: float
    x: float
    y: float


def gaze_curves(instants_s: Samples, phrases: Sequence[Phrase], dice: np.random.Generator,
                looks: Sequence[Glance] = ()) -> tuple[Samples, Samples]:
    """Gaze beside the camera, right and down, each (n,), within -1 to 1 but for directed `looks`."""
    end_s = float(instants_s[-1])
    wandering = list(_wandering(end_s, dice))
    own = [glance for glance in _glances(end_s, phrases, dice)
           if not any(look.start_s - APART_S < glance.back_s and glance.start_s < look.back_s + APART_S for look in looks)]
    glances = sorted([*own, *looks])
    jumps = [(glance.start_s, glance.x, glance.y) for glance in glances] + [(glance.back_s, 0.0, 0.0) for glance in glances]
    jumps = [jump for index, jump in enumerate(jumps) if index < len(glances) or not _taken_on(jump[0], glances)]
    jumps += [jump for jump in wandering
              if not any(glance.start_s - APART_S < jump[0] < glance.back_s + APART_S for glance in glances)]
    x, y = np.zeros(len(instants_s)), np.zeros(len(instants_s))
    for time_s, to_x, to_y in sorted(jumps):
        jump = smooth_step(instants_s, time_s, time_s + JUMP_S)
        x += (to_x - x) * jump
        y += (to_y - y) * jump
    return x, y


def _taken_on(back_s: float, glances: Sequence[Glance]) -> bool:
    """True where the eyes go from one look to the next, not back to the viewer."""
    return any(0 <= glance.start_s - back_s < APART_S for glance in glances)


def _wandering(end_s: float, dice: np.random.Generator) -> Iterator[tuple[float, float, float]]:
    """Jumps between points of the viewer's face: (time, right, down)."""
    time_s = float(dice.uniform(*FIXATION_S))
    while time_s < end_s:
        across, down = np.clip(dice.normal(0, WANDER), -1, 1)
        yield time_s, float(across), float(down)
        time_s += float(dice.uniform(*FIXATION_S))


def _glances(end_s: float, phrases: Sequence[Phrase], dice: np.random.Generator) -> Iterator[Glance]:
    """Looks aside at the start of some phrases."""
    for phrase in phrases[1:]:
        wanted, side = dice.random() < GLANCE_SHARE, dice.choice((-1.0, 1.0))
        start_s, back_s = phrase.start_s - 0.12, phrase.start_s - 0.12 + float(dice.uniform(*GLANCE_S))
        aside, height = float(side * dice.uniform(*GLANCE_X)), float(np.clip(dice.normal(0, GLANCE_Y), -1, 1))
        if wanted and start_s > OPENING_S and back_s < end_s - ENDING_S:
            yield Glance(start_s, back_s, aside, height)
