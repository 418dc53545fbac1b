"""Sizes and lengths of films: legal, near what was asked for, and said where they are not it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.generation.film_rules import UPRIGHT, Rules, longest_frames, shape_of, snap_frames, snap_size
from tasks.runtime.tuning import Tuning

SIDES = st.integers(1, 4096)


def rules(unit_px: int = 32, frame_step: int = 8, fps: int = 25, usual_frames: int = 121, most_frames: int = 257) -> Rules:
    """Those of a family."""
    return Rules(unit_px=unit_px, frame_step=frame_step, fps=fps, usual_px=(18 * unit_px, 32 * unit_px),
                 usual_frames=usual_frames, most_frames=most_frames, steps=50, guidance=3.0, memory="", licence="",
                 source="")


FAMILIES = st.builds(rules, unit_px=st.sampled_from([8, 16, 32, 64]), frame_step=st.sampled_from([1, 4, 8]),
                     fps=st.sampled_from([7, 16, 24, 25]))


class TestSize:
    @given(FAMILIES, SIDES, SIDES)
    def test_is_legal_and_less_than_a_unit_from_what_is_asked_for(self, family: Rules, width: int, height: int) -> None:
        for side, asked in zip(snap_size(family, width, height), (width, height), strict=True):
            assert side % family.unit_px == 0
            assert side >= family.unit_px
            assert abs(side - asked) < family.unit_px or side == family.unit_px

    @given(FAMILIES, SIDES, SIDES)
    def test_no_legal_neighbour_is_nearer_to_upright(self, family: Rules, width: int, height: int) -> None:
        """Of the four sizes around what is asked for."""
        def off(size: tuple[int, int]) -> float:
            return abs(math.log(size[0] / size[1] / UPRIGHT))

        unit = family.unit_px
        around = [(max(unit * across, unit), max(unit * down, unit)) for across in (width // unit, -(-width // unit))
                  for down in (height // unit, -(-height // unit))]
        assert off(snap_size(family, width, height)) <= min(map(off, around)) + 1e-6

    @given(FAMILIES, st.integers(1, 64), st.integers(1, 64))
    def test_legal_one_stays(self, family: Rules, across: int, down: int) -> None:
        size = across * family.unit_px, down * family.unit_px
        assert snap_size(family, *size) == size

    def test_one_side_brings_the_other(self) -> None:
        """As upright as multiples of 32 allow: 9 x 32 by 16 x 32."""
        assert snap_size(rules(), 288, None) == (288, 512)
        assert snap_size(rules(), None, 512) == (288, 512)

    def test_nothing_asked_for_is_the_usual_one(self) -> None:
        assert snap_size(rules(), None, None) == (576, 1024)


class TestLength:
    @given(FAMILIES, st.floats(0.01, 60))
    def test_is_legal_and_the_shortest_that_lasts(self, family: Rules, duration_s: float) -> None:
        """Or the longest there is."""
        frames = snap_frames(family, duration_s)
        assert (frames - 1) % family.frame_step == 0
        assert family.frame_step < frames <= family.most_frames
        longest = family.most_frames - (family.most_frames - 1) % family.frame_step
        assert frames / family.fps >= duration_s - 1e-6 or frames == longest
        assert (frames - family.frame_step) / family.fps < duration_s or frames == family.frame_step + 1

    def test_installation_decides_the_longest(self) -> None:
        assert longest_frames(rules(), Tuning()) == 121
        assert longest_frames(rules(), Tuning(clip_s=2.0)) == 57  # 50 are 2 s, 57 the next of 8 k + 1
        assert longest_frames(rules(), Tuning(clip_s=60)) == 257


class TestShape:
    def test_what_is_asked_for_brings_no_word(self) -> None:
        shape, said = shape_of(rules(), Tuning(width_px=288, height_px=512), 1.0)
        assert (shape.size, shape.frame_count, said) == ((288, 512), 25, ())
        assert shape.duration_s == 1.0

    def test_another_size_is_said(self) -> None:
        shape, (said,) = shape_of(rules(), Tuning(width_px=540, height_px=960), 1.0)
        assert shape.size == (544, 960)
        assert "544 x 960 pixels where 540 x 960 is asked for" in said

    def test_another_speed_is_not_followed_and_said(self) -> None:
        """The model's own is nothing to speak of."""
        shape, (said,) = shape_of(rules(fps=25), Tuning(fps=30), 1.0)
        assert shape.fps == 25
        assert said == "the film has 25 frames a second where 30 are asked for: the model makes no others"
        assert shape_of(rules(fps=25), Tuning(fps=25), 1.0)[1] == ()

    def test_shorter_film_is_said_with_what_would_lengthen_it(self) -> None:
        _, (said,) = shape_of(rules(), Tuning(), 8.0)
        assert "4.84 s where 8.00 s are ordered" in said
        assert "'clip_s'" in said
        assert "10.28 s" in said

    def test_film_that_cannot_be_longer_is_said(self) -> None:
        _, (said,) = shape_of(rules(), Tuning(clip_s=60), 20.0)
        assert "makes no longer ones" in said

    @pytest.mark.parametrize(("width", "height"), [(None, 500), (500, None)])
    def test_one_side_alone_is_spoken_of(self, width: int | None, height: int | None) -> None:
        _, (said,) = shape_of(rules(), Tuning(width_px=width, height_px=height), 1.0)
        assert ("any x 500" if height else "500 x any") in said
