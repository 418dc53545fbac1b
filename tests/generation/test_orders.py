"""Clips that cover a reel: how many, where they change, and what is ordered."""

from itertools import pairwise
from typing import Any

import pytest

from tasks.domain.media import MediaFile
from tasks.domain.performance import Performance, StillShot
from tasks.domain.speech import BeatSpan
from tasks.domain.timeline import FPS
from tasks.generation.double import DoubleFilms
from tasks.generation.orders import MOST_SHOWN, avatar_orders, clip_count, clip_seed, clip_spans

FILE = MediaFile(uri="files/a.png", sha256="a" * 64, size_bytes=1)


def beats_of(*lengths_s: float) -> list[BeatSpan]:
    """Beats one after the other."""
    found, now_s = [], 0.0
    for index, length_s in enumerate(lengths_s):
        found.append(BeatSpan(index, now_s, now_s + length_s, (now_s, now_s + length_s)))
        now_s += length_s
    return found


class TestSpans:
    @pytest.mark.parametrize("lengths_s", [(3.0,), (3.0, 4.0, 2.5), (9.0, 9.0, 9.0), (50.0,), (1.0,) * 40, (0.4, 61.7, 3.1),
                                           (20.05,), (19.8, 0.4)])
    @pytest.mark.parametrize("clip_s", [2.0, 5.04])
    def test_they_cover_the_reel_without_gaps(self, lengths_s: tuple[float, ...], clip_s: float) -> None:
        """On whole frames, none longer than a clip can be shown, none empty."""
        reel_s = sum(lengths_s) + 1.5
        spans = clip_spans(beats_of(*lengths_s), reel_s, clip_s)
        assert spans[0][0] == 0
        assert spans[-1][1] == pytest.approx(reel_s, abs=0.5 / FPS)
        assert all(before[1] == after[0] for before, after in pairwise(spans))
        assert all(end_s - start_s <= MOST_SHOWN * clip_s + 1 / FPS for start_s, end_s in spans)
        assert all(end_s - start_s >= reel_s / len(spans) / 4 for start_s, end_s in spans), "no splinter"
        assert len(spans) == clip_count(reel_s, clip_s)

    def test_they_change_between_two_beats(self) -> None:
        """Where one clip is too short for three beats, it covers two."""
        assert clip_spans(beats_of(3, 4, 3), 10, 2) == [(0, 3), (3, 10)]
        assert clip_spans(beats_of(2, 4, 4), 10, 2) == [(0, 6), (6, 10)]

    def test_short_reel_needs_one(self) -> None:
        assert clip_spans(beats_of(3, 4), 7.5, 2) == [(0, 7.5)]


class Follower(DoubleFilms):
    """A generator that follows something."""

    def __init__(self, follows: Any) -> None:
        self.follows = follows  # type: ignore[misc]


class TestOrders:
    def orders(self, engine: Any, **more: Any) -> list[Any]:
        """Those of a reel of 40 s with two beats."""
        return avatar_orders(engine, beats_of(10, 30), 40, portrait=FILE, seed=7, write=lambda beats: (f"{beats}", "blur"),
                             **{"take": 0, **more})

    def test_every_clip_begins_with_the_portrait_and_knows_its_beats(self) -> None:
        placed = self.orders(DoubleFilms())
        assert {one.order.picture for one in placed} == {FILE}
        assert [one.order.prompt for one in placed] == ["[0]", "[1]", "[1]"]
        assert {one.order.negative_prompt for one in placed} == {"blur"}
        assert max(one.order.duration_s for one in placed) == DoubleFilms.longest_s

    def test_another_take_has_other_seeds_and_nothing_else(self) -> None:
        """Two clips of one take differ too."""
        first, second = self.orders(DoubleFilms()), self.orders(DoubleFilms(), take=1)
        assert len({one.order.seed for one in (*first, *second)}) == len(first) + len(second)
        assert [one.order.model_copy(update={"seed": 0}) for one in first] == [
            one.order.model_copy(update={"seed": 0}) for one in second]
        assert self.orders(DoubleFilms()) == first

    def test_what_follows_the_puppet_is_one_clip_as_long_as_the_reel(self) -> None:
        """It gets what it follows, and nothing else."""
        shot = StillShot(start_s=0, end_s=1, picture=FILE, camera=FILE)
        driver = Performance(frame_count=3, shots=(shot,), engine="puppet", version="1")
        (driven,) = self.orders(Follower("puppet"), hear=lambda *_: FILE, driver=driver)
        assert (driven.order.voice, driven.order.driver, driven.order.duration_s) == (None, driver, 40)

    def test_what_follows_the_voice_is_given_the_part_that_it_covers(self) -> None:
        """Each clip its own, as long as it is itself, and the prompts of the beats heard in it."""
        def hear(start_s: float, end_s: float) -> MediaFile:
            return FILE.model_copy(update={"uri": f"files/{start_s:.2f}-{end_s:.2f}.wav"})

        placed = self.orders(Follower("voice"), hear=hear, driver=None)
        assert len(placed) > 1
        for one in placed:
            assert one.order.voice == hear(one.start_s, one.end_s)
            assert one.order.duration_s == one.end_s - one.start_s <= DoubleFilms.longest_s
            assert one.order.picture == FILE
            assert one.order.prompt == str([0] * (one.start_s < 10) + [1] * (one.end_s > 10))
        assert len({one.order.seed for one in placed}) == len(placed)

    def test_seeds_are_seeds(self) -> None:
        assert all(0 <= clip_seed(seed, take, 0) < 2**31 for seed in range(50) for take in range(5))
