"""Fonts are found, and measured as libass draws them."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from tasks.domain.brand import FontFile
from tasks.domain.errors import MissingTool, UnknownName
from tasks.media import ffmpeg
from tasks.media.text.font import Font, find_font, gather_fonts

BLACK = FontFile(package="font_roboto", file="files/Roboto-Black.ttf")
FACES = [FontFile(package="font_roboto", file=f"files/Roboto-{face}.ttf") for face in ("Black", "Bold", "Medium", "Regular")]
SIZE_PX = 84.0
PEN = (100, 300)
"""Where the test lines start: left end, and top as libass counts it."""
EDGE_PX = 2.0
"""Antialiasing leaves up to a pixel on either side undecided."""
INK_RATIO = 0.05
"""Two rasterisers fill the edges of the same outline a little differently; another face differs by over 0.1."""

STYLE = """[Script Info]
ScriptType: v4.00+
PlayResX: 1080
PlayResY: 480
WrapStyle: 2
Kerning: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Test,{name},{size},&H00FFFFFF,&H00000000,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,0,0,7,0,0,0,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def draw_with_libass(lines: list[str], font: Font, folder: Path) -> NDArray[np.uint8]:
    """One grey picture (height, width) for each line, drawn at `PEN`."""
    fonts = folder / "fonts"
    fonts.mkdir()
    gather_fonts(FACES, fonts)
    events = [f"Dialogue: 0,0:00:0{number}.00,0:00:0{number + 1}.00,Test,,0,0,0,,{{\\pos({PEN[0]},{PEN[1]})}}{line}\n"
              for number, line in enumerate(lines)]
    script = folder / "test.ass"
    script.write_text(STYLE.format(name=font.name, size=font.ass_size(SIZE_PX)) + "".join(events), "utf-8")
    drawing = folder / "drawn.raw"
    burn = f"format=gray,subtitles=filename={ffmpeg.filter_value(script)}:fontsdir={ffmpeg.filter_value(fonts)}"
    ffmpeg.run(ffmpeg.find_ffmpeg(), ["-f", "lavfi", "-i", "color=black:s=1080x480:r=1", "-frames:v", str(len(lines)), "-vf",
                                      burn, "-pix_fmt", "gray", "-f", "rawvideo", str(drawing)], place=drawing)
    return np.fromfile(drawing, np.uint8).reshape(len(lines), 480, 1080)


class TestFont:
    def test_measures_what_libass_draws(self, tmp_path: Path) -> None:
        """Height, left end and right end of the ink agree with the drawn pixels, kerned pairs included."""
        font = find_font(BLACK)
        lines = ["HAMBURG", "AVATAR", "To", "fiffle", "384,400", "anna@example.com", "Żółć"]
        for line, picture in zip(lines, draw_with_libass(lines, font, tmp_path), strict=True):
            rows, columns = np.nonzero(picture > 64)
            top, bottom = font.ink_px(line, SIZE_PX)
            baseline = PEN[1] + font.ascent_px(SIZE_PX)
            assert rows.min() == pytest.approx(baseline + top, abs=EDGE_PX)
            assert rows.max() + 1 == pytest.approx(baseline + bottom, abs=EDGE_PX)
            bearing_px = 0.08 * SIZE_PX  # the white a letter has at its sides
            assert PEN[0] - EDGE_PX <= columns.min() <= PEN[0] + bearing_px
            width = font.width_px(line, SIZE_PX)
            assert PEN[0] + width - bearing_px <= columns.max() + 1 <= PEN[0] + width + EDGE_PX

    def test_width_of_many_letters_agrees_within_one_percent(self, tmp_path: Path) -> None:
        """Any error of size or spacing adds up over a long line; the measured and drawn lengths stay together."""
        font = find_font(BLACK)
        letters = "nmnmnmnmnmnm"
        short, long = (np.nonzero(picture > 64)[1].max() for picture in
                       draw_with_libass(["nm", letters], font, tmp_path))
        wanted = font.width_px(letters, SIZE_PX) - font.width_px("nm", SIZE_PX)
        assert long - short == pytest.approx(wanted, rel=0.01)

    @pytest.mark.parametrize("file", FACES, ids=lambda file: file.file)
    def test_libass_takes_this_face_and_no_other(self, file: FontFile, tmp_path: Path) -> None:
        """With all faces in one folder, the amount of ink is that of the face asked for."""
        font = find_font(file)
        picture = draw_with_libass(["Handgloves"], font, tmp_path)[0]
        image = Image.new("L", (1080, 480))
        ImageDraw.Draw(image).text((PEN[0], PEN[1] + font.ascent_px(SIZE_PX)), "Handgloves", fill=255, anchor="ls",
                                   font=ImageFont.truetype(str(font.path), SIZE_PX))
        expected = int((np.asarray(image) > 128).sum())
        assert int((picture > 128).sum()) == pytest.approx(expected, rel=INK_RATIO)

    def test_widths_grow_with_size(self) -> None:
        """Nothing is rounded on the way: twice the size is exactly twice the width."""
        font = find_font(BLACK)
        assert font.width_px("mornings", 2 * SIZE_PX) == pytest.approx(2 * font.width_px("mornings", SIZE_PX))
        assert font.width_px("", SIZE_PX) == 0

    def test_zero_width_space_takes_no_room(self) -> None:
        """What is put behind a backslash changes no width."""
        font = find_font(BLACK)
        assert font.width_px("\\\u200bN", SIZE_PX) == font.width_px("\\N", SIZE_PX)


class TestFindFont:
    def test_unknown_package_says_what_to_do(self) -> None:
        """A package that is not installed is the machine's fault."""
        with pytest.raises(MissingTool, match="font_nowhere"):
            find_font(FontFile(package="font_nowhere", file="files/Any.ttf"))

    @pytest.mark.parametrize("file", ["files/Roboto-Blak.ttf", "../pytest.py", "/etc/passwd"])
    def test_unknown_file_lists_the_fonts(self, file: str) -> None:
        """Only files of the package count, and its fonts are listed."""
        with pytest.raises(UnknownName, match="Roboto-Black.ttf"):
            find_font(FontFile(package="font_roboto", file=file))

    def test_font_without_a_package_is_found_by_its_place(self, tmp_path: Path) -> None:
        """A library's own font; when it is gone, the sentence says so."""
        copy = tmp_path / "Own.ttf"
        copy.write_bytes(find_font(BLACK).path.read_bytes())
        assert find_font(FontFile(file=str(copy))).name == "Roboto Black"
        with pytest.raises(UnknownName, match="there is no font .*Gone.ttf"):
            find_font(FontFile(file=str(tmp_path / "Gone.ttf")))

    def test_gathers_only_what_is_asked_for(self, tmp_path: Path) -> None:
        """The folder for libass holds the named fonts, each once."""
        gather_fonts([BLACK, FACES[2], BLACK], tmp_path)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["Roboto-Black.ttf", "Roboto-Medium.ttf"]


NOTO, CJK = "/usr/share/fonts/truetype/noto", "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"
"""Where Debian's fonts-noto-core and fonts-noto-cjk are."""
ARABIC = FontFile(file=f"{NOTO}/NotoSansArabic-Bold.ttf")


@pytest.mark.usefixtures("noto")
class TestOtherFonts:
    def test_a_text_falls_into_runs_of_one_font(self) -> None:
        """Letters come from the first font that has them, signs stay with the letter before, spaces go with what follows."""
        runs = find_font(BLACK, (ARABIC,)).runs("Go 5، كم!")
        assert [(run.text, run.font.name) for run in runs] == [("Go 5", "Roboto Black"), ("، كم!", "Noto Sans Arabic Bold")]

    def test_a_text_is_as_wide_and_high_as_its_runs(self) -> None:
        """Each at the same em."""
        both, roboto, arabic = find_font(BLACK, (ARABIC,)), find_font(BLACK), find_font(ARABIC)
        assert both.width_px("Goكم", 100) == pytest.approx(roboto.width_px("Go", 100) + arabic.width_px("كم", 100))
        assert both.line_px("Goكم", 100)[0] == max(roboto.ascent_px(100), arabic.ascent_px(100))
        assert both.covers("ك")
        assert not roboto.covers("ك")

    def test_a_font_of_a_collection_is_found_by_name(self) -> None:
        """By its PostScript name libass knows a face with PostScript outlines, not by its full one."""
        font = find_font(FontFile(file=CJK, face="Noto Sans CJK TC Bold"))
        assert (font.name, font.ass_name, find_font(BLACK).ass_name) == (
            "Noto Sans CJK TC Bold", "NotoSansCJKtc-Bold", "Roboto Black")

    @pytest.mark.parametrize("face", [None, "Noto Sans"])
    def test_a_collection_without_a_right_face_is_refused(self, face: str | None) -> None:
        """With the names there are."""
        with pytest.raises(UnknownName, match="write `face:` with one of .*Noto Sans CJK SC Bold"):
            find_font(FontFile(file=CJK, face=face))
