"""How lips, cheeks and jaw move for each mouth curve.

Every curve is a *shape*: displacements of control points on and around the lips. A linear radial basis function spreads
them over the skin. The lips are two layers cut along the seam, which share the points beside the corners of the mouth, so
that each layer moves freely along the cut and both agree where there is none. Since the shapes add up linearly, they are
spread once, when the puppet is made; a frame only mixes the finished fields.

Convention: in the mouth's own axes x runs along the line between the corners, in half widths of the mouth; y points down,
in units of the scale; both are zero in the middle of the mouth. Seen from the side, the middle of the lips lies nearer to
the far corner; *even* x runs from -1 to 1 with 0 there, so that each half of the mouth is as foreshortened as it looks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.drawing.face import Face, room_to_smile
from tasks.media.drawing.grid import Field, Grid, mix
from tasks.media.drawing.spreading import spread_linear
from tasks.media.easing import smooth_step
from tasks.media.rig.topology import (
    CHEEKS,
    CHIN,
    CHIN_AREA,
    FACE_LEFT,
    FACE_RIGHT,
    JAW_LINE,
    LIP_MIDDLE,
    LOWER_LIP_OUTER,
    MOUTH_LEFT,
    MOUTH_RIGHT,
    NOSE_AREA,
    UPPER_LIP_OUTER,
)

SMOOTHING = 1e-3
"""How little control points that lie close together may disagree."""
SHAPES = ("rest", "jaw", "spread", "round", "upper", "lower", "tuck", "press", "smile", "serious", "purse")
"""Shapes, in order; `rest` closes the lips of a portrait with an open mouth, `purse` brings rounded lips together when they
are pressed."""
SMILE_SPREAD, SMILE_ROUND = 0.45, 0.60
"""How much of a smile spread lips already show, and how much of it rounded lips undo."""
JAW_DROP = 0.30
"""How far the lower lip goes down with the jaw fully open."""
class Rim(NamedTuple):
    """The border of a patch where all movement fades: its width in units of the scale, and the power of the fading."""

    width: float
    power: float


RIM = Rim(0.14, 1.0)
"""Of a portrait's patch."""
SOFTEN = 0.018
"""Blur of the fields; a radial basis function has a kink at each of its points."""
POUT_PARTS = (0.014, 0.026)
"""How far rounding parts the lips, up and down; pressed lips take it back."""
UPPER_CLOSES, LARGEST_CLOSING = 0.38, 0.045
"""Share of the way that the upper lip goes when open lips close, and how far it ever goes; the lower lip does the rest."""
JAW_CLOSES = (0.06, 0.16)
"""Gaps of open lips from which the jaw helps to close them, and from which it does all that the chin does."""
FACING = (0.06, 0.16)
"""Places of the lips' middle, in half widths, up to which a mouth counts as seen from the front, and from the side."""
SMILES_LESS = 0.5
"""How much less a mouth smiles that is seen from far aside: its far corner has no cheek to go to."""
MOST_ASIDE = 0.5
"""The middle of the lips never lies nearer to a corner."""
EDGE_REACH = 0.06
"""How far around the edge of an open lip what is missing to its closing is made up for, in units of the scale."""
PRESSED = 0.75
"""How much of the dark gap between resting lips is closed when they are pressed."""
BESIDE = (1.12, 1.3, 1.55, 1.9)
"""Points beside the corners that both layers share, in half widths of the mouth."""


def weigh(mouth: Mapping[str, float]) -> list[float]:
    """The weights of `SHAPES` for the values of the mouth curves and of `smile`."""
    wide, smile = mouth.get("wide", 0.0), mouth.get("smile", 0.0)
    spread, rounded = max(wide, 0.0), max(-wide, 0.0)
    return [1.0, mouth.get("jaw", 0.0), spread, rounded,
            *(mouth.get(name, 0.0) for name in ("upper", "lower", "tuck", "press")),
            max(smile, 0.0) * (1 - SMILE_SPREAD * min(spread, 1)) * (1 - SMILE_ROUND * min(rounded, 1)), max(-smile, 0.0),
            rounded * mouth.get("press", 0.0)]


@dataclass(frozen=True)
class MouthFrame:
    """The mouth's own axes, and what of the face is known in them."""

    centre: NDArray[Any]
    right: NDArray[Any]
    down: NDArray[Any]
    half_width: float
    unit: float
    upper: NDArray[Any]
    lower: NDArray[Any]
    chin_y: float
    face_x: float
    face_width: float
    is_open: bool
    middle: float
    smile_room: float

    def locate(self, points: NDArray[Any]) -> NDArray[Any]:
        """(..., 2) pixels in the mouth's axes."""
        offset = points - self.centre
        return np.stack([offset @ self.right / self.half_width, offset @ self.down / self.unit], axis=-1)

    def place(self, local: NDArray[Any]) -> NDArray[Any]:
        """(..., 2) points of the mouth's axes as pixels; the inverse of `locate`."""
        return self.centre + local[..., :1] * (self.half_width * self.right) + local[..., 1:] * (self.unit * self.down)

    def turn(self, displacement: NDArray[Any]) -> NDArray[Any]:
        """(..., 2) displacements along the mouth's axes, in units of the scale, as pixels."""
        result: NDArray[Any] = self.unit * (displacement[..., :1] * self.right + displacement[..., 1:] * self.down)
        return result

    def seam(self, x: NDArray[Any]) -> NDArray[Any]:
        """Height of the line where the lips meet."""
        share = min(UPPER_CLOSES, LARGEST_CLOSING / max(self.widest, 1e-6)) if self.is_open else 0.5
        middle = (1 - share) * self.upper + share * self.lower
        result: NDArray[Any] = np.interp(x, self.upper[:, 0], middle[:, 1])
        return result

    @property
    def widest(self) -> float:
        """Largest distance between the lips of the portrait."""
        return float((self.lower - self.upper)[:, 1].max())

    def even(self, x: NDArray[Any]) -> NDArray[Any]:
        """Even x of places across the mouth."""
        return np.asarray((x - self.middle) / self.foreshortened(x))

    def foreshortened(self, x: NDArray[Any]) -> NDArray[Any]:
        """How wide the half of the mouth at `x` is seen, relative to a mouth seen from the front."""
        return np.where(x < self.middle, 1 + self.middle, 1 - self.middle)


def mouth_frame(face: Face) -> MouthFrame:
    """The mouth's own axes of a face."""
    left, right = face.points[MOUTH_LEFT, :2], face.points[MOUTH_RIGHT, :2]
    half_width = float(np.linalg.norm(right - left)) / 2
    along = (right - left) / (2 * half_width)
    bare = MouthFrame((left + right) / 2, along, np.array([-along[1], along[0]]), half_width, face.scale,
                      np.zeros((0, 2)), np.zeros((0, 2)), 0, 0, 0, face.mouth_open, 0, room_to_smile(face))
    cheeks = bare.locate(face.points[[FACE_LEFT, FACE_RIGHT], :2])[:, 0]
    middle = float(np.clip(bare.locate(face.points[list(LIP_MIDDLE), :2])[:, 0].mean(), -MOST_ASIDE, MOST_ASIDE))
    return replace(bare, upper=bare.locate(face.lip_upper), lower=bare.locate(face.lip_lower),
                   chin_y=float(bare.locate(face.points[CHIN, :2])[1]), face_x=float(cheeks.mean()),
                   face_width=float(np.ptp(cheeks)), middle=middle * float(smooth_step(abs(middle), *FACING)))


@dataclass(frozen=True)
class LipLayer:
    """One side of the cut: a field for each shape, and how its own edge moves."""

    fields: list[Field]
    edge: NDArray[np.float32]
    edge_moves: list[NDArray[np.float32]]

    def field(self, weights: list[float]) -> Field:
        """The displacement of the layer."""
        return mix(self.fields, weights)

    def moved_edge(self, weights: list[float]) -> NDArray[np.float32]:
        """(n, 2) pixels: the lip's edge after the movement."""
        return self.edge + sum(w * move for w, move in zip(weights, self.edge_moves, strict=True) if w)


@dataclass(frozen=True)
class ControlPoints:
    """Points that carry a layer: (n, 2) in the mouth's axes, and what they lie on."""

    at: NDArray[Any]
    inner: NDArray[np.bool_]
    outer: NDArray[np.bool_]


def build_layer(face: Face, frame: MouthFrame, grid: Grid, *, upper: bool, rim: Rim = RIM) -> LipLayer:
    """The upper or the lower layer, spread over `grid`."""
    points = control_points(face, frame, grid, upper=upper)
    stretch = np.array([frame.half_width / frame.unit, 1])
    shapes = np.stack([displace(points, frame, upper=upper, shape=shape) for shape in SHAPES], axis=1)
    nodes = grid.nodes()
    local = frame.locate(nodes.reshape(-1, 2).astype(float)) * stretch
    spread = spread_linear(points.at * stretch, shapes.reshape(len(points.at), -1), local, smoothing=SMOOTHING)
    values = spread.reshape(*nodes.shape[:2], len(SHAPES), 2)
    window = fade_to_rim(grid, frame.unit, rim)
    fields = []
    for index in range(len(SHAPES)):
        field = frame.turn(values[:, :, index]).astype(np.float32)
        soft = cv2.GaussianBlur(field, (0, 0), SOFTEN * frame.unit / grid.step, borderType=cv2.BORDER_REPLICATE)
        fields.append((soft * window[..., None]).astype(np.float32))
    edge = (face.lip_upper if upper else face.lip_lower).astype(np.float32)
    moves = [grid.sample(field, edge) for field in fields]
    if frame.is_open:
        meeting = frame.place(np.stack([frame.locate(edge)[:, 0], frame.seam(frame.locate(edge)[:, 0])], axis=-1))
        left_over = (meeting - edge - moves[0]).astype(np.float32)
        fields[0] = fields[0] + move_edge(grid, edge, left_over, EDGE_REACH * frame.unit)
        moves[0] = grid.sample(fields[0], edge)
    return LipLayer(fields, edge, moves)


def move_edge(grid: Grid, edge: NDArray[Any], moves: NDArray[np.float32], reach_px: float) -> Field:
    """A field that moves a lip's edge by `moves`, (n, 2) pixels, and what lies beside it less and less."""
    nodes = grid.nodes().reshape(-1, 2)
    away = np.linalg.norm(nodes[:, None] - edge[None], axis=2)
    nearest = away.argmin(axis=1)
    share = np.exp(-(away[np.arange(len(nodes)), nearest] / reach_px) ** 2)
    return np.asarray((moves[nearest] * share[:, None]).reshape(*grid.nodes().shape), np.float32)


def control_points(face: Face, frame: MouthFrame, grid: Grid, *, upper: bool) -> ControlPoints:
    """The points of one layer: both edges of its lip, its side of the skin, the border of the patch."""
    outer = frame.locate(face.points[list(UPPER_LIP_OUTER if upper else LOWER_LIP_OUTER), :2])
    line = frame.upper if upper else frame.lower
    inner = line[1:-1:2]
    skin = frame.locate(face.points[[*CHEEKS, *CHIN_AREA, *JAW_LINE, *NOSE_AREA], :2])
    mine = (np.abs(skin[:, 0]) > 1.08) | ((skin[:, 1] < frame.seam(skin[:, 0])) == upper)
    beside = np.array([[side * x, end[1]] for side, end in ((-1, line[0]), (1, line[-1])) for x in BESIDE])
    free = np.vstack([skin[mine], beside, frame.locate(border(grid))])
    at = np.vstack([inner, outer, free])
    kept = np.sort(np.unique(np.round(at / 0.01).astype(int), axis=0, return_index=True)[1])
    index = np.arange(len(at))[kept]
    return ControlPoints(at[kept], index < len(inner), (index >= len(inner)) & (index < len(inner) + len(outer)))


def border(grid: Grid) -> NDArray[Any]:
    """Points along the border of a patch, pixels."""
    t = np.linspace(0, 1, 7)
    right, bottom = grid.left + grid.columns * grid.step, grid.top + grid.rows * grid.step
    x, y = grid.left + t * (right - grid.left), grid.top + t * (bottom - grid.top)
    rows = [(a, b) for a in x for b in (grid.top, bottom)]
    columns = [(a, b) for b in y[1:-1] for a in (grid.left, right)]
    return np.array(rows + columns, float)


def fade_to_rim(grid: Grid, unit: float, rim: Rim = RIM) -> NDArray[Any]:
    """(rows + 2, columns + 2): 1 inside the patch, 0 at its border; `unit` is the scale, pixels."""
    nodes = grid.nodes()
    x, y = nodes[..., 0] - grid.left, nodes[..., 1] - grid.top
    away = np.minimum(np.minimum(x, grid.columns * grid.step - x), np.minimum(y, grid.rows * grid.step - y))
    return np.asarray(smooth_step(away, grid.step, rim.width * unit) ** rim.power)


def displace(points: ControlPoints, frame: MouthFrame, *, upper: bool, shape: str) -> NDArray[Any]:
    """(n, 2): what a full `shape` does to the control points, in units of the scale along the mouth's axes."""
    moved = displace_evenly(replace(points, at=np.stack([frame.even(points.at[:, 0]), points.at[:, 1]], axis=-1)), frame,
                            upper=upper, shape=shape)
    return np.asarray(moved * np.stack([frame.foreshortened(points.at[:, 0]), np.ones(len(moved))], axis=-1))


def displace_evenly(points: ControlPoints, frame: MouthFrame, *, upper: bool, shape: str) -> NDArray[Any]:
    """(n, 2): the same for points whose x is even, in a mouth seen from the front."""
    x, y = np.clip(points.at[:, 0], -1.9, 1.9), points.at[:, 1]
    lip = points.inner | points.outer
    near = np.exp(-(np.maximum(np.abs(x) - 1, 0) / 0.42) ** 2 - (np.maximum(np.abs(y) - 0.22, 0) / 0.25) ** 2)
    follow = np.where(lip, 1.0, near)
    middle = np.clip(1 - x**2, 0, 1)
    still = np.zeros(len(x))
    if shape == "jaw":
        return drop_jaw(points, frame, upper=upper, near=near)
    if shape == "spread":
        return np.stack([0.055 * x * follow, -0.014 * x**2 * follow], axis=-1)
    if shape == "round":
        pout = ring(points, -POUT_PARTS[0], -0.022) if upper else ring(points, POUT_PARTS[1], 0.040)
        lower_corners = 0.060 * x**2 * np.where(lip, 1.0, 0.7 * near)
        return np.stack([-0.105 * x * np.where(lip, 1.0, 0.55 * near), pout * middle**0.5 + lower_corners], axis=-1)
    if shape == "purse":
        parted = np.where(lip, POUT_PARTS[0] if upper else -POUT_PARTS[1], 0.0)
        return np.stack([still, parted * middle**0.5], axis=-1)
    if shape == "upper":
        skin = np.where(~lip & (np.abs(x) < 1.08), -0.020 * near, 0)
        return np.stack([still, ring(points, -0.042, -0.034) * middle + skin if upper else still], axis=-1)
    if shape == "lower":
        return np.stack([still, still if upper else ring(points, 0.050, 0.036) * middle], axis=-1)
    if shape == "tuck":
        amounts = ring(points, -0.020, -0.018) if upper else ring(points, -0.041, -0.047)
        return np.stack([still, amounts * middle**2], axis=-1)
    if shape == "press":
        half_gap = np.interp(x, frame.even(frame.upper[:, 0]), np.maximum(frame.lower[:, 1] - frame.upper[:, 1], 0)) / 2
        closing = still if frame.is_open else PRESSED * half_gap
        roll = ring(points, 0.0, 0.014) if upper else ring(points, 0.0, -0.018)
        return np.stack([still, roll * middle + np.where(points.inner, closing if upper else -closing, 0)], axis=-1)
    if shape == "smile":
        return smile(points, upper=upper) * frame.smile_room * (1 - SMILES_LESS * min(abs(frame.middle) / MOST_ASIDE, 1))
    if shape == "serious":
        return np.stack([-0.022 * x * follow, 0.026 * np.abs(x) ** 2.5 * follow], axis=-1)
    return np.stack([still, close_lips(points, frame, upper=upper) if frame.is_open else still], axis=-1)


def smile(points: ControlPoints, *, upper: bool) -> NDArray[Any]:
    """(n, 2): a broad smile. The corners go out and up and take the cheeks with them, the lips grow thinner."""
    x, y = points.at[:, 0], points.at[:, 1]
    along, lip = np.clip(np.abs(x), 0, 1), points.inner | points.outer
    nose = smooth_step(-y, 0.10, 0.26) * (1 - smooth_step(np.abs(x), 0.5, 1.15))
    cheek = np.exp(-(np.maximum(np.abs(x) - 1, 0) / 0.75) ** 2 - (np.maximum(np.abs(y) - 0.10, 0) / 0.26) ** 2) * (1 - nose)
    middle = np.clip(1 - x**2, 0, 1)
    lifted = np.where(lip, -0.058 * along**2.2 + 0.008 * middle, -0.058 * along**2.2 * cheek)
    thinner = ring(points, 0.0, 0.006) if upper else ring(points, 0.0, -0.012)
    return np.stack([0.052 * np.sign(x) * along * np.where(lip, 1.0, cheek), lifted + thinner * middle], axis=-1)


def ring(points: ControlPoints, inner: float, outer: float) -> NDArray[Any]:
    """(n,): one amount for the inner edge of the lip, one for the outer, none for the skin."""
    return np.where(points.inner, inner, np.where(points.outer, outer, 0.0))


def drop_jaw(points: ControlPoints, frame: MouthFrame, *, upper: bool, near: NDArray[Any]) -> NDArray[Any]:
    """(n, 2): the jaw fully open. The chin goes with it, the cheeks less and less towards the ears."""
    x = np.clip(points.at[:, 0], -1.9, 1.9)
    lip = points.inner | points.outer
    middle = np.clip(1 - x**2, 0, 1)
    corner = 0.36 * np.abs(x) ** 3 * np.minimum(np.where(x < 0, 1 + frame.middle, 1 - frame.middle), 1)
    skin = 0.84 * follow_jaw(points, frame)
    if upper:
        moved = np.where(points.inner, -0.09 * middle, -0.07 * middle) + corner
    else:
        full = middle**0.6
        moved = np.where(points.inner, 0.91 * full + corner * (1 - full), 0.90 * full + corner * (1 - full))
    inward = np.where(lip, -0.05, -0.04 * near) * x
    return JAW_DROP * np.stack([inward, np.where(lip, moved, skin)], axis=-1)


def follow_jaw(points: ControlPoints, frame: MouthFrame) -> NDArray[Any]:
    """(n,): how much the skin follows the jaw, 1 at the chin."""
    y = points.at[:, 1]
    depth = np.clip((y + 0.12) / (frame.chin_y + 0.12), 0, 1) ** 0.8
    centre, half = float(frame.even(np.array(frame.face_x))), 0.5 * frame.face_width
    sideways = np.clip(np.abs(points.at[:, 0] - centre) / half, 0, 1.2)
    return np.asarray(depth * np.clip(1 - 0.95 * sideways**2, 0, 1) * smooth_step(frame.chin_y + 0.34 - y, 0, 0.26))


def close_lips(points: ControlPoints, frame: MouthFrame, *, upper: bool) -> NDArray[Any]:
    """(n,): brings the lips of an open mouth together; the chin follows the lower lip, all of the way if the jaw is open."""
    x = points.at[:, 0]
    line = frame.upper if upper else frame.lower
    way = np.interp(x, frame.even(line[:, 0]), frame.seam(line[:, 0]) - line[:, 1])
    most = float((frame.seam(frame.lower[:, 0]) - frame.lower[:, 1]).min())
    jaw = float(smooth_step(frame.widest, *JAW_CLOSES))
    skin = most * (0.5 * (1 - jaw) * np.clip(1 - (x / 1.9) ** 2, 0, 1) + 0.9 * jaw * follow_jaw(points, frame))
    return np.where(points.inner, way, np.where(points.outer, (0.75 if upper else 0.9) * way, skin))
