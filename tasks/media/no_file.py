"""What lies where a file should be, in words for whoever has to put one there."""

import stat
from collections.abc import Callable
from pathlib import Path

KINDS: tuple[tuple[Callable[[int], bool], str], ...] = (
    (stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
"""Tests of a file's mode, and what messages call one that passes."""


def in_place_of_file(path: Path) -> str | None:
    """What is there that is no ordinary file: 'a folder', 'a pipe', 'a link that leads nowhere' or the like.

    Args:
        path: of any kind; it is not opened, since that may wait for ever.

    Returns:
        None where there is an ordinary file, or a link to one, or nothing at all.
    """
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return "a link that leads nowhere" if _is_link(path) else None
    if stat.S_ISREG(mode):
        return None
    return next((called for is_one, called in KINDS if is_one(mode)), "a device")


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except (OSError, ValueError):
        return False
