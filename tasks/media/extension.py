"""Which frame of a film is shown when, where the film is shorter than what is said over it.

The film is walked forwards and backwards, so that no two neighbours were ever far apart: it never jumps. It turns where the
avatar is calm, slows down to rest and comes back as slowly, elsewhere each time, so that the turns are not seen. Every
second turn lies near its beginning, which of a generated film is the portrait: what has drifted comes home.

Forwards or backwards, the same frames are shown: what changes from one frame of the reel to the next is never more than
from one frame of the film to the next.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

TURNING_SHARE = 0.4
"""Turns lie in the first and in the last of these parts of the film."""
CALM_FRAMES = 9
"""A moment counts as calm by what moves in so many frames."""
TURNS = 3
"""Places to turn that are used in turn, at each end."""
APART_SHARE = 0.08
"""Their least distance, as part of the film."""
EASE_FRAMES = 8
"""Frames of the film over which it slows down before a turn; they take twice as long."""

HELD_FRAMES = 9
"""For so many frames a film that is shown straight may rest on its last one: nobody sees it, and models count in several.
One that lacks more is walked back, which its own mouth must not be."""


def plan_walk(moved: NDArray[Any], frames: int) -> NDArray[np.intp]:
    """The frame of a film shown at each frame of the reel.

    Args:
        moved: (n,) how much moves from each frame of the film to the next.
        frames: how many are wanted.

    Returns:
        (frames,) numbers from 0 to n - 1; neighbours show the same frame of the film, or neighbouring ones.
    """
    count = len(moved)
    if count >= frames:
        return np.arange(frames)
    if count < 2:
        return np.zeros(frames, np.intp)
    pieces, shown, here = [], 0, 0
    for number, there in enumerate(turning_places(moved)):
        piece = way(here, there, from_rest=number > 0)
        pieces.append(piece)
        shown, here = shown + len(piece), there
        if shown >= frames:
            break
    return np.asarray(np.concatenate(pieces)[:frames], np.intp)


def plan_return(moved: NDArray[Any], frames: int) -> NDArray[np.intp]:
    """A walk that ends where it began, at the film's first frame, so that another film of the same beginning can follow.

    Args:
        moved: (n,) how much moves from each frame of the film to the next.
        frames: how many are wanted.

    Returns:
        (frames,) numbers from 0 to n - 1; neighbours show the same frame of the film, or neighbouring ones.
    """
    walk = plan_walk(moved, frames)
    for left in reversed(turns(walk)):
        way_home = np.round(walk[left] * (0.5 + 0.5 * np.cos(np.linspace(0, np.pi, frames - left))))
        if _is_walked(way_home):
            return np.asarray(np.concatenate([walk[:left], way_home]), np.intp)
    return there_and_back(len(moved) - 1, frames)


def plan_straight(moved: NDArray[Any], frames: int) -> NDArray[np.intp]:
    """Every frame of a film at its own moment, as long as it lasts; from its end it is walked to and fro.

    Args:
        moved: (n,) how much moves from each frame of the film to the next.
        frames: how many are wanted.

    Returns:
        (frames,) numbers from 0 to n - 1; neighbours show the same frame of the film, or neighbouring ones.
    """
    last, left = len(moved) - 1, frames - len(moved)
    straight = np.arange(min(frames, len(moved)))
    if left <= 0:
        return straight
    if left <= HELD_FRAMES:
        return np.pad(straight, (0, left), mode="edge")
    return np.asarray(np.concatenate([straight, last - plan_walk(moved[::-1], left)]), np.intp)


def turns(walk: NDArray[np.intp]) -> list[int]:
    """Where a walk rests before it goes the other way."""
    steps = np.flatnonzero(np.diff(walk))
    signs = np.sign(np.diff(walk)[steps])
    return [int(steps[index]) + 1 for index in np.flatnonzero(signs[1:] != signs[:-1])]


def there_and_back(far: int, frames: int) -> NDArray[np.intp]:
    """Out to a frame and home again, softly; less far where that would be faster than filmed."""
    while not _is_walked(course := np.round(far * np.sin(np.linspace(0, np.pi, frames)) ** 2)):
        far -= 1
    return np.asarray(course, np.intp)


def _is_walked(course: NDArray[Any]) -> bool:
    """Whether neighbours show the same frame of the film, or neighbouring ones, and it ends at the first."""
    return bool(np.abs(np.diff(course)).max(initial=0) <= 1 and course[-1] == 0)


def turning_places(moved: NDArray[Any]) -> Iterator[int]:
    """Where to turn, without end: late, early, late, early."""
    late, early = calm_places(moved, late=True), calm_places(moved, late=False)
    number = 0
    while True:
        yield late[number % len(late)]
        yield early[number % len(early)]
        number += 1


def calm_places(moved: NDArray[Any], *, late: bool) -> list[int]:
    """The calmest frames near one end of a film, the calmest first, some way from each other."""
    count = len(moved)
    reach = max(1, int(TURNING_SHARE * count))
    candidates = np.arange(count - reach, count) if late else np.arange(reach)
    width = min(CALM_FRAMES, count)
    busy = np.convolve(np.pad(moved, (width // 2, width - 1 - width // 2), mode="edge"), np.ones(width) / width, "valid")
    chosen: list[int] = []
    for place in candidates[np.argsort(busy[candidates], kind="stable")].tolist():
        if all(abs(place - other) >= max(2.0, APART_SHARE * count) for other in chosen):
            chosen.append(place)
        if len(chosen) == TURNS:
            break
    return chosen


def way(here: int, there: int, *, from_rest: bool) -> NDArray[np.intp]:
    """The frames from one turn up to just before the next; it ends at rest, and may begin there."""
    length = abs(there - here)
    ease = min(EASE_FRAMES, length // 2)
    late, early = 2 * ease, 2 * ease if from_rest else 0
    total = length + ease + early // 2
    times = np.arange(total, dtype=float)
    start = times**2 / (4 * ease) if early else times
    end = length - (total - times) ** 2 / (4 * ease) if ease else times
    along = np.where(times < early, start, np.where(times > total - late, end, times - early / 2))
    return np.asarray(here + np.sign(there - here) * np.round(np.clip(along, 0, length)), np.intp)
