"""Gives freed memory back to the system."""

import ctypes


def give_back_memory() -> None:
    """Returns what was freed to the system; glibc would keep tens of megabytes of a long reel's sound for later."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)
