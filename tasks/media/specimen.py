"""Draws a brand's specimen sheet: its colours, fonts and samples of what reels in it look like, on one picture."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from tasks.domain.media import MediaFile
from tasks.domain.performance import Scrim, Sticker
from tasks.domain.timeline import FPS, SIZE_PX
from tasks.media.encoding import burn
from tasks.media.ffmpeg import LOCAL_ONLY, local_file, run

WIDTH_PX = 2160
"""Width of the sheet."""
MARGIN_PX = 100
"""Free at its edges."""
GAP_PX = 28
"""Between two things side by side."""
COLUMNS = 5
"""Samples in a row."""
SWATCH_PX = 200
"""Height of a colour's field."""
ROUND_PX = 22
"""Radius of corners."""
PANGRAM = "Hamburgefonstiv 0123456789"
"""Letters and digits that show a face."""
FAINT = 0.62
"""How much of the text's colour small print has; the rest is the panel's."""


@dataclass(frozen=True)
class Swatch:
    """One colour."""

    name: str
    colour: str
    """#rrggbb."""
    note: str
    """What is known about it, e.g. its contrast."""


@dataclass(frozen=True)
class Face:
    """One font."""

    role: str
    name: str
    path: Path


@dataclass(frozen=True)
class Sample:
    """One picture as a reel in this brand shows it."""

    name: str
    picture: Path


@dataclass(frozen=True)
class Specimen:
    """All that the sheet shows."""

    title: str
    facts: tuple[str, ...]
    """Lines of small print."""
    panel: str
    on_panel: str
    accent: str
    heading: Path
    """Font of the title."""
    text: Path
    """Font of everything else."""
    swatches: tuple[Swatch, ...]
    faces: tuple[Face, ...]
    samples: tuple[Sample, ...]
    logo: Path | None = None


def draw_sample(
    portrait: Path, target: Path, *, at_s: float, subtitles: Sequence[Path], fonts: Path, program: str,
    scrims: Sequence[Scrim] = (), stickers: Sequence[Sticker] = (), open_media: Callable[[MediaFile], Path],
) -> None:
    """Draws one moment of a reel whose avatar stands still.

    Args:
        portrait: the avatar.
        target: PNG to make, as large as it will stand on the sheet.
        at_s: the moment.
        subtitles: ASS files, from bottom to top.
        fonts: folder with the brand's fonts.
        program: ffmpeg.
        scrims: veils over the avatar; those of the moment count.
        stickers: small pictures; those of the moment count.
        open_media: gives the place of a sticker's picture.

    Raises:
        FixMachine: ffmpeg failed.
    """
    frame = ImageOps.fit(Image.open(portrait).convert("RGB"), SIZE_PX, Image.Resampling.LANCZOS)
    for scrim in scrims:
        if scrim.start_s <= at_s < scrim.end_s:
            frame = Image.blend(frame, Image.new("RGB", SIZE_PX, scrim.colour), scrim.opacity)
    for sticker in stickers:
        if sticker.start_s <= at_s < sticker.end_s:
            _lay(frame, sticker, open_media(sticker.picture))
    backdrop = target.with_suffix(".bmp")
    frame.save(backdrop)
    width, height = sample_size()
    chain = [f"setpts=PTS+{at_s}/TB", *(burn(path, fonts) for path in subtitles),
             f"scale={width}:{height}:flags=area+accurate_rnd"]
    run(program, [*LOCAL_ONLY, "-loop", "1", "-framerate", str(FPS), "-i", local_file(backdrop), "-vf", ",".join(chain),
                  "-frames:v", "1", local_file(target)], place=target)


def draw_sheet(specimen: Specimen, target: Path) -> tuple[int, int]:
    """Draws the sheet.

    Args:
        specimen: what it shows.
        target: PNG to make.

    Returns:
        its (width, height) in pixels.
    """
    tall = Image.new("RGB", (WIDTH_PX, _height_px(specimen)), specimen.panel)
    pen = _Pen(tall, specimen)
    pen.head()
    pen.colours()
    pen.faces()
    pen.samples()
    tall.save(target, optimize=True)
    return tall.width, tall.height


class _Pen:
    """Draws from top to bottom; `y` is where the next part begins."""

    def __init__(self, sheet: Image.Image, specimen: Specimen) -> None:
        self.sheet, self.specimen, self.y = sheet, specimen, MARGIN_PX
        self.draw = ImageDraw.Draw(sheet)
        self.faint = _mixed(specimen.on_panel, specimen.panel, FAINT)

    def head(self) -> None:
        """The brand's name, a line in its accent, its facts, and its logo."""
        specimen = self.specimen
        self._text((MARGIN_PX, self.y), specimen.title, 150, path=specimen.heading)
        if specimen.logo:
            self._logo(specimen.logo)
        self.y += 200
        self.draw.rounded_rectangle((MARGIN_PX, self.y, MARGIN_PX + 240, self.y + 14), 7, fill=specimen.accent)
        self.y += 50
        for fact in specimen.facts:
            self._text((MARGIN_PX, self.y), fact, 36, fill=self.faint)
            self.y += 54
        self.y += 46

    def colours(self) -> None:
        """A field for each colour, its name, its code and what is known about it."""
        count = len(self.specimen.swatches)
        width = (WIDTH_PX - 2 * MARGIN_PX - (count - 1) * GAP_PX) // count
        for index, swatch in enumerate(self.specimen.swatches):
            x = MARGIN_PX + index * (width + GAP_PX)
            self.draw.rounded_rectangle((x, self.y, x + width, self.y + SWATCH_PX), ROUND_PX, fill=swatch.colour,
                                        outline=self.faint, width=2)
            self._text((x, self.y + SWATCH_PX + 18), swatch.name, 38)
            self._text((x, self.y + SWATCH_PX + 66), swatch.colour, 32, fill=self.faint)
            self._text((x, self.y + SWATCH_PX + 108), swatch.note, 32, fill=self.faint)
        self.y += SWATCH_PX + 190

    def faces(self) -> None:
        """A line in each font."""
        for face in self.specimen.faces:
            self._text((MARGIN_PX, self.y + 22), face.role, 34, fill=self.faint)
            self._text((MARGIN_PX + 260, self.y), PANGRAM, 68, path=face.path)
            self._text((WIDTH_PX - MARGIN_PX, self.y + 22), face.name, 34, fill=self.faint, anchor="ra")
            self.y += 104
        self.y += 40

    def samples(self) -> None:
        """The samples in rows, a name under each."""
        width, height = sample_size()
        for index, sample in enumerate(self.specimen.samples):
            row, column = divmod(index, COLUMNS)
            x, y = MARGIN_PX + column * (width + GAP_PX), self.y + row * (height + 90)
            with Image.open(sample.picture) as picture:
                self.sheet.paste(picture.convert("RGB"), (x, y), _rounded((width, height)))
            self._text((x + width / 2, y + height + 16), sample.name, 34, fill=self.faint, anchor="ma")

    def _text(self, place: tuple[float, float], text: str, size_px: int, *, fill: str | None = None,
              path: Path | None = None, anchor: str = "la") -> None:
        font = ImageFont.truetype(str(path or self.specimen.text), size_px)
        self.draw.text(place, text, fill=fill or self.specimen.on_panel, font=font, anchor=anchor)

    def _logo(self, logo: Path) -> None:
        """The logo in the upper right corner."""
        with Image.open(logo) as picture:
            mark = ImageOps.contain(picture.convert("RGBA"), (420, 200), Image.Resampling.LANCZOS)
        self.sheet.paste(mark, (WIDTH_PX - MARGIN_PX - mark.width, self.y), mark)


def sample_size() -> tuple[int, int]:
    """How large a sample stands on the sheet, (width, height)."""
    width = (WIDTH_PX - 2 * MARGIN_PX - (COLUMNS - 1) * GAP_PX) // COLUMNS
    return width, round(width * SIZE_PX[1] / SIZE_PX[0])


def _height_px(specimen: Specimen) -> int:
    rows = -(-len(specimen.samples) // COLUMNS)
    above = MARGIN_PX + 200 + 50 + 54 * len(specimen.facts) + 46 + SWATCH_PX + 190 + 104 * len(specimen.faces) + 40
    return above + rows * (sample_size()[1] + 90) + MARGIN_PX // 2


def _lay(frame: Image.Image, sticker: Sticker, path: Path) -> None:
    box = sticker.box
    size = (max(1, round(box.x1 - box.x0)), max(1, round(box.y1 - box.y0)))
    with Image.open(path) as picture:
        small = picture.convert("RGBA").resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    opacity = small.getchannel("A").point(lambda level: round(level * sticker.opacity))
    frame.paste(small, (round(box.x0), round(box.y0)), opacity)


def _rounded(size: tuple[int, int]) -> Image.Image:
    """A mask with round, smooth corners."""
    large = Image.new("L", (4 * size[0], 4 * size[1]), 0)
    ImageDraw.Draw(large).rounded_rectangle((0, 0, large.width - 1, large.height - 1), 4 * ROUND_PX, fill=255)
    return large.resize(size, Image.Resampling.BOX)


def _mixed(one: str, other: str, share: float) -> str:
    """A colour between two, `share` of the first."""
    levels = (round(share * int(one[place:place + 2], 16) + (1 - share) * int(other[place:place + 2], 16))
              for place in (1, 3, 5))
    return "#" + "".join(f"{level:02x}" for level in levels)
