"""Directions in plain words: what a beat asks of the avatar and the camera.

A direction is read as steps (what comes after 'then' happens later), a step as phrases that happen together, a phrase as
actions with strengths and times. What is not known is told with the nearest known word, never guessed at.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from tasks.animation.lexicon import Token, action_asked_by, actions_by_name, nearest_known, read_tokens
from tasks.animation.vocabulary import SIDES, Action

WEAKEST, STRONGEST = 0.3, 1.7
"""Range of strengths."""
INTENSITY, INTENSIFIED = 1.5, 1.3
"""A strength with an intensifier is raised to the power of the first; an intensifier alone is the second."""
MOMENT_S = 1.0
"""Length of a moment."""
LONGEST_S = 20.0
"""Longest time that is counted in seconds."""
MOST_TIMES = 4
"""A nod is not repeated more often."""
TRAILING = ("ly", "little", "bit")
"""Ends of strengths that stand after what they weigh, as in 'smiles slightly'."""
SWINGS = ("nod", "shake")
"""Courses that go to and fro: they can be counted, and their sides go without saying, as in 'nods up and down'."""

Place = Literal["whole", "start", "end"]


@dataclass(frozen=True)
class Gesture:
    """One action, as a direction asks for it."""

    action: Action
    strength: float = 1.0
    step: int = 0
    """Which of the direction's steps it belongs to."""
    times: int = 1
    """How often, for nods and shakes."""
    lasts_s: float | None = None
    """How long it is wanted; None: as long as its kind lasts by itself."""
    throughout: bool = False
    """True where it is wanted as long as its step lasts."""
    place: Place = "whole"
    """Part of its step."""


class Unknown(NamedTuple):
    """Words that ask for something not known."""

    text: str
    nearest: str | None
    """The known word most like one of them."""


@dataclass(frozen=True)
class Direction:
    """A direction, understood as far as it can be."""

    gestures: tuple[Gesture, ...] = ()
    steps: int = 1
    unknown: tuple[Unknown, ...] = ()


def parse_direction(text: str) -> Direction:
    """Reads a direction. Any text is one, if only of unknown words."""
    reader = _Reader()
    for token in read_tokens(text):
        reader.take(token)
    reader.end_phrase()
    gestures = _each_once(reader.gestures)
    return Direction(gestures, 1 + max((gesture.step for gesture in gestures), default=0), tuple(reader.unknown))


def direction_warnings(directions: Iterable[str | None]) -> Iterator[str]:
    """What the directions of beats, in order, ask for that is not understood, a sentence each."""
    for number, text in enumerate(directions, start=1):
        for unknown in parse_direction(text or "").unknown:
            hint = f"did you mean {unknown.nearest!r}?" if unknown.nearest else "docs/direction.md lists the words that are"
            yield f"{unknown.text!r} in the direction of beat {number} is not understood; {hint}"


@dataclass
class _Phrase:
    """What one phrase has said so far."""

    found: list[Gesture] = field(default_factory=list)
    waiting: list[Token] = field(default_factory=list)
    """Strengths before the action they belong to."""
    strange: list[str] = field(default_factory=list)
    """Words not known, next to each other."""
    number: float | None = None
    intensified: bool = False
    negated: bool = False
    acted: bool = False
    """True after an action, also one taken back: what was said about the time was about that."""
    aiming: bool = False
    """True where the target of a look stands, in which nothing is strange."""
    lasts_s: float | None = None
    throughout: bool = False
    place: Place = "whole"


class _Reader:
    """Reads a direction token by token."""

    def __init__(self) -> None:
        self.gestures: list[Gesture] = []
        self.unknown: list[Unknown] = []
        self._step = 0
        self._verb = ""
        self._phrase = _Phrase()

    def take(self, token: Token) -> None:
        """Reads one token."""
        if token.kind not in ("unknown", "filler", "target", "side", "number"):
            self._report()
        match token.kind:
            case "join" | "sequel":
                self.end_phrase()
                self._step += token.kind == "sequel" and self._step_is_used()
            case "action" | "side":
                self._take_action(token)
            case "strength":
                self._weigh(token)
            case "number" | "times" | "seconds":
                self._count(token)
            case "unknown" | "filler" | "target":
                self._pass_over(token)
            case _:
                self._mark(token)

    def end_phrase(self) -> None:
        """What was said together is complete: strengths find their action, and times hold for all actions of the phrase.

        Of a phrase without an action both go on to the next, as in 'a big, honest smile' and 'at the end, a nod'.
        """
        self._report()
        phrase = self._phrase
        asking = [token for token in map(action_asked_by, (token.text for token in phrase.waiting)) if token]
        if phrase.found:
            self._strengthen(phrase.waiting)
        elif asking:
            phrase.waiting = []
            self._take_action(asking[0])
        self.gestures += [replace(gesture, lasts_s=phrase.lasts_s, throughout=phrase.throughout, place=phrase.place)
                          for gesture in phrase.found]
        self._phrase = _Phrase() if phrase.acted else _Phrase(
            waiting=phrase.waiting, lasts_s=phrase.lasts_s, place=phrase.place)

    def _take_action(self, token: Token) -> None:
        """Notes an action; a side alone goes with the verb said before it, and sides of one verb come one after another."""
        phrase = self._phrase
        action = token.action or actions_by_name().get(f"{self._verb} {token.text}")
        if not action:
            swinging = any(gesture.action.course in SWINGS for gesture in (*self.gestures, *phrase.found))
            phrase.strange += [] if swinging else [token.text]
            return
        verb, _, side = action.name.rpartition(" ")
        if side in SIDES and not phrase.found and self._was_done(verb):
            self._step += 1
        phrase.acted = True
        if phrase.negated:
            if action.parts.get("smile", 0) > 0:
                phrase.found.append(Gesture(actions_by_name()["neutral"], step=self._step))
            return
        times = _times(phrase.number) if action.course in SWINGS else 1
        phrase.found.append(Gesture(action, _within(token.amount), self._step, times))
        self._strengthen(phrase.waiting)
        phrase.waiting, phrase.number = [], None
        self._verb = verb if side in SIDES else self._verb

    def _weigh(self, token: Token) -> None:
        """An adverb weighs the action before it, any other strength the one after it."""
        if self._phrase.found and token.text.endswith(TRAILING):
            self._strengthen([token])
        else:
            self._phrase.waiting.append(token)

    def _strengthen(self, strengths: list[Token]) -> None:
        """Weighs the last action."""
        phrase = self._phrase
        weight = 1.0
        for token in strengths:
            weight *= token.amount
        if phrase.intensified:
            weight = weight**INTENSITY if strengths else INTENSIFIED
            phrase.intensified = False
        last = phrase.found[-1]
        phrase.found[-1] = replace(last, strength=_within(last.strength * weight))

    def _count(self, token: Token) -> None:
        phrase = self._phrase
        if token.kind == "number":
            phrase.number = token.amount
            phrase.strange += [token.text] if phrase.strange else []
            return
        if token.kind == "seconds":
            phrase.lasts_s = min(max(phrase.number or MOMENT_S, 1 / LONGEST_S), LONGEST_S)
        elif phrase.found:
            phrase.found[-1] = replace(phrase.found[-1], times=_times(phrase.number or token.amount))
        phrase.number = None

    def _mark(self, token: Token) -> None:
        phrase = self._phrase
        phrase.intensified |= token.kind == "intensifier"
        phrase.negated |= token.kind == "negation"
        phrase.throughout |= token.kind == "throughout"
        if token.kind == "moment":
            phrase.lasts_s = MOMENT_S
        if token.kind == "start" or token.kind == "end":
            phrase.place = token.kind

    def _pass_over(self, token: Token) -> None:
        """Words without an action; fillers are told with strange words before them, so that these stay readable."""
        phrase = self._phrase
        phrase.aiming |= token.kind == "target" and bool(phrase.found)
        if phrase.strange or (token.kind == "unknown" and not phrase.aiming):
            phrase.strange.append(token.text)

    def _report(self) -> None:
        if self._phrase.strange:
            words = self._phrase.strange
            self.unknown.append(Unknown(" ".join(words), nearest_known([" ".join(words), *words])))
            self._phrase.strange = []

    def _was_done(self, verb: str) -> bool:
        return any(gesture.step == self._step and gesture.action.name.startswith(f"{verb} ") for gesture in self.gestures)

    def _step_is_used(self) -> bool:
        return any(gesture.step == self._step for gesture in (*self.gestures, *self._phrase.found))


def _each_once(gestures: Iterable[Gesture]) -> tuple[Gesture, ...]:
    """Of the same action in the same part of a step, the strongest."""
    found: dict[tuple[str, int, Place], Gesture] = {}
    for gesture in gestures:
        place = gesture.action.name, gesture.step, gesture.place
        found[place] = max(found.get(place, gesture), gesture, key=lambda same: same.strength)
    return tuple(found.values())


def _within(strength: float) -> float:
    return min(max(strength, WEAKEST), STRONGEST)


def _times(number: float | None) -> int:
    return int(min(max(number or 1, 1), MOST_TIMES))
