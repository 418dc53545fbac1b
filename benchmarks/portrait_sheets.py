"""Draws a sheet of what the puppet makes of a portrait, for the gallery: the portrait, visemes, lids, smiles and turns.

    .venv/bin/python -m benchmarks.portrait_sheets                                       # the default avatars
    .venv/bin/python -m benchmarks.portrait_sheets ../shared/portraits/mona_lisa.jpg     # any picture with a face

Writes docs/gallery/visemes-NAME.jpg, under 400 KB each.
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
from tasks.media.rig.build import build_rig
from tasks.media.rig.model import read_portrait

AVATARS = Path(__file__).parents[1] / "avatars"
FOLDER = Path(__file__).parents[1] / "docs" / "gallery"
SIZE = (1080, 1920)
POSES: Mapping[str, Mapping[str, float]] = {
    "at rest": {}, "p b m": VISEMES["pbm"], "ah": VISEMES["ah"], "ee": VISEMES["ee"], "oh": VISEMES["oh"],
    "oo": VISEMES["oo"], "f v": VISEMES["fv"], "th": VISEMES["th"], "s z": VISEMES["ss"], "half a blink": {"blink": 0.5},
    "a blink": {"blink": 1.0}, "smile": {"smile": 0.8}, "serious": {"smile": -1.0}, "brows up": {"brow": 1.0},
    "turned": {"yaw": 0.1, "roll": 0.03}}
"""Label -> curves, after the portrait itself."""
REACH = (0.95, 1.0, 1.05)
"""What is shown around the middle of the face: sideways, up, down, in units of the scale."""
CELL_PX, COLUMNS = 250, 8
"""Width of a picture, and pictures a row."""
QUALITIES = (88, 82, 76, 70, 62, 54)
"""JPEG qualities tried until a sheet is small enough."""
LARGEST_BYTES = 400_000
"""Largest sheet."""


def main() -> None:
    """Draws the sheets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("portrait", nargs="*", type=Path, help="pictures (default: the default avatars)")
    parser.add_argument("--out", type=Path, default=FOLDER)
    options = parser.parse_args()
    named = {path.stem.replace("_", "-"): path for path in options.portrait} or {
        folder.name: folder / "portrait.png" for folder in sorted(AVATARS.iterdir()) if (folder / "rig.json").exists()}
    for name, path in named.items():
        sheet = draw_sheet(path)
        for quality in QUALITIES:
            content = cv2.imencode(".jpg", sheet, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
            if len(content) < LARGEST_BYTES:
                break
        target = options.out / f"visemes-{name}.jpg"
        target.write_bytes(content)
        print(target, f"{sheet.shape[1]}x{sheet.shape[0]}, {len(content) // 1000} KB")


def draw_sheet(path: Path) -> NDArray[np.uint8]:
    """The sheet of one picture."""
    rig = build_rig(path)
    puppet = Puppet(read_portrait(path, rig), rig, SIZE)
    face = puppet._face
    x, y = face.points[:468, :2].mean(axis=0)
    side, up, down = (reach * face.scale for reach in REACH)
    box = (max(int(x - side), 0), max(int(y - up), 0), min(int(x + side), SIZE[0]), min(int(y + down), SIZE[1]))
    pictures = {"the portrait": face.image} | {label: to_image(puppet.frame(pose)) for label, pose in POSES.items()}
    cells = [make_cell(picture[box[1]:box[3], box[0]:box[2]], label) for label, picture in pictures.items()]
    return np.vstack([np.hstack(cells[start:start + COLUMNS]) for start in range(0, len(cells), COLUMNS)])


def make_cell(picture: NDArray[np.uint8], label: str) -> NDArray[np.uint8]:
    """One labelled picture."""
    height = round(picture.shape[0] * CELL_PX / picture.shape[1])
    cell = cv2.resize(picture, (CELL_PX, height), interpolation=cv2.INTER_AREA).astype(np.uint8)
    for colour, thickness in (((0, 0, 0), 3), ((255, 255, 255), 1)):
        cv2.putText(cell, label, (6, 18), cv2.FONT_HERSHEY_SIMPLEX, 0.5, colour, thickness, cv2.LINE_AA)
    return cell


if __name__ == "__main__":
    main()
