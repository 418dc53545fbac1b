"""Films of a speaking or listening avatar, made from its portrait: as a phone or a model would have filmed it.

    python benchmarks/avatar_films.py /tmp/films --avatar ada

The puppet turns its head, blinks and, if asked, talks; whole frames are then moved as a hand holds a phone, and a hand may
pass over the mouth. Films are 720x1280, H.264, with no more quality than a phone's.
"""

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.animation.base import Take
from tasks.animation.puppet import PuppetAnimation
from tasks.domain.speech import Phoneme, Word
from tasks.domain.timeline import FPS
from tasks.lipsync.visemes import VisemeLipSync
from tasks.media.drawing.planes import to_image
from tasks.media.drawing.puppet import Puppet
from tasks.media.encoding import encode_film
from tasks.media.ffmpeg import find_ffmpeg
from tasks.media.rig.build import build_rig
from tasks.media.rig.model import Rig, read_portrait

SIZE = (720, 1280)
VOWELS = ("ɑ", "m", "eɪ", "s", "oʊ", "p", "aɪ", "t", "uː", "l", "æ", "b")
"""What the avatar says in its film: another text than the reel's."""


@dataclass(frozen=True)
class Filming:
    """How a film is made.

    Attributes:
        seconds: its length.
        talking: the avatar speaks.
        turning_deg: how far the head turns to either side, beyond its own small movements.
        shaking: how much the camera moves, 0 to 1.
        hand_s: when a hand passes over the mouth, seconds; None: never.
    """

    seconds: float = 6.0
    talking: bool = False
    turning_deg: float = 0.0
    shaking: float = 0.0
    hand_s: tuple[float, float] | None = None


FILMS: Mapping[str, Filming] = {
    "idle": Filming(),
    "turning": Filming(turning_deg=9.0),
    "talking": Filming(talking=True, turning_deg=4.0),
    "handheld": Filming(shaking=1.0, turning_deg=5.0),
    "hand": Filming(seconds=8.0, shaking=0.4, hand_s=(3.0, 4.0)),
}
"""Name -> what happens in it."""


def main() -> None:
    """Writes the films."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--avatar", default="ada", help="a folder under avatars/")
    parser.add_argument("--portrait", type=Path, help="a picture instead")
    parser.add_argument("--film", action="append", choices=FILMS)
    options = parser.parse_args()
    portrait = options.portrait or Path(__file__).parents[1] / "avatars" / options.avatar / "portrait.png"
    options.folder.mkdir(parents=True, exist_ok=True)
    for name in options.film or FILMS:
        path = options.folder / f"{portrait.stem if options.portrait else options.avatar}-{name}.mp4"
        make_film(path, portrait, FILMS[name])
        print(path)


def make_film(path: Path, portrait: Path, filming: Filming, *, size: tuple[int, int] = SIZE) -> None:
    """Writes one film."""
    rig_file = portrait.with_name("rig.json")
    rig = Rig.read(rig_file) if rig_file.exists() else build_rig(portrait)
    count = round(filming.seconds * FPS)
    encode_film(film_frames(Puppet(read_portrait(portrait, rig), rig, size), filming, size), program=find_ffmpeg(),
                frame_count=count, size=size, target=path, progress=lambda _: None)


def film_frames(puppet: Puppet, filming: Filming, size: tuple[int, int]) -> Iterator[NDArray[np.uint8]]:
    """The frames of a film, I420."""
    count = round(filming.seconds * FPS)
    motion, mouth = curves_of(filming, count)
    lips = np.array(puppet._camera.anchor)
    grain = np.random.default_rng(3)
    for index in range(count):
        values = {name: float(curve[index]) for name, curve in {**motion, **mouth}.items()}
        image = to_image(puppet.frame(values))
        moved = cv2.warpAffine(image, shake(index / FPS, filming.shaking, size), size, flags=cv2.INTER_CUBIC,
                               borderMode=cv2.BORDER_REFLECT_101)
        if filming.hand_s:
            moved = pass_hand(moved, lips, index / FPS, filming.hand_s)
        noisy = moved + grain.normal(0, 1.5, moved.shape)
        yield cv2.cvtColor(np.clip(noisy, 0, 255).astype(np.uint8), cv2.COLOR_BGR2YUV_I420)


def curves_of(filming: Filming, count: int) -> tuple[dict[str, NDArray[np.float32]], dict[str, NDArray[np.float32]]]:
    """Motion and mouth curves."""
    words, sounds, loudness = [], [], np.zeros(count, np.float32)
    for number, time_s in enumerate(np.arange(0.4, filming.seconds - 0.6, 0.2) if filming.talking else ()):
        words.append(Word(text="la", start_s=time_s, end_s=time_s + 0.18, beat=0))
        sounds += [Phoneme(ipa=VOWELS[(2 * number + part) % len(VOWELS)], start_s=time_s + 0.1 * part,
                           end_s=time_s + 0.1 * part + 0.1, stress=1, word=number) for part in (0, 1)]
        loudness[round(time_s * FPS):round((time_s + 0.2) * FPS)] = 0.8
    take = Take(words, sounds, loudness, seed=5, content="film")
    motion = dict(PuppetAnimation().motion(take).values)
    times_s = np.arange(count) / FPS
    motion["yaw"] = motion["yaw"] + np.float32(np.radians(filming.turning_deg)) * np.sin(1.6 * times_s)
    return motion, dict(VisemeLipSync().mouth(sounds, loudness).values)


def shake(time_s: float, amount: float, size: tuple[int, int]) -> NDArray[np.float64]:
    """(2, 3): how a hand moves the picture: it sways, rolls and comes nearer."""
    zoom = 1 + amount * (0.06 + 0.05 * np.sin(0.9 * time_s))
    turn = amount * 2.5 * np.sin(1.3 * time_s + 0.5)
    matrix = cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), turn, zoom)
    matrix[:, 2] += amount * size[0] * np.array([0.035 * np.sin(1.9 * time_s) + 0.004 * np.sin(9 * time_s),
                                                 0.025 * np.sin(2.3 * time_s + 1) + 0.003 * np.sin(11 * time_s)])
    return np.asarray(matrix)


def pass_hand(image: NDArray[np.uint8], lips: NDArray[np.float64], time_s: float, during_s: tuple[float, float]
              ) -> NDArray[np.uint8]:
    """A hand comes from below on the right, rests on the mouth, and goes."""
    start_s, end_s = during_s
    away = float(np.clip(max(start_s - time_s, time_s - end_s) / 0.5, 0, 1)) ** 1.5
    if away >= 1:
        return image
    scale = image.shape[1] / 720
    centre = lips + np.array([260, 420]) * scale * away + np.array([15, 25]) * scale
    skin = image[int(lips[1] - 90 * scale), int(lips[0] + 110 * scale)].astype(float)
    hand = image.astype(np.float64)
    for finger in range(4):
        tip = centre + np.array([-70, -45 + 32 * finger]) * scale
        root = centre + np.array([190, 40 + 20 * finger]) * scale
        mask = np.zeros(image.shape[:2], np.uint8)
        cv2.line(mask, np.round(tip).astype(int).tolist(), np.round(root).astype(int).tolist(), 255, round(34 * scale),
                 cv2.LINE_AA)
        cover = cv2.GaussianBlur(mask, (0, 0), 1.2 * scale)[..., None] / 255.0
        shade = cv2.GaussianBlur(mask, (0, 0), 7 * scale)[..., None] / 255.0
        hand = hand * (1 - cover) + skin * (0.72 + 0.34 * shade) * cover
    return np.clip(hand, 0, 255).astype(np.uint8)


if __name__ == "__main__":
    main()
