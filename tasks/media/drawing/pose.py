"""Moves head and body: displacement fields, one for each kind of movement, mixed by their curves.

Yaw and pitch shift every point by its depth, as a turn of the head does in a distant camera; roll turns the picture about
the neck. The shoulders stay where they are and only breathe. Fields are read backwards (each pixel fetches what comes to
it), which for these small, smooth movements needs no inversion.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.media.drawing.camera import View
from tasks.media.drawing.face import Face, room_to_smile
from tasks.media.drawing.grid import Field, Grid, mix
from tasks.media.easing import smooth_step
from tasks.media.rig.topology import CHIN, LEFT_BROW, NOSE_TIP, RIGHT_BROW

MOVEMENTS = ("yaw", "pitch", "roll", "sway", "breath", "brow", "cheeks")
"""What moves the picture, in the order of the fields: curves, and the cheeks, which a smile raises."""
NECK = 0.55
"""Where the head turns, below the chin; like all lengths here in units of the scale."""
HEAD_ENDS, BODY_STARTS = -0.12, 0.95
"""Below the chin, between these, the head's movement fades into the body's."""
CRANE = 0.12
"""How much of a pitch moves the head as a whole."""
BODY_SWAY = 0.3
"""How much of the head's sway the body follows."""
BREATH = 0.011
"""How far a full breath lifts the shoulders."""
BROW_LIFT = 0.045
"""How far raised brows rise."""
SERIOUS_BROW = 0.45
"""How far a serious face lowers the brows, as a value of their curve."""
LEFT_CHEEK, RIGHT_CHEEK = 50, 280
"""The face points on top of the cheeks."""
CHEEK_LIFT, CHEEK_REACH = 0.034, (0.30, 0.24)
"""How far a broad smile lifts the cheeks, and how far around them, sideways and up or down, that is felt."""
BROW_ROOM = 0.18
"""Distance of a brow from the lid below which it rises less: what lies between would be stretched too far."""
BROW_OVER_GLASSES, RIM = 0.5, 0.08
"""How much of their way brows go above the rims of glasses, and how thick the rims may be, in units of the scale."""
NOSE_STAYS = 0.72
"""Part of the way from a cheek to the nose that the lift reaches at most: in a turned face the far cheek is close to it."""
STILL_RIM = 0.25
"""Towards the left, right and lower border movement fades: what lies beyond the picture is not known."""


class Pose:
    """The movements of one face."""

    def __init__(self, face: Face, grid: Grid) -> None:
        self.grid = grid
        self._nodes = grid.nodes()
        self._fields = [movement.astype(np.float32) for movement in movements(face, grid)]

    def places(self, values: Mapping[str, float], view: View | None = None) -> Field:
        """Where each node of the grid fetches its content, pixels; through a camera, if there is one."""
        smile = values.get("smile", 0.0)
        shown = {**values, "cheeks": max(smile, 0.0), "brow": values.get("brow", 0.0) + SERIOUS_BROW * min(smile, 0.0)}
        moves = mix(self._fields, [shown.get(name, 0.0) for name in MOVEMENTS])
        return self._nodes - moves if view is None else self.grid.seen(view) - self.grid.see(moves, view)


def movements(face: Face, grid: Grid) -> list[NDArray[Any]]:
    """The displacement for a value of 1 of each of `MOVEMENTS`, (rows + 2, columns + 2, 2) pixels."""
    nodes, unit = grid.nodes().astype(float), face.scale
    height, width = face.image.shape[:2]
    chin = face.points[CHIN, :2]
    below = (nodes - chin) @ face.down
    head = 1 - smooth_step(below, HEAD_ENDS * unit, BODY_STARTS * unit)
    low = np.clip((height - 1 - nodes[..., 1]) / (0.25 * height), 0, 1)
    sides = np.minimum(nodes[..., 0], width - 1 - nodes[..., 0])
    free = smooth_step(sides, 0, STILL_RIM * unit) * smooth_step(height - 1 - nodes[..., 1], 0, STILL_RIM * unit)
    depth = sample_depth(face, nodes)
    offset = nodes - (chin + face.down * NECK * unit)
    still = np.zeros_like(below)
    lift = BREATH * unit * np.maximum(np.exp(-((below - 0.75 * unit) / (1.1 * unit)) ** 2) * low, 0.75 * head)
    fields = [
        (depth * head, still),
        (still, (depth + CRANE * unit) * head),
        (-offset[..., 1] * head, offset[..., 0] * head),
        (unit * (head + BODY_SWAY * (1 - head) * low), still),
        (still, -lift),
        (still, -BROW_LIFT * unit * brow_weight(face, nodes)),
        (still, -unit * room_to_smile(face) * cheek_lift(face, nodes)),
    ]
    return [np.stack([dx * free, dy * free], axis=-1) for dx, dy in fields]


def sample_depth(face: Face, nodes: NDArray[Any]) -> NDArray[Any]:
    """Depth of the head at the nodes, pixels."""
    x = np.clip(np.round(nodes[..., 0]), 0, face.depth.shape[1] - 1).astype(int)
    y = np.clip(np.round(nodes[..., 1]), 0, face.depth.shape[0] - 1).astype(int)
    result: NDArray[Any] = face.depth[y, x]
    return result


def brow_weight(face: Face, nodes: NDArray[Any]) -> NDArray[Any]:
    """How much a node follows the brows, 0 to 1; nothing moves at the lids."""
    weight = np.zeros(nodes.shape[:2])
    for brow, eye in zip((LEFT_BROW, RIGHT_BROW), face.eyes, strict=True):
        centre = face.points[list(brow), :2].mean(axis=0) - 0.03 * face.scale * face.down
        lid = float((eye.upper.min(axis=0) - centre) @ face.down)
        across, down = (nodes - centre) @ face.right / face.scale, (nodes - centre) @ face.down / face.scale
        above = np.exp(-(np.minimum(down, 0) / 0.22) ** 2)
        if eye.free_above is None:
            room, under = 1.0, 1 - smooth_step(down, 0.02, max(0.10, 0.95 * lid / face.scale))
        else:
            room, under = BROW_OVER_GLASSES, 1 - smooth_step(down, -0.06, 0.02)
        room *= min(1.0, lid / (BROW_ROOM * face.scale))
        weight += room * np.exp(-(across / 0.28) ** 2) * above * under
    return np.minimum(weight, 1)


def cheek_lift(face: Face, nodes: NDArray[Any]) -> NDArray[Any]:
    """How far a smile lifts a node, in units of the scale: the cheeks, up to the lower lids; the eyes stay."""
    lift = np.zeros(nodes.shape[:2])
    for cheek, eye in zip((LEFT_CHEEK, RIGHT_CHEEK), face.eyes, strict=True):
        centre, lid = face.points[cheek, :2], eye.lower[len(eye.lower) // 2]
        across, down = (nodes - centre) @ face.right / face.scale, (nodes - centre) @ face.down / face.scale
        below_lid = (nodes - lid) @ face.down / face.scale
        nose = abs(float((centre - face.points[NOSE_TIP, :2]) @ face.right)) / face.scale
        raised = np.exp(-(across / min(CHEEK_REACH[0], NOSE_STAYS * nose)) ** 2 - (down / CHEEK_REACH[1]) ** 2)
        rim = 0.0 if eye.free_below is None else eye.free_below / face.scale + RIM
        lift += CHEEK_LIFT * raised * smooth_step(below_lid, rim - 0.03, rim + 0.10)
    return lift
