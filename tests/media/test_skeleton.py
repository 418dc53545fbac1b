"""The skeleton: bones and joints in the colours that models know."""

import itertools

import numpy as np
import pytest

from tasks.media.skeleton import JOINTS, LIMB_LIGHT, LIMBS, SLIMNESS, draw_skeleton

SIZE = (400, 800)
BODY = {"nose": (200, 200), "neck": (200, 400), "right shoulder": (60, 400), "left shoulder": (340, 400),
        "right eye": (160, 160), "left eye": (240, 160), "right ear": (110, 180), "left ear": (290, 180)}


def body(**moved: tuple[float, float]) -> dict[str, np.ndarray]:
    """A body as seen from the front, with some points elsewhere."""
    return {name: np.array(place, float) for name, place in (BODY | moved).items()}


def seen(picture: np.ndarray, place: tuple[float, float]) -> tuple[int, ...]:
    """The colour at a place, red green blue."""
    return tuple(int(part) for part in picture[round(place[1]), round(place[0])][::-1])


class TestDrawSkeleton:
    def test_joints_have_their_colours_and_limbs_a_darker_one(self) -> None:
        """Each joint where it is, each limb in its middle; everything else is black."""
        picture = draw_skeleton(body(), SIZE)
        assert picture.shape == (SIZE[1], SIZE[0], 3)
        for name, colour in JOINTS.items():
            assert seen(picture, BODY[name]) == colour
        for (begin, end), colour in LIMBS.items():
            middle = tuple(np.mean([BODY[begin], BODY[end]], axis=0))
            assert seen(picture, middle) == tuple(int(part * LIMB_LIGHT) for part in colour)
        assert (picture.any(axis=2)).mean() < 0.02

    def test_limbs_are_as_thick_as_the_size_of_the_picture_says(self) -> None:
        """The neck of a picture 1200 wide is 2 * (1200 / 200 - 1) pixels thick in its middle, to a pixel."""
        picture = draw_skeleton({"nose": np.array([600, 100]), "neck": np.array([600, 700])}, (1200, 1600))
        assert np.count_nonzero(picture[400].any(axis=1)) == pytest.approx(2 * (1200 / SLIMNESS - 1), abs=1)

    def test_slow_movement_is_not_drawn_in_steps(self) -> None:
        """A body that moves by a quarter of a pixel is another picture, in one of four steps at least."""
        steps = [np.array([quarters / 4, 0]) for quarters in range(5)]
        pictures = [draw_skeleton({name: place + step for name, place in body().items()}, SIZE) for step in steps]
        changes = [not np.array_equal(one, other) for one, other in itertools.pairwise(pictures)]
        assert sum(changes) >= 2

    def test_points_outside_are_left_out_with_their_limbs(self) -> None:
        """Shoulders beside the picture, the neck in it."""
        wide = body(**{"right shoulder": (-5, 400), "left shoulder": (401, 400)})
        picture = draw_skeleton(wide, SIZE)
        assert seen(picture, BODY["neck"]) == JOINTS["neck"]
        assert not picture[395:406, :190].any()
        assert not picture[395:406, 211:].any()

    def test_unknown_points_are_left_out(self) -> None:
        assert not draw_skeleton({}, SIZE).any()
