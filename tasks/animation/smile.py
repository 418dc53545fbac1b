"""The smile of a reader whom nobody directs: at the beginning and the end of a reel, and where the text exclaims."""

from collections.abc import Sequence

import numpy as np

from tasks.animation.phrases import Phrase
from tasks.media.easing import Samples, plateau, slow_noise, smooth_step

DRIFT, DRIFT_HZ = 0.035, (0.06, 0.22)
"""Standard deviation and band of the slow movement that keeps the corners of the mouth alive."""
RESTING = 0.06
"""The smile of an ordinary sentence."""
OPENING, OPENING_HELD_S, OPENING_FADE_S = 0.34, 1.0, 1.8
"""A reel begins with this smile, keeps it for the second, and loses it over the third."""
CLOSING, CLOSING_RISE_S = 0.42, 0.9
"""As the voice ends it comes back, over the second, and stays."""
EXCLAMATION, EXCLAMATION_RISE_S, EXCLAMATION_FALL_S = 0.36, 0.45, 0.9
"""Smile of an exclamation, and how fast it comes and goes."""
EXCLAMATION_S = 2.5
"""Last part of an exclamation over which the smile is up, at most."""


def smile_curve(instants_s: Samples, phrases: Sequence[Phrase], voice_s: float, dice: np.random.Generator) -> Samples:
    """(n,): 0 as in the portrait to 1, a broad smile; `voice_s` is when the voice is over."""
    drift = DRIFT * slow_noise(instants_s, *DRIFT_HZ, dice)
    opening = 1 - smooth_step(instants_s, OPENING_HELD_S, OPENING_HELD_S + OPENING_FADE_S)
    closing = smooth_step(instants_s, voice_s - CLOSING_RISE_S, voice_s)
    levels = [RESTING + drift, OPENING * opening + 0.5 * drift, CLOSING * closing + 0.5 * drift]
    for phrase in phrases:
        if phrase.mood == "exclamation" and phrase.ends_sentence:
            start_s = max(phrase.start_s, phrase.end_s - EXCLAMATION_S) + EXCLAMATION_RISE_S / 2
            course = plateau(instants_s, start_s, max(phrase.end_s, start_s), rise_s=EXCLAMATION_RISE_S,
                             fall_s=EXCLAMATION_FALL_S)
            levels.append(EXCLAMATION * course)
    return np.asarray(np.clip(np.max(levels, axis=0), -1, 1))
