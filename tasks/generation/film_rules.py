"""What a family of models can make: sizes, lengths, speed; and the film nearest to what was asked for."""

import itertools
import math
from dataclasses import dataclass

from tasks.generation.card import Precision
from tasks.runtime.tuning import Tuning

UPRIGHT = 9 / 16
"""Width of a reel, as a share of its height."""
SAME_LENGTH_S = 0.02
"""Shorter by less than this is as long as ordered."""


@dataclass(frozen=True)
class Rules:
    """What one family of models can make, and what it takes."""

    unit_px: int
    """Both sides are a multiple of it."""
    frame_step: int
    """A film has a multiple of it, and one frame more; 1 where any number can be made."""
    fps: int
    """Frames a second that the model was trained with."""
    usual_px: tuple[int, int]
    """(width, height) of an upright film where nothing else is asked for."""
    usual_frames: int
    """Length of a film where nothing else is asked for."""
    most_frames: int
    """Longer films fall apart."""
    steps: int
    """Of denoising, where nothing else is asked for."""
    guidance: float
    """How closely the prompt is followed, where nothing else is asked for."""
    memory: str
    """What the weights alone take in half precision, by their published sizes."""
    licence: str
    """Of the weights, as they are published; the file beside a model decides."""
    source: str
    """Where the rules are from."""
    full_precision: tuple[str, ...] = ()
    """Parts of the model that stay in float32 whatever the precision, as their makers advise."""
    halves: tuple[Precision, ...] = ("bfloat16", "float16")
    """In which half precisions its pipeline works."""


@dataclass(frozen=True)
class Shape:
    """Size and length of a film."""

    width_px: int
    height_px: int
    frame_count: int
    fps: int

    @property
    def size(self) -> tuple[int, int]:
        """(width, height), pixels."""
        return self.width_px, self.height_px

    @property
    def duration_s(self) -> float:
        """How long it lasts."""
        return self.frame_count / self.fps


def snap_size(rules: Rules, width_px: int | None, height_px: int | None) -> tuple[int, int]:
    """The legal size nearest to 9:16 among those next to what is asked for.

    Args:
        rules: the model's.
        width_px: asked for; None: by the height, or the usual one.
        height_px: likewise.

    Returns:
        (width, height), each a multiple of the unit and less than one unit away from what was asked for, or one unit where
        less was.
    """
    if width_px is None and height_px is None:
        return rules.usual_px
    width = width_px if width_px is not None else (height_px or 0) * UPRIGHT
    height = height_px if height_px is not None else width / UPRIGHT
    around = [{max(math.floor(side / rules.unit_px), 1), max(math.ceil(side / rules.unit_px), 1)}
              for side in (width, height)]

    def distance(size: tuple[int, ...]) -> tuple[float, float]:
        shape = abs(math.log(size[0] / size[1] / UPRIGHT))
        return round(shape, 9), abs(size[0] * rules.unit_px - width) + abs(size[1] * rules.unit_px - height)

    across, down = min(itertools.product(*map(sorted, around)), key=distance)
    return across * rules.unit_px, down * rules.unit_px


def snap_frames(rules: Rules, duration_s: float) -> int:
    """The fewest frames that last so long, as the model counts them; the most it makes where that is too long."""
    wanted = math.ceil(duration_s * rules.fps - 1e-6)
    whole = max(math.ceil((wanted - 1) / rules.frame_step), 1)
    most = (rules.most_frames - 1) // rules.frame_step
    return min(whole, most) * rules.frame_step + 1


def longest_frames(rules: Rules, tuning: Tuning) -> int:
    """How many frames one film can have in this installation."""
    return rules.usual_frames if tuning.clip_s is None else snap_frames(rules, tuning.clip_s)


def shape_of(rules: Rules, tuning: Tuning, duration_s: float) -> tuple[Shape, tuple[str, ...]]:
    """The film to make, and a sentence for each way in which it is not what was asked for."""
    width, height = snap_size(rules, tuning.width_px, tuning.height_px)
    frames = min(snap_frames(rules, duration_s), longest_frames(rules, tuning))
    shape = Shape(width, height, frames, rules.fps)
    said = []
    if (tuning.width_px or width, tuning.height_px or height) != (width, height):
        asked = " x ".join("any" if side is None else str(side) for side in (tuning.width_px, tuning.height_px))
        said.append(f"the film has {width} x {height} pixels where {asked} is asked for: the model makes multiples of"
                    f" {rules.unit_px}, and of those this is nearest to 9:16")
    if tuning.fps not in (None, rules.fps):
        said.append(f"the film has {rules.fps} frames a second where {tuning.fps} are asked for: the model makes no others")
    if shape.duration_s < duration_s - SAME_LENGTH_S:
        said.append(f"the film lasts {shape.duration_s:.2f} s where {duration_s:.2f} s are ordered:"
                    f" {_reason(rules, tuning)}")
    return shape, tuple(said)


def _reason(rules: Rules, tuning: Tuning) -> str:
    """Why a film is no longer."""
    if longest_frames(rules, tuning) < snap_frames(rules, rules.most_frames / rules.fps):
        return f"set 'clip_s' for longer ones, up to {rules.most_frames / rules.fps:.2f} s"
    return "the model makes no longer ones"
