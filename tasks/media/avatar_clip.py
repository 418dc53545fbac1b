"""Checks the film of an avatar before anything is made of it: what any film must be, and how long this one may be."""

from pathlib import Path

from tasks.domain.errors import AvatarError, FixRequest
from tasks.media.clips import check_clip

SHORTEST_S, LONGEST_S = 2.0, 60.0
"""A shorter film would be seen to repeat; of a longer one every frame would be followed and kept for nothing."""


def check_avatar_clip(path: Path) -> tuple[str, ...]:
    """Makes sure that a film can stand for an avatar; faces are looked for later, on every frame.

    Returns:
        what its owner should know, a sentence each.

    Raises:
        AvatarError: missing, no film, damaged, too short or long, too large or small.
    """
    try:
        facts = check_clip(path)
    except FixRequest as error:
        raise AvatarError(str(error)) from error
    if not SHORTEST_S <= facts.duration_s <= LONGEST_S:
        advice = "take a longer one" if facts.duration_s < SHORTEST_S else "cut out its calmest part"
        raise AvatarError(f"the film {str(path)!r} of the avatar lasts {facts.duration_s:.1f} s, between {SHORTEST_S:g} and"
                          f" {LONGEST_S:g} s are needed: {advice}")
    return facts.warnings
