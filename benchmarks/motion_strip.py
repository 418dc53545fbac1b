"""Draws a stretch of speech as a strip of frames, so that a mouth or a blink can be looked at in motion.

    python benchmarks/motion_strip.py "Papa bought a boat." out/strip.png --seconds 0.3 1.3
    python benchmarks/motion_strip.py examples/three-habits.yaml out/head.png --seconds 2 8 --every 10 --part head

Under each frame stand its time and the phonemes heard while it is on screen.
"""

import argparse
from pathlib import Path

import cv2
import matplotlib
import numpy as np
from curves_plot import Rehearsal, rehearse
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from tasks.domain.speech import Phoneme
from tasks.domain.timeline import FPS, SIZE_PX
from tasks.media.drawing.planes import to_image
from tasks.media.drawing.puppet import Puppet
from tasks.media.rig.model import Rig, read_portrait

AVATARS = Path(__file__).parents[1] / "avatars"
PARTS = {"mouth": ((-0.5, -0.32, 0.5, 0.5), 300), "face": ((-1.3, -2.0, 1.3, 1.1), 240),
         "head": ((-2.3, -3.0, 2.3, 2.4), 300)}
"""Part -> window around the mouth (left, top, right, bottom, in eye distances), width of a picture in pixels."""
COLUMNS = 8


def main() -> None:
    """Draws the strip."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("script", help="a script file, or the text itself")
    parser.add_argument("strip", type=Path, help="PNG to write")
    parser.add_argument("--avatar", default="ada")
    parser.add_argument("--part", choices=PARTS, default="mouth")
    parser.add_argument("--seconds", type=float, nargs=2, default=(0.3, 1.3), metavar=("FROM", "TO"))
    parser.add_argument("--every", type=int, default=2, help="draw every n-th frame")
    parser.add_argument("--columns", type=int, default=COLUMNS)
    parser.add_argument("--rate", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rehearsal = rehearse(options.script, rate=options.rate, seed=options.seed, content=options.avatar)
    first, last = (min(round(time_s * FPS), len(rehearsal.loudness)) for time_s in options.seconds)
    pictures = draw(rehearsal, options.avatar, range(first, last, options.every), options.part)
    options.strip.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(options.strip), tile(pictures, options.columns))


def draw(rehearsal: Rehearsal, avatar: str, frames: range, part: str) -> list[NDArray[np.uint8]]:
    """Each frame's window with its caption."""
    folder = AVATARS / avatar
    rig = Rig.read(folder / "rig.json")
    puppet = Puppet(read_portrait(folder / "portrait.png", rig), rig, SIZE_PX)
    window, width = PARTS[part]
    centre = np.mean([*rig.mouth.upper, *rig.mouth.lower], axis=0)
    left, top, right, bottom = (int(centre[index % 2] + share * rig.scale_px) for index, share in enumerate(window))
    pictures = []
    for frame in frames:
        drawn = to_image(puppet.frame(rehearsal.motion.at(frame) | rehearsal.mouth.at(frame)))
        part_of = drawn[max(top, 0):bottom, max(left, 0):right]
        picture = cv2.resize(part_of, (width, round(width * part_of.shape[0] / part_of.shape[1])),
                             interpolation=cv2.INTER_AREA)
        pictures.append(label(picture, f"{frame / FPS:.2f} {heard(rehearsal.phonemes, frame)}"))
    return pictures


def heard(phonemes: tuple[Phoneme, ...], frame: int) -> str:
    """The phonemes that sound while a frame is on screen."""
    begin_s, end_s = frame / FPS, (frame + 1) / FPS
    return " ".join(phoneme.ipa for phoneme in phonemes if phoneme.start_s < end_s and phoneme.end_s > begin_s)


def label(picture: NDArray[np.uint8], text: str) -> NDArray[np.uint8]:
    """The picture with a line of text under it; OpenCV's own letters hold no IPA."""
    fonts = Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf"
    canvas = Image.new("RGB", (picture.shape[1], picture.shape[0] + 22))
    canvas.paste(Image.fromarray(picture[..., ::-1]), (0, 0))
    ImageDraw.Draw(canvas).text((4, picture.shape[0] + 2), text, font=ImageFont.truetype(str(fonts), 15))
    return np.asarray(canvas)[..., ::-1]


def tile(pictures: list[NDArray[np.uint8]], columns: int) -> NDArray[np.uint8]:
    """The pictures in rows."""
    empty = np.zeros_like(pictures[0])
    filled = [*pictures, *[empty] * (-len(pictures) % columns)]
    return np.vstack([np.hstack(filled[start:start + columns]) for start in range(0, len(filled), columns)])


if __name__ == "__main__":
    main()
