"""Freed memory goes back to the system."""

import sys

import psutil
import pytest

from tasks.runtime.memory import give_back_memory

PIECES, PIECE_BYTES = 4000, 10_000
"""40 MB in pieces small enough for the heap."""
LEAST_BACK = 20e6
"""Half of what was freed; the rest may lie beside what is still used."""


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc keeps freed memory so, and only glibc can be asked")
def test_freed_pieces_leave_the_process() -> None:
    """What lay between pieces that live on is returned."""
    pieces = [bytes(PIECE_BYTES) for _ in range(2 * PIECES)]
    kept = pieces[-1]
    del pieces[:-1]
    before = psutil.Process().memory_info().rss
    give_back_memory()
    assert before - psutil.Process().memory_info().rss >= LEAST_BACK
    assert len(kept) == PIECE_BYTES
