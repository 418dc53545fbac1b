"""Processes that may end while they are looked at."""

import psutil


def words_of(process: psutil.Process) -> list[str]:
    """What a process was started with; nothing where it has ended."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []
