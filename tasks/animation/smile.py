"""The smile of a reader whom nobody directs: at the beginning and the end of a reel, and where the text exclaims."""

from collections.abc import Sequence

import numpy as np

from tasks.animation.phrases import Phrase
from tasks.media.easing import Samples, plateau, slow_noise, smooth_step

DRIFT, DRIFT_HZ = 0.035, (0.06, 0.22)
"""Standard deviation and band of the slow movement that keeps the corners of the mouth alive."""
RESTING = 0.06
"""The smile of an ordinary sentence."""
OPENING, OPENING_HELD_S, OPENING_FADE_S = 0.30, 1.0, 1.8
"""A reel begins with so much more of a smile, keeps it for the second, and loses it over the third."""
CLOSING, CLOSING_RISE_S = 0.38, 0.9
"""As the voice ends it comes back, over the second, and stays."""
EXCLAMATION, EXCLAMATION_RISE_S, EXCLAMATION_FALL_S = 0.32, 0.45, 0.9
"""What an exclamation adds, and how fast it comes and goes."""
EXCLAMATION_S = 2.5
"""Last part of an exclamation over which the smile is up, at most."""


def smile_curve(instants_s: Samples, phrases: Sequence[Phrase], voice_s: float, dice: np.random.Generator) -> Samples:
    """(n,): 0 as in the portrait to 1, a broad smile; `voice_s` is when the voice is over."""
    drift = DRIFT * slow_noise(instants_s, *DRIFT_HZ, dice)
    opening = 1 - smooth_step(instants_s, OPENING_HELD_S, OPENING_HELD_S + OPENING_FADE_S)
    closing = smooth_step(instants_s, voice_s - CLOSING_RISE_S, voice_s)
    gains = [OPENING * opening, CLOSING * closing]
    for phrase in phrases:
        if phrase.mood == "exclamation" and phrase.ends_sentence:
            start_s = max(phrase.start_s, phrase.end_s - EXCLAMATION_S) + EXCLAMATION_RISE_S / 2
            course = plateau(instants_s, start_s, max(phrase.end_s, start_s), rise_s=EXCLAMATION_RISE_S,
                             fall_s=EXCLAMATION_FALL_S)
            gains.append(EXCLAMATION * course)
    return np.asarray(np.clip(RESTING + drift + np.max(gains, axis=0), -1, 1))
