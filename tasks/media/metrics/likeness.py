"""How much a face stays the same face: against a portrait, or against the film's own first frames.

Two figures, both without network: **looks**, the zero-mean normalised correlation of luma over brows, eyes, nose and cheeks
once the face is brought into the reference's pose (1 the same, 0 unrelated), and **shape**, how far the rigid points of the
face are from the reference's after the best rotation, shift and size: root mean square, in eye distances. Looks notice
another person's features; shape notices a face that melts, where every feature goes along. The mouth is left out of both.
Sources: Lewis 1995, "Fast normalized cross-correlation"; Gower 1975, generalised Procrustes analysis,
doi:10.1007/BF02291478.
"""

import numpy as np
from numpy.typing import NDArray

from tasks.media.landmarks import Landmarks
from tasks.media.metrics.head_pose import RIGID, rotations
from tasks.media.rig.topology import LEFT_EYE_OUTER, RIGHT_EYE_OUTER

AROUND_S = 1.0
"""Likeness is taken over so long: a blink, a smile or one bad frame is no other person."""


def looks(face: NDArray[np.uint8], reference: NDArray[np.uint8], mask: NDArray[np.bool_]) -> float:
    """Correlation of two aligned faces, -1 to 1.

    Args:
        face: (height, width) uint8 luma.
        reference: the same, in the same pose.
        mask: (height, width) what is compared.
    """
    first, second = (picture[mask].astype(np.float64) for picture in (face, reference))
    first, second = first - first.mean(), second - second.mean()
    size = float(np.sqrt((first @ first) * (second @ second)))
    return float(first @ second) / size if size > 1e-9 else 0.0


def shape_distances(times_s: NDArray[np.float64], points: NDArray[np.float32], reference: Landmarks
                    ) -> NDArray[np.float64]:
    """How far the face is from the reference's shape over about a second, eye distances.

    The differences are averaged over `AROUND_S` point by point before their size is taken: what trembles goes, what has
    changed stays.

    Args:
        times_s: (n,) when each frame is shown.
        points: (n, 478, 3) pixels; NaN where no face is seen.
        reference: (478, 3) pixels of its own picture.

    Returns:
        (n,); NaN where no face is seen long enough.
    """
    distances = np.full(len(points), np.nan)
    seen: NDArray[np.bool_] = ~np.isnan(points[:, 0, 0])
    if not seen.any():
        return distances
    differences = np.full((len(points), 2 * len(RIGID)), np.nan)
    differences[seen] = _differences(points[seen][:, list(RIGID)].astype(np.float64), reference).reshape(-1, 2 * len(RIGID))
    averaged = steady(times_s, differences)
    return np.asarray(np.sqrt((averaged**2).sum(axis=1) / len(RIGID)))


def steady(times_s: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of the frames within `AROUND_S` of each frame; NaN where less than half of them are known.

    Args:
        times_s: (n,) ascending.
        values: (n,) or (n, columns); NaN where nothing is known.
    """
    rows = values.reshape(len(values), -1)
    known: NDArray[np.bool_] = np.asarray(~np.isnan(rows).any(axis=1))
    sums = np.vstack([np.zeros(rows.shape[1]), np.cumsum(np.where(known[:, None], rows, 0.0), axis=0)])
    counts = np.concatenate([[0], np.cumsum(known)])
    first = np.searchsorted(times_s, times_s - AROUND_S / 2, side="left")
    last = np.searchsorted(times_s, times_s + AROUND_S / 2, side="right")
    count = counts[last] - counts[first]
    mean = (sums[last] - sums[first]) / np.maximum(count, 1)[:, None]
    mean[(2 * count < last - first) | ~known] = np.nan
    return np.asarray(mean.reshape(values.shape))


def _differences(shapes: NDArray[np.float64], reference: Landmarks) -> NDArray[np.float64]:
    """(n, k, 2) how far each point is from the reference's, in the reference's pose, eye distances."""
    wanted = reference[list(RIGID)].astype(np.float64)
    eye = float(np.linalg.norm(reference[LEFT_EYE_OUTER, :2] - reference[RIGHT_EYE_OUTER, :2]))
    wanted = (wanted - wanted.mean(axis=0)) / eye
    centred = shapes - shapes.mean(axis=1, keepdims=True)
    turned = np.einsum("nij,njk->nik", centred, rotations(wanted, centred))
    scale = (turned * wanted).sum(axis=(1, 2)) / (wanted**2).sum()
    return np.asarray((turned / scale[:, None, None] - wanted)[..., :2])
