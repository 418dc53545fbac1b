"""Brings a face into the pose of a reference face, so that two faces can be compared pixel by pixel.

The reference's points are joined to triangles; each pixel of the result finds its place in the picture by the three corners
of its triangle (piecewise affine). The mouth is left out of what is compared, and the eyes where asked, since they move.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Delaunay

from tasks.media.landmarks import MESH_COUNT, Landmarks
from tasks.media.rig.topology import (
    FACE_OVAL,
    LEFT_BROW,
    LEFT_EYE_LOWER,
    LEFT_EYE_UPPER,
    RIGHT_BROW,
    RIGHT_EYE_LOWER,
    RIGHT_EYE_UPPER,
)

NOSE_BASE = 2
"""The lowest point of the nose; below it the mouth begins to move the skin."""
RIM = 0.94
"""The outermost part of the face is left out: hair and background begin there."""
EYES_GROWN = 0.05
"""How far around eyes and brows still counts as them, in widths of the face."""


@dataclass(frozen=True)
class FaceAligner:
    """Takes faces into a reference's pose.

    Attributes:
        size: (width, height) of the results, pixels.
        upper: (height, width) bool, the face above the mouth: brows, eyes, nose, cheeks.
        skin: the same without eyes and brows, which move.
    """

    size: tuple[int, int]
    upper: NDArray[np.bool_]
    skin: NDArray[np.bool_]
    _corners: NDArray[np.int64]
    _weights: NDArray[np.float32]

    @classmethod
    def of(cls, reference: Landmarks, width_px: int) -> "FaceAligner":
        """Prepares the reference pose.

        Args:
            reference: (478, 3) points of the reference face, pixels.
            width_px: width of the results.
        """
        flat = reference[:MESH_COUNT, :2].astype(np.float64)
        low, high = flat.min(axis=0), flat.max(axis=0)
        placed = (flat - low) * width_px / (high[0] - low[0])
        size = (width_px, max(2, round(float(placed[:, 1].max()))))
        rows, columns = np.mgrid[:size[1], :size[0]]
        pixels = np.stack([columns.ravel() + 0.5, rows.ravel() + 0.5], axis=1)
        triangles = Delaunay(placed)
        found = np.maximum(triangles.find_simplex(pixels), 0)
        affine = triangles.transform[found]
        two = np.einsum("nij,nj->ni", affine[:, :2], pixels - affine[:, 2])
        weights = np.column_stack([two, 1 - two.sum(axis=1)])
        upper = _upper_face(placed, size)
        return cls(size, upper, upper & ~_around_eyes(placed, size), triangles.simplices[found].astype(np.int64),
                   weights.astype(np.float32))

    def align(self, picture: NDArray[Any], face: Landmarks) -> NDArray[np.uint8]:
        """The face of a picture in the reference's pose.

        Args:
            picture: (height, width, 3) uint8.
            face: (478, 3) its points, pixels.
        """
        places = np.einsum("nk,nkd->nd", self._weights, face[self._corners, :2].astype(np.float32)) - np.float32(0.5)
        shape = (self.size[1], self.size[0])
        return np.asarray(cv2.remap(picture, places[:, 0].reshape(shape), places[:, 1].reshape(shape), cv2.INTER_LINEAR,
                                    borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _upper_face(points: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.bool_]:
    oval = points[list(FACE_OVAL)]
    mask = np.zeros(size[::-1], np.uint8)
    cv2.fillPoly(mask, [np.round(oval.mean(axis=0) + RIM * (oval - oval.mean(axis=0))).astype(np.int32)], 1)
    mask[int(points[NOSE_BASE, 1]):] = 0
    return mask.astype(bool)


def _around_eyes(points: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.bool_]:
    mask = np.zeros(size[::-1], np.uint8)
    for brow, upper, lower in ((LEFT_BROW, LEFT_EYE_UPPER, LEFT_EYE_LOWER), (RIGHT_BROW, RIGHT_EYE_UPPER, RIGHT_EYE_LOWER)):
        hull = cv2.convexHull(points[[*brow, *upper, *lower]].astype(np.float32))
        cv2.fillConvexPoly(mask, np.round(hull).astype(np.int32), 1)
    reach = max(1, round(EYES_GROWN * size[0]))
    return np.asarray(cv2.dilate(mask, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)) == 1)
