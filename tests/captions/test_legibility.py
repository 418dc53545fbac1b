"""Outline or box: what is measured decides."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.captions.legibility import ANYTHING, choose_backing, find_box, needs_picture
from tasks.captions.style import CaptionStyle, read_style
from tasks.domain.brand import BrandColours
from tasks.media.text.contrast import READABLE, contrast_ratio

TEMPLATES = Path(__file__).parents[2] / "templates"
COLOURS = BrandColours(text="#ffffff", highlight="#ffd60a", outline="#0b0b12")


def style_of(**changes: object) -> CaptionStyle:
    """The style `line` with other values."""
    return CaptionStyle.model_validate(read_style(TEMPLATES, "line").model_dump(by_alias=True) | changes)


class TestChooseBacking:
    @pytest.mark.parametrize(("behind", "kind"), [
        ((0.0, 0.0), "outline"), ((0.0, 0.18), "outline"), ((0.0, 0.19), "box"), ((0.5, 1.0), "box"), (ANYTHING, "box")])
    def test_a_thin_outline_is_enough_on_dark_pictures_only(self, behind: tuple[float, float], kind: str) -> None:
        """White reaches 4.5 to 1 up to a luminance of 1.05 / 4.5 - 0.05 = 0.183."""
        assert choose_backing(style_of(), COLOURS, "#ffffff", behind).kind == kind

    def test_a_thick_outline_is_enough_anywhere(self) -> None:
        """Letters are seen against it, not against the picture."""
        style = style_of(outline_px=6)
        assert choose_backing(style, COLOURS, "#ffd60a", ANYTHING).kind == "outline"
        assert not needs_picture(style)
        assert needs_picture(style_of())

    def test_a_dark_ink_gets_a_light_edge(self) -> None:
        """A navy highlight on a brand with black outlines is drawn with a white one."""
        backing = choose_backing(style_of(outline_px=6), COLOURS, "#101a55", ANYTHING)
        assert (backing.text.edge, backing.highlight.edge) == ("#0b0b12", "#ffffff")

    def test_a_box_is_no_denser_than_it_must_be(self) -> None:
        """On black it is as thin as the style says; on white it lets less through."""
        style = style_of(backing="box", box_opacity=0.4)
        dark, light = (choose_backing(style, COLOURS, "#ffffff", (level, level)) for level in (0.0, 1.0))
        assert dark.box_opacity == 0.4
        assert dark.box_opacity < light.box_opacity < 1

    @given(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True), st.from_regex(r"#[0-9a-f]{6}", fullmatch=True),
           st.from_regex(r"#[0-9a-f]{6}", fullmatch=True), st.sampled_from(["auto", "outline", "box"]),
           st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted), st.sampled_from([3, 8]))
    def test_whatever_the_colours_letters_stand_off(self, text: str, highlight: str, outline: str, wish: str,
                                                    behind: list[float], thickness: int) -> None:
        """Each ink has 4.5 to 1 to its own edge, or to the box."""
        colours = BrandColours(text=text, highlight=highlight, outline=outline)
        backing = choose_backing(style_of(backing=wish, outline_px=thickness), colours, highlight, (behind[0], behind[1]))
        for ink in (backing.text, backing.highlight):
            assert contrast_ratio(ink.colour, ink.edge) >= READABLE
        assert backing.kind == "outline" or backing.contrast >= READABLE


class TestFindBox:
    def test_takes_the_first_colour_that_will_do(self) -> None:
        """Grey does not set white off, navy does."""
        box = find_box(["#ffffff"], ("#909090", "#101a55", "#000000"), least=0.5, behind=ANYTHING)
        assert box
        assert box.colour == "#101a55"
        assert box.contrast >= READABLE

    def test_there_may_be_none(self) -> None:
        """Black and white letters at once."""
        assert find_box(["#ffffff", "#000000"], ("#000000", "#808080", "#ffffff"), least=0.5, behind=ANYTHING) is None
