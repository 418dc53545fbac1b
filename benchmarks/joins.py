"""Measures whether a reel jumps that is longer than the film it shows: where the film turns, and where another begins.

    python -m benchmarks.joins                 # 30 s from one film of 5 s, and from two

What changes from one frame to the next is compared with the same inside the film, shown straight: mean difference of
brightness, of 255. Exit code 1 where the reel changes more at a join than the film does anywhere.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from tasks.animation.task import animate, understand
from tasks.domain.avatar import AvatarSnapshot, Consent
from tasks.domain.generation import ClipOrder, GeneratedClip
from tasks.domain.performance import ClipShot, Performance, PlacedFilm
from tasks.domain.plan import ReelPlan
from tasks.domain.script import Beat, Script
from tasks.domain.speech import Alignment, Speech, Word
from tasks.domain.timeline import FPS
from tasks.generation.base import Material
from tasks.generation.double import DoubleFilms
from tasks.media.audio.wav import write_wav
from tasks.media.curves import read_curves
from tasks.media.drawing.performance import draw
from tasks.media.drawing.planes import view_planes
from tasks.media.mouth_track import read_track
from tasks.runtime.settings import current_settings
from tasks.runtime.store import Store
from tasks.runtime.stores import open_store

AVATAR = Path(__file__).parents[1] / "avatars" / "ada"
WATCHED_PX = (270, 480)
"""Size that the frames are compared at."""


@dataclass(frozen=True)
class Joins:
    """Largest changes from frame to frame, of 255."""

    inside: float
    """Of the films, shown straight."""
    at_joins: float
    """Of the reel, where a film turns or another begins."""
    count: int
    """How many joins there are."""


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
    return int(worst)


def measure_joins(store: Store, films: int, *, clip_s: float, reel_s: float) -> Joins:
    """Films an avatar so often, extends that to a reel, and compares."""
    plan = ReelPlan.model_construct(
        script=Script(title="Joins", beats=(Beat(say="Ah."),)), seed=1, tail_s=0.0, engines={"animation": "generated"},
        avatar=AvatarSnapshot(name="ada", title="Ada", sha256="0" * 64, portrait=store.put_copy(AVATAR / "portrait.png"),
                              rig=store.put_copy(AVATAR / "rig.json"),
                              consent=Consent(kind="synthetic", statement="Drawn.")))
    ends = np.linspace(0, reel_s, films + 1)
    placed = tuple(PlacedFilm(film=understand.fn(plan, _filmed(store, plan, number, clip_s)), start_s=start_s, end_s=end_s)
                   for number, (start_s, end_s) in enumerate(pairwise(ends.tolist())))
    words = Alignment(words=(Word(text="Ah.", start_s=0, end_s=1, beat=0),), phonemes=(), engine="even", version="1")
    performance = animate.fn(plan, _silence(store, reel_s), words, placed)
    joins = sorted(_joins(store, performance))
    films_alone = [_straight(store, shot) for shot in performance.shots if isinstance(shot, ClipShot)]
    inside = max(float(_changes(store, film).max()) for film in films_alone)
    return Joins(inside=inside, at_joins=float(_changes(store, performance)[joins].max()), count=len(joins))


def _filmed(store: Store, plan: ReelPlan, number: int, clip_s: float) -> GeneratedClip:
    order = ClipOrder(picture=plan.avatar.portrait, seed=number, duration_s=clip_s)
    with store.scratch() as folder, patch("tasks.generation.double.LONGEST_S", clip_s):
        material = Material(picture=store.path(plan.avatar.portrait))
        DoubleFilms().generate(order, material, folder / "clip.mp4", lambda *_: None)
        return GeneratedClip(film=store.put(folder / "clip.mp4"), order=order, engine="double", version="1", model="none")


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
