"""The sound stage: what is heard becomes one finished track."""

import os

from tasks.domain.overlays import Overlays, Sound
from tasks.domain.plan import ReelPlan
from tasks.domain.speech import Alignment, Speech
from tasks.domain.timeline import FPS, frame_count
from tasks.media.audio.decode import decode_audio
from tasks.media.audio.finish import RATE, finish_sound
from tasks.media.audio.mix import Layer, mix
from tasks.media.ffmpeg import find_ffmpeg
from tasks.orchestration import open_store, stage
from tasks.runtime.memory import give_back_memory
from tasks.runtime.store import writable


def _key(plan: ReelPlan, speech: Speech, alignment: Alignment, overlays: Overlays) -> dict[str, object]:  # noqa: ARG001
    return {"version": "1", "voice": speech.audio.sha256, "frames": frame_count(speech.duration_s + plan.tail_s)}


@stage("sound", key=_key)
def sound(plan: ReelPlan, speech: Speech, alignment: Alignment, overlays: Overlays) -> Sound:  # noqa: ARG001
    """Mixes, levels and encodes the sound of a reel."""
    store, frames = open_store(), frame_count(speech.duration_s + plan.tail_s)
    with store.scratch() as folder, writable(folder):
        samples, _rate = decode_audio(store.path(speech.audio))
        program = find_ffmpeg(os.environ.get("FFMPEG_BINARY"))
        mixed = mix([Layer(samples)], round(frames * RATE / FPS))
        track = store.put(finish_sound(mixed, program=program, folder=folder).path)
    give_back_memory()
    return Sound(track=track, engine="mix", version="1")
