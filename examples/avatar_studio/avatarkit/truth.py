"""Where the facial features really are in the picture, from the model that drew them.

A landmark detector can be compared with these positions, and a warp of mouth or eyes tested without any detector. The
camera's numbers stand here too, since projecting is all they mean.
"""

import json
from typing import Any

import numpy as np

from . import field, head
from .face import Face
from .masks import brow_line
from .person import Person
from .profiles import Floats

WIDTH_PX, HEIGHT_PX = 1080, 1920
"""Size of a full picture."""
PX_PER_CM = 34.0
"""Scale of a full picture at the plane of the face."""
CAMERA_Z = 150.0
"""From the middle of the skull to the camera, cm."""
FACE_PLANE_Z = 7.5
"""Depth at which `PX_PER_CM` holds, cm."""
EYE_LEVEL = 0.395
"""Height of the eyes in the frame, share of its height from the top."""

Features = dict[str, list[list[float]]]
"""Name of a feature -> its points (x, y) in pixels. Left and right are those of the picture."""


def find_features(person: Person, scale: float) -> Features:
    """Where a person's features are in a picture of `scale` times the full size."""
    features = mouth_points(person.face, scale)
    for side, name in ((-1, "left"), (1, "right")):
        features |= eye_points(person.face, side, name, scale)
        brow = person.brow
        ax = np.linspace(brow.x0 + 0.2, brow.x1 - 0.2, 15)
        features[f"brow_{name}"] = on_skin(np.stack([side * ax, brow_line(ax, brow)[0]], 1), person.face, scale)
    features["jaw"] = in_picture(jaw_line(person.face), scale)
    return features


def to_json(features: Features) -> str:
    """The features as the text of their file, one a line."""
    lines = [f"  {json.dumps(name)}: {json.dumps(points)}" for name, points in features.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def mouth_points(face: Face, scale: float) -> Features:
    """Middle of the mouth, of both lips' edges, and the corners."""
    line, upper, lower = head.mouth_curves(0.0, face)
    corner_y = head.mouth_curves(face.mouth_w * 0.999, face)[0]
    places = {"mouth_centre": (0, line), "lip_top": (0, upper), "lip_bottom": (0, lower),
              "mouth_left": (-face.mouth_w, corner_y), "mouth_right": (face.mouth_w, corner_y)}
    return {name: on_skin(xy, face, scale) for name, xy in places.items()}


def eye_points(face: Face, side: int, name: str, scale: float) -> Features:
    """Middle of the lids' edges, iris and corners of one eye; `side` is -1 for the left one."""
    up, low = head.lid_curves(0.0, face)
    lid_z = face.eye_z + np.sqrt(max(face.eye_r ** 2 - up ** 2, 0)) + face.lid_t * 0.5
    points = {
        f"lid_up_{name}": in_picture([[side * face.eye_x, up, lid_z]], scale),
        f"lid_low_{name}": in_picture([[side * face.eye_x, low, lid_z]], scale),
        f"iris_{name}": in_picture([[side * face.eye_x, 0, face.eye_z + face.eye_r]], scale),
    }
    for reach, corner in ((-face.eye_win, "inner"), (face.eye_wout, "outer")):
        up, low = head.lid_curves(reach * 0.995, face)
        z = face.eye_z + np.sqrt(max(face.eye_r ** 2 - reach * reach, 0.02))
        points[f"eye_{corner}_{name}"] = in_picture([[side * (face.eye_x + reach), (up + low) / 2, z]], scale)
    return points


def jaw_line(face: Face) -> Floats:
    """The jaw, (n, 3): on rays from the middle of the face, the first place where the depth drops steeply."""
    line = []
    for angle in np.radians(np.linspace(-150, -30, 25)):
        r = np.arange(3.5, 10.5, 0.03)
        xy = np.stack([np.cos(angle) * r, -4.0 + np.sin(angle) * r], 1)
        z = field.front_z(head.skin_sdf, face, xy, 13.0)
        drop = np.diff(z) / 0.03
        steep = np.where(drop < -4.5)[0]
        i = steep[0] if len(steep) else np.argmin(drop)
        line.append([*xy[i], z[i]])
    return np.array(line)


def on_skin(xy: Any, face: Face, scale: float) -> list[list[float]]:
    """Pixel positions of the skin at frontal positions (n, 2) or (2,)."""
    xy = np.atleast_2d(np.asarray(xy, float))
    return in_picture(np.c_[xy, field.front_z(head.skin_sdf, face, xy, 13.0)], scale)


def in_picture(points: Any, scale: float) -> list[list[float]]:
    """Pixel positions of model points (n, 3)."""
    p = np.atleast_2d(np.asarray(points, float))
    k = PX_PER_CM * (CAMERA_Z - FACE_PLANE_Z) / (CAMERA_Z - p[:, 2])
    xy = np.stack([WIDTH_PX / 2 + k * p[:, 0], HEIGHT_PX * EYE_LEVEL - k * p[:, 1]], 1) * scale
    return xy.round(2).tolist()
