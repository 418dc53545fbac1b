"""Wan Animate: what it declares and refuses, and how a film is cut into segments; nothing here needs torch."""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tasks.domain.errors import FixRequest
from tasks.domain.generation import ClipOrder
from tasks.generation.base import Drawing, Material
from tasks.generation.film_rules import UPRIGHT
from tasks.generation.wan_animate import RULES, WanAnimateFilms, overlapping, segment_frames
from tasks.runtime.models import ModelFolder
from tasks.runtime.tuning import Tuning

PORTRAIT = Path(__file__).parents[2] / "avatars" / "ada" / "portrait.png"


def engine(**tuning: Any) -> WanAnimateFilms:
    """The engine on a machine that has no model."""
    return WanAnimateFilms(models=ModelFolder(Path("nowhere")), tuning=Tuning.model_validate(tuning))


def driver(frames: int) -> Drawing:
    """A performance that nobody draws."""

    def undrawn(_: tuple[int, int]) -> Iterator[np.ndarray]:
        raise AssertionError("it is not drawn to plan a film")

    return Drawing(frames, undrawn)


class TestRules:
    def test_usual_size_is_upright_and_legal(self) -> None:
        width, height = RULES.usual_px
        assert width / height == UPRIGHT
        assert width % RULES.unit_px == height % RULES.unit_px == 0
        assert RULES.usual_frames % RULES.frame_step == 1


class TestShape:
    def shape(self, frames: int, duration_s: float, **tuning: Any) -> tuple[tuple[int, int], int, tuple[str, ...]]:
        """Size and length of a film, and what is said of them."""
        made, said = engine(**tuning).shape(RULES, ClipOrder(seed=1, duration_s=duration_s), Material(
            picture=PORTRAIT, driver=driver(frames)))
        return made.size, made.frame_count, said

    def test_film_is_as_long_as_ordered_whatever_the_length_of_its_segments(self) -> None:
        """At 30 frames a second."""
        assert self.shape(frames=3000, duration_s=60.0, clip_s=1.0) == (RULES.usual_px, 1800, ())

    def test_film_is_no_longer_than_the_performance_which_is_said(self) -> None:
        assert self.shape(frames=90, duration_s=4.0) == (RULES.usual_px, 90, (
            "the film lasts 3.00 s where 4.00 s are ordered: the performance that it follows is no longer",))

    def test_size_is_snapped_which_is_said(self) -> None:
        size, _, said = self.shape(frames=90, duration_s=3.0, width_px=540, height_px=960)
        assert size == (544, 960)
        assert "544 x 960 pixels where 540 x 960 is asked for" in said[0]

    def test_memory_is_reckoned_by_the_segment(self) -> None:
        """A minute needs no more than a few seconds."""
        ours, order = engine(), ClipOrder(seed=1, duration_s=60)
        minute, _ = ours.shape(RULES, order, Material(picture=PORTRAIT, driver=driver(1800)))
        assert ours.at_once(RULES, minute) <= RULES.most_frames


class TestRefusals:
    @pytest.mark.parametrize(("material", "missing"), [
        (Material(picture=PORTRAIT), "performance"), (Material(driver=driver(9)), "portrait")])
    def test_order_without_what_it_follows_or_what_follows(self, material: Material, missing: str, tmp_path: Path) -> None:
        """Before a model is looked for."""
        with pytest.raises(FixRequest, match=f"follow a performance of the puppet, and is given no {missing}:"):
            engine().generate(ClipOrder(seed=1, duration_s=1), material, tmp_path / "film.mp4", lambda *_: None)


class TestSegments:
    @pytest.mark.parametrize("most", [9, 77])
    def test_are_few_equal_and_no_longer_than_the_model_makes(self, most: int) -> None:
        """No film of any length has a segment too many, or frames that are in none."""
        for frames in range(1, 400):
            length = segment_frames(frames, most)
            assert length <= most
            assert length % 4 == 1
            parts = list(overlapping(range(frames), length))
            assert len(parts) == max(-(-(frames - 1) // (most - 1)), 1)
            assert [frame for index, part in enumerate(parts) for frame in part[index > 0:]] == list(range(frames))
            assert all(one[-1] == other[0] for one, other in pairwise(parts))

    def test_nothing_has_no_part(self) -> None:
        assert list(overlapping([], 9)) == []


class TestIdentity:
    def test_length_of_segments_is_in_it(self) -> None:
        """As all that decides a film; the film itself may be as long as it is wanted."""
        one, other = engine(clip_s=0.3), engine()
        assert (one.identity["segment_frames"], other.identity["segment_frames"]) == (9, 77)
        assert json.loads(json.dumps(one.identity)) == one.identity
        assert one.longest_s == other.longest_s >= 600
