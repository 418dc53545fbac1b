"""How overlays look: a small data file and the template it names, one pair a kind, under templates/overlays/."""

import hashlib
from pathlib import Path
from typing import Literal, TypeVar

import yaml
from pydantic import Field, ValidationError

from tasks.domain.base import Frozen
from tasks.domain.errors import FixMachine
from tasks.domain.overlays import CueKind

FOLDER = "overlays"
"""Folder of the looks inside templates/."""
TEXT_KINDS: tuple[CueKind, ...] = ("hook", "title", "lower-third", "number", "end-card")
"""Kinds that are texts."""


class Level(Frozen):
    """One size of text."""

    font: Literal["title", "text"] = Field(description="which of the brand's fonts")
    size_px: float = Field(gt=0, description="em of a text that fits as it is")
    least_px: float = Field(gt=0, description="em below which a text is refused instead of set smaller")
    lines: int = Field(ge=1, le=5, description="most lines")
    line_pitch: float = Field(default=1.12, gt=0, description="from baseline to baseline, in ems")
    outline_px: float = Field(default=0.0, ge=0, description="around letters at full size")


class Look(Frozen):
    """What every look says."""

    schema_version: Literal[1] = Field(default=1, alias="schema", description="version of this file format")
    template: str = Field(description="path of the ASS template inside templates/")


class TextLook(Look):
    """templates/overlays/<kind>.yaml of a text."""

    levels: tuple[Level, ...] = Field(min_length=1, max_length=2, description="the main text, and what stands beside it")
    gap_px: float = Field(default=0.0, ge=0, description="between texts of two sizes")
    align: Literal["centre", "left"] = Field(
        default="centre", description="on the picture's middle, or at the zone's left,"
                                     " in languages written from right to left at its right")
    widest_px: float = Field(gt=0, description="widest line, if the zone has room for it")
    padding_x_px: float = Field(default=0.0, ge=0, description="from the text to the panel's left and right edge")
    padding_y_px: float = Field(default=0.0, ge=0, description="from capitals and baseline to its upper and lower edge")
    radius_px: float = Field(default=0.0, ge=0, description="of the panel's corners")
    panel_opacity: float = Field(default=0.0, ge=0, le=1, description="0: the text stands by itself")
    accent_px: float = Field(default=0.0, ge=0, description="thickness of the accent line; 0: none")
    accent_width_px: float = Field(default=0.0, ge=0, description="its length, where it does not follow the panel")
    accent_gap_px: float = Field(default=0.0, ge=0, description="from the text to it")
    places: tuple[float, ...] = Field(min_length=1, description="where the middle goes, the best first, as a part of the"
                                                                " picture's height")
    places_on_pictures: tuple[float, ...] = Field(default=(), description="the same where no avatar is seen; default: as"
                                                               " above")
    reach: float = Field(gt=0, description="how far from such a place it may move, as a part of the picture's height")
    enter_s: float = Field(ge=0, le=1, description="how long it takes to come")
    leave_s: float = Field(ge=0, le=1, description="and to go")
    slide_y_px: float = Field(default=0.0, description="from how far below it comes")


class CardLook(TextLook):
    """templates/overlays/end-card.yaml."""

    veil_opacity: float = Field(ge=0, le=1, description="of the panel's colour over the avatar")
    veil_fade_s: float = Field(ge=0, le=1, description="how long it takes to come")
    logo_px: int = Field(gt=0, description="width of the logo above the text")
    likeness_px: int = Field(gt=0, description="width of the avatar's round picture there, where there is no logo")
    likeness_ring_px: float = Field(ge=0, description="thickness of the ring around it")
    logo_gap_px: float = Field(ge=0, description="between either and the text")
    delay_s: float = Field(ge=0, le=1, description="the text comes so long after the veil: not over the avatar's eyes")


class BarLook(Look):
    """templates/overlays/progress-bar.yaml."""

    height_px: float = Field(gt=0)
    track_opacity: float = Field(ge=0, le=1, description="of what is not filled yet")


L = TypeVar("L", bound=Look)


def read_look(templates: Path, kind: CueKind, model: type[L]) -> L:
    """Reads how a kind of overlay looks.

    Raises:
        FixMachine: its file is missing or wrong.
    """
    path = templates / FOLDER / f"{kind}.yaml"
    try:
        return model.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (OSError, ValueError, yaml.YAMLError) as error:
        first = error.errors()[0] if isinstance(error, ValidationError) else None
        reason = f"{'.'.join(map(str, first['loc']))}: {first['msg']}" if first else error
        raise FixMachine(f"the look {str(path)!r} cannot be read ({reason}): correct it, or restore the file") from error


def text_look(templates: Path, kind: CueKind) -> TextLook:
    """How a kind of text looks.

    Raises:
        FixMachine: as `read_look`.
    """
    return read_look(templates, kind, CardLook if kind == "end-card" else TextLook)


def looks_sha256(templates: Path) -> str:
    """Digest of all files that decide how overlays look.

    Raises:
        FixMachine: a file cannot be read.
    """
    digest = hashlib.sha256()
    for path in sorted((templates / FOLDER).iterdir()):
        try:
            digest.update(f"{path.name}\n{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
        except OSError as error:
            raise FixMachine(f"the look {str(path)!r} cannot be read ({error.strerror}): restore it") from error
    return digest.hexdigest()
