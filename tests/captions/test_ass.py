"""Captions: what is seen on rendered frames, and where."""

import itertools
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from tasks.captions.ass import AssCaptions, CaptionSheet
from tasks.domain.box import Box
from tasks.domain.brand import Brand
from tasks.domain.errors import GlyphMissing, UnknownName
from tasks.domain.plan import CaptionLook
from tasks.domain.speech import Word
from tasks.domain.timeline import FPS, frame_at
from tasks.media import ffmpeg
from tasks.media.text.font import find_font, gather_fonts

TEMPLATES = Path(__file__).parents[2] / "templates"
BRAND = Brand.model_validate(yaml.safe_load((TEMPLATES / "brands" / "default.yaml").read_text("utf-8")))
YELLOW, WHITE = (255, 214, 10), (255, 255, 255)
"""The brand's highlight and text colours."""
MOUTH = Box(x0=400, y0=920, x1=690, y1=1160)
"""Where the mouth of a default avatar may be."""
HOSTILE = ["{\\b1}bold{\\b0}", "\\N", "a\\nb", "\\h", "C:\\new\\{x}", "{", "}", "\\{", "{}", "\\\\", "{{jinja}}",
           "{%if%}", "<i>x</i>", "&amp;", "a;b,c", "'q\"", "100%", "%s%d", "-->", "{\\p1}m", "{\\pos(9,9)}", "!x",
           "Dialogue:", "#$^~`|"]
"""Words that mean something to ASS, SubRip, WebVTT, jinja, a shell or a page."""
Film = tuple[CaptionSheet, list[Word], NDArray[np.uint8]]
"""Captions, their words, and the frames."""
STYLES = ("highlight", "karaoke", "line", "pop")
"""All styles there are."""
SAME_SHAPE = 0.85
"""Least overlap (intersection over union) of a word drawn by libass and by Pillow; a lost sign costs more than edges."""


def words_of(*beats: str, letters_per_s: float = 13.0, start_s: float = 0.5) -> list[Word]:
    """Words at an even pace with a silence between beats."""
    words: list[Word] = []
    time_s = start_s
    for beat, say in enumerate(beats):
        for text in say.split():
            end_s = time_s + max(0.15, len(text) / letters_per_s)
            words.append(Word(text=text, start_s=round(time_s, 4), end_s=round(end_s, 4), beat=beat))
            time_s = end_s
        time_s += 0.4
    return words


def engine_of(style: str = "karaoke", **look: Any) -> AssCaptions:
    return AssCaptions(TEMPLATES, CaptionLook(**{"style": style, "colour": BRAND.colours.highlight, **look}))


def sheet_of(words: list[Word], mouth: Box | None = MOUTH, language: str = "en-US", brand: Brand = BRAND,
             style: str = "karaoke", **look: Any) -> CaptionSheet:
    return engine_of(style, **look).caption(words, brand, language=language, mouth=mouth)


def burn(sheet: CaptionSheet, folder: Path, count: int, *, fps: int = FPS, colour: str = "black") -> NDArray[np.uint8]:
    """The first `count` frames of a plain picture with the captions burnt in: (count, height, width, 3) RGB."""
    fonts = folder / "fonts"
    fonts.mkdir(exist_ok=True)
    gather_fonts([BRAND.fonts.captions, BRAND.fonts.label], fonts)
    script, video = folder / "captions.ass", folder / "frames.raw"
    script.write_text(sheet.ass, "utf-8")
    ffmpeg.run(ffmpeg.find_ffmpeg(), [
        "-f", "lavfi", "-i", f"color={colour}:s=1080x1920:r={fps}", "-frames:v", str(count), "-vf",
        f"format=gbrp,subtitles=filename={ffmpeg.filter_value(script)}:fontsdir={ffmpeg.filter_value(fonts)}",
        "-pix_fmt", "rgb24", "-f", "rawvideo", str(video)], place=video)
    frames = np.fromfile(video, np.uint8).reshape(count, 1920, 1080, 3)
    video.unlink()
    return frames


def colour_in(frame: NDArray[np.uint8], box: Box) -> tuple[int, int, int] | None:
    """The colour that fills the letters inside a box: the mean of its bright pixels; None without any."""
    part = frame[int(box.y0):int(box.y1), int(box.x0):int(box.x1)].reshape(-1, 3)
    bright = part[part[:, 0] > 245]
    return tuple(round(float(value)) for value in bright.mean(axis=0)) if len(bright) > 20 else None  # type: ignore[return-value]


@pytest.fixture(scope="module")
def filmed(tmp_path_factory: pytest.TempPathFactory) -> Film:
    """Words at times that fall on no frame, filmed from the start to after the end."""
    starts = [0.3517, 0.6123, 0.8, 1.0333, 1.7, 2.0401]
    texts = ["Small", "habits", "change", "days.", "Every", "morning."]
    words = [Word(text=text, start_s=start_s, end_s=start_s + 0.19, beat=index // 4)
             for index, (text, start_s) in enumerate(zip(texts, starts, strict=True))]
    sheet = sheet_of(words)
    return sheet, words, burn(sheet, tmp_path_factory.mktemp("film"), 90)


class TestTimes:
    def test_a_word_lights_up_on_its_frame(self, filmed: Film) -> None:
        """On the frame of its start a word is yellow; on the frame before it was not."""
        sheet, words, frames = filmed
        for page in sheet.pages:
            for drawn in page.words:
                start = frame_at(words[drawn.word].start_s)
                assert colour_in(frames[start], drawn.box) == pytest.approx(YELLOW, abs=3)
                before = colour_in(frames[start - 1], drawn.box)
                assert before is None or before == pytest.approx(WHITE, abs=3)

    def test_exactly_one_word_is_lit_while_one_is_spoken(self, filmed: Film) -> None:
        """At any frame inside a word, that word is yellow and the others of its page are white."""
        sheet, words, frames = filmed
        for page in sheet.pages:
            for spoken in page.words:
                middle = frame_at((words[spoken.word].start_s + words[spoken.word].end_s) / 2)
                for drawn in page.words:
                    wanted = YELLOW if drawn is spoken else WHITE
                    assert colour_in(frames[middle], drawn.box) == pytest.approx(wanted, abs=3)

    def test_a_page_is_complete_from_its_first_to_its_last_frame(self, filmed: Film) -> None:
        """All words of a page are there on each of its frames, and none on the frames around it unless a page follows."""
        sheet, _, frames = filmed
        for page in sheet.pages:
            first, stop = round(page.start_s * FPS), round(page.end_s * FPS)
            for drawn in page.words:
                assert all(colour_in(frames[frame], drawn.box) for frame in range(first, stop))
        assert all(colour_in(frames[round(sheet.pages[0].start_s * FPS) - 1], word.box) is None
                   for word in sheet.pages[0].words)
        assert all(colour_in(frames[round(sheet.pages[-1].end_s * FPS)], word.box) is None
                   for word in sheet.pages[-1].words)

    def test_a_page_comes_shortly_before_its_first_word(self, filmed: Film) -> None:
        """At most 80 ms, counted in whole frames, plus the rounding of the word itself to its frame."""
        sheet, words, _ = filmed
        for page in sheet.pages:
            heard_s = words[page.words[0].word].start_s
            assert 0 <= heard_s - page.start_s <= 0.08 + 1 / FPS


class TestText:
    def test_hostile_words_are_drawn_as_written(self, tmp_path: Path) -> None:
        """Each is compared with its own picture drawn by Pillow: no sign is eaten, none is obeyed."""
        words = [Word(text=text, start_s=2 * index, end_s=2 * index + 1.5, beat=index) for index, text in enumerate(HOSTILE)]
        sheet = sheet_of(words)
        frames = burn(sheet, tmp_path, 2 * len(words), fps=1)
        font = find_font(BRAND.fonts.captions)
        size = engine_of().style.size_px
        outline = engine_of().style.outline_px
        for page, frame in zip(sheet.pages, frames[1::2], strict=True):
            (word,) = page.words
            expected = Image.new("L", (1080, 1920))
            place = (word.box.x0 + outline, word.box.y0 + outline - font.ink_px(word.text, size)[0])
            ImageDraw.Draw(expected).text(place, HOSTILE[word.word], fill=255, anchor="ls",
                                          font=ImageFont.truetype(str(font.path), size))
            drawn = frame[..., 0] > 128
            drawn[:300] = False
            wanted = np.asarray(expected) > 128
            assert (drawn & wanted).sum() / (drawn | wanted).sum() > SAME_SHAPE, HOSTILE[word.word]

    def test_hostile_words_are_kept_in_the_side_files(self) -> None:
        """SubRip has the signs as they are; WebVTT has those that mean something there escaped."""
        sheet = sheet_of(words_of(" ".join(HOSTILE)))
        srt = " ".join(line for line in sheet.srt.splitlines() if line and not line.isdigit() and " --> " not in line)
        assert srt.split() == HOSTILE
        vtt = " ".join(line for line in sheet.vtt.splitlines()[1:] if " --> " not in line)
        assert [part.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for part in vtt.split()] == HOSTILE
        assert "<i>" not in vtt

    def test_emoji_are_left_out_and_reported(self) -> None:
        """They stand in the side files and in the report, not on the picture; their word keeps its place in time."""
        sheet = sheet_of(words_of("Party 🎉 tonight👩‍💻 ok"))
        assert [word.text for page in sheet.pages for word in page.words] == ["Party", "", "tonight", "ok"]
        assert sheet.left_out == ("🎉", "👩‍💻")
        assert "🎉" in sheet.srt
        assert "🎉" not in sheet.ass

    def test_a_script_of_emoji_alone_draws_nothing(self) -> None:
        """There are captions beside the video, and only the label on it."""
        sheet = sheet_of(words_of("🎉 🎊"))
        assert ",Word,,0" not in sheet.ass
        assert "🎊" in sheet.vtt

    def test_a_missing_letter_is_an_error(self) -> None:
        """The engine checks again what planning has checked."""
        with pytest.raises(GlyphMissing, match="U\\+0939"):
            sheet_of(words_of("Say हैलो now"))


class TestPlace:
    @pytest.mark.parametrize("style", STYLES)
    def test_drawn_pixels_stay_in_the_zone(self, style: str, tmp_path: Path) -> None:
        """On every frame, the moving ones included, whatever is drawn is inside the zone and off the mouth."""
        words = words_of("WWWW mmmmmmm jÅgp", "anna.katharina.lindqvist@example.com", letters_per_s=40, start_s=0.1)
        sheet = sheet_of(words, style=style)
        zone = sheet.zone
        for frame in burn(sheet, tmp_path, frame_at(words[-1].end_s), colour="gray"):
            rows, columns = np.nonzero((frame != frame[0, 0]).any(axis=2))
            assert zone.x0 <= columns.min()
            assert columns.max() < zone.x1
            assert zone.y0 <= rows.min()
            assert rows.max() < zone.y1
            assert (frame[int(MOUTH.y0):int(MOUTH.y1), int(MOUTH.x0):int(MOUTH.x1)] == frame[0, 0]).all()

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.one_of(st.text("abcdefghijklmnopqrstuvwxyzABCWQM.,!?{}\\%'\"-@😀", min_size=1, max_size=45),
                              st.sampled_from(HOSTILE)), min_size=1, max_size=25),
           st.floats(0.05, 0.8), st.sampled_from([MOUTH, None, Box(x0=300, y0=1100, x1=800, y1=1440)]),
           st.sampled_from(STYLES))
    def test_any_words_fit(self, texts: list[str], pace_s: float, mouth: Box | None, style: str) -> None:
        """Every word once and in order, inside the zone, off mouth and label, no two on top of each other."""
        words = [Word(text=text, start_s=index * pace_s, end_s=(index + 0.9) * pace_s, beat=index // 9)
                 for index, text in enumerate(texts)]
        sheet = sheet_of(words, mouth=mouth, style=style)
        assert [word.word for page in sheet.pages for word in page.words] == list(range(len(words)))
        assert all(page.start_s < page.end_s for page in sheet.pages)
        assert all(one.end_s <= two.start_s for one, two in itertools.pairwise(sheet.pages))
        for page in sheet.pages:
            boxes = [word.box for word in page.words if word.text]
            assert all(inside(box, sheet.zone) for box in boxes)
            assert mouth is None or not any(overlap(box, mouth) for box in boxes)
            assert sheet.label_box
            assert not any(overlap(box, sheet.label_box) for box in boxes)
            size = 0.0 if sheet.backing.kind == "box" else engine_of(style).style.outline_px
            inner = [Box(x0=box.x0 + size, y0=box.y0 + size, x1=box.x1 - size, y1=box.y1 - size) for box in boxes]
            assert not any(overlap(one, two) for number, one in enumerate(inner) for two in inner[:number])

    def test_stands_below_the_chin_of_a_default_avatar(self) -> None:
        """One line or two, the block has the same middle, at chest height."""
        sheet = sheet_of(words_of("Yes.", "Three small habits that will change your mornings."))
        middles = [(page.box.y0 + page.box.y1) / 2 for page in sheet.pages]
        assert all(page.box.y0 > MOUTH.y1 for page in sheet.pages)
        assert max(middles) - min(middles) < 20


class TestPop:
    def test_a_page_jumps_in_and_rests(self, tmp_path: Path) -> None:
        """Smaller on its first frame, larger on its third, at rest from the fifth on."""
        words = words_of("Wow", letters_per_s=2, start_s=0.3)
        sheet = sheet_of(words, style="pop")
        first = round(sheet.pages[0].start_s * FPS)
        heights = [height_of(frame) for frame in burn(sheet, tmp_path, first + 8)[first:]]
        assert heights[0] < heights[1] < heights[2]
        assert heights[2] > heights[4]
        assert len(set(heights[4:])) == 1

    def test_few_sizes_are_drawn(self) -> None:
        """Each size of a word costs memory for as long as the reel is made."""
        sheet = sheet_of(words_of("Three small habits that will change your mornings."), style="pop")
        assert len(set(re.findall(r"\\fs([\d.]+)", sheet.ass))) <= 1 + len({1.0, *engine_of("pop").style.scales})

    def test_shows_three_words_at_most(self) -> None:
        """However they are said."""
        sheet = sheet_of(words_of("One two three four five six seven eight nine ten.", letters_per_s=30), style="pop")
        assert max(len(page.words) for page in sheet.pages) <= 3


class TestLine:
    def test_comes_softly(self, tmp_path: Path) -> None:
        """The letters of the first frame are fainter than those of the fifth."""
        sheet = sheet_of(words_of("Quiet words"), style="line")
        first = round(sheet.pages[0].start_s * FPS)
        frames = burn(sheet, tmp_path, first + 6)
        box = sheet.pages[0].box
        brightest = [frame[int(box.y0):int(box.y1), int(box.x0):int(box.x1)].max() for frame in frames[first:]]
        assert brightest[0] < 140
        assert brightest[5] > 250

    def test_words_stand_where_their_boxes_say(self, tmp_path: Path) -> None:
        """A line is drawn as one text; still each word's ink lies in its own box, and the spaces between are free."""
        sheet = sheet_of(words_of("Most people think the Moon is close."), style="line")
        for page in sheet.pages:
            frame = burn(sheet, tmp_path, round((page.start_s + page.end_s) / 2 * FPS) + 1)[-1][..., 0] > 200
            seen = np.zeros_like(frame)
            for word in page.words:
                seen[int(word.box.y0) - 1:int(word.box.y1) + 2, int(word.box.x0) - 1:int(word.box.x1) + 2] = True
                assert frame[int(word.box.y0):int(word.box.y1), int(word.box.x0):int(word.box.x1)].any()
            assert not (frame & ~seen)[int(page.box.y0):].any()

    def test_the_picture_decides_between_outline_and_box(self) -> None:
        """On black thin outlines do; on white, on grey and where anything may come, a box lies behind."""
        words = words_of("Quiet words")
        kinds = [engine_of("line").caption(words, BRAND, language="en", mouth=MOUTH, behind=behind).backing.kind
                 for behind in ((0.0, 0.02), (0.9, 1.0), (0.2, 0.3), (0.0, 1.0))]
        assert kinds == ["outline", "box", "box", "box"]


class TestHighlight:
    def test_key_words_are_coloured_for_as_long_as_their_page(self, tmp_path: Path) -> None:
        """A number, an emphasised word and a named one are yellow, the others white, spoken or not."""
        sheet = sheet_of(words_of("Save 20% of *all* water"), style="highlight", keywords=("water",))
        for page in sheet.pages:
            middle = round((page.start_s + page.end_s) / 2 * FPS)
            frame = burn(sheet, tmp_path, middle + 1)[-1]
            for word in page.words:
                wanted = YELLOW if word.text in {"20%", "all", "water"} else WHITE
                assert colour_in(frame, word.box) == pytest.approx(wanted, abs=3)

    def test_an_emoji_stands_beside_its_word(self) -> None:
        """To the right of it, around the middle of its capitals, inside the zone, with its page; free of other words."""
        words = [Word(text="Morning ☀️", start_s=0.5, end_s=1.0, beat=0), Word(text="all!", start_s=1.0, end_s=1.5, beat=0)]
        sheet = sheet_of(words, style="highlight")
        (emoji,) = sheet.emoji
        page = sheet.pages[0]
        word = page.words[0].box
        assert emoji.picture.stem == "2600"
        assert emoji.box.x0 > word.x1
        assert word.y0 < (emoji.box.y0 + emoji.box.y1) / 2 < word.y1
        assert inside(emoji.box, sheet.zone)
        assert inside(emoji.box, page.box)
        assert (emoji.shown.start_s, emoji.shown.end_s) == (page.start_s, page.end_s)
        assert not any(overlap(emoji.box, other.box) for other in page.words[1:])
        assert sheet.left_out == ()

    def test_an_emoji_without_a_picture_is_left_out(self) -> None:
        """And reported, as in other styles."""
        sheet = sheet_of(words_of("Party 🦄 tonight"), style="highlight")
        assert (sheet.emoji, sheet.left_out) == ((), ("🦄",))


class TestZone:
    def test_the_scripts_zone_wins_over_the_styles(self) -> None:
        """Captions and label move into the zone of ads."""
        posts, ads = sheet_of(words_of("Hi."), mouth=None), sheet_of(words_of("Hi."), mouth=None, zone="ads")
        assert ads.zone.y1 < posts.zone.y1
        assert inside(ads.pages[0].box, ads.zone)
        assert ads.label_box
        assert inside(ads.label_box, ads.zone)

    def test_an_unknown_zone_lists_the_known(self) -> None:
        """It is a name of the script."""
        with pytest.raises(UnknownName, match="ads, posts, reels, shorts, tiktok"):
            sheet_of(words_of("Hi."), zone="vimeo")


class TestMarks:
    @pytest.mark.parametrize("style", STYLES)
    def test_emphasis_is_read_without_its_signs(self, style: str) -> None:
        """The stars are for the program; the word is for the viewer, beside the video too."""
        sheet = sheet_of(words_of("This is *never* wrong."), style=style)
        assert [word.text for page in sheet.pages for word in page.words] == ["This", "is", "never", "wrong."]
        assert "*" not in sheet.srt


class TestHaste:
    def test_fast_speech_is_a_warning(self) -> None:
        """Forty letters a second, in one sentence that says how fast and where."""
        (warning,) = sheet_of(words_of("Incomprehensibilities overwhelm everybody.", letters_per_s=40)).warnings
        assert "letters a second" in warning

    def test_ordinary_speech_is_none(self) -> None:
        """Thirteen letters a second are an ordinary voice."""
        assert sheet_of(words_of("Three small habits that will change your mornings.")).warnings == ()


class TestLabel:
    @pytest.mark.parametrize(("language", "text"), [
        ("en-US", "AI-generated"), ("de-AT", "KI-generiert"), ("xx", "AI-generated")])
    def test_speaks_the_reels_language(self, language: str, text: str) -> None:
        """The brand's wording for the language, else English."""
        assert sheet_of(words_of("Hi."), language=language).label_text == text

    @pytest.mark.parametrize("colour", ["white", "black", "gray"])
    def test_is_legible_on_any_background(self, colour: str, tmp_path: Path) -> None:
        """White letters on a box that is always dark enough: a contrast of 4.5 to 1 (WCAG 2.2, 1.4.3)."""
        sheet = sheet_of(words_of("Hi."))
        assert sheet.label_box
        box = sheet.label_box
        part = burn(sheet, tmp_path, 1, colour=colour)[0][int(box.y0):int(box.y1), int(box.x0):int(box.x1)]
        light, dark = luminance(np.percentile(part, 99.5)), luminance(np.median(part))
        assert (light + 0.05) / (dark + 0.05) >= 4.5

    def test_lies_inside_the_zone_from_the_first_frame(self, tmp_path: Path) -> None:
        """Something is drawn there before any word is, and its box is inside the zone."""
        sheet = sheet_of(words_of("Hi."))
        assert sheet.label_box
        assert inside(sheet.label_box, sheet.zone)
        assert colour_in(burn(sheet, tmp_path, 1)[0], sheet.label_box) == pytest.approx(WHITE, abs=8)

    def test_can_be_turned_off(self) -> None:
        """Then neither text nor box is left."""
        sheet = sheet_of(words_of("Hi."), brand=BRAND.model_copy(update={"label_shown": False}))
        assert (sheet.label_text, sheet.label_box) == (None, None)
        assert not re.search(",Label(Box)?,,", sheet.ass)


def inside(box: Box, zone: Box) -> bool:
    return zone.x0 <= box.x0 and box.x1 <= zone.x1 and zone.y0 <= box.y0 and box.y1 <= zone.y1


def height_of(frame: NDArray[np.uint8]) -> int:
    """Rows in which letters below the label are drawn."""
    return int((frame[300:, :, 0] > 128).any(axis=1).sum())


def overlap(one: Box, two: Box) -> bool:
    return one.x0 < two.x1 and two.x0 < one.x1 and one.y0 < two.y1 and two.y0 < one.y1


def luminance(grey: float) -> float:
    """Relative luminance of an sRGB grey, 0 to 255 (WCAG 2.2)."""
    value = grey / 255
    return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
