"""The embedded animation: a portrait that reads its text with head, eyes, brows and breath."""

from typing import ClassVar, Literal

import numpy as np

from tasks.animation.accents import find_accents
from tasks.animation.base import Take
from tasks.animation.blinks import blink_curve, blink_times
from tasks.animation.breath import breath_curve
from tasks.animation.brows import brow_curve
from tasks.animation.gaze import gaze_curves
from tasks.animation.head import head_curves
from tasks.animation.phrases import find_phrases
from tasks.domain.timeline import FPS
from tasks.media.curves import CAMERA, MOTION, Curves


class PuppetAnimation:
    """Motion curves from words, stress and loudness."""

    name: ClassVar[str] = "puppet"
    version: ClassVar[str] = "1"
    shot: ClassVar[Literal["puppet", "still"]] = "puppet"

    def motion(self, take: Take) -> Curves:
        """The movement of a whole reel; see `tasks.animation.base.Animation`."""
        instants_s = take.instants_s
        phrases = find_phrases(take.words)
        accents = find_accents(take, phrases)
        gaze_x, gaze_y = gaze_curves(instants_s, phrases, take.dice("gaze"))
        blinks_s = blink_times(take.duration_s, [phrase.end_s for phrase in phrases], take.dice("blinks"))
        moved = head_curves(take, phrases, accents) | {
            "brow": brow_curve(instants_s, phrases, accents, take.dice("brows")),
            "blink": blink_curve(instants_s, blinks_s),
            "gaze_x": gaze_x, "gaze_y": gaze_y,
            "breath": breath_curve(instants_s, phrases, take.dice("breath")),
        } | dict.fromkeys(("smile", *CAMERA), np.zeros(len(instants_s)))
        return Curves({name: moved[name].astype(np.float32) for name in MOTION}, FPS)
