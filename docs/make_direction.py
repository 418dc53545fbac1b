"""Writes the tables of direction.md from the vocabulary, and draws its specimen sheet.

    python docs/make_direction.py            # writes the tables
    python docs/make_direction.py --check    # fails if the page is not what the vocabulary says today
    python docs/make_direction.py --sheet    # draws direction.jpg as well
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.animation.vocabulary import CAMERA_MOVES, FACE, HEAD, MANNER, STRENGTHS, Action
from tasks.domain.timeline import SIZE_PX
from tasks.media.drawing.planes import to_image
from tasks.media.drawing.puppet import Puppet
from tasks.media.rig.model import Rig, read_portrait

FOLDER = Path(__file__).parent
AVATARS = FOLDER.parent / "avatars"
PAGE, SHEET = FOLDER / "direction.md", FOLDER / "direction.jpg"
BEGIN, END = "<!-- words: written by docs/make_direction.py -->", "<!-- end of words -->"
"""Lines around the tables."""
GROUPS = {"Face": FACE, "Head, eyes and posture": HEAD, "Manner": MANNER, "Camera": CAMERA_MOVES}
"""The tables, in order."""
ROWS = (("ada", FACE), ("kofi", FACE), ("mei", FACE), ("ada", HEAD[:8]), ("kofi", HEAD[8:]))
"""Rows of the sheet: who shows what."""
WINDOW = (110, 340, 970, 1300)
"""Part of a frame that a specimen shows, (left, top, right, bottom)."""
CELL_PX = (170, 190)
"""Size of a specimen, (width, height)."""


def main() -> int:
    """Writes or checks the page; returns the exit code."""
    text = page()
    if "--check" in sys.argv[1:]:
        if PAGE.is_file() and PAGE.read_text("utf-8") == text:
            return 0
        sys.stderr.write("docs/direction.md is not what the vocabulary says: run `python docs/make_direction.py`\n")
        return 1
    PAGE.write_text(text, "utf-8")
    if "--sheet" in sys.argv[1:]:
        draw_sheet()
    return 0


def page() -> str:
    """The page with today's tables."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    tables = [f"### {title}\n\n{action_table(actions)}" for title, actions in GROUPS.items()]
    return f"{before}{BEGIN}\n" + "\n".join([*tables, f"### Strength\n\n{strength_table()}"]) + f"{END}{after}"


def action_table(actions: Sequence[Action]) -> str:
    """What can be asked for, a row each."""
    rows = ["| write | and one sees | also understood |", "| --- | --- | --- |"]
    rows += [f"| **{action.name}** | {action.shows} | {', '.join(word for word in action.words if word != action.name)} |"
             for action in actions]
    return "\n".join(rows) + "\n"


def strength_table() -> str:
    """Words of one strength, a row each."""
    rows = ["| words | strength |", "| --- | --- |"]
    for strength in sorted(set(STRENGTHS.values())):
        words = ", ".join(word for word, value in STRENGTHS.items() if value == strength)
        rows.append(f"| {words} | {strength:g} |")
    return "\n".join(rows) + "\n"


def draw_sheet() -> None:
    """Draws every expression of the face and the head at its strongest."""
    columns = max(len(actions) for _, actions in ROWS)
    rows = []
    for avatar, actions in ROWS:
        cells = [specimen(avatar, action) for action in actions]
        rows.append(np.hstack([*cells, *[np.full_like(cells[0], 250)] * (columns - len(cells))]))
    cv2.imwrite(str(SHEET), np.vstack(rows), [cv2.IMWRITE_JPEG_QUALITY, 86])


def specimen(avatar: str, action: Action) -> NDArray[np.uint8]:
    """One avatar doing one thing, with its name: (height, width, 3) uint8, BGR."""
    rig = Rig.read(AVATARS / avatar / "rig.json")
    puppet = Puppet(read_portrait(AVATARS / avatar / "portrait.png", rig), rig, SIZE_PX)
    curves = {"lid": "blink", "near": "zoom"}
    values = {curves.get(part, part): amount for part, amount in action.parts.items()}
    left, top, right, bottom = WINDOW
    picture = cv2.resize(to_image(puppet.frame(values))[top:bottom, left:right], CELL_PX, interpolation=cv2.INTER_AREA)
    cv2.putText(picture, action.name, (6, CELL_PX[1] - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (0, 0, 0), 3, cv2.LINE_AA)
    cv2.putText(picture, action.name, (6, CELL_PX[1] - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (255, 255, 255), 1, cv2.LINE_AA)
    return picture


if __name__ == "__main__":
    raise SystemExit(main())
