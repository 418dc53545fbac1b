"""A film of an avatar, made ready for any speech: its mouth on every frame, where it may be drawn anew, and its face.

A filmed and a generated clip take the same road: brought into the one form of all footage, its face followed and steadied,
the frames chosen that may be shown, and kept there and back (`tasks/media/extension.py`).
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.domain.errors import AvatarError
from tasks.domain.timeline import FPS
from tasks.media.clips import check_clip
from tasks.media.cutting import write_there_and_back
from tasks.media.even_clip import make_even
from tasks.media.face_track import FaceTrack, read_frame, track_face
from tasks.media.face_view import look_over
from tasks.media.landmarks import FaceMesh
from tasks.media.metrics.mouth_opening import mouth_opening
from tasks.media.mouth_clearance import Clearance, MouthWatch, clear
from tasks.media.mouth_track import TRACKED, MouthTrack
from tasks.media.rig.build import find_face, rig_of
from tasks.media.rig.geometry import face_yaw
from tasks.media.rig.model import Rig
from tasks.media.rig.topology import LEFT_EYE_OUTER, RIGHT_EYE_OUTER
from tasks.media.steadying import runs, steady

VERSION = "2"
"""Raised whenever the same film comes out otherwise."""
USABLE_SHARE = 0.95
"""From this part of its frames on, a film is used whole; the rest is left as it was filmed."""
LEAST_RUN_S = 2.0
"""Otherwise its longest run of frames on which the mouth is drawn wholly is used, if it is at least this long: a shorter one
would be seen to repeat."""
YAW_COST = 0.25
"""What a radian of turned head costs against the mouth's opening in eye distances, where a reference frame is chosen."""
EVEN_SHARE, FOLLOWED_SHARE = 0.15, 0.55
"""Parts of the work that are done when the film is even, and when its face is followed."""


@dataclass(frozen=True)
class ReadyFilm:
    """A film of an avatar.

    Attributes:
        track: its mouth on every frame of what was kept, there and back.
        rig: of its face, on the frame that shows it most closed and most from the front.
        warnings: what its owner should know, a sentence each.
    """

    track: MouthTrack
    rig: Rig
    warnings: tuple[str, ...] = ()


def make_ready(path: Path, target: Path, *, name: str, size: tuple[int, int], program: str,
               progress: Callable[[float, str], None]) -> ReadyFilm:
    """Makes a film ready for any speech.

    Args:
        path: a film that `tasks.media.avatar_clip.check_avatar_clip` accepts.
        target: where what is kept of it goes, MP4.
        name: the avatar's, for messages.
        size: (width, height) of the frames drawn.
        program: ffmpeg.
        progress: told the fraction done, and with what.

    Raises:
        AvatarError: no face, several, a small one, one on its side, or the mouth may be drawn on too few frames.
        MissingTool: mediapipe is not installed.
        NotWritable: the disk is full.
        FixMachine: ffmpeg or moviepy failed.
    """
    facts, even = check_clip(path, size=size), target.with_name("even.mp4")
    with FaceMesh(face_count=2) as finder:
        focus = look_over(path, facts, finder, name)
    make_even(path, even, facts, size=size, focus=focus, from_s=0.0, seconds=facts.duration_s, program=program)
    progress(EVEN_SHARE, "following the face")
    ready, usable = follow(even, name)
    progress(FOLLOWED_SHARE, "keeping the film")
    write_there_and_back(even, target, frames=usable, size=size, program=program,
                         progress=lambda done: progress(FOLLOWED_SHARE + (1 - FOLLOWED_SHARE) * done, "keeping the film"))
    even.unlink()
    there = np.arange(*usable)
    return ReadyFilm(ready.track.take(np.concatenate([there, there[::-1]])), ready.rig, ready.warnings)


def follow(even: Path, name: str) -> tuple[ReadyFilm, tuple[int, int]]:
    """Follows the face of an even film, and chooses the frames that may be shown, [start, end).

    Raises:
        AvatarError: the mouth may be drawn on too few frames; the message says why, with numbers.
    """
    watch = MouthWatch()
    with FaceMesh(still=False) as follower:
        found = track_face(even, follower, look=watch.look)
    clearance = clear(found.points, watch.covered())
    usable = usable_frames(clearance, name)
    points = steady(found.points[:, list(TRACKED), :2], face_scale(found))
    gone = np.isnan(points[:, 0, 0])
    best = best_frame(found, clearance.free & found.seen & ~gone)
    points[gone] = points[best]
    picture = read_frame(even, best)
    with FaceMesh() as finder:
        rig = rig_of(picture, find_face(picture, finder, name), hashlib.sha256(picture.tobytes()).hexdigest())
    track = MouthTrack(found.size, points[best], points, clearance.strength())
    return ReadyFilm(track, rig, tuple(left_out(clearance, usable, name))), usable


def face_scale(found: FaceTrack) -> float:
    """The usual distance of the outer corners of the eyes, pixels."""
    return float(np.nanmedian(np.linalg.norm(found.points[:, RIGHT_EYE_OUTER] - found.points[:, LEFT_EYE_OUTER], axis=-1)))


def usable_frames(clearance: Clearance, name: str) -> tuple[int, int]:
    """[start, end): the frames of a film that may be shown: all, or the longest run on which the mouth is drawn wholly.

    Raises:
        AvatarError: it is too short.
    """
    free = clearance.free
    if free.mean() >= USABLE_SHARE:
        return 0, len(free)
    start, end = max(runs(clearance.strength() == 1), key=lambda run: run[1] - run[0], default=(0, 0))
    if end - start < LEAST_RUN_S * FPS:
        raise AvatarError(f"the film of the avatar {name!r} cannot speak: it {', and it '.join(clearance.told())}; its"
                          f" mouth can be drawn for at most {(end - start) / FPS:.1f} s in a row, {LEAST_RUN_S:g} s are"
                          " needed: take a film in which it looks at the camera, its mouth closed and nothing before it")
    return start, end


def left_out(clearance: Clearance, usable: tuple[int, int], name: str) -> Sequence[str]:
    """What a film's owner should know of the frames that are not used, or not drawn on."""
    free = clearance.free
    if free.all():
        return ()
    why = ", and it ".join(clearance.told())
    if usable != (0, len(free)):
        return (f"only {(usable[1] - usable[0]) / FPS:.1f} of the {len(free) / FPS:.1f} s of the film of the avatar {name!r}"
                f" are used, from {usable[0] / FPS:.1f} s on: it {why}",)
    return (f"the film of the avatar {name!r} {why}: there the mouth stays as it was filmed",)


def best_frame(found: FaceTrack, offered: NDArray[np.bool_]) -> int:
    """The frame among those offered that shows the face most from the front, and its mouth most closed."""
    candidates = np.flatnonzero(offered)
    cost = [mouth_opening(face) + YAW_COST * abs(face_yaw(face)) for face in found.points[candidates]]
    return int(candidates[int(np.argmin(cost))])
