"""Breath: drawn in before a phrase, spent while it is spoken, as speakers do."""

from collections.abc import Sequence

import numpy as np

from tasks.animation.phrases import Phrase
from tasks.media.easing import Samples, smooth_step

INHALE_S = 0.65
"""From empty to full."""
SHORTEST_S, LONGEST_S = 2.4, 5.5
"""Least and greatest time between two breaths; a longer phrase gets a small breath in between."""
DEPTHS = (0.7, 1.0)
"""Range of how full a breath gets."""
SPENT = 0.12
"""What is left at the end of a breath."""
TIDAL_S = (3.2, 4.4)
"""Time between two breaths while nobody speaks."""


def breath_curve(instants_s: Samples, phrases: Sequence[Phrase], dice: np.random.Generator) -> Samples:
    """(n,): 0 empty to 1 full."""
    fulls_s = _full_times(float(instants_s[-1]), [phrase.start_s for phrase in phrases], dice)
    depths = dice.uniform(*DEPTHS, len(fulls_s))
    breath = np.full(len(instants_s), SPENT)
    for index, (full_s, depth) in enumerate(zip(fulls_s, depths, strict=True)):
        next_s = fulls_s[index + 1] if index + 1 < len(fulls_s) else full_s + LONGEST_S
        spent = smooth_step(instants_s, full_s, next_s - INHALE_S)
        breath += (depth - SPENT) * smooth_step(instants_s, full_s - INHALE_S, full_s) * (1 - spent)
    return breath


def _full_times(end_s: float, starts_s: Sequence[float], dice: np.random.Generator) -> list[float]:
    """When the lungs are full: at starts of phrases not too near to each other, and at rest in longer stretches."""
    fulls_s = [float(dice.uniform(-1.5, 0.0))]
    for start_s in [*starts_s, end_s + LONGEST_S]:
        while start_s - fulls_s[-1] > LONGEST_S:
            fulls_s.append(fulls_s[-1] + float(dice.uniform(*TIDAL_S)))
        if start_s - fulls_s[-1] >= SHORTEST_S:
            fulls_s.append(start_s)
    return fulls_s
