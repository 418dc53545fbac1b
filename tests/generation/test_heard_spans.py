"""The parts of a voice that films follow: none too long, none forgotten, cut where nobody speaks."""

from itertools import pairwise

import pytest

from tasks.domain.speech import Word
from tasks.domain.timeline import FPS, frame_count
from tasks.generation.heard_spans import OVERLAP_FRAMES, OVERLAP_SHARE, heard_spans


def words_of(*parts: tuple[float, float]) -> list[Word]:
    """A word for each start and end."""
    return [Word(text="ah", start_s=start_s, end_s=end_s, beat=0) for start_s, end_s in parts]


def steady(reel_s: float) -> list[Word]:
    """Half a second a word, without a pause."""
    return words_of(*((number / 2, (number + 1) / 2) for number in range(int(2 * reel_s))))


class TestSpans:
    @pytest.mark.parametrize("reel_s", [20.04, 20.5, 38.99, 39.0, 39.1, 60.0, 333.33])
    @pytest.mark.parametrize("longest_s", [1.0, 5.04, 20.0])
    def test_they_cover_the_reel_and_overlap(self, reel_s: float, longest_s: float) -> None:
        """On whole frames, none longer than a film can be, as few as can be, one beginning after another."""
        spans = heard_spans(steady(reel_s), reel_s, longest_s)
        frames = [(round(start_s * FPS), round(end_s * FPS)) for start_s, end_s in spans]
        longest = int(longest_s * FPS)
        shared = min(OVERLAP_FRAMES, int(OVERLAP_SHARE * longest))
        assert (frames[0][0], frames[-1][1]) == (0, frame_count(reel_s))
        assert all(end - start <= longest for start, end in frames)
        assert all(before[1] - after[0] == shared for before, after in pairwise(frames))
        assert all(later[0] >= before[1] for before, _, later in zip(frames, frames[1:], frames[2:], strict=False))
        fewer = len(frames) - 1
        assert fewer * longest - (fewer - 1) * shared < frame_count(reel_s), "no more than are needed"

    def test_short_reel_is_one(self) -> None:
        assert heard_spans(steady(20), 20.0, 20.0) == [(0.0, 20.0)]

    def test_they_change_in_the_longest_pause(self) -> None:
        """A quarter of a second is better than a tenth, wherever it is between films of possible lengths."""
        first, second = heard_spans(words_of((0, 14.9), (15.0, 17.75), (18.0, 29.5)), 30.0, 20.0)
        assert (second[0] + first[1]) / 2 == pytest.approx((17.75 + 18.0) / 2, abs=1 / FPS)

    def test_of_long_pauses_the_one_that_makes_the_films_even(self) -> None:
        """What is longer than is needed to rest is no better."""
        first, second = heard_spans(words_of((0, 12.0), (13.0, 15.0), (15.4, 29.5)), 30.0, 20.0)
        assert (second[0] + first[1]) / 2 == pytest.approx(15.2, abs=1 / FPS)

    def test_where_nobody_pauses_they_are_even(self) -> None:
        """Mid-word, but both films know the word."""
        first, second = heard_spans(words_of((0, 29.0)), 30.0, 20.0)
        assert first[1] - first[0] == pytest.approx(second[1] - second[0], abs=1 / FPS)
