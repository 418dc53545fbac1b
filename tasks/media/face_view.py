"""A first look at the faces of a film: one, upright, large enough, and where it is."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from tasks.domain.errors import AvatarError
from tasks.media.clips import LOCAL_FILMS, ClipFacts
from tasks.media.film_name import FilmName
from tasks.media.landmarks import LandmarkFinder, Landmarks
from tasks.media.photo.rules import SIZE
from tasks.media.rig.geometry import face_width
from tasks.media.rig.topology import LEFT_EYE_OUTER, RIGHT_EYE_OUTER

LOOKS = 8
"""Frames looked at, spread over the film."""
ENOUGH = 0.5
"""Part of them that must show what is said of the film."""
SIDE_PX = 960
"""Longest side at which they are looked at."""
BESIDE_SHARE = 0.6
"""A second face of this part of the first one's width is a second person."""
LYING_RAD = np.radians(40)
"""Tilt of a head from which the film, and not the head, is taken to be turned."""


def look_over(path: Path, facts: ClipFacts, finder: LandmarkFinder, name: FilmName) -> tuple[float, float]:
    """Where the avatar's face is in its film, (x, y) as parts of the upright width and height.

    Args:
        path: the film.
        facts: what `check_clip` found.
        finder: finds up to two faces in single pictures.
        name: the film's, for messages.

    Raises:
        AvatarError: no face, several, one that is too small, or lies on its side; or the film is damaged.
    """
    try:
        pictures = list(some_frames(path, facts))
    except FFmpegError as error:
        raise AvatarError(name.fault(f"is damaged ({error.strerror})", "save it again")) from error
    if not pictures:
        raise AvatarError(name.fault("has no frame that can be looked at", "save it again"))
    faces = [finder.find(picture) for picture in pictures]
    seen = [found for found in faces if found]
    if len(seen) < ENOUGH * len(pictures):
        raise AvatarError(name.fault(
            f"shows a face on {len(seen)} of {len(pictures)} frames looked at",
            _turned(pictures, finder) or "take one in which the face is large and seen from the front"))
    first = [found[0] for found in seen]
    if np.median(np.abs([tilt(face) for face in first])) > LYING_RAD:
        raise AvatarError(name.fault("lies on its side", "turn it upright and save it again"))
    beside = sum(len(found) > 1 and widths(found)[1] > BESIDE_SHARE for found in seen)
    if beside >= ENOUGH * len(seen):
        raise AvatarError(name.fault(f"shows two faces on {beside} of {len(pictures)} frames looked at",
                                     "cut it so that one is seen"))
    _check_size(name, first, pictures[0], facts)
    return _middle(first, pictures[0])


def some_frames(path: Path, facts: ClipFacts) -> Iterator[NDArray[np.uint8]]:
    """Frames spread over a film, upright and scaled down, (height, width, 3) uint8 BGR."""
    with av.open(str(path.absolute()), options=LOCAL_FILMS) as container:
        begins_s = (container.start_time or 0) / av.time_base
        for frame in frames_at(container, [begins_s + facts.duration_s * (number + 0.5) / LOOKS for number in range(LOOKS)]):
            picture = np.rot90(frame.to_ndarray(format="bgr24"), round(frame.rotation / 90))
            shrink = min(1.0, SIDE_PX / max(facts.width_px, facts.height_px))
            size = (round(facts.width_px * shrink), round(facts.height_px * shrink))
            yield np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def frames_at(container: InputContainer, times_s: Sequence[float]) -> Iterator[VideoFrame]:
    """The frames of a film's picture from some instants on, which rise. Nothing is decoded twice: it goes on from the last
    one, unless a frame that needs no other lies between.
    """
    stream = container.streams.video[0]
    stream.thread_type = "AUTO"
    keys_s = np.sort([float(packet.pts * packet.time_base) for packet in container.demux(stream)
                      if packet.is_keyframe and packet.pts is not None and packet.time_base])
    here_s = -np.inf
    frames: Iterator[VideoFrame] = iter(())
    for time_s in times_s:
        key_s = keys_s[max(int(np.searchsorted(keys_s, time_s, side="right")) - 1, 0)] if len(keys_s) else 0.0
        if key_s > here_s:
            container.seek(round(time_s * av.time_base))
            frames = container.decode(stream)
        frame = next((frame for frame in frames if (frame.time or 0) >= time_s), None)
        if frame is not None:
            here_s = frame.time or 0
            yield frame


def tilt(face: Landmarks) -> float:
    """How far a face is tilted, radians; 0 is upright."""
    across = face[RIGHT_EYE_OUTER] - face[LEFT_EYE_OUTER]
    return float(np.arctan2(across[1], across[0]))


def widths(faces: list[Landmarks]) -> list[float]:
    """Widths of faces as parts of the largest, falling."""
    found = sorted((face_width(face[:, :2]) for face in faces), reverse=True)
    return [width / found[0] for width in found]


def _turned(pictures: list[NDArray[np.uint8]], finder: LandmarkFinder) -> str | None:
    """Advice where faces are found once the pictures are turned."""
    for turns in (1, 3):
        found = sum(bool(finder.find(np.ascontiguousarray(np.rot90(picture, turns)))) for picture in pictures)
        if found >= ENOUGH * len(pictures):
            return "it lies on its side, turn it upright and save it again"
    return None


def _check_size(name: FilmName, faces: list[Landmarks], picture: NDArray[np.uint8], facts: ClipFacts) -> None:
    width = float(np.median([face_width(face[:, :2]) for face in faces])) * facts.width_px / picture.shape[1]
    if SIZE.verdict(width) == "refused":
        raise AvatarError(name.fault(f"shows a face of only {width:.0f} pixels across, at least {SIZE.refuse:g} are needed",
                                     "film it from nearer"))


def _middle(faces: list[Landmarks], picture: NDArray[np.uint8]) -> tuple[float, float]:
    x, y = np.median([face[:, :2].mean(axis=0) for face in faces], axis=0) / picture.shape[1::-1]
    return float(np.clip(x, 0, 1)), float(np.clip(y, 0, 1))
