"""How overlays come and go."""

import itertools

import pytest

from tasks.overlays.look import Level, TextLook
from tasks.overlays.motion import steps

LOOK = TextLook(template="x", levels=(Level(font="title", size_px=80, least_px=40, lines=2),), widest_px=600, places=(0.2,),
                reach=0.1, enter_s=0.3, leave_s=0.2, slide_y_px=20)


class TestSteps:
    @pytest.mark.parametrize(("start", "stop"), [(10, 100), (10, 25), (10, 20), (10, 12), (10, 11), (0, 60)])
    @pytest.mark.parametrize("stays", [True, False])
    def test_fill_the_time_without_gap(self, start: int, stop: int, stays: bool) -> None:
        """Every frame has exactly one step, however short the time."""
        way = steps(start, stop, LOOK, stays=stays)
        assert (way[0].start, way[-1].stop) == (start, stop)
        assert all(one.stop == two.start for one, two in itertools.pairwise(way))

    def test_comes_slowing_down_and_brightening(self) -> None:
        """Every frame is nearer and more opaque than the one before, until it stands."""
        way = steps(30, 120, LOOK)[:10]
        assert all(one.y_px >= two.y_px and one.opacity < two.opacity for one, two in itertools.pairwise(way))
        assert (way[-1].y_px, way[-1].opacity) == (0, 1.0)
        moves = [one.y_px - two.y_px for one, two in itertools.pairwise(way)]
        assert moves[0] > moves[-1]

    def test_goes_where_it_stands(self) -> None:
        """It fades within 0.2 s and does not move."""
        way = steps(30, 120, LOOK)
        going = [step for step in way if step.start >= 114]
        assert len(going) == 6
        assert all(step.y_px == 0 and 0 < step.opacity < 1 for step in going)

    def test_stays_to_the_end_of_the_reel(self) -> None:
        """The last frame shows it fully."""
        assert steps(30, 120, LOOK, stays=True)[-1].opacity == 1.0

    def test_is_there_on_the_first_frame_of_a_reel(self) -> None:
        """That frame is the poster."""
        assert steps(0, 60, LOOK)[0].opacity == 1.0
