"""The sound stage: all that is heard becomes one finished track."""

import os

from tasks.domain.overlays import Overlays, Sound
from tasks.domain.plan import ReelPlan
from tasks.domain.speech import Alignment, Speech
from tasks.domain.timeline import FPS, frame_count
from tasks.media.ffmpeg import find_ffmpeg
from tasks.orchestration.progress import report
from tasks.orchestration.stages import stage
from tasks.runtime.engines import load_engine
from tasks.runtime.memory import give_back_memory
from tasks.runtime.store import writable
from tasks.runtime.stores import open_store
from tasks.sound.mix import FILE, Mixed, Score

OFF = "off"
"""The music's name where there is none."""


def sound_key(plan: ReelPlan, speech: Speech, alignment: Alignment, overlays: Overlays) -> dict[str, object]:
    """What decides the finished sound; what is not heard is not in it."""
    engine = load_engine("sound", plan.engines["sound"])
    music = None if plan.music.name == OFF else {"look": plan.music, "tail_s": plan.tail_s, "sounds": [
        (sound.start_s, sound.end_s) for sound in alignment.phonemes or alignment.words]}
    return {"engine": engine.name, "version": engine.version, "voice": speech.audio.sha256, "stems": plan.export,
            "frames": frame_count(speech.duration_s + plan.tail_s), "music": music,
            "seed": plan.seed if music and plan.music.name != FILE else None,
            "cues": [(cue.kind, cue.start_s) for cue in overlays.cues] if plan.effects else None}


@stage("sound", key=sound_key)
def sound(plan: ReelPlan, speech: Speech, alignment: Alignment, overlays: Overlays) -> Sound:
    """Mixes, levels and encodes the sound of a reel.

    Raises:
        UnknownName: no such music.
        FixRequest: the music's file cannot be read.
    """
    store = open_store()
    engine = load_engine("sound", plan.engines["sound"])(program=find_ffmpeg(os.environ.get("FFMPEG_BINARY")))
    score = Score(
        voice=store.path(speech.audio), alignment=alignment, tail_s=plan.tail_s,
        duration_s=frame_count(speech.duration_s + plan.tail_s) / FPS, music=plan.music.name,
        music_file=store.path(plan.music.file) if plan.music.file else None,
        music_title=plan.script.music.file or plan.brand.music.file or "", below_voice_db=plan.music.below_voice_db,
        cues=overlays.cues if plan.effects else (), seed=plan.seed)
    with store.scratch() as folder, writable(folder):
        mixed: Mixed = engine.mix(score, folder, stems=plan.export, progress=lambda done: report(done, "sound"))
        made = Sound(
            track=store.put(mixed.track), stems={name: store.put(path) for name, path in mixed.stems.items()},
            music_below_voice_db=mixed.music_below_voice_db, engine=engine.name, version=engine.version,
            warnings=mixed.warnings)
    give_back_memory()
    return made
