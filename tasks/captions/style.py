"""A caption style: a small data file and the template it names, under templates/captions/."""

import hashlib
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, ValidationError

from tasks.domain.base import Frozen
from tasks.domain.errors import FixMachine
from tasks.runtime.engines import unknown

FOLDER = "captions"
"""Folder of the styles inside templates/."""
ZONES_FILE = "safe_zones.yaml"
"""The one data file there that is no style."""


class CaptionStyle(Frozen):
    """templates/captions/<name>.yaml."""

    schema_version: Literal[1] = Field(default=1, alias="schema", description="version of this file format")
    template: str = Field(description="path of the ASS template inside templates/")
    zones: Literal["posts", "ads"] = Field(description="which safe zones hold")
    size_px: float = Field(gt=0, description="em of the captions")
    line_pitch: float = Field(gt=0, description="from baseline to baseline, in ems")
    space: float = Field(gt=0, description="between two words, in ems")
    lines: int = Field(ge=1, le=3, description="most lines on a page")
    words: int = Field(ge=1, le=8, description="most words on a page")
    comfortable_letters: int = Field(gt=0, description="letters of a page that reads best")
    outline_px: float = Field(ge=0)
    shadow_px: float = Field(ge=0, description="softness of the shadow")
    shadow_drop_px: float = Field(description="how far the shadow falls")
    shadow_opacity: float = Field(ge=0, le=1)
    centre: float = Field(gt=0, lt=1, description="preferred middle of the block, as a part of the picture's height")
    lead_s: float = Field(ge=0, le=0.08, description="a page appears so long before its first word")
    hold_s: float = Field(ge=0, description="a page stays so long after its last word")
    bridge_s: float = Field(ge=0, description="a page stays through a silence shorter than this")
    pause_s: float = Field(gt=0, description="a silence from which on a phrase ends")
    shortest_s: float = Field(ge=0, description="a page should stay at least so long")
    letters_per_s: float = Field(gt=0, description="reading speed")
    label_size_px: float = Field(gt=0, description="em of the disclosure label")
    label_padding_px: float = Field(ge=0)
    label_opacity: float = Field(ge=0, le=1, description="of the box behind the label")


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


def style_sha256(templates: Path, name: str) -> str:
    """Digest of all files that decide how a style looks: its data, its template and the safe zones.

    Raises:
        UnknownName, FixMachine: as `read_style`.
    """
    style = read_style(templates, name)
    digest = hashlib.sha256()
    for path in (templates / FOLDER / f"{name}.yaml", templates / style.template, templates / FOLDER / ZONES_FILE):
        try:
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        except OSError as error:
            raise FixMachine(f"the caption file {str(path)!r} cannot be read ({error.strerror}): restore it") from error
    return digest.hexdigest()
