"""Follows a face through a film: where its points are on every frame, read off the finished pixels."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.media.landmarks import POINT_COUNT, LandmarkFinder, Landmarks

LOOK_SIDE_PX = 960
"""Longest side at which frames are searched: the mesh looks at a face with 192 pixels anyway."""


Look = Callable[[NDArray[np.uint8], Landmarks | None], None]
"""Is shown every frame, scaled down, and the face's points on it, None where none was found."""


@dataclass(frozen=True)
class FaceTrack:
    """A face in a film.

    Attributes:
        points: (n, 478, 3) float32, pixels of the film's frames as it stores them; NaN where no face was found.
        size: (width, height) of the frames.
    """

    points: NDArray[np.float32]
    size: tuple[int, int]

    @property
    def seen(self) -> NDArray[np.bool_]:
        """(n,): whether a face was found."""
        result: NDArray[np.bool_] = ~np.isnan(self.points[:, 0, 0])
        return result


def track_face(pictures: Iterable[NDArray[np.uint8]], size: tuple[int, int], finder: LandmarkFinder, *looks: Look
               ) -> FaceTrack:
    """The first face of every frame of a film.

    Args:
        pictures: its frames, scaled down, (height, width, 3) uint8 BGR.
        size: (width, height) of the film.
        finder: finds the face; one that follows it from frame to frame is quicker and steadier.
        looks: are shown every frame, so that what else is to be seen on it needs no second reading.
    """
    points = [np.zeros((0, POINT_COUNT, 3), np.float32)]
    for picture in pictures:
        face = next(iter(finder.find(picture)), None)
        for look in looks:
            look(picture, face)
        grow = np.float32(size[0] / picture.shape[1])
        points.append((face * grow if face is not None else np.full((POINT_COUNT, 3), np.nan, np.float32))[None])
    return FaceTrack(np.concatenate(points), size)


def small_size(size: tuple[int, int], side_px: int = LOOK_SIDE_PX) -> tuple[int, int]:
    """(width, height) of a film's frames, scaled down so that neither side is longer than `side_px`."""
    shrink = min(1.0, side_px / max(size))
    return max(2, round(size[0] * shrink)), max(2, round(size[1] * shrink))
