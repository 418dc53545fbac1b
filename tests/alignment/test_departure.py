"""Where a recording departs from its script, from doubts that are written down."""

import numpy as np

from tasks.alignment.departure import LIMITS, Doubt
from tasks.media.audio.cepstra import HOP_S

LIKE, UNLIKE, QUITE_UNLIKE = 0.6, 1.0, 1.3
"""Doubt where the script is said, where anything else is, and where it fits least."""


def looks(seconds: float) -> int:
    return round(seconds / HOP_S)


def doubt(*parts: tuple[float, float]) -> Doubt:
    """Seconds and doubt of each part; a word lasts as long as a part."""
    counts = [looks(seconds) for seconds, _ in parts]
    return Doubt(np.repeat([value for _, value in parts], counts), np.repeat(np.arange(len(parts)), counts))


class TestDeparture:
    def test_nowhere_without_doubt(self) -> None:
        assert doubt((10.0, LIKE)).departure([True]) is None

    def test_the_first_place_counts_not_the_worst(self) -> None:
        """A person looks from there on."""
        found = doubt((5.0, LIKE), (2.0, UNLIKE), (5.0, LIKE), (2.0, QUITE_UNLIKE)).departure([True] * 4)
        assert found is not None
        assert looks(5.0) <= found < looks(7.0)

    def test_of_a_wrong_recording_it_is_at_the_beginning(self) -> None:
        """Within the longest stretch that is looked at."""
        found = doubt((5.0, UNLIKE), (5.0, QUITE_UNLIKE)).departure([True] * 2)
        assert found is not None
        assert found < looks(max(seconds for seconds, _ in LIMITS))

    def test_words_that_are_read_in_several_ways_are_no_evidence(self) -> None:
        assert doubt((5.0, LIKE), (2.0, UNLIKE)).departure([True, False]) is None
