"""The render task: everything made so far becomes reel.mp4 and cover.jpg."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.domain.captions import Captions
from tasks.domain.performance import Performance, PuppetShot
from tasks.domain.plan import ReelPlan
from tasks.domain.reel import RenderedReel
from tasks.domain.speech import Speech
from tasks.domain.timeline import SIZE_PX
from tasks.media import drawing
from tasks.media.audio.decode import decode_audio
from tasks.media.audio.mix import Layer
from tasks.media.curves import read_curves
from tasks.media.drawing.performance import draw
from tasks.media.ffmpeg import find_ffmpeg
from tasks.media.text.font import fonts_sha256, gather_fonts
from tasks.orchestration import open_store, report, stage
from tasks.render.cover import Sitting, quiet_moment_s, rank_moments, save_cover
from tasks.render.ffmpeg_pass import Frame
from tasks.render.sound import finish_sound
from tasks.runtime.engines import load_engine
from tasks.runtime.memory import give_back_memory
from tasks.runtime.store import Store, writable

SOUND_SHARE = 0.04
"""Part of the stage's time that the sound takes, before the pass."""
PASS_SHARE = 0.95
"""Part of the stage's time that drawing and encoding take; the rest is the cover."""


def render_key(plan: ReelPlan, performance: Performance, speech: Speech, captions: Captions) -> dict[str, object]:
    """What decides the finished file and its cover."""
    engine = load_engine("render", plan.engines["render"])
    return {"engine": engine.name, "version": engine.version, "drawing": drawing.VERSION, "size": SIZE_PX,
            "shots": [shot.model_dump(mode="json") for shot in performance.shots], "mouth": performance.mouth,
            "frames": [performance.frame_count, performance.fps], "sound": speech.audio.sha256,
            "subtitles": captions.subtitles.sha256, "fonts": fonts_sha256(plan.brand.fonts)}


@stage("render", key=render_key)
def render(plan: ReelPlan, performance: Performance, speech: Speech, captions: Captions) -> RenderedReel:
    """Draws, burns, encodes and muxes the reel in one pass, and makes its cover."""
    store = open_store()
    program = find_ffmpeg(os.environ.get("FFMPEG_BINARY"))
    engine = load_engine("render", plan.engines["render"])(program=program)
    fps, count = performance.fps, performance.frame_count
    sitting = Sitting(rank_moments(reel_curves(store, performance), fps=fps))
    with store.scratch() as folder, writable(folder), ThreadPoolExecutor(1, "drawing") as beside:
        fonts, subtitles = font_folder(plan, folder), store.path(captions.subtitles)
        report(0.0, "sound")
        frames = beside.submit(begun, draw(performance, store.path, size=SIZE_PX))
        sound = voice_track(store.path(speech.audio), count, fps=fps, program=program, folder=folder)
        give_back_memory()
        engine.render(
            sitting.watch(frames.result()), frame_count=count, size=SIZE_PX, sound=sound, subtitles=subtitles, fonts=fonts,
            target=folder / "reel.mp4",
            progress=lambda done: report(SOUND_SHARE + PASS_SHARE * done, "drawing and encoding"))
        index, frame = sitting.choose()
        save_cover(frame, SIZE_PX, at_s=quiet_moment_s(captions.pages, speech.duration_s, fps=fps), subtitles=subtitles,
                   fonts=fonts, program=program, target=folder / "cover.jpg")
        return RenderedReel(video=store.put(folder / "reel.mp4"), cover=store.put(folder / "cover.jpg"),
                            cover_time_s=index / fps, frame_count=count, engine=engine.name, version=engine.version)


def voice_track(voice: Path, frames: int, *, fps: int, program: str, folder: Path) -> Path:
    """The finished sound, made of the voice, which is forgotten before the pass begins."""
    samples, _rate = decode_audio(voice)
    return finish_sound([Layer(samples)], frames, fps=fps, program=program, folder=folder)


def begun(frames: Iterator[Frame]) -> Iterator[Frame]:
    """The same frames, the first of them drawn already: preparing to draw takes as long as the sound, so they share time.

    This is the one that runs in a thread: memory a thread once had, glibc keeps, and that of sound grows with the reel.
    """
    return chain([next(frames)], frames)


def reel_curves(store: Store, performance: Performance) -> dict[str, NDArray[np.float32]]:
    """Motion and mouth curves over the whole reel, the shots' motion joined.

    Returns:
        name -> (frame_count,) float32.
    """
    shots = [read_curves(store.path(shot.motion)).values for shot in performance.shots if isinstance(shot, PuppetShot)]
    joined = {name: np.concatenate([shot[name] for shot in shots]) for name in shots[0]}
    mouth = read_curves(store.path(performance.mouth)).values if performance.mouth else {}
    return {name: curve[: performance.frame_count] for name, curve in {**joined, **mouth}.items()}


def font_folder(plan: ReelPlan, folder: Path) -> Path:
    """A folder with the brand's fonts and no others, so that libass can take no other."""
    fonts = folder / "fonts"
    fonts.mkdir()
    return gather_fonts(plan.brand.fonts.all(), fonts)
