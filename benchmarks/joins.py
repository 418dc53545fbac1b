"""Measures whether a reel jumps that is longer than the film it shows: where the film turns, and where another begins.

    python -m benchmarks.joins                 # 30 s from one film of 5 s, from two, and from films that follow the voice

What changes from one frame to the next is compared with the same inside the film, shown straight: mean difference of
brightness, of 255. Of films that follow the voice it is also measured how far the frames are from their moment of the voice.
Exit code 1 where the reel changes more at a join than the film does anywhere, or frames are more than one from their moment.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from benchmarks.curves_plot import rehearse
from benchmarks.heard_films import HeardFilms, luma_of, patch_of
from tasks.animation.task import animate, understand
from tasks.domain.avatar import AvatarSnapshot, Consent
from tasks.domain.generation import ClipOrder, GeneratedClip
from tasks.domain.performance import ClipShot, Performance, PlacedFilm
from tasks.domain.plan import ReelPlan
from tasks.domain.script import Beat, Script
from tasks.domain.speech import Alignment, Speech, Word
from tasks.domain.timeline import FPS, frame_count
from tasks.generation.base import Material
from tasks.generation.double import DoubleFilms
from tasks.generation.heard_spans import heard_spans
from tasks.media.audio.envelope import frame_loudness
from tasks.media.audio.wav import read_wav, write_part, write_wav
from tasks.media.curves import read_curves
from tasks.media.drawing.performance import draw
from tasks.media.drawing.planes import view_planes
from tasks.media.film_change import DISSOLVE_FRAMES
from tasks.media.mouth_track import read_track
from tasks.runtime.settings import current_settings
from tasks.runtime.store import Store
from tasks.runtime.stores import open_store
from tasks.speech.base import RATE_HZ

AVATAR = Path(__file__).parents[1] / "avatars" / "ada"
WATCHED_PX = (270, 480)
"""Size that the frames are compared at."""
TEXT = ("Papa has a large car, and Martha parks far apart. My father may march past the palm. Barbara calms the harbour,"
        " and a star falls far behind the farm. Mama may laugh.")
"""What films that follow the voice follow."""


@dataclass(frozen=True)
class Joins:
    """Largest changes from frame to frame, of 255."""

    inside: float
    """Of the films, shown straight."""
    at_joins: float
    """Of the reel, where a film turns or another begins."""
    count: int
    """How many joins there are."""
    late_frames: int = 0
    """How much later than the voice the frames come, of films that follow it."""


def main() -> int:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clip-s", type=float, default=5.0)
    parser.add_argument("--reel-s", type=float, default=30.0)
    arguments = parser.parse_args()
    worst = 0
    with tempfile.TemporaryDirectory() as home:
        os.environ["REELS_HOME"] = home
        current_settings.cache_clear()
        for films in (1, 2):
            found = measure_joins(open_store(), films, clip_s=arguments.clip_s, reel_s=arguments.reel_s)
            worst |= found.at_joins > found.inside
            sys.stdout.write(f"{arguments.reel_s:g} s from {films} x {arguments.clip_s:g} s: {found.count} joins, at most"
                             f" {found.at_joins:.2f} of 255 there, {found.inside:.2f} inside the films\n")
        for fps in (16, 24, 30):
            found = measure_heard(open_store(), TEXT, clip_s=arguments.clip_s, fps=fps)
            worst |= found.at_joins > found.inside or abs(found.late_frames) > 1
            sys.stdout.write(f"films of {fps} frames a second that follow the voice: {found.count} joins, at most"
                             f" {found.at_joins:.2f} of 255 there, {found.inside:.2f} inside the films; frames come"
                             f" {found.late_frames} late\n")
    return int(worst)


def measure_joins(store: Store, films: int, *, clip_s: float, reel_s: float) -> Joins:
    """Films an avatar so often, extends that to a reel, and compares."""
    plan = _plan(store)
    ends = np.linspace(0, reel_s, films + 1)
    placed = tuple(PlacedFilm(film=understand.fn(plan, _filmed(store, plan, number, clip_s)), start_s=start_s, end_s=end_s)
                   for number, (start_s, end_s) in enumerate(pairwise(ends.tolist())))
    words = Alignment(words=(Word(text="Ah.", start_s=0, end_s=1, beat=0),), phonemes=(), engine="even", version="1")
    performance = animate.fn(plan, _silence(store, reel_s), words, placed)
    return _measured(store, performance, sorted(_joins(store, performance)))


def measure_heard(store: Store, text: str, *, clip_s: float, fps: int) -> Joins:
    """Speaks a text, films an avatar that follows it in clips of some length, and compares."""
    plan, said, maker = _plan(store), rehearse(text), HeardFilms.of(AVATAR, marked=True)
    reel_s = len(said.samples) / RATE_HZ
    placed, expected = [], np.full((2, frame_count(reel_s)), np.nan)
    with store.scratch() as folder:
        write_wav(folder / "voice.wav", said.samples, RATE_HZ)
        speech = Speech(audio=store.put_copy(folder / "voice.wav"), duration_s=reel_s, engine="espeak", version="1")
        for number, (start_s, end_s) in enumerate(heard_spans(said.words, reel_s, clip_s)):
            write_part(folder / "voice.wav", folder / "part.wav", start_s=start_s, end_s=end_s)
            maker.make(folder / "part.wav", folder / "clip.mp4", fps=fps, frames=round((end_s - start_s) * fps), seed=number)
            clip = _clip(store, folder / "clip.mp4", ClipOrder(seed=number, duration_s=end_s - start_s))
            placed.append(PlacedFilm(film=understand.fn(plan, clip), start_s=start_s, end_s=end_s, in_time=True))
            loudness = frame_loudness(*read_wav(folder / "part.wav"), FPS, frame_count(end_s - start_s))
            expected[number % 2, round(start_s * FPS):round(end_s * FPS)] = [luma_of(float(value)) for value in loudness]
    words = Alignment(words=tuple(said.words), phonemes=(), engine="even", version="1")
    performance = animate.fn(plan, speech, words, tuple(placed))
    joins = [round(shot.start_s * FPS) - 1 + index for shot in performance.shots[1:] for index in range(DISSOLVE_FRAMES + 1)]
    measured = _measured(store, performance, joins)
    return replace(measured, count=len(placed) - 1, late_frames=_late(store, performance, expected))


def _late(store: Store, performance: Performance, expected: NDArray[np.float64]) -> int:
    """How many frames later than the voice the patch is as bright as the voice is loud, where that fits best; `expected` is
    (2, frames) its luma in the one film and in the other, NaN where there is none.
    """
    shown = np.array([patch_of(frame)[2:-2, 2:-2].mean() for frame in draw(performance, store.path, size=WATCHED_PX)])
    reach = 6

    def off(late: int) -> float:
        there = np.roll(expected, late, axis=1)[:, reach:-reach]
        return float(np.nanmin(np.abs(there - shown[reach:-reach]), axis=0).mean())

    return min(range(-reach, reach + 1), key=off)


def _measured(store: Store, performance: Performance, joins: list[int]) -> Joins:
    """The changes of a performance at some frames, and inside its films."""
    films_alone = [_straight(store, shot) for shot in performance.shots if isinstance(shot, ClipShot)]
    inside = max(float(_changes(store, film).max()) for film in films_alone)
    return Joins(inside=inside, at_joins=float(_changes(store, performance)[joins].max()), count=len(joins))


def _plan(store: Store) -> ReelPlan:
    return ReelPlan.model_construct(
        script=Script(title="Joins", beats=(Beat(say="Ah."),)), seed=1, tail_s=0.0, engines={"animation": "generated"},
        avatar=AvatarSnapshot(name="ada", title="Ada", sha256="0" * 64, portrait=store.put_copy(AVATAR / "portrait.png"),
                              rig=store.put_copy(AVATAR / "rig.json"),
                              consent=Consent(kind="synthetic", statement="Drawn.")))


def _filmed(store: Store, plan: ReelPlan, number: int, clip_s: float) -> GeneratedClip:
    order = ClipOrder(picture=plan.avatar.portrait, seed=number, duration_s=clip_s)
    with store.scratch() as folder, patch("tasks.generation.double.LONGEST_S", clip_s):
        material = Material(picture=store.path(plan.avatar.portrait))
        DoubleFilms().generate(order, material, folder / "clip.mp4", lambda *_: None)
        return _clip(store, folder / "clip.mp4", order)


def _clip(store: Store, film: Path, order: ClipOrder) -> GeneratedClip:
    return GeneratedClip(film=store.put(film), order=order, engine="double", version="1", model="none")


def _silence(store: Store, length_s: float) -> Speech:
    with store.scratch() as folder:
        write_wav(folder / "voice.wav", np.zeros(round(48_000 * length_s), np.float32), 48_000)
        return Speech(audio=store.put(folder / "voice.wav"), duration_s=length_s, engine="tone", version="1")


def _joins(store: Store, performance: Performance) -> Iterator[int]:
    """Frames of the reel that come after a turn of the film, or begin another one, as indices of the change to them."""
    start = 0
    for shot in performance.shots:
        assert isinstance(shot, ClipShot)
        assert shot.course
        if start:
            yield start - 1
        course = np.round(read_curves(store.path(shot.course)).values["frame"])
        steps = np.flatnonzero(np.diff(course))
        signs = np.sign(np.diff(course)[steps])
        for turn in np.flatnonzero(signs[1:] != signs[:-1]):
            yield from (start + int(steps[turn]), start + int(steps[turn + 1]))
        start += len(course)


def _straight(store: Store, shot: ClipShot) -> Performance:
    """The film of a shot, from its first frame to its last."""
    assert shot.track
    frames = len(read_track(store.path(shot.track)))
    return Performance(frame_count=frames, engine="clip", version="1", shots=(
        shot.model_copy(update={"start_s": 0.0, "end_s": frames / FPS, "course": None}),))


def _changes(store: Store, performance: Performance) -> NDArray[np.float64]:
    """(frames - 1,) mean change of brightness from each frame to the next."""
    before, found = None, []
    for frame in draw(performance, store.path, size=WATCHED_PX):
        luma = view_planes(frame).y.astype(np.float32)
        if before is not None:
            found.append(float(np.abs(luma - before).mean()))
        before = luma.copy()
    return np.array(found)


if __name__ == "__main__":
    sys.exit(main())
