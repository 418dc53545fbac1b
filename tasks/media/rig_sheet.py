"""Draws what a rig knows over the portrait it was made for: points, lines, outline, colours, and where texts will stand."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.domain.box import Box
from tasks.domain.timeline import SIZE_PX
from tasks.media.drawing.face import Face, frame_face
from tasks.media.rig.model import Rig, read_portrait
from tasks.media.rig.topology import (
    CHIN,
    FACE_LEFT,
    FACE_RIGHT,
    FOREHEAD,
    LEFT_EYE_UPPER,
    MOUTH_LEFT,
    MOUTH_RIGHT,
    NOSE_BRIDGE,
    RIGHT_EYE_UPPER,
)
from tasks.media.sheet import FAINT, Lettering, Sheet, cut

MARGIN_PX, GAP_PX = 80, 40
"""Free at the sheet's edges, and between its parts."""
SIDE_PX = 1000
"""Width of the column beside the portrait."""
HEAD_PX = 210
"""Height of title and facts over the portrait."""
MOST_NOTES = 4
"""How many notes there is room for."""
DIMMED = 0.66
"""Brightness of the portrait behind its lines."""
NAMED = (MOUTH_LEFT, MOUTH_RIGHT, 13, 14, 4, CHIN, FOREHEAD, FACE_LEFT, FACE_RIGHT, LEFT_EYE_UPPER[0], LEFT_EYE_UPPER[-1],
         RIGHT_EYE_UPPER[0], RIGHT_EYE_UPPER[-1])
"""Landmarks whose number stands beside them: those a person may want to correct."""
EVERY = 4
"""On a close-up every so many points of a line carry their number."""
COLOURS = {"landmarks": "#ffffff", "lips": "#ff5d7d", "lids": "#57d3ff", "iris": "#ffd84d", "outline": "#6fe39a",
           "axes": "#ff9d3c", "zones": "#c9b6ff"}
"""What is drawn in which colour."""
MEANINGS = {"landmarks": "the 478 landmarks", "lips": "where the lips meet (mouth)", "lids": "edges of the lids (eyes)",
            "iris": "irises", "outline": "outline of the person (matte)", "axes": "axes of the face: across, down, forward",
            "zones": "where captions and label stand"}
"""What the legend says."""


@dataclass(frozen=True)
class RigFacts:
    """What is said in words."""

    title: str
    facts: Sequence[str]
    """Lines under the title."""
    notes: Sequence[str]
    """Lines at the end, e.g. warnings."""
    zones: Sequence[tuple[str, Box]]
    """Where texts stand on the reel, with names."""


@dataclass(frozen=True)
class _View:
    """A part of the frame at another size, with lines drawn over it."""

    window: tuple[float, float, float, float]
    size: tuple[int, int]

    @property
    def zoom(self) -> float:
        return self.size[0] / (self.window[2] - self.window[0])

    def place(self, points: Any) -> NDArray[np.float64]:
        """(n, 2) points of the frame as points of the view."""
        return np.asarray((np.asarray(points, float)[:, :2] + 0.5 - self.window[:2]) * self.zoom - 0.5)

    def show(self, image: NDArray[np.uint8], dimmed: float) -> NDArray[np.uint8]:
        return np.asarray(cut(image, self.window, self.size) * dimmed, np.uint8)


def draw_rig_sheet(portrait: Path, rig: Rig, facts: RigFacts, target: Path, lettering: Lettering) -> tuple[int, int]:
    """Draws the sheet.

    Args:
        portrait: the picture that the rig was made for.
        rig: its rig.
        facts: what is said in words.
        target: PNG or JPEG to make.
        lettering: the sheet's fonts.

    Returns:
        its (width, height) in pixels.

    Raises:
        AvatarError: the portrait cannot be read, or is not the rig's.
    """
    face = frame_face(read_portrait(portrait, rig), rig, SIZE_PX)
    width, height = SIZE_PX
    sheet = Sheet((2 * MARGIN_PX + width + GAP_PX + SIDE_PX, MARGIN_PX + HEAD_PX + height + MARGIN_PX), lettering)
    sheet.text((MARGIN_PX, MARGIN_PX - 20), facts.title, 84, heading=True, width_px=width + SIDE_PX)
    for number, line in enumerate(facts.facts):
        sheet.text((MARGIN_PX, MARGIN_PX + 96 + 40 * number), line, 30, fill=FAINT, width_px=width + SIDE_PX)
    top = MARGIN_PX + HEAD_PX
    _draw_portrait(sheet, face, facts.zones, (MARGIN_PX, top))
    _draw_side(sheet, face, facts.notes, (MARGIN_PX + width + GAP_PX, top))
    return sheet.save(target)


def _draw_portrait(sheet: Sheet, face: Face, zones: Iterable[tuple[str, Box]], corner: tuple[int, int]) -> None:
    """The whole frame with everything on it."""
    view = _View((0, 0, SIZE_PX[0], SIZE_PX[1]), SIZE_PX)
    picture = view.show(face.image, DIMMED)
    _lines(picture, _outline(face), COLOURS["outline"], 2.5)
    _dots(picture, face.points[:, :2], COLOURS["landmarks"], 1.6, opacity=0.75)
    _lines(picture, (face.lip_upper, face.lip_lower), COLOURS["lips"], 2)
    for eye in face.eyes:
        _lines(picture, (eye.upper, eye.lower), COLOURS["lids"], 2)
        _lines(picture, [_circle(eye.iris[None], eye.iris_radius)], COLOURS["iris"], 2)
    _lines(picture, _axes(face), COLOURS["axes"], 3)
    for _, box in zones:
        _lines(picture, _dashes(box), COLOURS["zones"], 3)
    sheet.picture(corner, picture)
    for name, box in zones:
        sheet.text((corner[0] + box.x0 + 14, corner[1] + box.y1 - 12), name, 28, fill=COLOURS["zones"], anchor="ls")
    for index in NAMED:
        x, y = face.points[index, :2]
        sheet.text((corner[0] + x + 7, corner[1] + y - 5), str(index), 19, anchor="ls")


def _draw_side(sheet: Sheet, face: Face, notes: Sequence[str], corner: tuple[int, int]) -> None:
    """Close-ups of mouth and eyes with the numbers of their points, colours, legend and notes."""
    x, y = corner
    mouth = face.points[[MOUTH_LEFT, MOUTH_RIGHT], :2].mean(axis=0)
    y = _close_up(sheet, face, _around(mouth, 1.0 * face.scale, (SIDE_PX, 560)), (x, y), "mouth",
                  [("upper", face.lip_upper, COLOURS["lips"], -1), ("lower", face.lip_lower, COLOURS["lips"], 1)])
    half = (SIDE_PX - GAP_PX) // 2
    for number, (name, eye) in enumerate(zip(("left eye", "right eye"), face.eyes, strict=True)):
        middle, reach = (eye.upper[0] + eye.upper[-1]) / 2, float(np.linalg.norm(eye.upper[-1] - eye.upper[0]))
        below = _close_up(sheet, face, _around(middle, 1.6 * reach, (half, 440)), (x + number * (half + GAP_PX), y), name,
                          [("upper", eye.upper, COLOURS["lids"], -1), ("lower", eye.lower, COLOURS["lids"], 1),
                           ("iris", _circle(eye.iris[None], eye.iris_radius), COLOURS["iris"], 0)])
    y = _draw_colours(sheet, face.rig, (x, below))
    for name, meaning in MEANINGS.items():
        sheet.draw.rounded_rectangle((x, y + 6, x + 56, y + 18), 6, fill=COLOURS[name])
        sheet.text((x + 80, y + 12), meaning, 30, anchor="lm")
        y += 44
    sheet.text((x, y + 10), "Points are counted from 0, left to right, as in rig.json.", 26, fill=FAINT)
    shown = [*notes[:MOST_NOTES - 1], f"and {len(notes) - MOST_NOTES + 1} more"] if len(notes) > MOST_NOTES else notes
    for number, note in enumerate(shown):
        sheet.text((x, y + 66 + 40 * number), note, 28, fill=COLOURS["iris"], width_px=SIDE_PX)


def _close_up(sheet: Sheet, face: Face, view: _View, corner: tuple[int, int], name: str,
              lines: Sequence[tuple[str, Any, str, int]]) -> int:
    """A part of the face with lines over it; those with a side, -1 above and 1 below, carry numbers. Gives where it ends."""
    picture = view.show(face.image, 0.85)
    for _, line, colour, _ in lines:
        _lines(picture, [view.place(line)], colour, 1.5)
    for _, line, colour, side in lines:
        if side:
            _dots(picture, view.place(line), colour, 3.5)
    sheet.picture(corner, picture)
    for _, line, colour, side in lines:
        for index in range(0, len(line) if side else 0, EVERY):
            px, py = view.place(line[index][None])[0]
            sheet.text((corner[0] + px, corner[1] + py + 22 * side), str(index), 20, fill=colour,
                       anchor="mb" if side < 0 else "mt")
    sheet.text((corner[0], corner[1] + view.size[1] + 10), name, 30, fill=FAINT)
    return corner[1] + view.size[1] + 74


def _draw_colours(sheet: Sheet, rig: Rig, corner: tuple[int, int]) -> int:
    """The colours that drawing takes from the portrait; gives where the next part begins."""
    x, y = corner
    for number, (name, colour) in enumerate((("skin", rig.skin), ("lip", rig.lip), ("eye white", rig.eye_white))):
        code = "#" + bytes(colour).hex()
        left = x + number * (SIDE_PX + GAP_PX) // 3
        sheet.swatch((left, y), ((SIDE_PX + GAP_PX) // 3 - GAP_PX, 90), code)
        sheet.text((left, y + 100), f"{name}  {code}", 28, fill=FAINT)
    return y + 176


def _around(middle: NDArray[Any], width: float, size: tuple[int, int]) -> _View:
    """The view of that much of the frame around a point."""
    half = np.array([width, width * size[1] / size[0]]) / 2
    (left, top), (right, bottom) = middle - half, middle + half
    return _View((float(left), float(top), float(right), float(bottom)), size)


def _outline(face: Face) -> list[NDArray[Any]]:
    """The line at which the person begins."""
    found, _ = cv2.findContours((face.matte > 0.5).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return [line[:, 0] for line in found if cv2.contourArea(line) > 0.01 * face.matte.size]


def _axes(face: Face) -> Iterator[NDArray[Any]]:
    """From between the eyes: across, down, and towards the camera, as the head is turned."""
    points, origin = face.points, face.points[NOSE_BRIDGE]
    across, down = points[FACE_RIGHT] - points[FACE_LEFT], points[CHIN] - points[FOREHEAD]
    across, down = across / np.linalg.norm(across), down / np.linalg.norm(down)
    for axis, length in ((across, 0.33), (-across, 0.33), (down, 0.45), (np.cross(down, across), 0.7)):
        yield np.stack([origin, origin + axis * length * face.scale])[:, :2]


def _circle(middle: NDArray[Any], radius: float) -> NDArray[Any]:
    angles = np.linspace(0, 2 * np.pi, 49)[:, None]
    return np.asarray(middle + radius * np.hstack([np.cos(angles), np.sin(angles)]))


def _dashes(box: Box) -> Iterator[NDArray[Any]]:
    """The edges of a box as short strokes."""
    corners = np.array([(box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1), (box.x0, box.y0)], float)
    for start, end in itertools.pairwise(corners):
        count = max(1, int(np.linalg.norm(end - start) // 24))
        places = np.linspace(start, end, 2 * count + 1)
        yield from (places[2 * number:2 * number + 2] for number in range(count + 1) if 2 * number + 1 < len(places))


def _lines(picture: NDArray[np.uint8], lines: Iterable[Any], colour: str, width: float) -> None:
    """Draws smooth lines into a picture."""
    shift = 6
    for line in lines:
        points = np.round(np.asarray(line, float)[:, :2] * (1 << shift)).astype(np.int32)
        cv2.polylines(picture, [points], False, _bgr(colour), max(1, round(width)), cv2.LINE_AA, shift)


def _dots(picture: NDArray[np.uint8], points: NDArray[Any], colour: str, radius: float, *, opacity: float = 1.0) -> None:
    """Draws smooth points into a picture."""
    over, shift = picture.copy(), 4
    for x, y in points:
        middle = round(float(x) * (1 << shift)), round(float(y) * (1 << shift))
        cv2.circle(over, middle, round(radius * (1 << shift)), _bgr(colour), -1, cv2.LINE_AA, shift)
    cv2.addWeighted(over, opacity, picture, 1 - opacity, 0, dst=picture)


def _bgr(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return blue, green, red
