"""Draws what Wan Animate is shown of a performance: the puppet, its face from close by, and its pose, side by side.

    python benchmarks/driving_strip.py "Papa bought a boat." docs/wan-animate.jpg --avatar ada --columns 8

Columns are spread evenly over the speech. No model is run.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from curves_plot import Rehearsal, rehearse
from numpy.typing import NDArray

from tasks.media.drawing.planes import to_image
from tasks.media.drawing.puppet import Puppet
from tasks.media.driving import face_film, face_square, frame_portrait, pose_film, watch
from tasks.media.landmarks import FaceMesh
from tasks.media.rig.model import Rig, read_portrait

AVATARS = Path(__file__).parents[1] / "avatars"
SIZE = (576, 1024)
"""Of the film that would be made."""
FACE_PX = 512
"""Size at which the model looks at a face."""
CELL_PX, GAP_PX = 200, 6
"""Width of a picture on the strip, and free space around it."""
PAPER = 250
"""Brightness of that."""
QUALITY = 85
"""Of the JPEG."""


def main() -> None:
    """Draws the strip."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("script", help="a script file, or the text itself")
    parser.add_argument("strip", type=Path, help="JPEG to write")
    parser.add_argument("--avatar", default="ada")
    parser.add_argument("--columns", type=int, default=8)
    options = parser.parse_args()
    rehearsal = rehearse(options.script, content=options.avatar)
    rows = films(rehearsal, AVATARS / options.avatar, options.columns)
    options.strip.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(options.strip), np.vstack([in_a_row(row) for row in rows]), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])


def films(rehearsal: Rehearsal, folder: Path, columns: int) -> list[list[NDArray[np.uint8]]]:
    """Pictures of the three films; all frames are watched, as the engine does it."""
    rig = Rig.read(folder / "rig.json")
    picture = read_portrait(folder / "portrait.png", rig)
    count = len(rehearsal.mouth)
    shown = np.linspace(0.12 * count, 0.8 * count, columns).astype(int)

    def drawn(times: int, frames: range | NDArray[np.int_]) -> Iterator[NDArray[np.uint8]]:
        puppet = Puppet(picture, rig, (SIZE[0] * times, SIZE[1] * times))
        return (puppet.frame(rehearsal.motion.at(int(frame)) | rehearsal.mouth.at(int(frame))) for frame in frames)

    portrait = frame_portrait(folder / "portrait.png", SIZE)
    with FaceMesh(still=False) as finder:
        faces = watch(drawn(1, range(count)), finder)
    square = face_square(faces, SIZE)
    return [[to_image(frame) for frame in drawn(1, shown)], list(face_film(drawn(2, shown), square.larger(2), FACE_PX)),
            list(pose_film(faces[shown], portrait))]


def in_a_row(pictures: list[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Pictures of the same size, side by side on paper."""
    height = round(CELL_PX * pictures[0].shape[0] / pictures[0].shape[1])
    cells = [cv2.copyMakeBorder(cv2.resize(picture, (CELL_PX, height), interpolation=cv2.INTER_AREA), GAP_PX, GAP_PX, GAP_PX,
                                GAP_PX, cv2.BORDER_CONSTANT, value=(PAPER,) * 3) for picture in pictures]
    return np.asarray(np.hstack(cells), np.uint8)


if __name__ == "__main__":
    main()
