"""The head: a pose a phrase, slow drift, nods on accents, and a gesture where a sentence ends.

Limits: a portrait moved by depth alone is believable up to about 6 degrees, beyond which the hidden side of the head would
have to appear; and a speaking head stays under about 25 degrees a second.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from tasks.animation.accents import Accent
from tasks.animation.acting import Acting
from tasks.animation.base import Take
from tasks.animation.phrases import Phrase
from tasks.media.easing import Samples, bump, minimum_jerk, plateau, slow_noise, smooth_step

AXES = ("yaw", "pitch", "roll", "sway")
LIMITS = {"yaw": 0.105, "pitch": 0.080, "roll": 0.058, "sway": 0.030}
"""Farthest from the portrait's own pose: 6, 4.6 and 2.9 degrees; sway in eye distances."""
POSE = {"yaw": 0.060, "pitch": 0.022, "roll": 0.031, "sway": 0.012}
"""Typical distance of a phrase's pose from the portrait's own."""
DRIFT = {"yaw": 0.013, "pitch": 0.008, "roll": 0.006, "sway": 0.004}
"""Standard deviation of the drift, which never stops."""
DRIFT_HZ = (0.12, 0.50)
"""Band of the drift: slower reads as leaning, faster as trembling."""
NOD = 0.027
"""Depth of a nod of strength 1, radians."""
NOD_S = 0.13
"""Half width of a nod of strength 1; a deeper nod is slower in proportion to its root."""
WIND_UP, WIND_UP_S = 0.30, 0.24
"""The chin rises before a nod: by this part of it, this long before."""
SENTENCE_DROP = 0.012
"""The chin sinks at the end of a statement, radians."""
QUESTION_LIFT, QUESTION_TILT = -0.020, 0.022
"""At the end of a question the chin rises and the head tilts, radians."""
CROSSING_SHARE = 0.7
"""Part of the poses that are taken to the other side; of the rest, half are anyway."""
TURNS, FARTHEST_TURN = (0.25, 0.70), 1.35
"""How little a pose turns the head, in typical distances, and how little where it must be seen to change sides; how far."""
LEANS, LEAN_WITH_TURN = (0.80, 1.20), 0.20
"""How far a pose tilts the head, in typical distances, and how much more the way the face turns: heads that stay upright
look mounted, and tilts of very different size make a short reel's a matter of luck."""
LISTED, LISTED_LEAN = 0.55, 0.75
"""The poses of a list's items are smaller, their tilts less so, and the turns strictly from side to side."""
AFTERWARDS = 0.25
"""After the voice, while an end card stands, the head is nearly straight."""
LEAST_DRIFT = 0.3
"""What is left of the drift where no movement is wanted: a head on a neck is never nailed down."""
MOVE_S = (0.70, 1.10)
"""Shortest and longest time to take a new pose."""
FASTEST_POSE_RAD_S = 0.20
"""Greatest speed of a change of pose; a larger change takes longer."""
LONG_PHRASE_S = 3.4
"""In a phrase this long or longer the pose changes on the way too."""
SPACING_S = 0.75
"""Least time between two changes of pose."""
OPENING_S, SETTLE_S = 0.9, 0.8
"""The head comes alive over the first, and returns during the last part of the reel."""
OPENING_SHARE, SETTLED_SHARE = 0.20, 0.15
"""What remains of poses and gestures on the first and on the last frame."""
THREE_QUARTER_RAD = (0.26, 0.49)
"""From the first turn of the portrait on movements shrink, until at the second they are `CALM`."""
CALM = {"yaw": 0.6, "pitch": 1.0, "roll": 0.75, "sway": 0.6}
"""A portrait in three-quarter view shows its far side too well to turn more. Nodding and tilting hide and show nothing, but
a tilt is seen larger there: at 33 degrees 1.25 times as large as it is drawn, 0.9 to 1.05 times from the front."""


class Station(NamedTuple):
    """A pose to be taken."""

    time_s: float
    scale: float
    """Of its turn, nod and sway."""
    lean: float
    """Of its tilt."""
    crossing: bool
    """True when the head must change sides."""


def head_curves(take: Take, phrases: Sequence[Phrase], accents: Sequence[Accent],
                acting: Acting | None = None) -> dict[str, Samples]:
    """yaw, pitch, roll in radians and sway in eye distances, each (n,); what is directed comes on top of the reading."""
    instants_s, dice = take.instants_s, take.dice("head")
    poses = _poses(instants_s, list(_stations(take, phrases)), dice)
    poses["pitch"] += _nods(instants_s, accents, dice) * (1 - (acting.swinging if acting else 0.0))
    for axis, gesture in _endings(instants_s, phrases, dice).items():
        poses[axis] += gesture
    present = _presence(instants_s, take.duration_s)
    energy = acting.energy if acting else np.ones(len(instants_s))
    directed = acting.head if acting else {}
    side = float(smooth_step(np.array([abs(take.face_yaw_rad)]), *THREE_QUARTER_RAD)[0])
    calm = {axis: 1 - (1 - CALM[axis]) * side for axis in AXES}
    drifting = (0.5 + 0.5 * present) * (LEAST_DRIFT + (1 - LEAST_DRIFT) * energy)
    return {axis: calm[axis] * _limited(poses[axis] * present * energy + _drift(axis, instants_s, dice) * drifting
                       + directed.get(axis, 0.0), LIMITS[axis]) for axis in AXES}


def _stations(take: Take, phrases: Sequence[Phrase]) -> Iterator[Station]:
    """When the head moves on: with each phrase, within long ones, and back to the viewer when the voice is over."""
    last_s = -SPACING_S
    for phrase in phrases:
        parts = max(1, round((phrase.end_s - phrase.start_s) / LONG_PHRASE_S))
        for part in range(parts):
            time_s = phrase.start_s + part * (phrase.end_s - phrase.start_s) / parts
            if time_s - last_s >= SPACING_S:
                scale, lean = (LISTED, LISTED_LEAN) if phrase.listed else (1.0, 1.0)
                yield Station(time_s, scale, lean, crossing=phrase.listed or phrase.counted is not None)
                last_s = time_s
    if phrases and take.tail_s > 0:
        yield Station(max(take.voice_s, last_s + SPACING_S), AFTERWARDS, AFTERWARDS, crossing=False)


def _poses(instants_s: Samples, stations: Sequence[Station], dice: np.random.Generator) -> dict[str, Samples]:
    curves = {axis: np.zeros(len(instants_s)) for axis in AXES}
    before = here = dict.fromkeys(AXES, 0.0)
    for station in stations:
        there = _next_pose(before, here, station, dice)
        duration_s = max(float(dice.uniform(*MOVE_S)), 1.875 * abs(there["yaw"] - here["yaw"]) / FASTEST_POSE_RAD_S)
        course = minimum_jerk(instants_s, station.time_s - 0.25 * duration_s, station.time_s + 0.75 * duration_s)
        for axis in AXES:
            curves[axis] += (there[axis] - here[axis]) * course
        before, here = here, there
    return curves


def _next_pose(before: Mapping[str, float], here: Mapping[str, float], station: Station, dice: np.random.Generator
               ) -> dict[str, float]:
    """A pose on the other side more often than not; shoulders lean the way the face turns, the head more often than not.

    A tilt changes sides after the first pose, and is on the same side twice in a row at most: in a reel of three phrases a
    head would else seem to lean by a degree for good.
    """
    stays = before["roll"] * here["roll"] >= 0
    turned = float(dice.uniform(TURNS[station.crossing], FARTHEST_TURN))
    turn = _other_side(here["yaw"], dice, always=station.crossing) * turned * station.scale
    lean = _other_side(here["roll"], dice, always=stays) * float(dice.uniform(*LEANS)) * station.lean
    spread = {axis: float(np.clip(dice.normal(), -1.6, 1.6)) * station.scale for axis in ("pitch", "sway")}
    return {"yaw": POSE["yaw"] * turn, "pitch": POSE["pitch"] * spread["pitch"],
            "roll": POSE["roll"] * (LEAN_WITH_TURN * turn + lean),
            "sway": POSE["sway"] * (0.6 * turn + 0.6 * spread["sway"])}


def _other_side(here: float, dice: np.random.Generator, *, always: bool = False) -> float:
    """-1 or 1: away from `here` more often than not."""
    crosses, any_side = dice.random() < CROSSING_SHARE, float(dice.choice((-1.0, 1.0)))
    return float(-np.sign(here)) if here and (always or crosses) else any_side


def _nods(instants_s: Samples, accents: Sequence[Accent], dice: np.random.Generator) -> Samples:
    """Downward beats, deepest just after the vowel's middle, each with a small rise before."""
    pitch = np.zeros(len(instants_s))
    for accent in accents:
        depth = accent.strength * float(dice.uniform(0.6, 1.2))
        width_s = NOD_S * max(depth, 0.6) ** 0.5
        centre_s = accent.time_s + 0.03
        pitch += NOD * depth * (bump(instants_s, centre_s, width_s)
                                - WIND_UP * bump(instants_s, centre_s - WIND_UP_S, width_s))
    return pitch


def _endings(instants_s: Samples, phrases: Sequence[Phrase], dice: np.random.Generator) -> dict[str, Samples]:
    """What the head does where sentences end: sinks after a statement, lifts and tilts with a question."""
    pitch, roll = np.zeros(len(instants_s)), np.zeros(len(instants_s))
    for phrase in (phrase for phrase in phrases if phrase.ends_sentence):
        course = plateau(instants_s, phrase.end_s - 0.10, phrase.end_s + 0.15, rise_s=0.50, fall_s=0.60)
        if phrase.mood == "question":
            pitch += QUESTION_LIFT * course
            roll += float(dice.choice((-1.0, 1.0))) * QUESTION_TILT * course
        else:
            pitch += SENTENCE_DROP * course
    return {"pitch": pitch, "roll": roll}


def _presence(instants_s: Samples, duration_s: float) -> Samples:
    """How much of poses and gestures shows: little at first, all in between, little at the end."""
    opening = OPENING_SHARE + (1 - OPENING_SHARE) * minimum_jerk(instants_s, 0, OPENING_S)
    settling = 1 - (1 - SETTLED_SHARE) * minimum_jerk(instants_s, duration_s - SETTLE_S, duration_s - 0.1)
    return opening * settling


def _drift(axis: str, instants_s: Samples, dice: np.random.Generator) -> Samples:
    return DRIFT[axis] * slow_noise(instants_s, *DRIFT_HZ, dice)


def _limited(curve: Samples, limit: float) -> Samples:
    """Bends towards the limit instead of stopping at it."""
    return np.asarray(limit * np.tanh(curve / limit))
