"""What is heard with what appears on screen: quiet, a moment before it, and never two sounds on top of each other."""

from collections.abc import Iterable

from tasks.domain.overlays import Cue, CueKind
from tasks.media.audio.mix import Layer
from tasks.media.audio.synth import RATE
from tasks.media.audio.synth.effects import Effect, air, bell, pop

LEAD_S = 0.08
"""How long before its cue an effect is strongest, so that it does not fall on the first consonant of the word the cue comes
with."""
LEAST_APART_S = 0.5
"""Effects nearer to the one before are left out, except the end card's."""
GAINS_DB: dict[CueKind, float] = {"image": 1.0, "clip": 1.0, "title": 0.0, "lower-third": -2.0, "number": 0.0,
                                  "end-card": 4.0}
"""Loudness of each kind's effect beside the others; what is not named here makes no sound. The end card's is heard alone."""
NOTES: dict[CueKind, int] = {"title": 72, "lower-third": 67, "number": 76}
"""MIDI notes of the pops."""


def cue_layers(cues: Iterable[Cue], home: int | None) -> list[Layer]:
    """The effects of a reel, placed in time.

    Args:
        cues: what appears, in order of time.
        home: root of the music's key as a MIDI note, so that the bell agrees with it; None where the key is not known.
    """
    layers: list[Layer] = []
    last_s = -LEAST_APART_S
    for cue in sorted((cue for cue in cues if cue.kind in GAINS_DB), key=lambda cue: cue.start_s):
        if cue.start_s - last_s < LEAST_APART_S and cue.kind != "end-card":
            continue
        effect, last_s = _effect(cue.kind, home), cue.start_s
        start = round((cue.start_s - LEAD_S) * RATE) - effect.crest
        layers.append(Layer(effect.samples, max(0, start), GAINS_DB[cue.kind]))
    return layers


def _effect(kind: CueKind, home: int | None) -> Effect:
    if kind in NOTES:
        return pop(NOTES[kind])
    return bell(home) if kind == "end-card" and home is not None else air()
