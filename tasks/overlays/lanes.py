"""What must not be on screen at once: pictures follow each other, texts come one at a time.

Between two pictures there is no gap too short to see the avatar in. An earlier text leaves when the next comes, since nobody
reads two beside the captions; and a text does not stay while a split screen comes or goes, as the face would be elsewhere.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from tasks.overlays.timed import Length, Timed, frames_of

View = Literal["avatar", "full", "split", "card"]
"""What fills the picture: the avatar, a picture alone, the avatar above a picture, the end card."""

SHORTEST_PICTURE_S = 0.9
"""A picture is on screen at least so long; less is a flash."""
SHORTEST_TEXT_S = 1.2
"""A text is on screen at least so long, if the reel lasts."""
LEAST_HOOK_S = 1.8
"""How long the hook stays at least when a text follows."""
BRIDGE_S = 0.7
"""A shorter return to the avatar between two pictures is left out."""
VEIL_S = 0.4
"""What is on screen at the end stays so long under the end card, until that veils it."""
ENOUGH_S = 1.0
"""A text that has been there so long leaves when a split screen comes or goes; a younger one waits for it."""


def joined(pictures: Sequence[Timed], length: Length) -> list[Timed]:
    """Pictures in order, none over another, with no moment between two that is too short."""
    ordered = sorted(pictures, key=lambda timed: timed.start)
    shortest = frames_of(SHORTEST_PICTURE_S)
    for index, timed in enumerate(ordered):
        start = max(timed.start, ordered[index - 1].stop if index else 0)
        stop = max(timed.stop, start + shortest)
        if index + 1 < len(ordered):
            follows = max(ordered[index + 1].start, start + shortest)
            stop = follows if follows - stop < frames_of(BRIDGE_S) else stop
        ordered[index] = replace(timed, start=start, stop=stop)
    return [timed for timed in (_ended(timed, length) for timed in ordered) if timed.start < timed.stop]


def one_at_a_time(texts: Sequence[Timed], pictures: Sequence[Timed], length: Length) -> list[Timed]:
    """Texts in order, none over another, each over one arrangement of the screen."""
    settled = _queued([_settled(text, pictures) for text in texts])
    settled = [_settled(text, pictures) for text in settled]
    ends = [*(text.start for text in settled[1:]), length.stage]
    shown = [replace(text, stop=min(text.stop, end, length.stage)) for text, end in zip(settled, ends, strict=False)]
    return [text for text in shown if text.start < text.stop]


def view_of(text: Timed, pictures: Sequence[Timed]) -> View:
    """What a text lies over; a picture that covers only a part of its time counts as the avatar."""
    if text.kind == "end-card":
        return "card"
    over = [picture for picture in pictures if picture.start < text.stop and text.start < picture.stop]
    if any(picture.layout == "split" for picture in over):
        return "split"
    covered = sum(min(picture.stop, text.stop) - max(picture.start, text.start) for picture in over)
    return "full" if covered >= text.stop - text.start else "avatar"


def _ended(picture: Timed, length: Length) -> Timed:
    """A picture at the end of what is said stays until the end card hides it."""
    if length.card is not None and picture.stop > length.card - frames_of(BRIDGE_S):
        return replace(picture, stop=min(length.card + frames_of(VEIL_S), length.reel))
    return replace(picture, stop=min(picture.stop, length.reel))


def _queued(texts: Sequence[Timed]) -> list[Timed]:
    """Texts in order: an earlier one leaves when the next comes, which waits until it could be read."""
    ordered = sorted(texts, key=lambda timed: timed.start)
    for index, follows in enumerate(ordered[1:]):
        timed = ordered[index]
        least = frames_of(LEAST_HOOK_S if timed.kind == "hook" else SHORTEST_TEXT_S)
        start = max(follows.start, min(timed.stop, timed.start + least))
        ordered[index] = replace(timed, stop=min(timed.stop, start))
        ordered[index + 1] = replace(follows, start=start, stop=follows.stop + start - follows.start)
    return ordered


def _settled(text: Timed, pictures: Sequence[Timed]) -> Timed:
    """The text within one arrangement of the screen: cut where that changes, or made to wait for the change."""
    edges = sorted({edge for picture in pictures if picture.layout == "split" for edge in (picture.start, picture.stop)
                    if text.start < edge < text.stop})
    start = text.start
    for edge in edges:
        if edge - start >= frames_of(ENOUGH_S):
            return replace(text, start=start, stop=edge)
        start = edge
    return replace(text, start=start, stop=max(text.stop, start + frames_of(ENOUGH_S)) if start > text.start else text.stop)
