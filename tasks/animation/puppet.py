"""The embedded animation: a portrait that reads its text, and does as it is directed, under a gentle camera."""

from typing import ClassVar, Literal

import numpy as np

from tasks.animation.accents import find_accents
from tasks.animation.acting import act
from tasks.animation.base import Take
from tasks.animation.blinks import blink_curve, blink_times
from tasks.animation.breath import breath_curve
from tasks.animation.brows import brow_curve
from tasks.animation.framing import camera_curves
from tasks.animation.gaze import gaze_curves
from tasks.animation.head import head_curves
from tasks.animation.phrases import find_phrases
from tasks.animation.smile import smile_curve
from tasks.animation.staging import stage_directions
from tasks.domain.timeline import FPS
from tasks.media.curves import MOTION, Curves


class PuppetAnimation:
    """Motion curves from words, stress, loudness and directions."""

    name: ClassVar[str] = "puppet"
    version: ClassVar[str] = "6"
    shot: ClassVar[Literal["puppet", "still", "clip"]] = "puppet"

    def motion(self, take: Take) -> Curves:
        """The movement of a whole reel; see `tasks.animation.base.Animation`."""
        instants_s = take.instants_s
        phrases = find_phrases(take.words)
        accents = find_accents(take, phrases)
        cues = stage_directions(take, phrases, accents)
        acting = act(instants_s, cues)
        gaze_x, gaze_y = gaze_curves(instants_s, phrases, take.dice("gaze"), acting.looks)
        blinks_s = blink_times(take.duration_s, [phrase.end_s for phrase in phrases], take.dice("blinks"))
        own_smile = smile_curve(instants_s, phrases, take.voice_s, take.dice("smile"))
        moved = head_curves(take, phrases, accents, acting) | camera_curves(take, phrases, cues, acting.near) | {
            "brow": brow_curve(instants_s, phrases, accents, take.dice("brows"), acting.brow, acting.energy),
            "blink": np.maximum(blink_curve(instants_s, blinks_s), acting.lid),
            "gaze_x": gaze_x, "gaze_y": gaze_y,
            "breath": breath_curve(instants_s, phrases, take.dice("breath")),
            "smile": np.clip(own_smile * (1 - acting.smile_asked) + acting.smile, -1, 1),
        }
        return Curves({name: moved[name].astype(np.float32) for name in MOTION}, FPS)
