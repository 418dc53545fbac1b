"""What can be wrong with a photo, done to a portrait whose face is known: turned, cut, covered, closed, badly lit."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.drawing.puppet import Puppet
from tasks.media.rig.geometry import face_width
from tasks.media.rig.model import Rig, read_portrait
from tasks.media.rig.topology import (
    CHIN,
    FACE_LEFT,
    FACE_RIGHT,
    FOREHEAD,
    LEFT_BROW,
    LEFT_EYE_LOWER,
    LEFT_EYE_OUTER,
    LEFT_EYE_UPPER,
    LOWER_LIP_OUTER,
    MOUTH_LEFT,
    MOUTH_RIGHT,
    NOSE_BRIDGE,
    RIGHT_EYE_LOWER,
    RIGHT_EYE_OUTER,
    RIGHT_EYE_UPPER,
    UPPER_LIP_OUTER,
)

Picture = NDArray[np.uint8]
LENS_GROW = (1.5, 2.4)
"""A lens is so many times wider and higher than the eye behind it."""
MASK_FROM, MASK_JAW = 4, (58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288)
"""Where a medical mask begins, the tip of the nose, and the landmarks of the jaw it covers."""


@dataclass(frozen=True)
class Subject:
    """A portrait and what is known about its face."""

    image: Picture
    rig: Rig

    @classmethod
    def read(cls, folder: Path) -> "Subject":
        """An avatar's portrait and rig."""
        rig = Rig.read(folder / "rig.json")
        return cls(read_portrait(folder / "portrait.png", rig), rig)

    @property
    def points(self) -> NDArray[Any]:
        """(478, 2) landmarks, pixels."""
        return self.rig.points()[:, :2].astype(float)

    @property
    def width(self) -> float:
        """Width of the face, pixels."""
        return face_width(self.points)

    @property
    def skin(self) -> tuple[int, int, int]:
        """Colour of plain skin, BGR."""
        red, green, blue = self.rig.skin
        return blue, green, red


def acting(subject: Subject, **values: float) -> Picture:
    """The portrait with curves other than at rest, e.g. `blink=1`."""
    size = subject.rig.width_px, subject.rig.height_px
    planes = Puppet(subject.image, subject.rig, size).frame(values)
    luma, chroma = planes[:size[1]].astype(np.float32), planes[size[1]:].reshape(2, size[1] // 2, size[0] // 2)
    blue, red = (cv2.resize(half, size).astype(np.float32) - 128 for half in chroma)
    bright = 1.1644 * (luma - 16)
    colours = bright + 2.1124 * blue, bright - 0.2132 * blue - 0.5329 * red, bright + 1.7927 * red
    return np.dstack([np.clip(colour, 0, 255) for colour in colours]).astype(np.uint8)


def turned(subject: Subject, *, yaw_deg: float = 0.0, pitch_deg: float = 0.0) -> Picture:
    """The person turned about the head's axis, as far as a portrait's depth allows: what is near hides what is far."""
    size = subject.rig.width_px, subject.rig.height_px
    depth = cv2.resize(subject.rig.depth(), size, interpolation=cv2.INTER_CUBIC)
    matte = cv2.resize(subject.rig.matte(), size, interpolation=cv2.INTER_CUBIC) > 0.5
    plate = cv2.blur(subject.image, (size[0] // 3, size[0] // 3))
    sideways = yaw_deg != 0
    layers = [subject.image, depth, matte.astype(np.uint8), plate]
    if not sideways:
        layers = [np.ascontiguousarray(layer.swapaxes(0, 1)) for layer in layers]
    middle = subject.points[[FACE_LEFT, FACE_RIGHT]].mean(axis=0)[0 if sideways else 1]
    result = _splat(*layers, middle=middle, angle=np.radians(yaw_deg if sideways else pitch_deg))
    return result if sideways else np.ascontiguousarray(result.swapaxes(0, 1))


def _splat(image: Picture, depth: NDArray[Any], matte: NDArray[Any], plate: Picture, *, middle: float,
           angle: float) -> Picture:
    """Every row of the person turned by `angle` about the column `middle`, over `plate`."""
    finer, width = 4, image.shape[1]
    columns = (np.arange(finer * width) + 0.5) / finer
    source = columns.astype(int)
    result = plate.copy()
    for row in range(len(image)):
        inside = source[matte[row, source] > 0]
        if not inside.size:
            continue
        across = columns[matte[row, source] > 0] - middle
        towards = np.interp(columns[matte[row, source] > 0], np.arange(width) + 0.5, depth[row])
        target = np.round(middle + across * np.cos(angle) + towards * np.sin(angle)).astype(int)
        order = np.argsort(towards * np.cos(angle) - across * np.sin(angle), kind="stable")
        order = order[(target[order] >= 0) & (target[order] < width)]
        line = np.full(width, -1)
        line[target[order]] = inside[order]
        hit = np.flatnonzero(line >= 0)
        if hit.size:
            span = np.arange(hit[0], hit[-1] + 1)
            result[row, span] = image[row, line[hit[np.searchsorted(hit, span, side="right") - 1]]]
    return result


def leaning(subject: Subject, degrees: float) -> Picture:
    """The photo held aslant, the head kept in the middle."""
    height, width = subject.image.shape[:2]
    x, y = subject.points[[FOREHEAD, CHIN]].mean(axis=0)
    matrix = cv2.getRotationMatrix2D((float(x), float(y)), -degrees, 1.0)
    return cv2.warpAffine(subject.image, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)


def around(subject: Subject, *, left: float, top: float, right: float, bottom: float) -> Picture:
    """What lies around the face, in widths of the face from the middle between the eyes."""
    x, y = subject.points[[LEFT_EYE_OUTER, RIGHT_EYE_OUTER]].mean(axis=0)
    height, width = subject.image.shape[:2]
    x0, x1 = (round(float(np.clip(x + side * subject.width, 0, width))) for side in (left, right))
    y0, y1 = (round(float(np.clip(y + side * subject.width, 0, height))) for side in (top, bottom))
    return np.ascontiguousarray(subject.image[y0:y1, x0:x1])


def down_to(subject: Subject, share: float) -> Picture:
    """Cut off below: `share` of the way from the lower lip to the chin is still seen."""
    lip, chin = subject.points[LOWER_LIP_OUTER[5], 1], subject.points[CHIN, 1]
    return np.ascontiguousarray(subject.image[:round(lip + share * (chin - lip))])


def from_above_brows(subject: Subject, share: float) -> Picture:
    """Cut off above: `share` of the way from the brows up to the top of the forehead is still seen."""
    brow, top = subject.points[list(LEFT_BROW), 1].min(), subject.points[FOREHEAD, 1]
    return np.ascontiguousarray(subject.image[round(brow + share * (top - brow)):])


def half_face(subject: Subject, share: float = 0.5) -> Picture:
    """Cut off at the side: `share` of the face's width is still seen."""
    left = subject.points[FACE_LEFT, 0]
    return np.ascontiguousarray(subject.image[:, :round(left + share * subject.width)])


def blurred(subject: Subject, share: float) -> Picture:
    """Out of focus, by a share of the face's width."""
    return cv2.GaussianBlur(subject.image, (0, 0), share * subject.width)


def shaken(subject: Subject, share: float) -> Picture:
    """Blurred along a line, by a share of the face's width."""
    length = max(3, round(share * subject.width))
    kernel = np.zeros((length, length), np.float32)
    cv2.line(kernel, (0, length - 1), (length - 1, length // 2), 1.0)
    return cv2.filter2D(subject.image, -1, kernel / kernel.sum())


def exposed(subject: Subject, stops: float) -> Picture:
    """Exposed so many stops longer, in linear light, as a camera does."""
    linear = (subject.image / np.float32(255)) ** 2.2 * np.float32(2.0**stops)
    return (np.clip(linear, 0, 1) ** (1 / 2.2) * 255).astype(np.uint8)


def grained(picture: Picture, sigma: float) -> Picture:
    """With the noise of a small sensor."""
    noise = np.random.default_rng(4).normal(0, sigma, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def beside(one: Picture, other: Picture, share: float = 1.0) -> Picture:
    """Two pictures side by side, the second `share` as large."""
    small = cv2.resize(other, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    ground = np.full((len(one), small.shape[1], 3), cv2.mean(small)[:3], np.uint8)
    ground[len(one) - len(small):] = small
    return np.hstack([one, ground])


def with_bystander(subject: Subject, other: Subject, share: float) -> Picture:
    """Another person's head, `share` as wide, in the upper left corner."""
    head = around(other, left=-0.8, top=-0.95, right=0.8, bottom=1.0)
    zoom = share * subject.width / other.width
    head = cv2.resize(head, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)
    result = subject.image.copy()
    result[60:60 + len(head), 20:20 + head.shape[1]] = head
    return result


def with_sunglasses(subject: Subject, darkness: float = 1.0, *, frames_only: bool = False) -> Picture:
    """Glasses drawn before the eyes: dark lenses, or none in the frames."""
    finer, thick = 2, max(2, round(0.018 * subject.width))
    lenses, rims = (np.zeros((finer * subject.image.shape[0], finer * subject.image.shape[1]), np.uint8) for _ in range(2))
    middles = []
    for eye in (LEFT_EYE_UPPER + LEFT_EYE_LOWER, RIGHT_EYE_UPPER + RIGHT_EYE_LOWER):
        points = subject.points[list(eye)]
        (x, y), wide = points.mean(axis=0), np.ptp(points[:, 0])
        axes = finer * LENS_GROW[0] * wide / 2, finer * LENS_GROW[0] * LENS_GROW[1] * wide / 5
        ellipse = cv2.ellipse2Poly((round(finer * x), round(finer * (y + 0.08 * wide))), (round(axes[0]), round(axes[1])),
                                   0, 0, 360, 6)
        cv2.fillPoly(lenses, [ellipse], 255)
        cv2.polylines(rims, [ellipse], True, 255, finer * thick)
        middles.append((x, y, axes[0] / finer))
    (x, y, reach), (x2, y2, reach2) = middles
    for start, end in (((x + reach, y), (x2 - reach2, y2)), ((x - reach, y), subject.points[FACE_LEFT]),
                       ((x2 + reach2, y2), subject.points[FACE_RIGHT])):
        ends = [tuple(round(finer * float(value)) for value in place) for place in (start, end)]
        cv2.line(rims, *ends, 255, finer * thick)
    cover = np.maximum(rims, 0 if frames_only else (lenses * darkness).astype(np.uint8))
    return _painted(subject.image, cover, np.full(subject.image.shape, (24, 20, 18), np.uint8))


def with_mask(subject: Subject, colour: tuple[int, int, int], *, texture: float = 0.0, top: int = MASK_FROM) -> Picture:
    """A medical mask or a scarf from the nose over the chin, plain or with folds and weave."""
    points = subject.points
    ends = [points[side] * 0.7 + points[NOSE_BRIDGE] * 0.3 for side in (FACE_LEFT, FACE_RIGHT)]
    upper = np.array([[ends[0][0], points[top][1]], points[top], [ends[1][0], points[top][1]]])
    lower = points[list(MASK_JAW)][::-1] + np.array([0, 0.03 * subject.width])
    outline = np.vstack([upper, lower])
    cover = np.zeros(subject.image.shape[:2], np.uint8)
    cv2.fillPoly(cover, [np.round(outline).astype(np.int32)], 255)
    rows, columns = np.indices(cover.shape)
    unit = subject.width / 12
    shade = 1 + texture * (0.5 * np.sin(rows / unit * 2 * np.pi + 0.6 * np.sin(columns / unit / 2))
                           + 0.3 * np.sin(columns * 1.9) * np.sin(rows * 1.7))
    shade -= 0.25 * np.abs(columns - points[top][0]) / subject.width
    return _painted(subject.image, cover, np.clip(shade[..., None] * colour, 0, 255).astype(np.uint8), soft=1.5)


def with_hand(subject: Subject, *, fingers: int = 4, lift: float = 0.0) -> Picture:
    """A hand of the person's own colour laid over the mouth."""
    points, width = subject.points, subject.width
    mouth = points[list(UPPER_LIP_OUTER + LOWER_LIP_OUTER)].mean(axis=0) - np.array([0, lift * width])
    cover, shade = np.zeros(subject.image.shape[:2], np.uint8), np.ones(subject.image.shape[:2], np.float32)
    thick, half = 0.17 * width, (fingers - 1) / 2
    for finger in range(fingers):
        y = mouth[1] + (finger - half) * 0.9 * thick
        reach = (0.42, 0.50, 0.46, 0.34)[finger % 4] * width
        ends = (round(mouth[0] - reach), round(y)), (round(mouth[0] + 0.9 * width), round(y + 0.35 * width))
        one = cv2.line(np.zeros_like(cover), *ends, 255, round(thick))
        inner = cv2.distanceTransform(one, cv2.DIST_L2, 5) / (thick / 2)
        shade = np.where(one > 0, 0.62 + 0.42 * np.sqrt(np.clip(inner, 0, 1)), shade)
        cover = np.maximum(cover, one)
    colour = np.clip(shade[..., None] * np.array(subject.skin) * 1.02, 0, 255).astype(np.uint8)
    return _painted(subject.image, cover, grained(colour, 3), soft=1.2)


def with_pale_lips(subject: Subject) -> Picture:
    """Lips in the colour of skin; their line and shading stay."""
    points, (blue, green, red) = subject.points, subject.skin
    cover = np.zeros(subject.image.shape[:2], np.uint8)
    cv2.fillPoly(cover, [np.round(points[[*UPPER_LIP_OUTER, *LOWER_LIP_OUTER[::-1]]]).astype(np.int32)], 255)
    lab = cv2.cvtColor(subject.image, cv2.COLOR_BGR2LAB)
    lab[..., 1:] = cv2.cvtColor(np.array([[[blue, green, red]]], np.uint8), cv2.COLOR_BGR2LAB)[0, 0, 1:]
    return _painted(subject.image, cover, cv2.cvtColor(lab, cv2.COLOR_LAB2BGR), soft=0.01 * subject.width)


def with_moustache(subject: Subject) -> Picture:
    """Dark hair drawn over the upper lip's rim."""
    points, width = subject.points, subject.width
    result, draw = subject.image.copy(), np.random.default_rng(2)
    left, right, middle = points[MOUTH_LEFT], points[MOUTH_RIGHT], (points[0] + points[2]) / 2
    for _ in range(1500):
        along = draw.uniform(-1, 1)
        across, droop = along * 0.55 * (right[0] - left[0]), 0.05 * width * along**2 + draw.normal(0, 0.016 * width)
        root = middle + np.array([across, droop])
        tip = root + np.array([along * 0.05 * width, 0.045 * width])
        colour = draw.uniform(20, 60) * np.array([0.8, 0.9, 1.0])
        cv2.line(result, *(tuple(int(value) for value in end) for end in (root, tip)), colour.tolist(), 2, cv2.LINE_AA)
    return result


def cut_out(subject: Subject) -> Picture:
    """The person alone with transparency around, BGRA."""
    alpha = cv2.resize(subject.rig.matte(), subject.image.shape[1::-1], interpolation=cv2.INTER_CUBIC)
    return np.dstack([subject.image, np.clip(255 * alpha, 0, 255).astype(np.uint8)])


def animal(kind: str, side: int = 720) -> Picture:
    """A cat's or a dog's face, drawn."""
    picture = np.full((side, side, 3), (150, 170, 160), np.uint8)
    fur, dark = ((90, 140, 190), (40, 60, 80)) if kind == "cat" else ((70, 95, 130), (30, 40, 55))

    def at(x: float, y: float) -> tuple[int, int]:
        return round(x * side), round(y * side)

    def blob(x: float, y: float, wide: float, high: float, colour: tuple[int, int, int], lean: float = 0.0) -> None:
        cv2.ellipse(picture, at(x, y), at(wide, high), lean, 0, 360, colour, -1, cv2.LINE_AA)

    for sign in (-1, 1):
        if kind == "cat":
            ear = np.array([at(0.5 + sign * 0.10, 0.24), at(0.5 + sign * 0.30, 0.06), at(0.5 + sign * 0.30, 0.40)])
            cv2.fillPoly(picture, [ear], fur, cv2.LINE_AA)
        else:
            blob(0.5 + sign * 0.29, 0.45, 0.09, 0.26, dark, sign * -12)
    blob(0.5, 0.5, *((0.32, 0.30) if kind == "cat" else (0.27, 0.34)), fur)
    if kind == "dog":
        blob(0.5, 0.66, 0.15, 0.14, (150, 175, 200))
    for sign in (-1, 1):
        blob(0.5 + sign * 0.13, 0.45, 0.055, 0.045, (90, 200, 190))
        blob(0.5 + sign * 0.13, 0.45, 0.016 if kind == "cat" else 0.034, 0.04, (15, 15, 15))
        for spread in (-0.05, 0.0, 0.05):
            ends = at(0.5 + sign * 0.07, 0.62 + spread / 2), at(0.5 + sign * 0.38, 0.60 + 2 * spread)
            cv2.line(picture, *ends, dark, 1, cv2.LINE_AA)
        cv2.ellipse(picture, at(0.5 + sign * 0.045, 0.655), at(0.045, 0.04), 0, 0, 180, (20, 25, 30), 3, cv2.LINE_AA)
    cv2.fillPoly(picture, [np.array([at(0.46, 0.58), at(0.54, 0.58), at(0.5, 0.63)])], (60, 60, 110), cv2.LINE_AA)
    draw = np.random.default_rng(7)
    for x, y in draw.uniform(0.2, 0.8, (900, 2)):
        cv2.line(picture, at(x, y), at(x + (x - 0.5) * 0.05, y + 0.02), draw.uniform(60, 170, 3).tolist(), 1, cv2.LINE_AA)
    return cv2.GaussianBlur(picture, (0, 0), 1.0)


def distant(subject: Subject, width_px: float, size: tuple[int, int] = (1000, 1000)) -> Picture:
    """The person far away: the face `width_px` wide in a picture of `size`, (width, height)."""
    zoom = width_px / subject.width
    small = cv2.resize(subject.image, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)
    across, down = size[0] - small.shape[1], size[1] - small.shape[0]
    return cv2.copyMakeBorder(small, down // 2, down - down // 2, across // 2, across - across // 2, cv2.BORDER_REPLICATE)


def _painted(image: Picture, cover: NDArray[np.uint8], paint: Picture, *, soft: float = 0.8) -> Picture:
    """`paint` over the picture where `cover` is, its rim softened by `soft` pixels."""
    cover = cv2.resize(cover, image.shape[1::-1], interpolation=cv2.INTER_AREA)
    weight = cv2.GaussianBlur(cover, (0, 0), soft)[..., None] / 255
    return (image * (1 - weight) + paint * weight + 0.5).astype(np.uint8)
