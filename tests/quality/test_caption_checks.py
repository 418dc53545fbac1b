"""Captions: inside the zone, every approved word, in its time."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tasks.domain.box import Box
from tasks.domain.captions import Captions
from tasks.domain.reel import Measurement
from tasks.domain.speech import Alignment
from tasks.media.metrics.media_facts import read_media_facts
from tasks.quality.caption_checks import check_captions, check_legibility


def checked(studio: Any, captions: Captions, alignment: Alignment, approved: tuple[str, ...] = ("Good", "morning.")
            ) -> set[str]:
    """Names of the checks that failed."""
    return {name for name, measured in check_captions(captions, approved, alignment, "en").items() if not measured.passed}


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
        report = check_captions(studio.captions(alignment, box=box), ("Good", "morning."), alignment, "en")
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
        report = check_captions(studio.captions(alignment), ("Good", "morning.", "Ada!"), alignment, "en")
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


class TestReadingSpeed:
    def test_is_that_of_the_fastest_page(self, studio: Any) -> None:
        """'Good morning.' has 13 letters, signs and spaces, and stands for 0.8 s."""
        alignment = studio.alignment()
        report = check_captions(studio.captions(alignment), ("Good", "morning."), alignment, "en")
        assert report["captions_reading_speed"].value == pytest.approx(13 / 0.8, abs=0.06)
        assert report["captions_reading_speed"].passed

    def test_what_nobody_can_read_fails(self, studio: Any) -> None:
        """48 letters in 0.8 s."""
        texts = ("Incomprehensibilities", "counterrevolutionaries!")
        alignment = studio.alignment(texts)
        assert checked(studio, studio.captions(alignment), alignment, texts) == {"captions_reading_speed"}


class TestLegibility:
    INKS = ("#ffffff", "#ffd60a")

    def film(self, studio: Any, *, behind: int) -> tuple[Path, Captions, Alignment]:
        """A small reel with two bars of white 'ink' where the captions' box is, on a grey level."""
        width, height = studio.size
        frame = np.full((height * 3 // 2, width), 128, np.uint8)
        frame[:height] = behind
        for row in (304, 314):
            frame[row:row + 4, 60:190] = 235
        return studio.video(40, draw=lambda index: frame), studio.captions(studio.alignment()), studio.alignment()

    def measured(self, studio: Any, *, behind: int) -> Measurement:
        video, captions, alignment = self.film(studio, behind=behind)
        return check_legibility(video, read_media_facts(video), captions, alignment, self.INKS)["caption_contrast"]

    def test_white_on_dark_passes(self, studio: Any) -> None:
        """Black is 16 in a film's luma, white 235."""
        assert self.measured(studio, behind=16).passed

    def test_white_on_light_grey_fails(self, studio: Any) -> None:
        """A luma of 200 is a contrast of about 1.4."""
        found = self.measured(studio, behind=200)
        assert not found.passed
        assert found.value < 2

    def test_captions_that_are_not_there_fail(self, studio: Any) -> None:
        """The papers promise words, the picture shows none."""
        video = studio.video(40)
        alignment = studio.alignment()
        found = check_legibility(video, read_media_facts(video), studio.captions(alignment), alignment, ("#ff0000",))
        assert not found["caption_contrast"].passed

    def test_no_words_are_no_fault(self, studio: Any) -> None:
        """A page of symbols without ink has nothing to read."""
        video, alignment = studio.video(40), studio.alignment()
        empty = studio.captions(alignment).model_copy(update={"pages": ()})
        assert check_legibility(video, read_media_facts(video), empty, alignment, self.INKS)["caption_contrast"].passed
