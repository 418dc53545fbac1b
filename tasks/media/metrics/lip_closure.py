"""Whether lips meet where they must: on p, b and m, and in silence.

Openings are those of `mouth_opening`, in eye distances; both figures are shares of the mean opening while somebody speaks,
so they hold for large and small mouths. What the portrait's own lips leave open counts as open: a viewer sees it so.

- A bilabial is closed when the least opening from `BEFORE_S` before the sound to its end is at most `CLOSED` of that mean.
- A pause is a stretch of at least `LEAST_PAUSE_S` without speech; its first and last `SETTLING_S` belong to lips that are
still closing or already opening. Its opening is the mean of what is left.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tasks.domain.speech import Phoneme

BILABIALS = ("p", "b", "m")
"""First letters of the sounds on which lips meet."""
BEFORE_S = 0.10
"""Lips meet before the sound of their parting is heard."""
CLOSED = 0.30
"""Part of the mean opening in speech up to which lips have met."""
LEAST_PAUSE_S = 0.30
"""Shorter pauses do not bring a mouth to rest."""
SETTLING_S = 0.10
"""Lips take 60 to 100 ms to close, and anticipate the next sound by as much."""

Stretch = tuple[float, float]
"""From and to, seconds."""


def spoken_stretches(phonemes: Sequence[Phoneme]) -> list[Stretch]:
    """Stretches of speech; gaps too short for a pause belong to them."""
    spoken: list[Stretch] = []
    for phoneme in phonemes:
        if spoken and phoneme.start_s - spoken[-1][1] < LEAST_PAUSE_S:
            spoken[-1] = (spoken[-1][0], phoneme.end_s)
        else:
            spoken.append((phoneme.start_s, phoneme.end_s))
    return spoken


def pauses_between(spoken: Sequence[Stretch], end_s: float) -> list[Stretch]:
    """Pauses before, between and after stretches of speech, up to `end_s`."""
    edges = [0.0, *(edge for stretch in spoken for edge in stretch), end_s]
    return [(first, second) for first, second in zip(edges[::2], edges[1::2], strict=True)
            if second - first >= LEAST_PAUSE_S]


def mean_opening(times_s: NDArray[np.float64], openings: NDArray[np.float64], stretches: Sequence[Stretch]) -> float:
    """Mean opening over some stretches; NaN where no mouth is seen in them."""
    inside = np.zeros(len(times_s), bool)
    for start_s, end_s in stretches:
        inside |= (times_s >= start_s) & (times_s < end_s)
    found = openings[inside & ~np.isnan(openings)]
    return float(found.mean()) if len(found) else float("nan")


def pause_ratio(times_s: NDArray[np.float64], openings: NDArray[np.float64], spoken: Sequence[Stretch],
                pauses: Sequence[Stretch]) -> float:
    """Mean opening in pauses over that in speech; NaN where one of them is not seen."""
    rest = [(start_s + SETTLING_S, end_s - SETTLING_S) for start_s, end_s in pauses]
    return mean_opening(times_s, openings, rest) / mean_opening(times_s, openings, spoken)


def bilabial_openings(times_s: NDArray[np.float64], openings: NDArray[np.float64], phonemes: Sequence[Phoneme],
                      spoken: Sequence[Stretch]) -> list[tuple[Phoneme, float]]:
    """Each bilabial that is seen, with its least opening as a share of the mean in speech."""
    usual = mean_opening(times_s, openings, spoken)
    found = []
    for phoneme in phonemes:
        if phoneme.ipa.startswith(BILABIALS):
            near = openings[(times_s >= phoneme.start_s - BEFORE_S) & (times_s < phoneme.end_s)]
            if len(near) and not np.isnan(near).any():
                found.append((phoneme, float(near.min()) / usual))
    return found
