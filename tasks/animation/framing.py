"""The camera on the avatar: it comes slowly nearer, or goes back, for a beat or two, and frames anew between beats.

Undirected it moves less than anyone notices, only so that the frame is never dead. Directions move it more. Whatever is
asked for, the way is laid out frame by frame and softened as a whole, so that the camera never starts or stops with a jerk.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from tasks.animation.acting import soften
from tasks.animation.base import Take
from tasks.animation.phrases import Phrase
from tasks.animation.staging import Cue
from tasks.media.camera import zoom_for_pan
from tasks.media.easing import Samples

FAR, NEAR = (0.014, 0.022), (0.038, 0.048)
"""Ranges of zoom between which the undirected camera moves, natural logarithm."""
PUSH_PER_S = 0.006
"""Greatest speed of that movement."""
INWARD_SHARE = 0.7
"""Part of the framings in which the camera comes nearer; in the others it goes back."""
ASIDE = (0.55, 0.30)
"""Farthest it looks beside the middle, right and down, as part of what the zoom leaves."""
SHORTEST_S, LONGEST_S = 4.5, 10.0
"""A framing lasts at least the first; from the second on it ends with any sentence, before that only with a beat."""
SOFT_S = 1.8
"""How long the camera takes from one framing to the next."""
MOVE_FROM = 0.015
"""Zoom at which a directed move begins, or ends."""
PAN_SHARE = 0.85
"""Part of what the zoom leaves to the sides that a directed pan uses."""
LEAST_S = 1.2
"""A directed move that had less time than this for its whole way goes a shorter one."""
NEAREST = 0.092
"""Nobody is ever nearer: about a tenth larger than the portrait."""
BEND = 0.012
"""So far before its limits the zoom bends towards them."""


class Framing(NamedTuple):
    """A stretch of the reel with one camera movement."""

    start_s: float
    end_s: float


def camera_curves(take: Take, phrases: Sequence[Phrase], cues: Sequence[Cue], near: Samples) -> dict[str, Samples]:
    """zoom, pan_x and pan_y of the whole reel, each (n,); `near` is the zoom that goes with leaning, already softened."""
    instants_s, dice = take.instants_s, take.dice("camera")
    zoom, right, down = (np.zeros(len(instants_s)) for _ in range(3))
    for framing in framings(take, phrases):
        inside = _inside(instants_s, framing.start_s, framing.end_s)
        zoom[inside] = _push(instants_s[inside], framing, dice)
        right[inside], down[inside] = (float(dice.uniform(-share, share)) for share in ASIDE)
    for cue in cues:
        direct_camera(instants_s, cue, zoom, right, down)
    zoom = limited(soften(zoom, SOFT_S) + near)
    room = (1 - np.exp(-zoom)) / 2
    return {"zoom": zoom, "pan_x": room * soften(right, SOFT_S), "pan_y": room * soften(down, SOFT_S)}


def framings(take: Take, phrases: Sequence[Phrase]) -> Iterator[Framing]:
    """Divides the reel: between beats where they are long enough, within long ones between sentences."""
    start_s = 0.0
    beat_starts = {phrase.start_s for phrase in phrases if phrase.opens_beat}
    for before, after in pairwise(phrases):
        middle_s = (before.end_s + after.start_s) / 2
        length_s = middle_s - start_s
        between_beats = after.start_s in beat_starts and length_s >= SHORTEST_S
        if (between_beats or (before.ends_sentence and length_s >= LONGEST_S)) and take.voice_s - middle_s >= SHORTEST_S:
            yield Framing(start_s, middle_s)
            start_s = middle_s
    yield Framing(start_s, take.duration_s)


def limited(zoom: Samples) -> Samples:
    """The zoom between none and `NEAREST`, bending towards both instead of stopping at them."""
    low = np.where(zoom < BEND, BEND * np.exp(np.minimum(zoom - BEND, 0) / BEND), zoom)
    over = np.maximum(low - (NEAREST - BEND), 0)
    return np.asarray(np.minimum(low, NEAREST - BEND) + BEND * np.tanh(over / BEND))


def _push(times_s: Samples, framing: Framing, dice: np.random.Generator) -> Samples:
    far, near = float(dice.uniform(*FAR)), float(dice.uniform(*NEAR))
    inward = dice.random() < INWARD_SHARE or framing.start_s == 0
    length_s = max(framing.end_s - framing.start_s, 1e-6)
    near = min(near, far + PUSH_PER_S * length_s)
    share = (times_s - framing.start_s) / length_s
    return far + (near - far) * (share if inward else 1 - share)


def direct_camera(instants_s: Samples, cue: Cue, zoom: Samples, right: Samples, down: Samples) -> None:
    """Lays a directed move over the camera's own way."""
    inside = _inside(instants_s, cue.start_s, cue.end_s)
    if not inside.any():
        return
    length_s = cue.end_s - cue.start_s
    share = np.clip((instants_s[inside] - cue.start_s) / max(length_s, 1e-6), 0, 1)
    way = min(length_s / LEAST_S, 1.0)
    if cue.action.steadies:
        zoom[inside], right[inside], down[inside] = (curve[inside][len(share) // 2] for curve in (zoom, right, down))
    elif cue.action.course == "zoom":
        amount = way * cue.amount("zoom")
        zoom[inside] = MOVE_FROM + (amount * share if amount > 0 else amount * (share - 1))
        right[inside] *= 1 - share
    elif cue.action.course == "pan":
        amount = way * cue.amount("pan")
        zoom[inside] = zoom_for_pan(amount / PAN_SHARE)
        right[inside], down[inside] = PAN_SHARE * np.sign(amount) * (2 * share - 1), 0.0


def _inside(instants_s: Samples, start_s: float, end_s: float) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.asarray((instants_s >= start_s) & (instants_s < end_s))
