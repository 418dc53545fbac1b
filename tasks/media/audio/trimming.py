"""Where a voice begins and ends in a piece of sound, and ends of pieces that do not click."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

STEP_S = 0.01
"""Distance at which the level is looked at."""
LOUD_PERCENTILE, FLOOR_PERCENTILE = 95, 10
"""Of all looks, the one called loud, and the noise of the room."""
HEARD_DB, SURELY_DB, ABOVE_FLOOR_DB = -45.0, -25.0, 8.0
"""A voice sounds from this level on, relative to its loud moments; surely down to the second, below it only so far above the
noise."""
SILENCE_DBFS = -60.0
"""What is fainter than this is silence whatever stands beside it."""
BEFORE_S, AFTER_S = 0.03, 0.06
"""What is kept before the first sound and after the last one: hisses and breaths begin and end below the level."""
FADE_IN_S, FADE_OUT_S = 0.004, 0.02
"""Fades at the ends of a piece."""
KNOCK_S, APART_S = 0.08, 0.3
"""A sound shorter than any word, with so much silence between it and the voice, is none of the voice."""
BLEND_S = 0.05
"""For how long both sides of a shortened pause are heard together."""


def voiced_part(samples: NDArray[np.float32], rate_hz: int) -> tuple[int, int]:
    """Where the voice is, without the silence before and after it.

    Args:
        samples: (n,) mono, -1 to 1.
        rate_hz: samples a second.

    Returns:
        `(first, end)`, half open, with a little room on both sides; `(0, 0)` where nothing sounds.
    """
    heard = np.flatnonzero(_heard(samples, rate_hz))
    return _with_room(int(heard[0]), int(heard[-1]), samples, rate_hz) if heard.size else (0, 0)


def spoken_part(samples: NDArray[np.float32], rate_hz: int) -> tuple[int, int]:
    """Where somebody speaks: as `voiced_part`, without knocks at both ends, as of a mouse or a switch.

    Args:
        samples: (n,) mono, -1 to 1.
        rate_hz: samples a second.
    """
    heard = np.flatnonzero(_heard(samples, rate_hz))
    parts = np.split(heard, np.flatnonzero(np.diff(heard) > APART_S / STEP_S) + 1) if heard.size else []
    while len(parts) > 1 and _is_knock(parts[0]):
        parts = parts[1:]
    while len(parts) > 1 and _is_knock(parts[-1]):
        parts = parts[:-1]
    return _with_room(int(parts[0][0]), int(parts[-1][-1]), samples, rate_hz) if parts else (0, 0)


def with_short_pauses(samples: NDArray[np.float32], rate_hz: int, longest_s: float) -> tuple[NDArray[np.float32], int]:
    """A voice without the middle of its longest pauses; both sides of a cut run into each other, so that no room jumps.

    Args:
        samples: (n,) mono, -1 to 1.
        rate_hz: samples a second.
        longest_s: what is left of a longer pause.

    Returns:
        The voice, and how many pauses were longer.
    """
    step, half, blend = _step(rate_hz), round(longest_s * rate_hz / 2), round(BLEND_S * rate_hz)
    heard = np.flatnonzero(_heard(samples, rate_hz))
    gaps = [(int(one + 1) * step, int(two) * step) for one, two in pairwise(heard)]
    long = [(start, end) for start, end in gaps if end - start > 2 * half + blend]
    falling = np.linspace(1, 0, blend, dtype=np.float32)
    found = [samples]
    for start, end in long:
        rest = found.pop()
        first, then = start + half - (len(samples) - len(rest)), end - half - (len(samples) - len(rest))
        joint = rest[first:first + blend] * falling + rest[then - blend:then] * falling[::-1]
        found += [rest[:first], joint, rest[then:]]
    return np.concatenate(found), len(long)


def faded(samples: NDArray[np.float32], rate_hz: int) -> NDArray[np.float32]:
    """A copy that begins and ends in silence; of one shorter than its fades both are shortened alike."""
    found = np.array(samples, np.float32)
    share = min(1.0, len(found) / max((FADE_IN_S + FADE_OUT_S) * rate_hz, 1))
    fade_in, fade_out = int(share * FADE_IN_S * rate_hz), int(share * FADE_OUT_S * rate_hz)
    found[:fade_in] *= np.linspace(0, 1, fade_in, endpoint=False, dtype=np.float32)
    if fade_out:
        found[-fade_out:] *= np.linspace(1, 0, fade_out, dtype=np.float32)
    return found


def _with_room(first: int, last: int, samples: NDArray[np.float32], rate_hz: int) -> tuple[int, int]:
    """From the first of these steps to the last, with a little room on both sides."""
    step = _step(rate_hz)
    return max(first * step - round(BEFORE_S * rate_hz), 0), min((last + 1) * step + round(AFTER_S * rate_hz), len(samples))


def _is_knock(steps: NDArray[np.intp]) -> bool:
    return int(steps[-1] - steps[0]) * STEP_S < KNOCK_S


def _step(rate_hz: int) -> int:
    return max(round(STEP_S * rate_hz), 1)


def _heard(samples: NDArray[np.float32], rate_hz: int) -> NDArray[np.bool_]:
    """For each step whether the voice sounds in it."""
    step = _step(rate_hz)
    looks = np.pad(samples, (0, -len(samples) % step)).reshape(-1, step)
    levels_db = 10 * np.log10(np.maximum(np.mean(np.square(looks, dtype=np.float64), axis=1), 1e-12))
    sounding = levels_db[levels_db > SILENCE_DBFS]
    if not sounding.size:
        return np.zeros(len(levels_db), bool)
    loud_db, floor_db = np.percentile(sounding, LOUD_PERCENTILE), np.percentile(levels_db, FLOOR_PERCENTILE)
    least_db = max(loud_db + HEARD_DB, min(floor_db + ABOVE_FLOOR_DB, loud_db + SURELY_DB), SILENCE_DBFS)
    return np.asarray(levels_db >= least_db)
