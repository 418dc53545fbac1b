"""Overlay texts, set in lines."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.domain.brand import Brand, FontFile
from tasks.media.text.font import Font, find_font
from tasks.media.text.phrases import phrases
from tasks.overlays.look import Level, TextLook
from tasks.overlays.setting import Part, wrap
from tasks.overlays.setting import settings as sizes

BRANDS = Path(__file__).parents[2] / "templates" / "brands"
FONT = find_font(Brand.model_validate(yaml.safe_load((BRANDS / "default.yaml").read_text("utf-8"))).fonts.captions)
LOOK = TextLook(
    template="x", levels=(Level(font="title", size_px=80, least_px=40, lines=3), Level(font="text", size_px=40, least_px=30,
                                                                                       lines=1)),
    gap_px=20, widest_px=600, padding_x_px=30, padding_y_px=24, places=(0.2,), reach=0.1, enter_s=0.3, leave_s=0.2)


class TestWrap:
    def test_few_words_stay_on_one_line(self) -> None:
        """No line more than needed."""
        assert wrap(["a", "b"], [100, 100], 20, 220, 3) == [range(2)]

    def test_lines_are_of_like_length(self) -> None:
        """Four words of which three would fit are two and two."""
        assert wrap(["word"] * 4, [100] * 4, 20, 350, 3) == [range(2), range(2, 4)]

    def test_a_line_does_not_end_with_an_article(self) -> None:
        """It goes with what follows, though the lines are less alike."""
        words, widths = ["drink", "a", "glass", "soon"], [140, 30, 140, 110]
        assert wrap(words, widths, 20, 360, 2) == [range(2), range(2, 4)]
        assert wrap(words, widths, 20, 360, 2, frozenset({"a"})) == [range(1), range(1, 4)]

    @pytest.mark.parametrize(("words", "widths", "lines"), [
        (["wide"], [700], 3), (["a"] * 4, [300] * 4, 3), (["a"] * 30, [1] * 30, 3)])
    def test_what_does_not_fit_is_not_wrapped(self, words: list[str], widths: list[float], lines: int) -> None:
        """A word too wide, too many lines, too many words."""
        assert wrap(words, widths, 20, 500, lines) is None


class TestSizes:
    def test_begins_with_the_full_size(self) -> None:
        """What fits is set as large as the look says, then ever smaller down to the least size."""
        blocks = list(sizes([Part("Go", 0, FONT)], LOOK, 700))
        ems = [line.ass_size / FONT.ass_size(1.0) for line in (block.lines[0] for block in blocks)]
        assert ems[0] == pytest.approx(80)
        assert ems == sorted(ems, reverse=True)
        assert ems[-1] == pytest.approx(40)

    def test_long_texts_begin_smaller(self) -> None:
        """The first size is the largest at which three lines hold the text."""
        blocks = list(sizes([Part("Three small habits that will quietly change all of your mornings", 0, FONT)], LOOK, 700))
        assert len(blocks[0].lines) == 3
        assert 40 <= blocks[0].lines[0].ass_size / FONT.ass_size(1.0) < 80

    def test_two_lines_a_little_smaller_are_better_than_three(self) -> None:
        """A text that needs three lines at full size is set smaller where that makes two, but not much smaller."""
        blocks = list(sizes([Part("Calmer mornings in 15 minutes", 0, FONT)], LOOK, 640))
        assert [line.text for line in blocks[0].lines] == ["Calmer mornings", "in 15 minutes"]
        assert 0.75 * 80 <= blocks[0].lines[0].ass_size / FONT.ass_size(1.0) < 80

    def test_nothing_where_the_least_size_does_not_fit(self) -> None:
        """The caller hears of it."""
        assert list(sizes([Part("Donaudampfschifffahrtsgesellschaftskapitänsmütze", 0, FONT)], LOOK, 700)) == []

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.text("abcdefgijlmpqWMÅÉ.,!'0123456789", min_size=1, max_size=12), min_size=1, max_size=10),
           st.lists(st.text("abcdefg", min_size=1, max_size=8), max_size=3), st.sampled_from(["centre", "left"]))
    def test_ink_stays_inside_the_box(self, main: list[str], beside: list[str], align: str) -> None:
        """Whatever is written, the block's box holds all lines, begins at the origin and is not wider than its room."""
        look = LOOK.model_copy(update={"align": align, "accent_px": 8.0, "accent_gap_px": 16.0})
        parts = [Part(" ".join(main), 0, FONT), *([Part(" ".join(beside), 1, FONT)] if beside else [])]
        for block in sizes(parts, look, 700):
            assert (block.box.x0, block.box.y0) == (0, 0)
            assert block.box.x1 <= 700
            for line in block.lines:
                assert line.box.x0 >= -1e-6
                assert line.box.y0 >= -1e-6
                assert line.box.x1 <= block.box.x1 + 1e-6
                assert line.box.y1 <= block.box.y1 + 1e-6
            assert " ".join(line.text for line in block.lines if line.level == 0) == " ".join(main)

    def test_moves_as_one(self) -> None:
        """Everything of a block goes with it."""
        block = next(iter(sizes([Part("Go", 0, FONT)], LOOK, 700)))
        moved = block.moved(10, 20)
        assert (moved.box.x0, moved.box.y0) == (10, 20)
        assert (moved.lines[0].x - block.lines[0].x, moved.lines[0].y - block.lines[0].y) == (10, 20)
        assert moved.lines[0].cap_y - block.lines[0].cap_y == moved.lines[0].base_y - block.lines[0].base_y == 20


OTHERS = (FontFile(file="/usr/share/fonts/truetype/noto/NotoSansArabic-Bold.ttf"),
          FontFile(file="/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc", face="Noto Sans CJK SC Bold"))


@pytest.fixture(scope="module")
def world(noto: None) -> Font:
    """A font with letters of all these languages."""
    return find_font(FontFile(package="font_roboto", file="files/Roboto-Black.ttf"), OTHERS)


class TestLanguages:
    def test_chinese_is_broken_between_phrases(self, world: Font) -> None:
        """Lines hold whole phrases, without spaces that nobody wrote."""
        text = "每天早上先喝一杯水，然后再喝咖啡。"
        block = next(iter(sizes([Part(text, 0, world, language="zh-CN")], LOOK, 640)))
        lines = [line.text for line in block.lines]
        assert len(lines) > 1
        assert "".join(lines) == text
        assert all(any(phrase.startswith(line[:1]) for phrase in phrases(text, "zh-CN")) for line in lines)

    def test_a_text_at_the_left_stands_at_the_right_in_arabic(self, world: Font) -> None:
        """Its lines end at the same right edge, and the accent goes there too."""
        look = LOOK.model_copy(update={"align": "left", "accent_px": 8.0, "accent_gap_px": 16.0})
        parts = [Part("ليلى حسن", 0, world, language="ar"), Part("مهندسة", 1, world, language="ar")]
        block = next(iter(sizes(parts, look, 640)))
        assert block.from_the_right
        assert block.lines[0].box.x1 == pytest.approx(block.lines[1].box.x1, abs=1)
        assert block.lines[0].box.x0 < block.lines[1].box.x0 - 10
        assert block.box.x1 - block.text_box.x1 > block.text_box.x0 - block.box.x0

    def test_parts_in_two_fonts_stand_as_they_are_read(self, world: Font) -> None:
        """From left to right on the picture: the word that is read last comes first."""
        line = next(iter(sizes([Part("تعلم Python بسرعة", 0, world, language="ar")], LOOK, 640))).lines[0]
        assert [part.text.strip("\u202b\u00a0") for part in line.parts] == ["بسرعة", "Python", "تعلم"]
        assert [part.usual for part in line.parts] == [False, True, False]
