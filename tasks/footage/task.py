"""The footage stage: every picture and film that the reel cuts to becomes an insert."""

import os
from collections.abc import Sequence
from pathlib import Path

from tasks.domain.overlays import Cue, Footage, Overlays, ShownMedia
from tasks.domain.performance import ClipShot, Insert, StillShot
from tasks.domain.plan import ReelPlan
from tasks.domain.speech import Speech
from tasks.domain.timeline import FPS, filled_px, frame_at, frame_count
from tasks.footage.moviepy_cut import MoviepyFootage
from tasks.footage.stills import picture_camera
from tasks.media.clips import check_clip
from tasks.media.curves import Curves
from tasks.media.ffmpeg import find_ffmpeg
from tasks.media.focus import film_focus, picture_focus
from tasks.media.pictures import make_ready
from tasks.orchestration.progress import report
from tasks.orchestration.stages import stage
from tasks.runtime.engines import load_engine
from tasks.runtime.store import Store, writable
from tasks.runtime.stores import open_store

SOFT_S = {"full": 0.2, "split": 0.35}
"""How long an insert takes to come over the avatar, and to go: one below the avatar slides over half the frame."""


def _key(plan: ReelPlan, speech: Speech, overlays: Overlays) -> dict[str, object]:
    engine = load_engine("footage", plan.engines["footage"])
    shown = shown_cues(plan, overlays)
    return {"engine": engine.name, "version": engine.version,
            "cues": [cue for cue, _ in shown], "media": [media.file.sha256 for _, media in shown],
            "backgrounds": backgrounds(plan) if shown else None,
            "frames": frame_count(speech.duration_s + plan.tail_s) if shown else None}


@stage("footage", key=_key)
def gather(plan: ReelPlan, speech: Speech, overlays: Overlays) -> Footage:
    """Makes the pictures and films ready that the script shows.

    Args:
        plan: names the engine, and holds the pictures and films of the library.
        speech: its length, with the end card's, is that of the reel.
        overlays: their cues say what is shown when; they hold the films that a generator made.

    Returns:
        One insert a cue, in order; the caller lays them over the avatar.

    Raises:
        FixRequest: a film ends before the part that is shown.
        StoreDamaged: a picture or film is missing from the store.
        NotWritable: the disk is full.
    """
    store, shown = open_store(), shown_cues(plan, overlays)
    engine: MoviepyFootage = load_engine("footage", plan.engines["footage"])(
        program=find_ffmpeg(os.environ.get("FFMPEG_BINARY")))
    shots: list[StillShot | ClipShot] = []
    with store.scratch() as folder, writable(folder):
        for number, (cue, media) in enumerate(shown):
            report(number / len(shown), cue.media or "")
            if media.kind == "image":
                earlier = sum(isinstance(shot, StillShot) for shot in shots)
                shots.append(still_shot(store, folder, cue, media, number=earlier, colours=backgrounds(plan)))
            else:
                shots.append(clip_shot(store, folder, cue, media, engine, done=(number / len(shown), 1 / len(shown))))
    reel_s = frame_count(speech.duration_s + plan.tail_s) / FPS
    return Footage(inserts=inserts([cue for cue, _ in shown], shots, reel_s), engine=engine.name, version=engine.version)


def shown_cues(plan: ReelPlan, overlays: Overlays) -> list[tuple[Cue, ShownMedia]]:
    """The cues of pictures and films, each with its file."""
    media = {**plan.media, **overlays.generated}
    return [(cue, media[cue.media]) for cue in overlays.cues if cue.kind in ("image", "clip") and cue.media]


def backgrounds(plan: ReelPlan) -> tuple[str, str]:
    """What stands behind the transparent parts of a picture: one of the brand's two colours for panels."""
    return plan.brand.colours.panel, plan.brand.colours.on_panel


def still_shot(store: Store, folder: Path, cue: Cue, media: ShownMedia, *, number: int, colours: tuple[str, str]
               ) -> StillShot:
    """A picture under a camera; `number` pictures were shown before."""
    frame, ready = size_of(cue), folder / f"picture-{number}.jpg"
    size = make_ready(store.path(media.file), ready, backgrounds=colours, size=frame)
    focus_x, focus_y = picture_focus(ready)
    camera = picture_camera(frames_of(cue), number, picture=size, frame=frame, focus_x=focus_x)
    return StillShot(start_s=cue.start_s, end_s=cue.end_s, picture=store.put(ready),
                     camera=store.put_text(Curves(camera, FPS).to_json(), ".json"),
                     focus_x=round(focus_x, 4), focus_y=round(focus_y, 4))


def clip_shot(store: Store, folder: Path, cue: Cue, media: ShownMedia, engine: MoviepyFootage, *,
              done: tuple[float, float]) -> ClipShot:
    """A film, as long as it is shown; `done` is what of the stage is done before it, and its own share."""
    source, frame, target = store.path(media.file), size_of(cue), folder / "film.mp4"
    facts = check_clip(source, size=frame)
    engine.cut(source, facts, target, frames=frames_of(cue), size=frame, focus=film_focus(source, at_s=cue.from_s),
               from_s=cue.from_s, progress=lambda part: report(done[0] + done[1] * part, cue.media or ""))
    return ClipShot(start_s=cue.start_s, end_s=cue.end_s, clip=store.put(target))


def inserts(cues: Sequence[Cue], shots: Sequence[StillShot | ClipShot], reel_s: float) -> tuple[Insert, ...]:
    """Shots over the avatar: they come and go softly, but cut straight to each other and at the ends of the reel."""
    starts, ends = {frame_at(cue.start_s) for cue in cues}, {frame_at(cue.end_s) for cue in cues}
    hard_starts, hard_ends = ends | {0}, starts | {frame_at(reel_s)}
    return tuple(Insert(shot=shot, layout=cue.layout or "full",
                        enter_s=0.0 if frame_at(cue.start_s) in hard_starts else SOFT_S[cue.layout or "full"],
                        leave_s=0.0 if frame_at(cue.end_s) in hard_ends else SOFT_S[cue.layout or "full"])
                 for cue, shot in zip(cues, shots, strict=True))


def size_of(cue: Cue) -> tuple[int, int]:
    """What a cue's picture fills, (width, height)."""
    return filled_px(cue.layout)


def frames_of(cue: Cue) -> int:
    """How many frames show it."""
    return max(1, frame_at(cue.end_s) - frame_at(cue.start_s))
