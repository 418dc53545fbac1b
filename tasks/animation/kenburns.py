"""The camera alone moves: over a portrait, a product, a landscape. It needs no face, so it is what always works.

Every beat has a framing of its own: the camera comes slowly nearer, or goes back, a little to one side, then to the other. A
picture wider or higher than the frame is wandered over besides. The way is laid out frame by frame and softened as a whole.
"""

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal, NamedTuple

import numpy as np

from tasks.animation.accents import find_accents
from tasks.animation.acting import soften
from tasks.animation.base import Take
from tasks.animation.framing import direct_camera
from tasks.animation.phrases import find_phrases
from tasks.animation.staging import stage_directions
from tasks.domain.speech import Word
from tasks.domain.timeline import FPS
from tasks.media.curves import CAMERA, Curves
from tasks.media.easing import Samples

FAR, NEAR = (0.02, 0.04), (0.16, 0.21)
"""Ranges of zoom between which the camera moves, natural logarithm."""
PUSH_PER_S = 0.028
"""Greatest speed of that movement: it is meant to be seen, unlike that over a speaking face."""
INWARD_SHARE = 0.65
"""Part of the framings in which the camera comes nearer; in the others it goes back."""
ASIDE, DOWN = (0.35, 0.75), 0.4
"""How far it looks to the side, at least and at most, and up or down, as part of what the zoom leaves."""
SHORTEST_S, LONGEST_S = 2.2, 7.0
"""A framing lasts at least the first; a beat longer than the second gets several."""
SOFT_S = 1.4
"""How long the camera takes from one framing to the next."""
ZOOM_ROOM = 0.5
"""Part of what a zoom leaves that the camera uses: what matters need not be in the middle of the picture."""
WANDER_PER_S = 0.035
"""How fast the camera wanders over what lies beside the frame, in frame widths a second."""
WANDER_SHARE = 0.9
"""Part of it that it wanders over."""
NEAREST = 0.30
"""Directions bring the camera no nearer than this."""


class Framing(NamedTuple):
    """A stretch of the reel with one camera movement."""

    start_s: float
    end_s: float


class KenBurnsAnimation:
    """Camera curves from beats and directions."""

    name: ClassVar[str] = "kenburns"
    version: ClassVar[str] = "1"
    shot: ClassVar[Literal["puppet", "still", "clip"]] = "still"

    def motion(self, take: Take) -> Curves:
        """The movement of a whole reel; see `tasks.animation.base.Animation`."""
        instants_s, dice = take.instants_s, take.dice("camera")
        zoom, right, down = (np.zeros(len(instants_s)) for _ in range(3))
        side = float(dice.choice((-1.0, 1.0)))
        for framing in framings(take):
            inside = (instants_s >= framing.start_s) & (instants_s < framing.end_s)
            zoom[inside] = _push(instants_s[inside], framing, dice)
            right[inside], down[inside] = side * dice.uniform(*ASIDE), dice.uniform(-DOWN, DOWN)
            side = -side
        phrases = find_phrases(take.words)
        for cue in stage_directions(take, phrases, find_accents(take, phrases)):
            direct_camera(instants_s, cue, zoom, right, down)
        zoom = np.clip(soften(zoom, SOFT_S), 0.0, NEAREST)
        left = ZOOM_ROOM * (1 - np.exp(-zoom)) / 2
        moved = {"zoom": zoom,
                 "pan_x": left * soften(right, SOFT_S) + wander(instants_s, -take.room.left, take.room.right, side),
                 "pan_y": left * soften(down, SOFT_S) + wander(instants_s, -take.room.up, take.room.down, side)}
        return Curves({name: moved[name].astype(np.float32) for name in CAMERA}, FPS)


def framings(take: Take) -> Iterator[Framing]:
    """Divides the reel: with the beats, long ones where a word begins, too short ones together with the next."""
    start_s = 0.0
    for span in take.beats()[:-1]:
        if span.end_s - start_s >= SHORTEST_S:
            yield from _divided(start_s, span.end_s, take.words)
            start_s = span.end_s
    yield from _divided(start_s, take.duration_s, take.words)


def _divided(start_s: float, end_s: float, words: Sequence[Word]) -> Iterator[Framing]:
    """One framing, or several where it would be long."""
    parts = max(1, int(np.ceil((end_s - start_s) / LONGEST_S)))
    for part in range(1, parts):
        even_s = start_s + (end_s - start_s) / (parts - part + 1)
        middle_s = min((word.start_s for word in words if abs(word.start_s - even_s) < SHORTEST_S / 2),
                       key=lambda word_s: abs(word_s - even_s), default=even_s)
        yield Framing(start_s, middle_s)
        start_s = middle_s
    yield Framing(start_s, end_s)


def wander(instants_s: Samples, low: float, high: float, side: float) -> Samples:
    """To and fro between two borders, from 0, at an even speed that is given up softly at each border."""
    low, high = WANDER_SHARE * low, WANDER_SHARE * high
    if high - low < 1e-6:
        return np.zeros(len(instants_s))
    way = WANDER_PER_S * instants_s * side - low
    folded = np.abs((way + (high - low)) % (2 * (high - low)) - (high - low))
    return soften(folded + low, SOFT_S)


def _push(times_s: Samples, framing: Framing, dice: np.random.Generator) -> Samples:
    """The zoom within one framing."""
    far, near = float(dice.uniform(*FAR)), float(dice.uniform(*NEAR))
    inward = dice.random() < INWARD_SHARE or framing.start_s == 0
    length_s = max(framing.end_s - framing.start_s, 1e-6)
    way = min(near - far, PUSH_PER_S * length_s)
    share = (times_s - framing.start_s) / length_s
    return far + way * share if inward else near - way * share
