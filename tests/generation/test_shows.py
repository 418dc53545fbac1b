"""Orders for what beats ask a generator to show."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tasks.domain.media import MediaFile
from tasks.domain.overlays import Cue
from tasks.domain.timeline import FPS
from tasks.generation.prompts import write_prompts
from tasks.generation.shows import SEEDS, order_show, seed_of

TEMPLATES = Path(__file__).parents[2] / "templates"
PICTURE = MediaFile(uri="files/a.jpg", sha256="a" * 64, size_bytes=1)
STEAM = "steam rises from a cup"


def cue(start_s: float = 1.0, end_s: float = 3.0, generate: str = STEAM) -> Cue:
    return Cue(kind="clip", start_s=start_s, end_s=end_s, media="beat 1: generated 1", generate=generate, beat=0)


def engine(prompts: str | None = "plain", longest_s: float = 4.0) -> Any:
    return SimpleNamespace(prompts=prompts, longest_s=longest_s)


def ordered(shown: Cue, maker: Any, picture: MediaFile | None = None, seed: int = 0) -> Any:
    return order_show(shown, maker, picture=picture, seed=seed, templates=TEMPLATES)


class TestOrderShow:
    def test_words_are_those_of_the_generators_family(self) -> None:
        told = write_prompts(TEMPLATES, "wan", look="", directions=(), subject="broll", show=STEAM)
        order = ordered(cue(), engine("wan"), PICTURE)
        assert (order.prompt, order.negative_prompt, order.picture) == (told.prompt, told.negative_prompt, PICTURE)
        assert (order.voice, order.driver) == (None, None)

    def test_generator_that_reads_none_is_told_none(self) -> None:
        order = ordered(cue(), engine(None), PICTURE)
        assert (order.prompt, order.negative_prompt) == ("", "")

    @pytest.mark.parametrize(("start_s", "end_s", "length_s"), [
        (1.0, 3.0, 2.0), (1 / 3, 1.0, 20 / FPS), (1.0, 9.0, 4.0), (2.0, 2.0, 1 / FPS)])
    def test_length_is_what_is_seen_up_to_the_longest(self, start_s: float, end_s: float, length_s: float) -> None:
        assert ordered(cue(start_s, end_s), engine(longest_s=4.0)).duration_s == length_s

    def test_equal_shows_are_one_order(self) -> None:
        """Wherever they stand, the film is made once; what is longer than a film can be counts as equal."""
        assert ordered(cue(1.1, 3.1), engine()) == ordered(cue(7.2, 9.2), engine())
        assert ordered(cue(0, 5), engine()) == ordered(cue(0, 6), engine())


class TestSeedOf:
    def test_reel_words_and_picture_decide_it(self) -> None:
        seeds = {seed_of(0, STEAM, None), seed_of(1, STEAM, None), seed_of(0, "rain", None), seed_of(0, STEAM, PICTURE)}
        assert len(seeds) == 4
        assert seed_of(0, STEAM, None) in seeds

    def test_it_is_one_that_an_order_takes(self) -> None:
        assert all(0 <= seed_of(seed, STEAM, None) < SEEDS for seed in range(50))
