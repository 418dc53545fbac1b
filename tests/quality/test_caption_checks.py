"""Captions: inside the zone, every approved word, in its time."""

from typing import Any

import pytest

from tasks.domain.box import Box
from tasks.domain.captions import Captions
from tasks.domain.speech import Alignment
from tasks.quality.caption_checks import check_captions


def checked(studio: Any, captions: Captions, alignment: Alignment, approved: tuple[str, ...] = ("Good", "morning.")
            ) -> set[str]:
    """Names of the checks that failed."""
    return {name for name, measured in check_captions(captions, approved, alignment).items() if not measured.passed}


class TestZone:
    def test_boxes_inside_pass(self, studio: Any) -> None:
        """Words and label inside the zone."""
        alignment = studio.alignment()
        assert checked(studio, studio.captions(alignment), alignment) == set()

    @pytest.mark.parametrize("box", [
        Box(x0=88, y0=300, x1=500, y1=400), Box(x0=200, y0=188, x1=500, y1=400), Box(x0=200, y0=300, x1=912, y1=400),
        Box(x0=200, y0=1300, x1=500, y1=1512)])
    def test_twelve_pixels_over_any_edge_fail(self, box: Box, studio: Any) -> None:
        """Left, top, right and bottom are each looked at, and the report says by how much."""
        alignment = studio.alignment()
        report = check_captions(studio.captions(alignment, box=box), ("Good", "morning."), alignment)
        assert not report["caption_zone"].passed
        assert report["caption_zone"].value == 12.0

    def test_a_label_outside_fails(self, studio: Any) -> None:
        """The disclosure must be seen as well."""
        alignment = studio.alignment()
        captions = studio.captions(alignment).model_copy(update={"label_box": Box(x0=0, y0=0, x1=90, y1=40)})
        assert checked(studio, captions, alignment) == {"caption_zone"}

    def test_no_label_is_no_fault(self, studio: Any) -> None:
        """It may be turned off, which the manifest records."""
        alignment = studio.alignment()
        assert checked(studio, studio.captions(alignment).model_copy(update={"label_box": None}), alignment) == set()


class TestWords:
    def test_a_missing_word_is_named(self, studio: Any) -> None:
        """Two of three approved words are captioned."""
        alignment = studio.alignment()
        report = check_captions(studio.captions(alignment), ("Good", "morning.", "Ada!"), alignment)
        assert not report["caption_words"].passed
        assert report["caption_words"].value == "Ada!"

    def test_a_transcript_does_not_replace_the_approved_word(self, studio: Any) -> None:
        """The author's spelling counts."""
        alignment = studio.alignment(("Good", "mourning."))
        assert checked(studio, studio.captions(alignment), alignment) == {"caption_words"}

    def test_words_in_another_order_fail(self, studio: Any) -> None:
        """The same words, second first."""
        alignment = studio.alignment()
        page = studio.captions(alignment).pages[0]
        swapped = page.model_copy(update={"words": page.words[::-1]})
        captions = studio.captions(alignment).model_copy(update={"pages": (swapped,)})
        assert checked(studio, captions, alignment) == {"caption_words"}

    @pytest.mark.parametrize("change", [{"start_s": 0.4}, {"end_s": 1.0}])
    def test_a_page_that_comes_late_or_leaves_early_fails(self, change: dict[str, float], studio: Any) -> None:
        """A tenth of a second is three frames; one is tolerated."""
        alignment = studio.alignment()
        page = studio.captions(alignment).pages[0].model_copy(update=change)
        captions = studio.captions(alignment).model_copy(update={"pages": (page,)})
        assert checked(studio, captions, alignment) == {"caption_words"}

    def test_a_symbol_the_font_lacks_may_be_left_out(self, studio: Any) -> None:
        """An emoji is kept in the side files, not in the picture."""
        alignment = studio.alignment(("Good", "morning! 🌞"))
        captions = studio.captions(alignment)
        page = captions.pages[0]
        drawn = (page.words[0], page.words[1].model_copy(update={"text": "morning!"}))
        captions = captions.model_copy(update={"pages": (page.model_copy(update={"words": drawn}),)})
        assert checked(studio, captions, alignment, ("Good", "morning! 🌞")) == set()

    def test_a_letter_may_not_be_left_out(self, studio: Any) -> None:
        """A missing letter is a wrong word."""
        alignment = studio.alignment()
        captions = studio.captions(alignment)
        page = captions.pages[0]
        drawn = (page.words[0], page.words[1].model_copy(update={"text": "mornin."}))
        captions = captions.model_copy(update={"pages": (page.model_copy(update={"words": drawn}),)})
        assert checked(studio, captions, alignment) == {"caption_words"}
