"""A mouth followed through a film, as a file: where its points are on every frame, and how strongly it may be drawn anew.

A file is one line of JSON (`{"schema": 2, "size": [1080, 1920], "frames": 90, "points": 59, "reference": 31}`), then
little-endian numbers: the points of the reference frame and of every frame, x and y as 16-bit sixteenths of a pixel, and
three bytes a frame: strength in 255ths, softness in sixteenths of a pixel, light in hundredths. A minute of film takes half
a megabyte, and the same track always gives the same bytes.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.domain.errors import StoreDamaged
from tasks.media.rig.topology import LOWER_LIP_INNER, LOWER_LIP_OUTER, UPPER_LIP_INNER, UPPER_LIP_OUTER

NOSE = (2, 97, 326)
"""Under the nose: as far from the camera as the lips, so that they go the same way when the head turns."""
LEFT_SIDE, RIGHT_SIDE = (98, 50, 123, 33, 133, 101), (327, 280, 352, 263, 362, 330)
"""Points of nostrils, cheeks and eyes that lie opposite each other."""
ANCHORS = (*NOSE, *LEFT_SIDE, *RIGHT_SIDE)
"""Points that follow the skull and not the speech."""
LIPS = (*UPPER_LIP_OUTER, *LOWER_LIP_OUTER, *UPPER_LIP_INNER, *LOWER_LIP_INNER)
"""The four edges of the lips, eleven points each, left to right."""
TRACKED = (*LIPS, *ANCHORS)
"""Which of a face's 478 points a track holds, in this order."""
FRACTION = 16
"""Parts of a pixel that are told apart: a thirtieth of one is lost, a tenth of what steadied points are certain to."""
SCHEMA = 2
"""Version of the file's form."""
FULL = 255
"""Byte of a frame on which the mouth is drawn wholly."""
SCALES = (FULL, FRACTION, 100)
"""What strength, softness and light are multiplied by to become a byte."""


@dataclass(frozen=True)
class MouthTrack:
    """A mouth in a film.

    Attributes:
        size: (width, height) of the film, pixels.
        reference: (k, 2) float32, the points `TRACKED` on the frame that the film's rig was made of.
        points: (n, k, 2) float32, the same on every frame.
        strength: (n,) float32, 0 where the mouth must be left as it was filmed to 1 where it may be drawn.
        soft: (n,) float32, how much softer each frame is than the reference frame, pixels.
        light: (n,) float32, how much brighter.
        reference_frame: which of the film's frames that is.
    """

    size: tuple[int, int]
    reference: NDArray[np.float32]
    points: NDArray[np.float32]
    strength: NDArray[np.float32]
    soft: NDArray[np.float32]
    light: NDArray[np.float32]
    reference_frame: int

    def __len__(self) -> int:
        return len(self.strength)

    def part(self, start: int, end: int) -> "MouthTrack":
        """The track of a film that shows the frames [start, end) of this one, the reference frame among them."""
        shown = slice(start, end)
        return MouthTrack(self.size, self.reference, self.points[shown], self.strength[shown], self.soft[shown],
                          self.light[shown], self.reference_frame - start)

    def to_bytes(self) -> bytes:
        """The track as the content of its file."""
        head = json.dumps({"schema": SCHEMA, "size": self.size, "frames": len(self), "points": len(self.reference),
                           "reference": self.reference_frame})
        places = np.concatenate([self.reference[None], self.points]) * FRACTION
        limit = np.iinfo(np.int16).max
        numbers = np.clip(np.round(places), -limit, limit).astype("<i2")
        looks = [np.clip(np.round(values * scale), 0, FULL).astype(np.uint8).tobytes()
                 for values, scale in zip((self.strength, self.soft, self.light), SCALES, strict=True)]
        return b"".join([head.encode(), b"\n", numbers.tobytes(), *looks])


def read_track(path: Path) -> MouthTrack:
    """Reads a track's file.

    Raises:
        StoreDamaged: it is no track, or cut off.
    """
    try:
        head, _, body = path.read_bytes().partition(b"\n")
        says = json.loads(head)
        frames, points, reference = (int(says[name]) for name in ("frames", "points", "reference"))
        width, height = (int(side) for side in says["size"])
        length = (frames + 1) * points * 2
        if len(body) != 2 * length + len(SCALES) * frames or points != len(TRACKED) or not 0 <= reference < frames:
            raise ValueError(f"{len(body)} bytes of {frames} frames and {points} points")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreDamaged(f"{path.name!r} is no track of a mouth ({error}): delete it, it will be made again") from error
    places = np.frombuffer(body, "<i2", length).reshape(frames + 1, points, 2).astype(np.float32) / np.float32(FRACTION)
    looks = np.frombuffer(body, np.uint8, len(SCALES) * frames, 2 * length).reshape(len(SCALES), frames).astype(np.float32)
    strength, soft, light = looks / np.array(SCALES, np.float32)[:, None]
    return MouthTrack((width, height), places[0], places[1:], strength, soft, light, reference)


def edges(points: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
    """The lips' edges among tracked points, (..., k, 2): upper and lower outer, upper and lower inner, (..., 11, 2)."""
    count = len(UPPER_LIP_OUTER)
    first, second, third, fourth = (points[..., start * count:(start + 1) * count, :] for start in range(4))
    return first, second, third, fourth


def film_moves(track: MouthTrack) -> NDArray[np.float64]:
    """(n,): how far the face moves from each frame of a film to the next, in widths of the mouth."""
    points = track.points
    width = float(np.median(np.linalg.norm(points[:, 0] - points[:, 10], axis=-1)))
    return np.asarray(np.linalg.norm(np.diff(points, axis=0, append=points[-1:]), axis=-1).mean(axis=-1) / max(width, 1e-6))


def head_places(track: MouthTrack) -> NDArray[np.float64]:
    """(n, 2, 3): from pixels of the reference frame near the mouth to those of each frame.

    Turned, moved and scaled as the head is, without shear: a plain least-squares fit takes a turned head, whose nose stands
    out, for a leaning one. What lies opposite on both sides of the face tells turn and size, the nose the place.
    """
    known, seen = track.reference[len(LIPS):].astype(float), track.points[:, len(LIPS):].astype(float)
    before, after = across(known), across(seen)
    middle = (known[:len(NOSE)].mean(axis=0), seen[:, :len(NOSE)].mean(axis=1))
    factor = after / before
    turn = np.stack([np.stack([factor.real, -factor.imag], axis=-1), np.stack([factor.imag, factor.real], axis=-1)], axis=-2)
    return np.concatenate([turn, (middle[1] - turn @ middle[0])[..., None]], axis=-1)


def across(anchors: NDArray[Any]) -> NDArray[np.complex128]:
    """(...,): from the left side of a face to the right, x + iy, summed over its opposite points."""
    start, count = len(NOSE), len(LEFT_SIDE)
    way = (anchors[..., start + count:, :] - anchors[..., start:start + count, :]).sum(axis=-2)
    return np.asarray(way[..., 0] + 1j * way[..., 1])
