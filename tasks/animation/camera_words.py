"""The camera's part of a direction told apart from the avatar's: a generator films with a fixed camera, and must not read of
another one.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tasks.animation.directions import parse_direction
from tasks.animation.vocabulary import CAMERA_MOVES, JOINS, SEQUELS

SEPARATOR = re.compile(rf"((?:\s*(?:[,;.!?:&+/()–—]|(?<=\s)-(?=\s)|\b(?:{'|'.join((*JOINS, *SEQUELS))})\b)\s*)+)",
                       re.IGNORECASE)
"""What stands between two parts of a direction."""
STOPS = " ,;.!?()–—-"
"""What a part may end with, and is not told."""


class Parted(NamedTuple):
    """A direction in two."""

    avatar: str
    """Word for word what is not for the camera alone."""
    moves: tuple[str, ...]
    """What makes the camera move, word for word; a camera that rests is no move."""


def part_direction(text: str) -> Parted:
    """Takes out of a direction the parts that ask for nothing but the camera, and what leads to them, as 'slowly' may."""
    kept, lead, filmed = "", "", [""]
    for separator, part in _parts(text):
        if _camera_alone(asked := (f"{filmed[-1]}{separator}{part}" if filmed[-1] else part)):
            filmed[-1], lead = asked, ""
        elif _asks_nothing(part):
            lead += separator + part
        else:
            kept, lead = kept + lead + separator + part, ""
            filmed += [""] if filmed[-1] else []
    if not any(filmed):
        return Parted(text, ())
    return Parted(SEPARATOR.sub("", kept, count=1) if SEPARATOR.match(kept) else kept,
                  tuple(asked.strip(STOPS) for asked in filmed if _moves(asked)))


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """The parts of a direction, each with what stands before it."""
    pieces = SEPARATOR.split(text)
    return zip(["", *pieces[1::2]], pieces[::2], strict=True)


def _camera_alone(text: str) -> bool:
    direction = parse_direction(text)
    return bool(direction.gestures) and not direction.unknown and all(
        gesture.action in CAMERA_MOVES for gesture in direction.gestures)


def _moves(text: str) -> bool:
    return any(gesture.action.course != "rest" for gesture in parse_direction(text).gestures)


def _asks_nothing(text: str) -> bool:
    direction = parse_direction(text)
    return not direction.gestures and not direction.unknown
