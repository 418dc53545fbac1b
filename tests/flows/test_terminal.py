"""What is written while a reel is made."""

import io
import re

from flows.terminal import showing_progress
from tasks.orchestration.progress import announce


class Terminal(io.StringIO):
    """A stream that somebody watches."""

    def isatty(self) -> bool:
        return True


class TestShowingProgress:
    def test_plain_lines_tell_ends_and_waits(self) -> None:
        """Not every step."""
        stream = io.StringIO()
        with showing_progress(stream):
            announce("speech", 0.0, "")
            announce("speech", 0.5, "sentence 2 of 4")
            announce("speech", None, "the shop is busy")
            announce("speech", 1.0, "3.0 s")
        assert stream.getvalue() == "speech     the shop is busy\nspeech     3.0 s\n"

    def test_a_wait_leaves_the_bar_where_it_is(self) -> None:
        """With the reason beside it."""
        stream = Terminal()
        with showing_progress(stream):
            announce("speech", 0.5, "sentence 2 of 4")
            announce("speech", None, "the shop is busy")
        assert re.search(r"50%[^%]*the shop is busy", stream.getvalue())
