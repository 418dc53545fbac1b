"""A film that is shorter than the speech: walked to and fro without a jump, and never twice the same way."""

from itertools import pairwise

import numpy as np
import pytest

from tasks.media.extension import EASE_FRAMES, HELD_FRAMES, plan_return, plan_straight, plan_walk

COUNT = 100
CALM = (12, 91)
"""Where nothing moves in the film, near its ends."""


def moves(calm: tuple[int, ...] = CALM) -> np.ndarray:
    """A film whose avatar moves by 1 a frame, and rests around some frames."""
    return np.clip(np.abs(np.arange(COUNT)[:, None] - np.array(calm)).min(axis=1) / 10, 0, 1)


class TestPlanWalk:
    @pytest.mark.parametrize("frames", [1, 60, 100])
    def test_longer_film_is_shown_from_its_start(self, frames: int) -> None:
        assert plan_walk(moves(), frames).tolist() == list(range(frames))

    @pytest.mark.parametrize("frames", [101, 250, 2000])
    def test_neighbours_are_neighbours_in_the_film(self, frames: int) -> None:
        """It never jumps, and stays inside the film."""
        course = plan_walk(moves(), frames)
        assert len(course) == frames
        assert (course.min(), course.max()) >= (0, 0)
        assert course.max() < COUNT
        assert np.abs(np.diff(course)).max() == 1

    def test_turns_where_the_avatar_is_calm(self) -> None:
        """The first turns are the calmest moments near the end and near the beginning."""
        shown = plan_walk(moves(), 400)
        first = int(np.argmax(np.diff(shown) < 0))
        assert shown[first] == pytest.approx(CALM[1], abs=2)
        back = shown[first:first + 140]
        assert back.min() == pytest.approx(CALM[0], abs=2)

    def test_slows_down_to_rest_before_a_turn_and_comes_back_as_slowly(self) -> None:
        """Around the turn the film moves by half a frame a frame on average, far from it by one."""
        shown = plan_walk(moves(), 400)
        end = int(np.argmax(np.diff(shown) < 0))
        turn = (int(np.argmax(shown == shown[end])) + end) // 2
        assert shown[turn] - shown[turn - EASE_FRAMES] <= EASE_FRAMES / 3
        assert shown[turn] - shown[turn + EASE_FRAMES] <= EASE_FRAMES / 3
        assert (np.diff(shown[:turn - 3 * EASE_FRAMES]) == 1).all()

    def test_turns_elsewhere_each_time(self) -> None:
        """With several calm moments the way is not the same twice in a row."""
        shown = plan_walk(moves((5, 20, 33, 70, 82, 95)), 800)
        steps = np.diff(shown)
        ways = np.flatnonzero(steps)
        turns = [int(shown[before + 1]) for before, after in pairwise(ways) if steps[before] * steps[after] < 0]
        assert len(set(turns[:6])) >= 5

    def test_no_step_is_larger_than_in_the_film(self) -> None:
        """Around turns too: each step of the reel shows one of the film's own steps, or none."""
        course = plan_walk(moves((5, 20, 33, 70, 82, 95)), 800)
        film = np.random.default_rng(2).normal(size=(COUNT, 50))
        own, seen = (np.abs(np.diff(shown, axis=0)).mean(axis=1) for shown in (film, film[course]))
        assert np.isin(np.round(seen, 9), np.round([0, *own], 9)).all()

    @pytest.mark.parametrize("count", [1, 2, 5])
    def test_tiny_films_are_walked_too(self, count: int) -> None:
        course = plan_walk(np.ones(count), 50)
        assert len(course) == 50
        assert course.max() < count


class TestPlanReturn:
    @pytest.mark.parametrize("count", [2, 3, 25, 58, 100, 121, 150])
    def test_it_ends_where_it_began_without_a_jump(self, count: int) -> None:
        """Whatever its length and the film's: there, back, and never faster than filmed."""
        film = np.abs(np.sin(np.arange(count)))
        for frames in range(1, 4 * count + 40):
            course = plan_return(film, frames)
            assert len(course) == frames
            assert (course[0], course[-1]) == (0, 0)
            assert course.max() < count
            assert np.abs(np.diff(course)).max(initial=0) <= 1

    def test_long_one_shows_most_of_the_film(self) -> None:
        assert plan_return(moves(), 400).max() > 0.8 * COUNT

    def test_short_one_goes_as_far_as_it_can(self) -> None:
        """Of 90 frames about a third goes out, as the way back takes as long."""
        assert 25 <= plan_return(moves(), 90).max() <= 30

    def test_last_way_home_begins_at_rest(self) -> None:
        """Where the walk turns anyway."""
        course = plan_return(moves(), 400)
        far = len(course) - 1 - int(np.argmax(np.diff(course[::-1]) < 0))
        assert np.abs(np.diff(course[far - 4:far + 5])).sum() <= 5


class TestPlanStraight:
    @pytest.mark.parametrize("frames", [1, 60, 100, 100 + HELD_FRAMES])
    def test_every_frame_is_shown_at_its_own_moment(self, frames: int) -> None:
        """A few that are missing are the last one."""
        assert plan_straight(moves(), frames).tolist() == [min(index, COUNT - 1) for index in range(frames)]

    def test_longer_part_is_walked_from_the_end(self) -> None:
        """It never jumps, and nothing before the end is moved."""
        course = plan_straight(moves(), 350)
        assert course[:COUNT].tolist() == list(range(COUNT))
        assert len(course) == 350
        assert np.abs(np.diff(course)).max() == 1
        assert (course.min(), course.max()) == (0, COUNT - 1)
