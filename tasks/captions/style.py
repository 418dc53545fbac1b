"""A caption style: a small data file and the template it names, under templates/captions/."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from tasks.domain.base import Frozen
from tasks.domain.box import Box
from tasks.domain.brand import BrandFonts, FontFile
from tasks.domain.errors import FixMachine
from tasks.media.text.zones import read_zones
from tasks.runtime.engines import unknown

FOLDER = "captions"
"""Folder of the styles inside templates/."""
ZONES_FILE = "safe_zones.yaml"
"""The one data file there that is no style."""
PARTS_FILE = "parts.ass.j2"
"""What the templates of all styles share."""
EMOJI_FOLDER = "emoji"
"""Folder of the emoji pictures inside templates/captions/."""


class CaptionStyle(Frozen):
    """templates/captions/<name>.yaml."""

    schema_version: Literal[1] = Field(default=1, alias="schema", description="version of this file format")
    template: str = Field(description="path of the ASS template inside templates/")
    zones: str = Field(description="which safe zones hold unless the script says so")
    font: Literal["captions", "label", "title", "text"] = Field(default="captions", description="which of the brand's fonts")
    size_px: float = Field(gt=0, description="em of the captions")
    line_pitch: float = Field(gt=0, description="from baseline to baseline, in ems")
    space: float | None = Field(default=None, gt=0, description="between two words, in ems; default: the font's own")
    lines: int = Field(ge=1, le=3, description="most lines on a page")
    words: int = Field(ge=1, le=14, description="most words on a page")
    comfortable_letters: int = Field(gt=0, description="letters of a page that reads best")
    outline_px: float = Field(ge=0)
    softness_px: float = Field(default=0, ge=0, le=4, description="blur of the outline's outer edge")
    backing: Literal["auto", "outline", "box"] = Field(
        default="auto", description="what keeps letters legible; 'auto' takes the outline where it is enough")
    box_padding_px: float = Field(default=24, ge=0, description="from the words to the edge of a box behind them")
    box_opacity: float = Field(default=0.7, ge=0, le=1, description="at least; more where the picture needs it")
    scales: tuple[float, ...] = Field(default=(), max_length=8, description="size of a page on each of its first frames;"
                                                                            " each different size costs memory")
    fade_in_s: float = Field(default=0, ge=0, le=1)
    fade_out_s: float = Field(default=0, ge=0, le=1)
    emoji: float = Field(default=0, ge=0, le=3, description="width of emoji pictures beside their word, in ems; 0: none")
    centre: float = Field(gt=0, lt=1, description="preferred middle of the block, as a part of the picture's height")
    lead_s: float = Field(ge=0, le=0.08, description="a page appears so long before its first word")
    hold_s: float = Field(ge=0, description="a page stays so long after its last word")
    bridge_s: float = Field(ge=0, description="a page stays through a silence shorter than this")
    pause_s: float = Field(gt=0, description="a silence from which on a phrase ends")
    shortest_s: float = Field(ge=0, description="a page should stay at least so long")
    letters_per_s: float = Field(gt=0, description="reading speed, spaces and signs included")
    label_size_px: float = Field(gt=0, description="em of the disclosure label")
    label_padding_px: float = Field(ge=0)
    label_opacity: float = Field(ge=0, le=1, description="of the box behind the label")

    @model_validator(mode="after")
    def _must_show_its_emoji(self) -> Self:
        if self.emoji and self.backing != "outline":
            raise ValueError("has emoji pictures, which a box would cover: set 'backing' to 'outline', or 'emoji' to 0")
        return self

    def font_of(self, fonts: BrandFonts) -> FontFile:
        """The font that a brand has for this style."""
        return {"captions": fonts.captions, "label": fonts.label, "title": fonts.title or fonts.captions,
                "text": fonts.text or fonts.label}[self.font]


def caption_styles(templates: Path) -> tuple[str, ...]:
    """Names of the styles there are, in order."""
    return tuple(sorted(path.stem for path in (templates / FOLDER).glob("*.yaml") if path.name != ZONES_FILE))


def read_style(templates: Path, name: str) -> CaptionStyle:
    """Reads a caption style.

    Raises:
        UnknownName: there is no such style, with the ones there are.
        FixMachine: its file is wrong.
    """
    known = caption_styles(templates)
    if name not in known:
        raise unknown("caption style", name, known)
    path = templates / FOLDER / f"{name}.yaml"
    try:
        return CaptionStyle.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (OSError, ValueError, yaml.YAMLError) as error:
        first = error.errors()[0] if isinstance(error, ValidationError) else None
        reason = f"{'.'.join(map(str, first['loc']))}: {first['msg']}" if first else error
        raise FixMachine(f"the caption style {str(path)!r} cannot be read ({reason}): correct it") from error


def zone_names(templates: Path) -> tuple[str, ...]:
    """Names of the safe zones there are, in order.

    Raises:
        FixMachine: their file is missing or wrong.
    """
    return tuple(sorted(read_zones(templates / FOLDER / ZONES_FILE).zones))


def read_zone(templates: Path, name: str) -> Box:
    """The safe zone of one app or of several, by name, e.g. 'posts' or 'tiktok'.

    Raises:
        UnknownName: there is no such zone, with the ones there are.
        FixMachine: the file is missing or wrong.
    """
    zones = read_zones(templates / FOLDER / ZONES_FILE)
    if name not in zones.zones:
        raise unknown("safe zone", name, zones.zones)
    return zones.common(name)


def style_sha256(templates: Path, name: str) -> str:
    """Digest of all files that decide how a style looks: its data, its template and what that shares, zones and emoji.

    Raises:
        UnknownName, FixMachine: as `read_style`.
    """
    style = read_style(templates, name)
    digest = hashlib.sha256()
    for path in _files(templates, name, style):
        try:
            digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
        except OSError as error:
            raise FixMachine(f"the caption file {str(path)!r} cannot be read ({error.strerror}): restore it") from error
    return digest.hexdigest()


def _files(templates: Path, name: str, style: CaptionStyle) -> Iterator[Path]:
    folder = templates / FOLDER
    yield from (folder / f"{name}.yaml", templates / style.template, folder / PARTS_FILE, folder / ZONES_FILE)
    if style.emoji:
        yield from sorted((folder / EMOJI_FOLDER).glob("*.png"))
