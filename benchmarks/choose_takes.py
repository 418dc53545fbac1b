"""Spoils all takes of a set but one, and counts how often the chooser takes the good one.

    python -m benchmarks.choose_takes                       # 60 sets: twelve kinds of damage at three strengths
    python -m benchmarks.choose_takes --sets 6              # the first ones
    python -m benchmarks.choose_takes --figures             # what good takes measure, and each kind of damage

The good footage is the avatar's own puppet, five seconds each, with other seeds for other takes. Exit code 1 when fewer than
95 of 100 good takes are chosen.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import product
from pathlib import Path

import numpy as np

from benchmarks.damage import (
    Change,
    Frame,
    black,
    blended,
    blurred,
    boiling,
    discoloured,
    dragged,
    drifting,
    flickering,
    frozen,
    leaping,
    melting,
    shaking,
)
from benchmarks.talking_portrait import TalkingPortrait
from tasks.quality.examination import look_at
from tasks.quality.face_evidence import FaceEvidence, SpokenTimes
from tasks.quality.takes import RULES, TakeScore, best_of, measures, score_take

ROOT = Path(__file__).parents[1]
SIZE = (540, 960)
TEXT = "What do you need for good bread? Flour, water, salt, and a little time, that is all there is to it."
AVATARS = ("ada", "kofi", "mei")
SEEDS = (1, 2, 3)
LEAST_SHARE = 0.95
KINDS: dict[str, tuple[float, float, float]] = {
    "melting": (0.15, 0.25, 0.4), "drifting identity": (0.4, 0.6, 0.9), "another person": (0.35, 0.6, 1.0),
    "blur": (1.2, 2.0, 3.5), "flicker": (2, 4, 8), "boiling": (3, 5, 9), "shaking": (1, 2, 4), "frozen": (15, 40, 110),
    "black": (2, 5, 15), "dragged background": (10, 18, 30), "leap": (5, 12, 25), "colour drift": (12, 20, 35),
}
"""Kind of damage -> how much of it, slight, plain and gross."""
NOT_SPOKEN = SpokenTimes((), "not asked")


class Studio:
    """Films takes, good ones and spoilt ones, and looks at them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._portraits = {name: TalkingPortrait.of(picture_of(name), size=SIZE) for name in AVATARS}
        self.frames = lru_cache(maxsize=4)(self._frames)
        self.evidence = lru_cache(maxsize=None)(self._evidence)

    def _frames(self, name: str, seed: int) -> list[Frame]:
        portrait = self._portraits[name]
        return [frame.copy() for frame in portrait.frames(portrait.say(TEXT, seed=seed))]

    def _evidence(self, name: str, seed: int, kind: str | None = None, strength: int = 0) -> FaceEvidence:
        """What a take shows; a good one without a kind."""
        frames, portrait = self.frames(name, seed), self._portraits[name]
        change = self.damage(name, kind, KINDS[kind][strength], len(frames)) if kind else lambda _, frame: frame
        film = portrait.film(portrait.say(TEXT, seed=seed), self._folder / "take.mp4", frames=iter(frames), change=change)
        return look_at(film, portrait=picture_of(name), times=lambda _: NOT_SPOKEN)

    def damage(self, name: str, kind: str, amount: float, count: int) -> Change:
        """A way to spoil a take."""
        other = self.frames(AVATARS[(AVATARS.index(name) + 1) % len(AVATARS)], 1)
        middle, radius = (SIZE[0] / 2, SIZE[1] * 0.4), SIZE[0] * 0.25
        made: dict[str, Callable[[], Change]] = {
            "melting": lambda: melting(middle, radius, most=amount, frames=count),
            "drifting identity": lambda: drifting(other, amount, frames=count),
            "another person": lambda: blended(other, amount), "blur": lambda: blurred(amount),
            "flicker": lambda: flickering(amount), "boiling": lambda: boiling(amount), "shaking": lambda: shaking(amount),
            "frozen": lambda: frozen(20, 20 + int(amount)), "black": lambda: black(60, 60 + int(amount)),
            "dragged background": lambda: dragged(amount), "leap": lambda: leaping(amount, at=count // 2),
            "colour drift": lambda: discoloured(amount, frames=count)}
        return made[kind]()


def picture_of(name: str) -> Path:
    return ROOT / "avatars" / name / "portrait.png"


def sets(count: int) -> Iterator[tuple[str, int, str, int, str]]:
    """(avatar, strength, kind of one spoilt take, place of the good one, kind of the other spoilt take)."""
    kinds = list(KINDS)
    for number, (strength, avatar, kind) in enumerate(product(range(3), range(len(AVATARS)), range(len(kinds)))):
        if number < 3 * len(kinds) * len(AVATARS) and number % 9 < 5 and count > 0:
            count -= 1
            yield (AVATARS[avatar], strength, kinds[kind], number % 3, kinds[(kind + 1 + number) % len(kinds)])


def choose(studio: Studio, count: int) -> int:
    """Prints each set and how often the good take was chosen."""
    right = done = 0
    for name, strength, kind, place, other in sets(count):
        takes: list[tuple[str | None, int]] = [(kind, strength), (other, strength)]
        takes.insert(place, (None, 0))
        scores = [score_take(studio.evidence(name, SEEDS[seat], *take)) for seat, take in enumerate(takes)]
        chosen = best_of(scores)
        right, done = right + (chosen == place), done + 1
        told = "; ".join(f"{said_of(take)} {cost_of(score)}" for take, score in zip(takes, scores, strict=True))
        print(f"{'right' if chosen == place else 'WRONG'}  {name}: {told}", flush=True)
    print(f"{right} of {done} good takes chosen (at least {LEAST_SHARE:.0%} wanted)")
    return 0 if right >= LEAST_SHARE * done else 1


def said_of(take: tuple[str | None, int]) -> str:
    return f"{take[0]} {KINDS[take[0]][take[1]]:g}" if take[0] else "GOOD"


def cost_of(score: TakeScore) -> str:
    return f"{score.cost:.2f}" + (f" ({', '.join(score.failed)})" if score.failed else "")


def figures(studio: Studio) -> int:
    """Prints the measurements of good takes and of each damage."""
    print(f"{'':<34}" + "".join(f"{rule.name[:10]:>12}" for rule in RULES))
    for name, seed in product(AVATARS, SEEDS):
        print(row(f"{name} seed {seed}", studio.evidence(name, seed)), flush=True)
    for kind, strength in product(KINDS, range(3)):
        print(row(f"{kind} {KINDS[kind][strength]:g}", studio.evidence("ada", 1, kind, strength)), flush=True)
    return 0


def row(title: str, evidence: FaceEvidence) -> str:
    values = measures(evidence)
    return f"{title:<34}" + "".join(f"{np.round(values[rule.name], 3):>12g}" for rule in RULES)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=int, default=60)
    parser.add_argument("--figures", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio(Path(folder))
        return figures(studio) if arguments.figures else choose(studio, arguments.sets)


if __name__ == "__main__":
    sys.exit(main())
