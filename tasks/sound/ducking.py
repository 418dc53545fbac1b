"""When the music steps back: known from the times of the words, so it is soft before the voice begins and does not pump.

A pause that is no longer than a breath belongs to the speech; only in a long one, and when all is said, the music comes up.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from tasks.domain.speech import Alignment
from tasks.media.audio.loudness import STEP_S

Span = tuple[float, float]
"""[start_s, end_s) in which the voice speaks."""

LONG_PAUSE_S = 1.0
"""From this length on a pause is given to the music."""
AHEAD_S = 0.06
"""How long before the voice the music is down already."""
FALL_S = 0.38
"""How long it takes to go down."""
AFTER_S = 0.06
"""How long after the voice it begins to come up."""
RISE_S = 0.48
"""How long it takes to come up; together with `AFTER_S` within 0.6 s."""
POINT_S = 0.01
"""Distance of the curve's points."""


def voice_spans(alignment: Alignment) -> tuple[Span, ...]:
    """When the voice speaks, short pauses included, also one before the first word; in order, not overlapping."""
    spans: list[Span] = []
    for sound in alignment.phonemes or alignment.words:
        if spans and sound.start_s - spans[-1][1] < LONG_PAUSE_S:
            spans[-1] = (spans[-1][0], max(spans[-1][1], sound.end_s))
        else:
            spans.append((sound.start_s if spans or sound.start_s >= LONG_PAUSE_S else 0.0, sound.end_s))
    return tuple(spans)


def duck_curve(spans: Iterable[Span], duration_s: float) -> NDArray[np.float64]:
    """How far the music has stepped back: 1 while the voice speaks, 0 where it is alone, smooth in between.

    Returns:
        (points,) float64, point `i` at `i * POINT_S`, to `duration_s` and one beyond.
    """
    times = np.arange(round(duration_s / POINT_S) + 2) * POINT_S
    curve = np.zeros(len(times))
    for start_s, end_s in spans:
        down = np.clip((times - (start_s - AHEAD_S - FALL_S)) / FALL_S, 0, 1)
        up = np.clip(((end_s + AFTER_S + RISE_S) - times) / RISE_S, 0, 1)
        curve = np.maximum(curve, np.minimum(_smooth(down), _smooth(up)))
    return curve


def at_samples(curve: NDArray[np.float64], start: int, count: int, rate_hz: int) -> NDArray[np.float64]:
    """A curve of such points at `count` samples from sample `start` on."""
    return np.interp((start + np.arange(count)) / (POINT_S * rate_hz), np.arange(len(curve)), curve)


def speaking_steps(sounds: Sequence[Span], steps: int) -> NDArray[np.bool_]:
    """Which tenths of a second hold more voice than pause; (steps,) bool."""
    borders = np.arange(steps) * STEP_S
    covered = np.zeros(steps)
    for start_s, end_s in sounds:
        covered += np.clip(np.minimum(end_s, borders + STEP_S) - np.maximum(start_s, borders), 0, None)
    return np.asarray(covered >= STEP_S / 2 - 1e-9)


def _smooth(part: NDArray[np.float64]) -> NDArray[np.float64]:
    """0 to 1 without corners."""
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * part))
