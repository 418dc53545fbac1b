"""The render tasks: everything made so far becomes the picture and its cover, and picture and sound become reel.mp4.

They are two tasks, so that other music is heard without drawing the picture again.
"""

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.domain.captions import Captions
from tasks.domain.overlays import Overlays, Sound
from tasks.domain.performance import Performance, PuppetShot
from tasks.domain.plan import ReelPlan
from tasks.domain.reel import Film, RenderedReel
from tasks.domain.timeline import SIZE_PX
from tasks.media import drawing
from tasks.media.curves import read_curves
from tasks.media.drawing.performance import draw
from tasks.media.ffmpeg import find_ffmpeg
from tasks.media.text.font import fonts_sha256, gather_fonts
from tasks.orchestration.progress import report
from tasks.orchestration.stages import stage
from tasks.render.cover import Sitting, quiet_moment_s, rank_moments, save_cover
from tasks.runtime.engines import load_engine
from tasks.runtime.store import Store, writable
from tasks.runtime.stores import open_store

PASS_SHARE = 0.98
"""Part of the stage's time that drawing and encoding take; the rest is the cover."""


def film_key(plan: ReelPlan, performance: Performance, captions: Captions, overlays: Overlays) -> dict[str, object]:
    """What decides the picture and its cover."""
    engine = load_engine("render", plan.engines["render"])
    return {"engine": engine.name, "version": engine.version, "drawing": drawing.VERSION, "size": SIZE_PX,
            "shots": [shot.model_dump(mode="json") for shot in performance.shots], "mouth": performance.mouth,
            "frames": [performance.frame_count, performance.fps],
            "subtitles": [overlays.subtitles.sha256, captions.subtitles.sha256], "fonts": fonts_sha256(plan.brand.fonts),
            "over": [layer.model_dump(mode="json") for layer in
                     (*overlays.inserts, *overlays.scrims, *overlays.stickers, *captions.stickers)]}


@stage("picture", key=film_key)
def film(plan: ReelPlan, performance: Performance, captions: Captions, overlays: Overlays) -> Film:
    """Draws, burns and encodes the picture of the reel in one pass, and makes its cover."""
    store, fps, count = open_store(), performance.fps, performance.frame_count
    program = find_ffmpeg(os.environ.get("FFMPEG_BINARY"))
    engine = load_engine("render", plan.engines["render"])(program=program)
    dressed = overlays.laid_over(performance, captions)
    hidden = [index for index in range(count) if overlays.covers(index / fps) or decorates(captions, index / fps)]
    sitting = Sitting(rank_moments(reel_curves(store, performance), count, fps=fps, hidden=hidden))
    with store.scratch() as folder, writable(folder):
        fonts, texts = font_folder(plan, folder), store.path(captions.subtitles)
        engine.film(
            sitting.watch(draw(dressed, store.path, size=SIZE_PX)), frame_count=count, size=SIZE_PX,
            subtitles=(store.path(overlays.subtitles), texts), fonts=fonts, target=folder / "film.mp4",
            progress=lambda done: report(PASS_SHARE * done, "drawing and encoding"))
        index, frame = sitting.choose()
        save_cover(frame, SIZE_PX, at_s=quiet_moment_s(captions.pages, count / fps, fps=fps), subtitles=texts, fonts=fonts,
                   program=program, target=folder / "cover.jpg")
        return Film(video=store.put(folder / "film.mp4"), cover=store.put(folder / "cover.jpg"), cover_time_s=index / fps,
                    frame_count=count, engine=engine.name, version=engine.version)


def render_key(plan: ReelPlan, film: Film, sound: Sound) -> dict[str, object]:
    """What decides the finished file."""
    engine = load_engine("render", plan.engines["render"])
    return {"engine": engine.name, "version": engine.version, "film": film.video.sha256, "sound": sound.track.sha256,
            "cover": film.cover.sha256}


@stage("render", key=render_key)
def render(plan: ReelPlan, film: Film, sound: Sound) -> RenderedReel:
    """Puts picture and sound into one file."""
    store = open_store()
    engine = load_engine("render", plan.engines["render"])(program=find_ffmpeg(os.environ.get("FFMPEG_BINARY")))
    with store.scratch() as folder, writable(folder):
        engine.join(store.path(film.video), store.path(sound.track), folder / "reel.mp4")
        return RenderedReel(video=store.put(folder / "reel.mp4"), cover=film.cover, cover_time_s=film.cover_time_s,
                            frame_count=film.frame_count, engine=engine.name, version=engine.version)


def reel_curves(store: Store, performance: Performance) -> dict[str, NDArray[np.float32]]:
    """Motion and mouth curves over the whole reel, the shots' motion joined; those that all shots have.

    Returns:
        name -> (frame_count,) float32.
    """
    shots = [read_curves(store.path(shot.motion)).values for shot in performance.shots if isinstance(shot, PuppetShot)]
    names = set.intersection(*map(set, shots)) if len(shots) == len(performance.shots) else ()
    joined = {name: np.concatenate([shot[name] for shot in shots]) for name in sorted(names)}
    mouth = read_curves(store.path(performance.mouth)).values if performance.mouth else {}
    return {name: curve[: performance.frame_count] for name, curve in {**joined, **mouth}.items()}


def decorates(captions: Captions, time_s: float) -> bool:
    """True while a small picture of the captions is seen: a cover has no words beside which it would stand."""
    return any(sticker.start_s <= time_s < sticker.end_s for sticker in captions.stickers)


def font_folder(plan: ReelPlan, folder: Path) -> Path:
    """A folder with the brand's fonts and no others, so that libass can take no other."""
    return gather_fonts(plan.brand.fonts.all(), folder / "fonts")
