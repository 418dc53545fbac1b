"""How far each part of the head stands out towards the camera: what parallax is made from."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import LinearNDInterpolator

from tasks.media.landmarks import MESH_COUNT
from tasks.media.rig.topology import CHIN, FACE_LEFT, FACE_RIGHT

DEPTH_WIDTH = 135
"""Width of a depth picture; its height follows the portrait."""
RELAXATIONS = 400
"""Rounds of smoothing that carry the face's depth over hair and neck to zero at the silhouette."""


def estimate_depth(points: NDArray[Any], matte: NDArray[Any], size: tuple[int, int], scale_px: float) -> NDArray[np.float32]:
    """Depth towards the camera over the whole portrait.

    Inside the face it is the mesh's own. Outside it is unknown, and falls smoothly to zero at the silhouette and below
    the neck (the solution of Laplace's equation between those borders).

    Args:
        points: (478, 3) landmarks in pixels.
        matte: (height, width) float32, 1 where the person is; any size with the portrait's aspect.
        size: (width, height) of the portrait.
        scale_px: the scale of the rig.

    Returns:
        (about 240, 135) float32, pixels of the portrait, 0 at the plane of the ears.
    """
    width, height = size
    rows = max(2, round(DEPTH_WIDTH * height / width))
    x, y = np.meshgrid((np.arange(DEPTH_WIDTH) + 0.5) * width / DEPTH_WIDTH, (np.arange(rows) + 0.5) * height / rows)
    towards = points[[FACE_LEFT, FACE_RIGHT], 2].mean() - points[:MESH_COUNT, 2]
    face = LinearNDInterpolator(points[:MESH_COUNT, :2].astype(float), towards.astype(float))(x, y)
    known = ~np.isnan(face)
    outside = cv2.resize(matte, (DEPTH_WIDTH, rows), interpolation=cv2.INTER_AREA) < 0.25
    fixed = known | outside | (y > points[CHIN, 1] + 0.9 * scale_px)
    target = np.where(known, np.clip(face, 0, None), 0).astype(np.float32)
    depth = target.copy()
    for _ in range(RELAXATIONS):
        depth = np.where(fixed, target, cv2.blur(depth, (3, 3), borderType=cv2.BORDER_REPLICATE))
    result: NDArray[np.float32] = cv2.GaussianBlur(depth, (0, 0), 0.035 * scale_px * DEPTH_WIDTH / width).astype(np.float32)
    return result
