"""Brows: quiet by themselves, raised on some accents, and towards the end of a question."""

from collections.abc import Sequence

import numpy as np

from tasks.animation.accents import Accent
from tasks.animation.phrases import Phrase
from tasks.media.easing import Samples, plateau, slow_noise

DRIFT = 0.09
"""Standard deviation of the brows' own slow movement."""
DRIFT_HZ = (0.08, 0.30)
"""Band of that movement."""
ACCENT_SHARE = 0.40
"""Part of the ordinary accents that the brows join."""
ACCENT_RAISE = 0.60
"""Raise on an accent of strength 1."""
RISE_S, HELD_S, FALL_S = 0.16, 0.10, 0.50
"""Course of a raise: quick up, slow down."""
QUESTION_RAISE = 0.75
"""Raise at the end of a question."""
QUESTION_S = 0.9
"""Last part of a question over which the brows are up, at most."""
LOWEST, HIGHEST = -0.8, 1.1
"""Range of the curve: lower, brows would cover the lids."""


def brow_curve(instants_s: Samples, phrases: Sequence[Phrase], accents: Sequence[Accent],
               dice: np.random.Generator, directed: Samples | float = 0.0, energy: Samples | float = 1.0) -> Samples:
    """(n,): 0 at rest, 1 fully raised, negative lowered; of reading and direction the higher raise counts."""
    brow = DRIFT * slow_noise(instants_s, *DRIFT_HZ, dice)
    raises = np.zeros(len(instants_s))
    for accent in accents:
        joins = dice.random() < ACCENT_SHARE
        if joins or accent.emphasised:
            course = plateau(instants_s, accent.time_s, accent.time_s + HELD_S, rise_s=RISE_S, fall_s=FALL_S)
            raises = np.maximum(raises, ACCENT_RAISE * accent.strength * course)
    for phrase in phrases:
        if phrase.mood == "question" and phrase.ends_sentence:
            start_s = max(phrase.start_s, phrase.end_s - QUESTION_S) + RISE_S
            course = plateau(instants_s, start_s, max(phrase.end_s, start_s), rise_s=2 * RISE_S, fall_s=FALL_S)
            raises = np.maximum(raises, QUESTION_RAISE * course)
    return np.clip(brow + np.maximum(raises * energy, directed) + np.minimum(directed, 0), LOWEST, HIGHEST)
