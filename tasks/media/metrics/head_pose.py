"""How a head is turned on every frame, read off the points of its face.

The rigid part of the face (forehead, temples, nose, eye corners; no mouth, jaw or lids) is laid on its mean shape by the
least squares rotation in three dimensions; yaw, pitch and roll are that rotation's angles, R = Rz(roll) Ry(-yaw) Rx(pitch),
degrees. Positive: turned to the right of the picture, nodding down, tilted to the right. The range is from the 5th to the
95th percentile, so that one bad frame does not count. Source: Kabsch 1976, doi:10.1107/S0567739476001873; with the weight of
the mirrored case by Umeyama 1991, doi:10.1109/34.88573.
"""

import numpy as np
from numpy.typing import NDArray

RIGID = (10, 338, 297, 332, 284, 251, 389, 109, 67, 103, 54, 21, 162, 127, 356, 151, 9, 8, 168, 6, 197, 195, 5, 4, 1, 2, 98,
         327, 33, 133, 362, 263, 226, 446, 50, 280, 101, 330, 108, 337, 69, 299, 104, 333, 234, 454)
"""Points that move with the skull: forehead, temples, nose, corners of the eyes, cheekbones."""
RANGE = (5, 95)
"""Percentiles between which a range is taken."""
ITERATIONS = 2
"""The mean shape is found in this many rounds; the second changes it by less than a thousandth."""


def head_angles(points: NDArray[np.float32]) -> NDArray[np.float64]:
    """Yaw, pitch and roll of each frame relative to the mean of all, degrees.

    Args:
        points: (n, 478, 3) pixels; NaN where no face is seen.

    Returns:
        (n, 3) float64; NaN where no face is seen.
    """
    rigid = points[:, list(RIGID)].astype(np.float64)
    seen = ~np.isnan(rigid[:, 0, 0])
    angles = np.full((len(points), 3), np.nan)
    if not seen.any():
        return angles
    shapes = _centred(rigid[seen])
    mean = shapes[0]
    for _ in range(ITERATIONS):
        turns = rotations(mean, shapes)
        mean = np.einsum("nij,nkj->nki", turns.transpose(0, 2, 1), shapes).mean(axis=0)
    found = euler_degrees(rotations(mean, shapes))
    angles[seen] = found - np.median(found, axis=0)
    return angles


def spread_degrees(angles: NDArray[np.float64]) -> NDArray[np.float64]:
    """(3,) range of yaw, pitch and roll from the 5th to the 95th percentile; NaN where no face is seen at all."""
    if np.isnan(angles).all():
        return np.full(3, np.nan)
    low, high = np.nanpercentile(angles, RANGE, axis=0)
    return np.asarray(high - low)


def rotations(reference: NDArray[np.float64], shapes: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 3, 3) the rotations that bring `reference` (k, 3) nearest to each of `shapes` (n, k, 3), all centred."""
    left, _, right = np.linalg.svd(np.einsum("nki,kj->nij", shapes, reference))
    mirrored = np.sign(np.linalg.det(left) * np.linalg.det(right))
    left[:, :, 2] *= mirrored[:, None]
    return np.asarray(left @ right)


def euler_degrees(turns: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 3) yaw, pitch, roll of rotations (n, 3, 3), y down and z away from the camera."""
    yaw = -np.arcsin(np.clip(-turns[:, 2, 0], -1, 1))
    pitch = np.arctan2(turns[:, 2, 1], turns[:, 2, 2])
    roll = np.arctan2(turns[:, 1, 0], turns[:, 0, 0])
    return np.asarray(np.degrees(np.stack([yaw, pitch, roll], axis=1)))


def _centred(shapes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shapes around their middles, all of one size."""
    moved = shapes - shapes.mean(axis=1, keepdims=True)
    sizes = np.sqrt((moved**2).sum(axis=(1, 2), keepdims=True))
    return np.asarray(moved / np.maximum(sizes, 1e-9))
