"""The animation stage: who is seen, and how the avatar and the camera move."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tasks.animation.base import NO_ROOM, Animation, Room, Take
from tasks.animation.directions import direction_warnings
from tasks.domain.approval import Approval
from tasks.domain.errors import AvatarError
from tasks.domain.generation import GeneratedClip
from tasks.domain.performance import AvatarFilm, ClipShot, Performance, PlacedFilm, PuppetShot, Shot, StillShot
from tasks.domain.plan import ReelPlan
from tasks.domain.speech import Alignment, Speech
from tasks.domain.timeline import FPS, SIZE_PX, frame_count
from tasks.media.audio.envelope import frame_loudness
from tasks.media.audio.wav import read_wav
from tasks.media.curves import CAMERA, Curves
from tasks.media.ffmpeg import find_ffmpeg
from tasks.media.film_change import DISSOLVE_FRAMES, nearest_moment
from tasks.media.film_name import FilmName
from tasks.media.focus import picture_focus
from tasks.media.mouth_track import film_moves, read_track
from tasks.media.pictures import cover_scale, picture_size
from tasks.media.rig.model import Rig
from tasks.orchestration.payment import access_to, cost_of
from tasks.orchestration.progress import report
from tasks.orchestration.stages import stage
from tasks.runtime.engines import load_engine
from tasks.runtime.store import Store, writable
from tasks.runtime.stores import open_store

NO_FILM = ("the avatar {!r} has no film that could be shown: write `clip: clip.mp4` in its avatar.yaml and put the film"
           " beside it, choose a generator, or use --engine animation=puppet")
"""What is said where an engine wants a film and there is none."""
MOVES = {"puppet": "moving head and eyes", "still": "moving the camera", "clip": "extending the film"}
"""What an engine does, by what its curves move."""


def _key(plan: ReelPlan, speech: Speech, alignment: Alignment, films: tuple[PlacedFilm, ...] = (),
         approval: Approval | None = None) -> dict[str, object]:  # noqa: ARG001  a signature like the task's
    engine = load_engine("animation", plan.engines["animation"])
    return {"engine": engine.name, "version": engine.version, "seed": plan.seed, "portrait": plan.avatar.portrait,
            "rig": plan.avatar.rig, "films": list(films), "audio": speech.audio.sha256, "duration_s": speech.duration_s,
            "tail_s": plan.tail_s,
            "words": [word.model_dump() for word in alignment.words], "directions": _directions(plan),
            "phonemes": [phoneme.model_dump() for phoneme in alignment.phonemes]}


@stage("animation", key=_key)
def animate(plan: ReelPlan, speech: Speech, alignment: Alignment, films: tuple[PlacedFilm, ...] = (),
            approval: Approval | None = None) -> Performance:
    """Moves the avatar for the whole reel.

    Args:
        plan: names engine, avatar and seed, and holds the directions and the length of the end card.
        speech: the voice; the reel lasts as long, and the end card after it.
        alignment: when each word and phoneme is heard.
        films: of the avatar, made ready, where the engine shows films: in order, covering the reel.
        approval: a person's word, which an engine that is paid wants.

    Returns:
        A performance of one shot, or one a film, without a mouth; its curves are in the store. Warnings tell which words
        of the directions are not understood.

    Raises:
        StoreDamaged: the voice or the avatar's rig is missing from the store.
        AvatarError: the avatar's rig cannot be read, or the engine moves a face, or shows a film, and the avatar has
            none.
        ApprovalMissing, OverLimit, DayLimitReached, PaymentUnknown, TryAgain: the engine is paid, and it was not to be, or
            nobody answers.
    """
    access = access_to("animation", plan, approval)
    engine: Animation = load_engine("animation", plan.engines["animation"])(**access)
    store = open_store()
    rig = Rig.read(store.path(plan.avatar.rig)) if plan.avatar.rig else None
    focus = _focus(store, plan, rig)
    take = _take(store, plan, speech, alignment, rig, focus)
    report(0.4, MOVES[engine.shot])
    shots = _film_shots(store, plan, engine, films, take) if engine.shot == "clip" else (
        _shot(store, plan, engine, engine.motion(take), focus),)
    told = [warning for placed in films for warning in placed.film.warnings]
    return Performance(fps=FPS, frame_count=len(take.loudness), shots=shots, engine=engine.name, version=engine.version,
                       warnings=tuple(dict.fromkeys([*told, *_told(plan, engine)])), cost_usd=cost_of(access))


def _film_key(plan: ReelPlan, made: GeneratedClip | None = None, whole: bool = False) -> dict[str, object]:
    from tasks.media.avatar_film import VERSION

    return {"version": VERSION, "clip": made.film if made else plan.avatar.clip, "size": SIZE_PX} | (
        {"whole": True} if whole else {})


@stage("clip", key=_film_key)
def understand(plan: ReelPlan, made: GeneratedClip | None = None, whole: bool = False) -> AvatarFilm:
    """Makes a film of the avatar ready, once for all reels: evened, and its face followed.

    Args:
        plan: whose film it is.
        made: a film that was made of the portrait; the avatar's own film unless given.
        whole: keep all of it, wherever its mouth may be drawn: each of its frames belongs to a moment of the reel.

    Raises:
        FixRequest: it is too small or too short.
        AvatarError: it shows no face, or its mouth may be drawn on too few frames.
        StoreDamaged: the film is missing from the store.
        NotWritable: the disk is full.
    """
    from tasks.media.avatar_film import VERSION, make_ready  # takes a second, and few avatars have a film

    store, clip = open_store(), made.film if made else plan.avatar.clip
    name = FilmName.generated(made.engine, made.order.seed, plan.take + 1) if made else FilmName.of_avatar(plan.avatar.name)
    if clip is None:
        raise AvatarError(NO_FILM.format(plan.avatar.name))
    with store.scratch() as folder, writable(folder):
        ready = make_ready(store.path(clip), folder / "film.mp4", name=name, size=SIZE_PX,
                           program=find_ffmpeg(os.environ.get("FFMPEG_BINARY")), progress=report, whole=whole)
        (folder / "mouth.track").write_bytes(ready.track.to_bytes())
        return AvatarFilm(film=store.put(folder / "film.mp4"), frames=len(ready.track), warnings=ready.warnings,
                          track=store.put(folder / "mouth.track"), rig=store.put_text(ready.rig.to_json(), ".json"),
                          version=VERSION)


def _told(plan: ReelPlan, engine: Animation) -> list[str]:
    """What is not done of what the beats direct."""
    if engine.shot == "clip":
        return ["the avatar moves as it was filmed: directions are not followed; --engine animation=puppet follows them"
                ] if engine.name == "clip" and any(_directions(plan)) else []
    return list(direction_warnings(_directions(plan)))


def _directions(plan: ReelPlan) -> list[str | None]:
    return [beat.direct for beat in plan.script.beats]


def _take(store: Store, plan: ReelPlan, speech: Speech, alignment: Alignment, rig: Rig | None, focus: tuple[float, float]
          ) -> Take:
    samples, rate = read_wav(store.path(speech.audio))
    text = " ".join(word.text for word in alignment.words)
    return Take(words=alignment.words, phonemes=alignment.phonemes, seed=plan.seed,
                loudness=frame_loudness(samples, rate, FPS, frame_count(speech.duration_s + plan.tail_s)),
                content=hashlib.sha256(f"{plan.avatar.portrait.sha256}/{text}".encode()).hexdigest(),
                face_yaw_rad=rig.yaw_rad if rig else 0.0, directions=_directions(plan), tail_s=plan.tail_s,
                room=NO_ROOM if rig else _room(picture_size(store.path(plan.avatar.portrait)), focus))


def _shot(store: Store, plan: ReelPlan, engine: Animation, curves: Curves, focus: tuple[float, float]) -> Shot:
    """The shot that an engine's curves move."""
    end_s = len(curves) / FPS
    if engine.shot == "still":
        camera = store.put_text(Curves({name: curves.values[name] for name in CAMERA}, curves.fps).to_json(), ".json")
        return StillShot(start_s=0.0, end_s=end_s, picture=plan.avatar.portrait, camera=camera,
                         focus_x=focus[0], focus_y=focus[1])
    if not plan.avatar.rig:
        raise AvatarError(f"the avatar {plan.avatar.name!r} has no face that the animation engine {engine.name!r} could"
                          " move: use --engine animation=kenburns, or another avatar")
    motion = store.put_text(curves.to_json(), ".json")
    return PuppetShot(start_s=0.0, end_s=end_s, portrait=plan.avatar.portrait, rig=plan.avatar.rig, motion=motion)


def _film_shots(store: Store, plan: ReelPlan, engine: Animation, films: Sequence[PlacedFilm], take: Take
                ) -> tuple[ClipShot, ...]:
    """The shots that show the avatar's films.

    Where two films overlap, the reel changes from one to the other where their faces are nearest, both going on; else the
    first comes back to its first frame, where the next begins.
    """
    if not films:
        raise AvatarError(NO_FILM.format(plan.avatar.name))
    walks = [_walk(store, engine, films, number, take) for number in range(len(films))]
    begins, dissolves = zip((0, 0), *(_change(before, after) for before, after in pairwise(walks)), strict=True)
    ends, shots = [*begins[1:], len(take.loudness)], []
    for placed, walk, start, end, both in zip(films, walks, begins, ends, dissolves, strict=True):
        course = Curves({"frame": walk.course[start - walk.start:].astype(np.float32)}, FPS)
        shots.append(ClipShot(start_s=start / FPS, end_s=end / FPS, clip=placed.film.film, track=placed.film.track,
                              rig=placed.film.rig, course=store.put_text(course.to_json(), ".json"),
                              dissolve_s=both / FPS))
    return tuple(shots)


@dataclass(frozen=True)
class _Walk:
    """A film that is walked over.

    Attributes:
        start: frame of the reel at which it begins.
        course: (n,) which of its frames is shown from there on.
        points: (n, k, 2) of the face on them.
    """

    start: int
    course: NDArray[np.intp]
    points: NDArray[np.float32]

    @property
    def end(self) -> int:
        """Frame of the reel at which it ends."""
        return self.start + len(self.course)


def _walk(store: Store, engine: Animation, films: Sequence[PlacedFilm], number: int, take: Take) -> _Walk:
    placed, last = films[number], number == len(films) - 1
    start, end = round(placed.start_s * FPS), len(take.loudness) if last else round((placed.end_s or 0) * FPS)
    track = read_track(store.path(placed.film.track))
    part = replace(take, loudness=take.loudness[start:end], comes_back=not last, in_time=placed.in_time,
                   film_moves=film_moves(track).tolist())
    course = engine.motion(part).values["frame"].astype(np.intp)
    return _Walk(start, course, track.points[course])


def _change(before: _Walk, after: _Walk) -> tuple[int, int]:
    """The frame of the reel from which on another film is seen, and for how many frames the one before is seen as well."""
    shared = before.end - after.start
    if shared <= 0:
        return after.start, 0
    moment = nearest_moment(before.points[-shared:], after.points[:shared])
    return after.start + moment, min(DISSOLVE_FRAMES, shared)


def _focus(store: Store, plan: ReelPlan, rig: Rig | None) -> tuple[float, float]:
    """What must stay in view, (x, y) as parts of the portrait: the middle of the face, else what the picture is about."""
    if not rig:
        x, y = picture_focus(store.path(plan.avatar.portrait))
        return round(x, 4), round(y, 4)
    x, y = np.median([point[:2] for point in rig.landmarks], axis=0)
    return float(np.clip(x / rig.width_px, 0, 1)), float(np.clip(y / rig.height_px, 0, 1))


def _room(picture: tuple[int, int], focus: tuple[float, float]) -> Room:
    """What of a picture lies beside a frame that it covers, with its focus as near the middle as it can be."""
    scale = cover_scale(picture, SIZE_PX)
    beside = []
    for side, wanted, at in zip(picture, SIZE_PX, focus, strict=True):
        spare = max(scale * side - wanted, 0.0) / SIZE_PX[0]
        before = min(max(at * scale * side - wanted / 2, 0.0) / SIZE_PX[0], spare)
        beside += [before, spare - before]
    return Room(*beside)
