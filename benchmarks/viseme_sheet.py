"""Draws a labelled contact sheet of the puppet: every viseme, smiles, the phases of a blink, the
extremes of the head.

    python benchmarks/viseme_sheet.py out/visemes.png                 # all avatars
    python benchmarks/viseme_sheet.py out/ada.png --avatar ada --part mouth --zoom 2
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.lipsync.viseme_table import VISEMES
from tasks.media.drawing.planes import to_image
from tasks.media.drawing.puppet import Puppet
from tasks.media.rig.model import Rig, read_portrait

AVATARS = Path(__file__).parents[1] / "avatars"
SIZE = (1080, 1920)
BLINKS = {f"blink {share:.2f}": {"blink": share} for share in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)}
GAZES = {"gaze left": {"gaze_x": -1.0}, "gaze right": {"gaze_x": 1.0}, "gaze up": {"gaze_y": -1.0},
         "gaze down": {"gaze_y": 1.0}, "brow up": {"brow": 1.0}, "brow down": {"brow": -0.3}}
HEADS = {"yaw -0.12": {"yaw": -0.12}, "yaw 0.12": {"yaw": 0.12}, "pitch -0.08": {"pitch": -0.08},
         "pitch 0.08": {"pitch": 0.08}, "roll -0.06": {"roll": -0.06},
         "all": {"yaw": 0.1, "pitch": 0.05, "roll": 0.05, "sway": 0.02, "breath": 1.0}}
SPEAKING = {"jaw": 0.35, "wide": 0.2, "upper": 0.2, "lower": 0.2}
SMILES = {f"smile {value:g}{said}": {"smile": value, **mouth} for said, mouth in (("", {}), (", speaking", SPEAKING))
          for value in (-1.0, -0.5, 0.0, 0.5, 1.0)}
PARTS: Mapping[str, tuple[Mapping[str, Mapping[str, float]], tuple[int, int, int, int], int]] = {
    "mouth": (VISEMES, (380, 860, 700, 1160), 7),
    "blink": (BLINKS, (320, 620, 760, 840), 6),
    "gaze": (GAZES, (320, 620, 760, 840), 6),
    "smile": (SMILES, (250, 560, 830, 1180), 5),
    "head": (HEADS, (90, 280, 990, 1480), 6),
}
"""Part -> poses, window (left, top, right, bottom) of the frame, pictures a row."""
SHRINK = {"mouth": 1.0, "blink": 1.0, "gaze": 1.0, "smile": 0.6, "head": 0.4}


def main() -> None:
    """Draws the sheet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sheet", type=Path, help="PNG to write")
    parser.add_argument("--avatar", action="append", help="only these (default: all)")
    parser.add_argument("--part", action="append", choices=PARTS, help="only these (default: all)")
    parser.add_argument("--pose", action="append", help="only these poses")
    parser.add_argument("--zoom", type=float, default=1.0)
    options = parser.parse_args()
    names = options.avatar or sorted(folder.name for folder in AVATARS.iterdir() if (folder / "rig.json").exists())
    rows = [row for name in names for row in draw_avatar(name, options.part or list(PARTS), options.pose, options.zoom)]
    width = max(row.shape[1] for row in rows)
    sheet = np.vstack([cv2.copyMakeBorder(row, 0, 0, 0, width - row.shape[1], cv2.BORDER_CONSTANT) for row in rows])
    options.sheet.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(options.sheet), sheet)
    print(options.sheet, f"{sheet.shape[1]}x{sheet.shape[0]}")


def draw_avatar(name: str, parts: list[str], poses: list[str] | None, zoom: float) -> list[NDArray[np.uint8]]:
    """Rows of pictures of one avatar."""
    rig = Rig.read(AVATARS / name / "rig.json")
    puppet = Puppet(read_portrait(AVATARS / name / "portrait.png", rig), rig, SIZE)
    rows = []
    for part in parts:
        table, (left, top, right, bottom), per_row = PARTS[part]
        chosen = {pose: values for pose, values in table.items() if not poses or pose in poses}
        scale = zoom * SHRINK[part]
        cells = []
        for pose, values in chosen.items():
            picture = to_image(puppet.frame(values))[top:bottom, left:right]
            kernel = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
            picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=kernel)
            cv2.putText(picture, f"{name} {pose}", (6, 18), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 0, 0), 3, cv2.LINE_AA)
            cv2.putText(picture, f"{name} {pose}", (6, 18), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (255, 255, 255), 1, cv2.LINE_AA)
            cells.append(picture)
        blank = np.zeros_like(cells[0]) if cells else None
        for start in range(0, len(cells), per_row):
            row = cells[start:start + per_row]
            rows.append(np.hstack(row + [blank] * (min(per_row, len(cells)) - len(row))))
    return rows


if __name__ == "__main__":
    main()
