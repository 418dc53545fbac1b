"""The lips' own shape on every frame of a film: where they are, where they would rest, and the fields that lead there.

A film's lips are described by how far they stand from those of one reference frame, in few numbers a frame: heights along
the edges of the lips, the corners, the chin. Each number has a field that spreads it over the skin, made once, so that a
frame mixes fields and solves nothing.

Two contours follow from what was tracked. The *filmed* one is where the lips are. The *resting* one is where they would be
if nobody spoke: the gap closed, and quick movements of the old speech taken out, so that an old smile stays and an old
"oh" goes. Where both nearly agree they are made to agree wholly, for then the frame stays as it was filmed.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.affine import apply_affine
from tasks.media.drawing.face import Face
from tasks.media.drawing.grid import Field, Grid, mix
from tasks.media.drawing.lips import (
    RIM,
    SMOOTHING,
    SOFTEN,
    UPPER_CLOSES,
    ControlPoints,
    MouthFrame,
    Rim,
    control_points,
    fade_to_rim,
)
from tasks.media.drawing.spreading import spread_linear
from tasks.media.easing import smooth_step
from tasks.media.mouth_track import MouthTrack, edges

KNOTS = (-0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75)
"""Where along a lip its height is told, half widths of the mouth; the corners are told apart."""
CALM_FRAMES = 5.0
"""Width of the average that leaves expressions and takes out speech, frames: a syllable lasts about six."""
AGREED, APART = 0.004, 0.012
"""Differences of the filmed and the resting contour that are none, and that count wholly, in units of the scale."""
OUTER_FOLLOWS = (0.75, 0.90)
"""How much of the way to the closed seam the outer edges of the upper and the lower lip go too."""
CHIN_FOLLOWS = 0.5
"""How much of the lower lip's way the chin goes."""
INSIDE = 0.022
"""How far inside an open mouth the mesh sees the edges of its lips, in units of the scale."""
PARTED, OPEN = 0.002, 0.018
"""Gaps from which lips count as parted, and as open, in units of the scale."""
SPEAKS, DOUBTED = 0.07, 0.97
"""Gap from which lips surely speak, and how much less such a frame says of where they would rest: an open mouth has its
corners lower and nearer."""
LARGEST_GAIN = 1.3
"""How much a field is strengthened at most."""
NUMBERS = 2 * len(KNOTS) + 5
"""Of one lip: heights of its inner edge, of its outer edge, left corner x and y, right corner x and y, the chin."""


@dataclass(frozen=True)
class Contours:
    """How far lips stand from the reference frame's: (n, NUMBERS) float32 for each lip, in the reference's pixels."""

    upper: NDArray[np.float32]
    lower: NDArray[np.float32]


def read_contours(track: MouthTrack, to_reference: NDArray[Any], frame: MouthFrame) -> tuple[Contours, Contours]:
    """The resting and the filmed contours of every frame.

    Args:
        track: the mouth, in pixels of the film.
        to_reference: (n, 2, 3), from those pixels to the ones that `frame` is in, with the head where it was then.
        frame: the mouth's own axes on the reference frame.
    """
    came = edges(apply_affine(to_reference, track.points) - track.reference)
    corners = (came[0][:, 0] + came[1][:, 0]) / 2, (came[0][:, -1] + came[1][:, -1]) / 2
    heights = [along_knots(moved @ frame.down) for moved in came]
    known = np.stack([value @ axis for value in corners for axis in (frame.right, frame.down)], axis=-1)
    beyond = INSIDE * frame.unit * smooth_step((heights[3] - heights[2]) / frame.unit, PARTED, OPEN)
    heights[2], heights[3] = heights[2] - beyond, heights[3] + beyond
    excess = np.maximum(heights[3] - heights[2], 0)
    middle = 1 - np.square(KNOTS)
    ways = UPPER_CLOSES * excess, -(1 - UPPER_CLOSES) * excess
    still = np.zeros((len(track), 1))
    chin = -CHIN_FOLLOWS * ways[1][:, len(KNOTS) // 2, None]
    resting = [np.hstack([heights[2 + lip] + way, heights[lip] + OUTER_FOLLOWS[lip] * way * middle, known, still])
               for lip, way in enumerate(ways)]
    filmed = [np.hstack([heights[2 + lip], heights[lip], known, chin if lip else still]) for lip in (0, 1)]
    trust = 1 - DOUBTED * smooth_step(excess.max(axis=1, keepdims=True) / frame.unit, OPEN, SPEAKS)
    calm = [calmed(numbers, trust) for numbers in resting]
    strength = track.strength[:, None]
    real = [rest + strength * settle(there - rest, frame.unit) for rest, there in zip(calm, filmed, strict=True)]
    return Contours(*(part.astype(np.float32) for part in calm)), Contours(*(part.astype(np.float32) for part in real))


def along_knots(heights: NDArray[Any]) -> NDArray[Any]:
    """(n, 7): heights of an edge, (n, 11) from corner to corner, at the knots.

    The mesh spaces the points of an edge nearly evenly. It ends the inner edges short of the corners, where an open mouth
    does not end; so they are stretched up to there.
    """
    x = np.linspace(-1, 1, heights.shape[1])
    weights = np.stack([np.interp(KNOTS, x, unit) for unit in np.eye(len(x))], axis=-1)
    return np.asarray(heights @ weights.T)


def calmed(numbers: NDArray[Any], trust: NDArray[Any] | None = None) -> NDArray[Any]:
    """(n, k): each number without its quick movements; forwards and backwards alike, so that nothing lags.

    Args:
        numbers: (n, k).
        trust: (n, 1) how much each frame counts; all the same unless given.
    """
    if trust is not None:
        return np.asarray(calmed(numbers * trust) / calmed(trust))
    reach = 2 * int(3 * CALM_FRAMES) + 1
    soft = cv2.GaussianBlur(numbers.astype(np.float32), (1, reach), sigmaX=1.0, sigmaY=CALM_FRAMES,
                            borderType=cv2.BORDER_REPLICATE)
    return np.asarray(soft.reshape(numbers.shape))


def settle(difference: NDArray[Any], unit: float) -> NDArray[Any]:
    """Differences, small ones taken for none."""
    return np.asarray(difference * smooth_step(np.abs(difference), AGREED * unit, APART * unit))


def stack_fields(fields: list[Field]) -> NDArray[np.float32]:
    """Fields as rows of a matrix; `mix_fields` undoes it."""
    return np.stack([field.ravel() for field in fields])


def mix_fields(numbers: NDArray[np.float32], stacked: NDArray[np.float32], grid: Grid) -> list[Field]:
    """One field for each row of numbers, (k, NUMBERS): OpenCV's product, for numpy's would wake threads."""
    product = cv2.gemm(numbers, stacked, 1.0, np.empty(0, np.float32), 0.0)
    return list(np.asarray(product, np.float32).reshape(len(numbers), grid.rows + 2, grid.columns + 2, 2))


def spread_contour(face: Face, frame: MouthFrame, grid: Grid, *, upper: bool, rim: Rim = RIM) -> list[Field]:
    """The field of each number of a lip: what one pixel of it does to the skin around, on `grid`."""
    points = control_points(face, frame, grid, upper=upper)
    stretch = np.array([frame.half_width / frame.unit, 1])
    moved = np.stack(displacements(points, frame, upper=upper), axis=1)
    nodes = grid.nodes()
    places = frame.locate(nodes.reshape(-1, 2).astype(float)) * stretch
    spread = spread_linear(points.at * stretch, moved.reshape(len(points.at), -1), places, smoothing=SMOOTHING)
    values = spread.reshape(*nodes.shape[:2], NUMBERS, 2)
    window = fade_to_rim(grid, frame.unit, rim)[..., None]
    axes = np.stack([frame.right, frame.down])
    blur = SOFTEN * frame.unit / grid.step
    fields = [(cv2.GaussianBlur((values[:, :, index] @ axes).astype(np.float32), (0, 0), blur,
                                borderType=cv2.BORDER_REPLICATE) * window).astype(np.float32) for index in range(NUMBERS)]
    return made_whole(fields, grid, frame, upper=upper)


def made_whole(fields: list[Field], grid: Grid, frame: MouthFrame, *, upper: bool) -> list[Field]:
    """The fields with those of the inner edge strengthened, so that a closing lip goes all the way; blurring took some."""
    line, count = frame.upper if upper else frame.lower, len(KNOTS)
    places = frame.place(np.stack([KNOTS, np.interp(KNOTS, line[:, 0], line[:, 1])], axis=-1))
    closing = mix(fields[:2 * count], [1.0] * count + [OUTER_FOLLOWS[0 if upper else 1]] * count)
    gains = np.clip(1 / np.maximum(grid.sample(closing, places) @ frame.down, 1e-3), 1.0, LARGEST_GAIN)
    return [*(field * np.float32(gain) for field, gain in zip(fields, gains, strict=False)), *fields[count:]]


def displacements(points: ControlPoints, frame: MouthFrame, *, upper: bool) -> list[NDArray[Any]]:
    """(n, 2) each: what one pixel of each number does to the control points, along the mouth's axes, pixels."""
    x, y = points.at[:, 0], points.at[:, 1]
    still, lip = np.zeros(len(x)), points.inner | points.outer
    near = np.exp(-(np.maximum(np.abs(x) - 1, 0) / 0.42) ** 2 - (np.maximum(np.abs(y) - 0.22, 0) / 0.25) ** 2)
    hats = [np.interp(x, (-1.0, *KNOTS, 1.0), unit) for unit in np.eye(len(KNOTS) + 2)]
    heights = [np.where(edge, hat, 0) for edge in (points.inner, points.outer) for hat in hats[1:-1]]
    beside = [np.where(lip, hat, near * (side * x > 0.9)) for side, hat in ((-1, hats[0]), (1, hats[-1]))]
    across = [np.where(lip, np.clip((1 + side * x) / 2, 0, 1), near * (side * x > 0.9)) for side in (-1, 1)]
    skin = np.clip(1 - (x / 1.9) ** 2, 0, 1) * smooth_step(frame.chin_y + 0.34 - y, 0, 0.26)
    chin = still if upper else np.where(lip, 0, skin)
    return [*(np.stack([still, height], axis=-1) for height in heights),
            np.stack([across[0], still], axis=-1), np.stack([still, beside[0]], axis=-1),
            np.stack([across[1], still], axis=-1), np.stack([still, beside[1]], axis=-1), np.stack([still, chin], axis=-1)]
