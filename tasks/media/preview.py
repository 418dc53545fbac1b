"""Three seconds that show what an avatar can do: a blink, a turn of the head, the main visemes, a smile at the end."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.domain.timeline import FPS
from tasks.media.curves import MOUTH, Curves
from tasks.media.drawing.performance import draw_ahead
from tasks.media.drawing.puppet import Puppet
from tasks.media.encoding import encode_film
from tasks.media.rig.model import Rig, read_portrait

SECONDS = 3.0
"""Length of the preview."""
FRAMES = round(SECONDS * FPS)
"""Length in frames."""
PREVIEW_PX = (540, 960)
"""Size of the preview, (width, height): half of a reel, quickly drawn."""
BLINKS_S = (0.27, 2.30)
"""When the eyes are closed."""
BLINK = (0.35, 0.85, 1.0, 0.8, 0.45, 0.15)
"""How far the lids are closed on the frames of a blink: quickly shut, slowly open."""
TURN = ((0.0, 0.0), (0.3, 0.0), (1.0, 1.0), (1.3, 1.0), (2.0, -1.0), (2.3, -1.0), (3.0, 0.0))
"""Seconds, and how far the head is turned then, of `TURN_RAD`: to one side, to the other, back."""
TURN_RAD, NOD_RAD, LEAN_RAD = 0.11, 0.03, 0.03
"""How far the head turns, nods and leans: as far as it goes in a lively reel."""
TALK_S = (0.45, 2.45)
"""When the mouth passes through its visemes; closed before and after."""
SMILE = ((0.0, 0.0), (2.0, 0.0), (2.7, 0.6), (3.0, 0.6))
"""Seconds, and how broad the smile is then."""


def draw_preview(portrait: Path, rig: Rig, target: Path, *, visemes: Sequence[Mapping[str, float]], program: str,
                 size: tuple[int, int] = PREVIEW_PX) -> None:
    """Draws the preview of an avatar as a film without sound; the same input gives the same bytes.

    Args:
        portrait: the picture that the rig was made for.
        rig: its rig.
        target: mp4 to make.
        visemes: mouths to pass through, in order: curve -> value.
        program: ffmpeg.
        size: (width, height), even numbers.

    Raises:
        AvatarError: the portrait cannot be read, or is not the rig's.
        NotWritable: `target` cannot be written.
        FixMachine: ffmpeg failed.
    """
    puppet = Puppet(read_portrait(portrait, rig), rig, size)
    motion, mouth = preview_motion(), preview_mouth(visemes)

    def frame(index: int) -> NDArray[np.uint8]:
        return puppet.frame(motion.at(index) | mouth.at(index))

    encode_film(draw_ahead(frame, range(FRAMES)), program=program, frame_count=FRAMES, size=size, target=target,
                progress=lambda _: None)


def preview_motion() -> Curves:
    """Eyes, head and smile of the preview."""
    instants_s = np.arange(FRAMES) / FPS
    turn, blink = _eased(instants_s, TURN), np.zeros(FRAMES)
    for closed_s in BLINKS_S:
        first = round(closed_s * FPS) - BLINK.index(1.0)
        blink[first:first + len(BLINK)] = BLINK
    curves = {"yaw": TURN_RAD * turn, "pitch": NOD_RAD * np.sin(2 * np.pi * instants_s / SECONDS), "roll": -LEAN_RAD * turn,
              "blink": blink, "smile": _eased(instants_s, SMILE), "brow": 0.4 * np.clip(turn, 0, None)}
    return Curves({name: values.astype(np.float32) for name, values in curves.items()}, FPS)


def preview_mouth(visemes: Sequence[Mapping[str, float]]) -> Curves:
    """The mouth of the preview: from rest through every viseme, each as long as the next, back to rest."""
    stops = ({}, *visemes, {})
    times_s = np.linspace(*TALK_S, len(stops))
    instants_s = np.arange(FRAMES) / FPS
    return Curves({name: _eased(instants_s, list(zip(times_s, (stop.get(name, 0.0) for stop in stops), strict=True))
                                ).astype(np.float32) for name in MOUTH}, FPS)


def _eased(instants_s: NDArray[np.float64], stops: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    """(n,) a curve that passes through (time, value) stops and rests at each; the first and last value hold outside."""
    times_s, values = np.array(stops, float).T
    index = np.clip(np.searchsorted(times_s, instants_s, side="right") - 1, 0, len(stops) - 2)
    share = np.clip((instants_s - times_s[index]) / (times_s[index + 1] - times_s[index]), 0, 1)
    return np.asarray(values[index] + (values[index + 1] - values[index]) * share * share * (3 - 2 * share))
