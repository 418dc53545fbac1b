"""The parts of a reel that films cover which follow its voice: each knows its own part of the voice, and no other.

Neighbours overlap, so that both films show the moment at which the reel changes from one to the other, and that moment can
be chosen by what they show. They change in a pause where there is one: a face rests there.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

from tasks.domain.speech import Word
from tasks.domain.timeline import FPS, frame_count

OVERLAP_FRAMES = 30
"""Frames that two neighbours share: a second, which is about how long a head takes to come back to where it looks."""
OVERLAP_SHARE = 1 / 6
"""Of short films no more than this is shared."""
PAUSE_S = 0.3
"""A pause this long is as good as a longer one."""


def heard_spans(words: Sequence[Word], reel_s: float, longest_s: float) -> list[tuple[float, float]]:
    """Parts of a reel `[start_s, end_s)` that one film each can cover, on whole frames: as few as can be.

    Args:
        words: of the reel, in order.
        reel_s: its length, end card included.
        longest_s: the longest film.
    """
    reel, longest = frame_count(reel_s), int(longest_s * FPS + 1e-6)
    if reel <= longest:
        return [(0.0, reel / FPS)]
    shared = min(OVERLAP_FRAMES, int(OVERLAP_SHARE * longest))
    alone, starts = longest - shared, [0]
    for left in range(math.ceil((reel - shared) / alone), 1, -1):
        starts.append(starts[-1] + _length(words, starts[-1], reel - shared - starts[-1], left, alone, shared))
    ends = [*(start + shared for start in starts[1:]), reel]
    return [(start / FPS, end / FPS) for start, end in zip(starts, ends, strict=True)]


def _length(words: Sequence[Word], start: int, rest: int, left: int, alone: int, shared: int) -> int:
    """Frames from the start of one film to that of the next.

    Args:
        words: of the reel.
        start: frame at which the film begins.
        rest: frames from there that are to be covered, without what the last film shares.
        left: how many films cover them.
        alone: most frames that one covers besides what it shares.
        shared: frames that neighbours share.
    """
    even = rest / left
    least, most = max(even / 2, rest - (left - 1) * alone), min(alone, rest - even / 2)
    offered = []
    for before, after in pairwise(words):
        length = round((before.end_s + after.start_s) / 2 * FPS - shared / 2) - start
        if least <= length <= most:
            offered.append((min(after.start_s - before.end_s, PAUSE_S), -abs(length - even), length))
    return max(offered)[-1] if offered else round(even)
