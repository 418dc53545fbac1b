"""Draws a sheet of all that a puppet can do: every viseme, smiles, a blink in phases, gaze and brows, turns of the head."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tasks.domain.timeline import SIZE_PX
from tasks.media.drawing.face import Face, frame_face
from tasks.media.drawing.planes import to_image
from tasks.media.drawing.puppet import Puppet
from tasks.media.rig.model import Rig, read_portrait
from tasks.media.rig.topology import CHIN, FOREHEAD, LEFT_EYE_OUTER, MOUTH_LEFT, MOUTH_RIGHT, RIGHT_EYE_OUTER
from tasks.media.sheet import FAINT, Lettering, Sheet, cut

WIDTH_PX, MARGIN_PX, GAP_PX = 2400, 80, 24
"""Width of the sheet, free at its edges, free between pictures."""
TITLE_PX, HEADING_PX, LABEL_PX, NOTE_PX = 84, 46, 32, 26
"""Sizes of letters."""
UNDER_PX = LABEL_PX + 32
"""Room for the words below a picture."""
SPEAKING = MappingProxyType({"jaw": 0.35, "wide": 0.2, "upper": 0.2, "lower": 0.2})
"""A mouth that is saying something."""

Part = Literal["mouth", "eyes", "face", "head"]
"""What of the frame is shown."""
Pose = Mapping[str, float]
"""Curve -> value; a curve left out is at rest."""


@dataclass(frozen=True)
class Shown:
    """One picture of the sheet."""

    name: str
    pose: Pose
    note: str = ""


@dataclass(frozen=True)
class Section:
    """Pictures of one part of the head."""

    title: str
    part: Part
    columns: int
    pictures: Sequence[Shown]


SMILES = Section("Expression", "face", 6, (
    Shown("rest", {}), Shown("serious", {"smile": -0.8}), Shown("smile", {"smile": 0.5}),
    Shown("broad smile", {"smile": 1.0}), Shown("speaking", SPEAKING),
    Shown("speaking, smiling", {"smile": 0.8, **SPEAKING})))
"""From serious to a broad smile."""
EYES = Section("Eyes", "eyes", 6, (
    Shown("open", {}), *(Shown(f"blink, {share:.0%}", {"blink": share}) for share in (0.25, 0.5, 0.75)),
    Shown("closed", {"blink": 1.0}),
    Shown("brows up", {"brow": 1.0}), Shown("brows down", {"brow": -0.3}), Shown("gaze left", {"gaze_x": -1.0}),
    Shown("gaze right", {"gaze_x": 1.0}), Shown("gaze up", {"gaze_y": -1.0}), Shown("gaze down", {"gaze_y": 1.0}),
    Shown("smiling eyes", {"smile": 1.0})))
"""A blink in phases; brows; where the avatar looks."""
HEADS = Section("Head", "head", 6, (
    Shown("turned left", {"yaw": -0.12}), Shown("turned right", {"yaw": 0.12}), Shown("up", {"pitch": -0.08}),
    Shown("down", {"pitch": 0.08}), Shown("leaning", {"roll": -0.06}),
    Shown("all at once", {"yaw": 0.1, "pitch": 0.05, "roll": 0.05, "sway": 0.02, "breath": 1.0})))
"""How far the head goes at most."""


def viseme_section(visemes: Mapping[str, Pose], notes: Mapping[str, str]) -> Section:
    """The mouths of a table of visemes.

    Args:
        visemes: name -> mouth.
        notes: name -> an example of its sound.
    """
    return Section("Visemes", "mouth", 7, tuple(Shown(name, pose, notes.get(name, "")) for name, pose in visemes.items()))


def draw_viseme_sheet(portrait: Path, rig: Rig, sections: Sequence[Section], target: Path, lettering: Lettering, *,
                      title: str, fact: str = "") -> tuple[int, int]:
    """Draws the sheet.

    Args:
        portrait: the picture that the rig was made for.
        rig: its rig.
        sections: what is shown, from top to bottom.
        target: PNG or JPEG to make.
        lettering: the sheet's fonts.
        title: over everything.
        fact: a line below it.

    Returns:
        its (width, height) in pixels.

    Raises:
        AvatarError: the portrait cannot be read, or is not the rig's.
    """
    image = read_portrait(portrait, rig)
    puppet, face = Puppet(image, rig, SIZE_PX), frame_face(image, rig, SIZE_PX)
    sheet = Sheet((WIDTH_PX, _head_px() + sum(map(_section_px, sections)) + MARGIN_PX // 2), lettering)
    sheet.text((MARGIN_PX, MARGIN_PX - 20), title, TITLE_PX, heading=True, width_px=WIDTH_PX - 2 * MARGIN_PX)
    sheet.text((MARGIN_PX, MARGIN_PX + 92), fact, LABEL_PX, fill=FAINT, width_px=WIDTH_PX - 2 * MARGIN_PX)
    top = _head_px()
    for section in sections:
        _draw_section(sheet, puppet, face, section, top)
        top += _section_px(section)
    return sheet.save(target)


def _draw_section(sheet: Sheet, puppet: Puppet, face: Face, section: Section, top: int) -> None:
    sheet.text((MARGIN_PX, top), section.title, HEADING_PX, heading=True)
    width, height = _cell_px(section)
    window = window_of(section.part, face, height / width)
    for number, shown in enumerate(section.pictures):
        row, column = divmod(number, section.columns)
        x = MARGIN_PX + column * (width + GAP_PX)
        y = top + HEADING_PX + 34 + row * (height + UNDER_PX)
        sheet.picture((x, y), cut(to_image(puppet.frame(shown.pose)), window, (width, height)))
        wide = sheet.text((x + 4, y + height + 8), shown.name, LABEL_PX, width_px=width)
        if shown.note:
            sheet.text((x + 4 + wide + 14, y + height + 13), shown.note, NOTE_PX, fill=FAINT, width_px=width - wide - 18)


def window_of(part: Part, face: Face, aspect: float) -> tuple[float, float, float, float]:
    """What of the frame is shown of a part: left, top, right, bottom in pixels.

    Args:
        part: of the head.
        face: of the frame.
        aspect: height of the window, in its widths.
    """
    points = face.points[:, :2]
    eyes, mouth = points[[LEFT_EYE_OUTER, RIGHT_EYE_OUTER]].mean(axis=0), points[[MOUTH_LEFT, MOUTH_RIGHT]].mean(axis=0)
    middle: NDArray[Any] = points[[FOREHEAD, CHIN]].mean(axis=0)
    down = face.scale * face.down
    centre, width = {"mouth": (mouth + 0.06 * down, 1.02), "eyes": (eyes - 0.08 * down, 1.5), "face": (middle, 1.9),
                     "head": (middle, 2.9)}[part]
    half = np.array([width, width * aspect]) * face.scale / 2
    (left, top), (right, bottom) = centre - half, centre + half
    return float(left), float(top), float(right), float(bottom)


def _cell_px(section: Section) -> tuple[int, int]:
    """Width and height of a section's pictures."""
    width = (WIDTH_PX - 2 * MARGIN_PX - (section.columns - 1) * GAP_PX) // section.columns
    return width, round(width * {"mouth": 0.82, "eyes": 0.5, "face": 1.2, "head": 1.3}[section.part])


def _head_px() -> int:
    return MARGIN_PX + 170


def _section_px(section: Section) -> int:
    rows = -(-len(section.pictures) // section.columns)
    return HEADING_PX + 34 + rows * (_cell_px(section)[1] + UNDER_PX) + 30
