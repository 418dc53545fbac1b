"""How the puppet moves, counted over many takes: blinks a minute, range of the head, rest in pauses, lips that meet.

    python benchmarks/motion_figures.py                # 8 seeds, 4 texts, all avatars
    python benchmarks/motion_figures.py --seeds 30 --no-gaps

Ranges are from the 5th to the 95th percentile over the frames of a reel. Gaps between the lips are those that the puppet
draws (`Mouth.shape`), for every frame of the reel. A pause is a silence of at least 0.3 s between two words; its gap is the
mean over the whole of it, settling and preparing included, and over its inner part without 0.15 s at either end, each
beside the mean gap in speech; the lips of a portrait rest 0.02 eye distances apart, which counts. Apart: how far the heads
of two seeds are from each other, all angles together, on average over the reel; of all pairs of one avatar the nearest.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
from curves_plot import Rehearsal, frames_around, rehearse

from tasks.animation.base import Take
from tasks.animation.puppet import PuppetAnimation
from tasks.domain.timeline import FPS
from tasks.lipsync.viseme_table import visemes_of
from tasks.media.curves import Curves
from tasks.media.drawing.face import frame_face
from tasks.media.drawing.mouth import Mouth
from tasks.media.rig.model import Rig, read_portrait

AVATARS = Path(__file__).parents[1] / "avatars"
TEXTS = {
    "news, 11 s": (
        "The city council voted last night. From May on, every bus will run on electricity, and tickets will cost one "
        "euro a day. Drivers welcomed the plan."
    ),
    "list, 14 s": (
        "Want calmer mornings? Try three small habits. One, drink a glass of water. Two, open a window and look at "
        "the sky. Three, write down the one thing that would make today a good day."
    ),
    "advice, 30 s": (
        "Most people guess far too low. The Moon is three hundred and eighty four thousand kilometers away, and all "
        "the planets would fit in between. Think about that for a moment! Light needs a little more than a second for "
        "the way. A car on a motorway would need about five months, without a single break. And still people have "
        "walked there. Who will be the next? Nobody knows, but several countries are building the rockets right now."
    ),
    "one breath, 31 s": (
        "When I began to bake bread at home I thought that the recipe was everything and that flour and water and "
        "salt would simply do what the page told them to do but after a year of flat and heavy loaves I learned that "
        "the dough tells you more than any book because it is warm on some days and cold on others and it needs more "
        "time or less and only your hands will know when it is ready for the oven and that is why I now touch it "
        "every hour and wait"
    ),
}
SIZE = (540, 960)
PAUSE_S, EDGE_S = 0.3, 0.15
MET = 0.015
"""Gap in eye distances at which lips look closed: less than at rest."""
WANTED = {"blinks": (8, 25), "roll": (2, 6)}


@dataclass(frozen=True)
class Row:
    """The figures of one take."""

    blinks: float
    yaw: float
    pitch: float
    roll: float
    fastest: float


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--no-gaps", action="store_true", help="leave out what needs the lips")
    options = parser.parse_args()
    names = sorted(folder.name for folder in AVATARS.iterdir() if (folder / "rig.json").exists())
    print(f"{'text':18}{'takes':>6}  {'blinks a minute':22}{'roll, degrees':22}{'yaw':18}{'pitch':18}{'fastest, deg/s':>14}"
          f"{'outside':>9}{'apart':>7}")
    for title, text in TEXTS.items():
        rehearsal = rehearse(text)
        moved = {name: [move(rehearsal, text, name, seed) for seed in range(1, options.seeds + 1)] for name in names}
        show(title, [figures(curves) for takes in moved.values() for curves in takes],
             min(apart(takes) for takes in moved.values()))
    if not options.no_gaps:
        for title, text in TEXTS.items():
            for name in names:
                print(f"{title:18}{name:6}" + "".join(f"  {what} {value:.2f}" for what, value in
                                                      gaps(rehearse(text), *mouth_of(name)).items()))


def move(rehearsal: Rehearsal, text: str, avatar: str, seed: int) -> Curves:
    """One take."""
    return PuppetAnimation().motion(Take(rehearsal.words, rehearsal.phonemes, rehearsal.loudness, seed=seed,
                                         content=f"{avatar}/{text}"))


def figures(curves: Curves) -> Row:
    """What is counted of one take."""
    blink = curves.values["blink"]
    closings = np.count_nonzero((blink[1:] > 0.99) & (blink[:-1] <= 0.99))
    ranges = {axis: np.degrees(np.ptp(np.percentile(curves.values[axis], (5, 95)))) for axis in ("yaw", "pitch", "roll")}
    fastest = max(np.degrees(np.abs(np.diff(curves.values[axis])).max() * FPS) for axis in ranges)
    return Row(closings * 60 * FPS / len(blink), **ranges, fastest=fastest)


def show(title: str, rows: list[Row], nearest: float) -> None:
    """Least, median and greatest of all takes, and how many are outside what is wanted."""
    outside = sum(any(not low <= getattr(row, what) <= high for what, (low, high) in WANTED.items()) for row in rows)
    parts = []
    for what, width in (("blinks", 22), ("roll", 22), ("yaw", 18), ("pitch", 18)):
        values = [getattr(row, what) for row in rows]
        parts.append(f"{min(values):.1f} / {np.median(values):.1f} / {max(values):.1f}".ljust(width))
    print(f"{title:18}{len(rows):6}  {''.join(parts)}{max(row.fastest for row in rows):14.1f}{outside:9}{nearest:7.2f}")


def apart(takes: list[Curves]) -> float:
    """Distance of the two most similar takes, degrees."""
    angles = [np.degrees([curves.values[axis] for axis in ("yaw", "pitch", "roll")]) for curves in takes]
    return min(float(np.sqrt(np.square(one - other).sum(axis=0).mean())) for one, other in combinations(angles, 2))


def mouth_of(avatar: str) -> tuple[Mouth, float]:
    """The mouth that draws an avatar, small, and the eyes' distance in pixels."""
    rig = Rig.read(AVATARS / avatar / "rig.json")
    face = frame_face(read_portrait(AVATARS / avatar / "portrait.png", rig), rig, SIZE)
    return Mouth(face, 8), face.scale


def gaps(rehearsal: Rehearsal, mouth: Mouth, scale_px: float) -> dict[str, float]:
    """How the lips part over a reel."""
    gap = np.array([mouth.shape(rehearsal.mouth.at(frame)).gap.max() for frame in range(len(rehearsal.mouth))]) / scale_px
    speech = np.zeros(len(gap), bool)
    for word in rehearsal.words:
        speech[round(word.start_s * FPS):round(word.end_s * FPS)] = True
    usual = gap[speech].mean()
    whole, inner = ([gap[frames].mean() / usual for frames in pauses(rehearsal, edge_s)] for edge_s in (0.0, EDGE_S))
    met = [gap[frames_around(phoneme, len(gap))].min() for phoneme in rehearsal.phonemes if "pbm" in visemes_of(phoneme.ipa)]
    return {"pauses": len(whole), "gap in the widest": max(whole, default=0), "in its inner part": max(inner, default=0),
            "lips met, part": float(np.mean(np.array(met) <= MET)),
            "envelope": float(np.corrcoef(gap, rehearsal.loudness)[0, 1]), "usual gap": usual,
            "at rest": mouth.shape({}).gap.max() / scale_px}


def pauses(rehearsal: Rehearsal, edge_s: float) -> Iterator[slice]:
    """The frames of each pause, without its edges."""
    for before, after in pairwise(rehearsal.words):
        if after.start_s - before.end_s >= PAUSE_S:
            yield slice(int(np.ceil((before.end_s + edge_s) * FPS)), int((after.start_s - edge_s) * FPS) + 1)


if __name__ == "__main__":
    main()
