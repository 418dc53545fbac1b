"""A film of an avatar, made ready for any speech: its mouth on every frame, where it may be drawn anew, and its face.

A filmed and a generated clip take the same road: brought into the one form of all footage, its face followed while that is
done and steadied afterwards, and the frames chosen that may be shown. The film is decoded once.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.domain.errors import AvatarError
from tasks.domain.timeline import FPS
from tasks.media.clips import check_clip
from tasks.media.cutting import write_part
from tasks.media.drawing.clips import read_picture
from tasks.media.even_clip import keep_even
from tasks.media.face_track import FaceTrack, small_size, track_face
from tasks.media.face_view import look_over
from tasks.media.film_look import LookWatch
from tasks.media.film_name import FilmName
from tasks.media.landmarks import FaceMesh, LandmarkFinder
from tasks.media.metrics.eye_opening import eye_opening
from tasks.media.metrics.mouth_opening import mouth_opening
from tasks.media.mouth_clearance import Clearance, MouthWatch, clear
from tasks.media.mouth_track import TRACKED, MouthTrack
from tasks.media.rig.build import find_face, rig_of
from tasks.media.rig.geometry import face_yaw
from tasks.media.rig.model import Rig
from tasks.media.rig.topology import LEFT_EYE_OUTER, RIGHT_EYE_OUTER
from tasks.media.steadying import runs, steady

VERSION = "3"
"""Raised whenever the same film comes out otherwise."""
USABLE_SHARE = 0.95
"""From this part of its frames on, a film is used whole; the rest is left as it was filmed."""
LEAST_RUN_S = 2.0
"""Otherwise its longest run of frames on which the mouth is drawn wholly is used, if it is at least this long: a shorter one
would be seen to repeat."""
YAW_COST = 0.25
"""What a radian of turned head costs against the mouth's opening in eye distances, where a reference frame is chosen."""
BLINK_COST = 0.5
"""And what eyes cost that are less open than usual: teeth are painted after the white of the eyes."""
FOLLOWED_SHARE = 0.85
"""Part of the work that is done when the face is followed; where the film is cut, that takes as long as all before."""
PROGRESS_FRAMES = 15
"""Frames between two words on progress."""
Progress = Callable[[float, str], None]
"""Told the fraction done, and with what."""


@dataclass(frozen=True)
class ReadyFilm:
    """A film of an avatar.

    Attributes:
        track: its mouth on every frame of what was kept.
        rig: of its face, on the frame that shows it most closed and most from the front.
        warnings: what its owner should know, a sentence each.
    """

    track: MouthTrack
    rig: Rig
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Followed:
    """What was seen of a film while it went by: the face, where the mouth may be drawn, how the film looks."""

    face: FaceTrack
    clearance: Clearance
    looks: LookWatch


def make_ready(path: Path, target: Path, *, name: FilmName, size: tuple[int, int], program: str, progress: Progress,
               whole: bool = False) -> ReadyFilm:
    """Makes a film ready for any speech.

    Args:
        path: a film that `tasks.media.avatar_clip.check_avatar_clip` accepts.
        target: where what is kept of it goes, MP4.
        name: the film's, for messages.
        size: (width, height) of the frames drawn.
        program: ffmpeg.
        progress: told how far it is.
        whole: keep all of it, wherever its mouth may be drawn: each of its frames belongs to a moment.

    Raises:
        AvatarError: no face, several, a small one, one on its side, or the mouth may be drawn on too few frames.
        MissingTool: mediapipe is not installed.
        NotWritable: the disk is full.
        FixMachine: ffmpeg or moviepy failed.
    """
    facts = check_clip(path, size=size, name=name)
    with FaceMesh(face_count=2) as finder:
        focus = look_over(path, facts, finder, name)
        pictures = keep_even(path, target, facts, size=size, focus=focus, small=small_size(size), program=program)
        followed = follow(telling(pictures, round(facts.duration_s * FPS), progress), size)
        everything = (0, len(followed.face.points))
        usable = everything if whole else usable_frames(followed.clearance, name)
        film = ready_from(target, followed, usable, name, finder)
    if usable != everything:
        cut(target, usable, size, program, progress)
    return film


def telling(pictures: Iterable[NDArray[np.uint8]], count: int, progress: Progress) -> Iterator[NDArray[np.uint8]]:
    """The pictures; how many of about `count` have gone by is told."""
    for index, picture in enumerate(pictures):
        if index % PROGRESS_FRAMES == 0:
            progress(FOLLOWED_SHARE * min(index / max(count, 1), 1), "following the face")
        yield picture


def follow(pictures: Iterable[NDArray[np.uint8]], size: tuple[int, int]) -> Followed:
    """Follows the face through the frames of a film of `size`, scaled down."""
    mouth, looks = MouthWatch(), LookWatch()
    with FaceMesh(still=False) as follower:
        found = track_face(pictures, size, follower, mouth.look, looks.look)
    return Followed(found, clear(found.points, mouth.covered()), looks)


def ready_from(kept: Path, followed: Followed, usable: tuple[int, int], name: FilmName, finder: LandmarkFinder) -> ReadyFilm:
    """The track of the usable frames, [start, end), of a kept film, and the rig of the best of them."""
    found, clearance = followed.face, followed.clearance
    points = steady(found.points[:, list(TRACKED), :2], face_scale(found))
    gone = np.isnan(points[:, 0, 0])
    offered = found.seen & ~gone & within(usable, len(gone))
    best = best_frame(found, clearance.free & offered if (clearance.free & offered).any() else offered)
    points[gone] = points[best]
    picture = read_picture(kept, best)
    rig = rig_of(picture, find_face(picture, finder, name.called), hashlib.sha256(picture.tobytes()).hexdigest())
    soft, light = followed.looks.beside(best)
    grow = np.float32(found.size[0] / small_size(found.size)[0])
    track = MouthTrack(found.size, points[best], points, clearance.strength(), soft * grow, light, best)
    return ReadyFilm(track.part(*usable), rig, tuple(left_out(clearance, usable, name)))


def within(span: tuple[int, int], count: int) -> NDArray[np.bool_]:
    """(count,): whether a frame is one of [start, end)."""
    places = np.arange(count)
    return (places >= span[0]) & (places < span[1])


def cut(kept: Path, usable: tuple[int, int], size: tuple[int, int], program: str, progress: Progress) -> None:
    """Cuts the frames [start, end) out of a kept film."""
    whole = kept.rename(kept.with_name("whole.mp4"))
    write_part(whole, kept, frames=usable, size=size, program=program,
               progress=lambda done: progress(FOLLOWED_SHARE + (1 - FOLLOWED_SHARE) * done, "cutting the film"))
    whole.unlink()


def face_scale(found: FaceTrack) -> float:
    """The usual distance of the outer corners of the eyes, pixels."""
    return float(np.nanmedian(np.linalg.norm(found.points[:, RIGHT_EYE_OUTER] - found.points[:, LEFT_EYE_OUTER], axis=-1)))


def usable_frames(clearance: Clearance, name: FilmName) -> tuple[int, int]:
    """[start, end): the frames of a film that may be shown: all, or the longest run on which the mouth is drawn wholly.

    Raises:
        AvatarError: it is too short.
    """
    free = clearance.free
    if free.mean() >= USABLE_SHARE:
        return 0, len(free)
    start, end = max(runs(clearance.strength() == 1), key=lambda run: run[1] - run[0], default=(0, 0))
    if end - start < LEAST_RUN_S * FPS:
        raise AvatarError(name.fault(
            f"cannot speak, as it {', and it '.join(clearance.told())}; its mouth can be drawn for at most"
            f" {(end - start) / FPS:.1f} s in a row, {LEAST_RUN_S:g} s are needed",
            "take a film in which the face looks at the camera, its mouth closed and nothing before it"))
    return start, end


def left_out(clearance: Clearance, usable: tuple[int, int], name: FilmName) -> Sequence[str]:
    """What a film's owner should know of the frames that are not used, or not drawn on."""
    free = clearance.free
    if free.all():
        return ()
    why = ", and it ".join(clearance.told())
    if usable != (0, len(free)):
        return (f"only {(usable[1] - usable[0]) / FPS:.1f} of the {len(free) / FPS:.1f} s of {name.called} are"
                f" used, from {usable[0] / FPS:.1f} s on: it {why}",)
    return (f"{name.called} {why}: there the mouth stays as it was filmed",)


def best_frame(found: FaceTrack, offered: NDArray[np.bool_]) -> int:
    """The frame among those offered that shows the face most from the front, its mouth most closed and its eyes open."""
    candidates = np.flatnonzero(offered)
    eyes = np.array([eye_opening(face) for face in found.points[candidates]])
    shut = np.maximum(np.median(eyes) - eyes, 0)
    cost = [mouth_opening(face) + YAW_COST * abs(face_yaw(face)) for face in found.points[candidates]] + BLINK_COST * shut
    return int(candidates[int(np.argmin(cost))])
