"""When each direction happens: steps on the phrases of their beat, looks as a phrase begins, nods on underlined words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tasks.animation.accents import Accent
from tasks.animation.base import Take
from tasks.animation.directions import Direction, Gesture, parse_direction
from tasks.animation.phrases import Phrase
from tasks.animation.vocabulary import Action
from tasks.domain.speech import BeatSpan

LOOK_S = 1.6
"""How long what happens for a moment lasts by itself."""
PART_SHARE, PART_S = 0.4, 1.4
"""The start or end of a step is this share of it, and at least this long."""
SWING_S = (0.4, 1.0)
"""Time before and after a nod or shake, so that it is seen and over inside its step, where the step has so much time."""


@dataclass(frozen=True)
class Cue:
    """One action at its time."""

    action: Action
    strength: float
    times: int
    start_s: float
    end_s: float
    """Half open; of a nod or a shake the start is its middle."""

    def amount(self, part: str) -> float:
        """How far it moves a part."""
        return self.strength * self.action.parts.get(part, 0.0)


def stage_directions(take: Take, phrases: Sequence[Phrase], accents: Sequence[Accent]) -> list[Cue]:
    """Every action that the take's directions ask for, in the order of the text."""
    cues: list[Cue] = []
    for span in take.beats():
        text = take.directions[span.beat] if span.beat < len(take.directions) else None
        direction = parse_direction(text or "")
        steps = _steps(span, direction, phrases)
        cues += [_cue(gesture, _time_of(gesture, direction, steps), accents) for gesture in direction.gestures]
    return [replace(cue, end_s=take.duration_s) if _lasts_to_the_end(cue, take) else cue for cue in cues]


def _lasts_to_the_end(cue: Cue, take: Take) -> bool:
    """What the last beat holds is held on the end card too: nobody turns from grave to gay for it."""
    return cue.action.course == "held" and cue.end_s >= take.voice_s


@dataclass(frozen=True)
class _Step:
    """The part of a beat in which a step of its direction happens."""

    start_s: float
    end_s: float
    voice_s: float
    """When its first word is heard."""

    def part(self, place: str) -> "_Step":
        """Its beginning, its end, or all of it."""
        length_s = max((self.end_s - self.start_s) * PART_SHARE, min(PART_S, self.end_s - self.start_s))
        if place == "start":
            return _Step(self.start_s, self.start_s + length_s, self.voice_s)
        if place == "end":
            return _Step(self.end_s - length_s, self.end_s, max(self.voice_s, self.end_s - length_s))
        return self


def _steps(span: BeatSpan, direction: Direction, phrases: Sequence[Phrase]) -> list[_Step]:
    """Divides a beat into steps of about the same length, at the starts of phrases where there are some near."""
    first_s, last_s = span.voice_s
    length_s = (last_s - first_s) / direction.steps
    starts_s = [span.start_s]
    for index in range(1, direction.steps):
        even_s = first_s + index * length_s
        near_s = [phrase.start_s for phrase in phrases if abs(phrase.start_s - even_s) < length_s / 2
                  and phrase.start_s > starts_s[-1]]
        starts_s.append(min(near_s, key=lambda start_s: abs(start_s - even_s), default=even_s))
    ends_s = [*starts_s[1:], span.end_s]
    return [_Step(start_s, end_s, max(start_s, first_s)) for start_s, end_s in zip(starts_s, ends_s, strict=True)]


def _time_of(gesture: Gesture, direction: Direction, steps: Sequence[_Step]) -> _Step:
    """The step of a gesture, or a part of it; what is held or moves the camera goes on until something takes its place."""
    step = steps[gesture.step]
    whole = gesture.place == "whole" or (gesture.place == "start" and direction.steps > 1)
    if not whole or gesture.action.course not in ("held", "zoom", "pan"):
        return step if whole else step.part(gesture.place)
    following = [other.step for other in direction.gestures if other.step > gesture.step and _replaces(other, gesture)]
    return replace(step, end_s=steps[min(following) - 1].end_s if following else steps[-1].end_s)


def _replaces(other: Gesture, gesture: Gesture) -> bool:
    """A smile ends where somebody is told to be serious, but not where they are told to raise their brows."""
    if gesture.action.course in ("zoom", "pan"):
        return other.action.course in ("zoom", "pan", "rest")
    return other.action.course in ("held", "moment") and bool(other.action.main_parts & gesture.action.main_parts)


def _cue(gesture: Gesture, step: _Step, accents: Sequence[Accent]) -> Cue:
    start_s, end_s = step.start_s, step.end_s
    if gesture.action.course in ("nod", "shake"):
        start_s = _underlined(step, accents)
        end_s = start_s
    elif gesture.action.course == "moment" and not gesture.throughout:
        start_s = step.voice_s
        end_s = min(start_s + (gesture.lasts_s or LOOK_S), max(step.end_s, start_s))
    elif gesture.lasts_s:
        end_s = min(start_s + gesture.lasts_s, step.end_s)
    return Cue(gesture.action, gesture.strength, gesture.times, start_s, end_s)


def _underlined(step: _Step, accents: Sequence[Accent]) -> float:
    """The strongest accent of a step that leaves time before and after; without one, an instant that does."""
    before_s, after_s = SWING_S
    first_s, last_s = step.voice_s + before_s, step.end_s - after_s
    inside = [accent for accent in accents if first_s <= accent.time_s <= last_s]
    if inside:
        return max(inside, key=lambda accent: accent.strength).time_s
    return first_s if first_s <= last_s else (step.voice_s + step.end_s) / 2


def windows(cues: Sequence[Cue], part: str) -> Iterator[tuple[Cue, float]]:
    """The cues that move a part, with how far."""
    for cue in cues:
        if part in cue.action.parts:
            yield cue, cue.amount(part)
