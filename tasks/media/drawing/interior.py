"""The inside of the mouth: teeth, tongue and the dark behind them, in colours taken from the portrait.

Everything is painted once, at the place it has behind closed lips. The upper teeth stay there, for they belong to the skull;
tongue and lower teeth move with the jaw. What the lips do not uncover is never seen.

Convention: as in `lips`, x even, in half widths of the mouth, y down in units of the scale, here measured from the seam.
Colours are luma above black and chroma around zero, so that shading is a multiplication.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.drawing.face import Face
from tasks.media.drawing.lips import MouthFrame
from tasks.media.drawing.open_mouth import Teeth, find_teeth
from tasks.media.drawing.planes import BGR_TO_YUV, Planes, to_yuv
from tasks.media.easing import smooth_step

Window = tuple[int, int, int, int]
"""left, top, right, bottom in pixels of the frame."""

UPPER_TEETH = ((0.200, 0.038), (0.155, 0.032), (0.150, 0.036), (0.120, 0.030), (0.100, 0.026), (0.090, 0.022))
"""Widths (half widths of the mouth) and lengths below the seam (scale) of one side's teeth, from the middle outwards. They
end a few millimetres under the relaxed lip: longer ones fill every small opening and look clenched."""
LOWER_TEETH = ((0.125, 0.060), (0.130, 0.060), (0.135, 0.062), (0.120, 0.058), (0.110, 0.055))
"""The same for the lower teeth; lengths are heights above their gum."""
LOWER_TIPS = 0.006
"""Where the tips of the lower teeth stand behind closed lips."""
TONGUE_TOP, TONGUE_HALF_WIDTH, TONGUE_RISE = -0.085, 0.66, 0.045
"""Top of the resting tongue relative to the jaw, its half width, and how far it lifts for l and th."""
TIP_TOP, TIP_HALF_WIDTH = 0.030, 0.40
"""Where the tip of the tongue stands between the teeth for th, and its half width."""
TONGUE_LIGHT = 0.46
"""Least brightness of a tongue, relative to the teeth: dark lips do not make a dark tongue."""
LEAST_TOOTH = 0.95
"""Least brightness of teeth relative to the skin: in small or painted eyes hardly any white is found."""
PALER = 0.8
"""The white of an eye has at most this part of the skin's tint."""
COLOURS = (0.02, 0.12)
"""Differences of tint (logarithm of red to green) between skin, lips and eyes: of a picture in one tint, and in colours."""
WARMTH = 0.18
"""How much of the skin's colour is in the light that falls on the teeth."""
REFLECTED = 0.32
"""How much of the colour of flesh is in the light that is left in the shade between the lips; without it teeth look grey."""
OWN_FROM, OWN_LIGHT = 0.016, 1.08
"""How far under the lip's edge the portrait's own teeth are free of its shadow, in units of the scale; and how much brighter
they are laid in, since the shade between the lips falls on them twice."""
ROUND_LIFT, ROUND_DROP = 0.045, 0.040
"""How far rounded lips hide the upper and the lower teeth."""

PALE_LIGHT = 0.5
"""What is left of the light on the flesh between pale lips: a tongue as bright as they are is taken for one of them."""


@dataclass(frozen=True)
class Sprite:
    """Something painted: (height, width, 3) float32 colour and (height, width) float32 opacity."""

    colour: NDArray[np.float32]
    opacity: NDArray[np.float32]

    def softened(self, blur: float) -> "Sprite":
        """The same, blurred by `blur` pixels."""
        if not blur:
            return self
        colour, opacity = (cv2.GaussianBlur(plane, (0, 0), blur) for plane in (self.colour, self.opacity))
        return Sprite(np.asarray(colour, np.float32), np.asarray(opacity, np.float32))


class Interior:
    """The inside of one mouth."""

    def __init__(self, face: Face, frame: MouthFrame, *, pale: float = 0.0) -> None:
        """Paints it; `pale` is how pale the lips are, see `lip_red.paleness_of`."""
        self.window = choose_window(face, frame)
        left, top, right, bottom = self.window
        pixels = np.stack(np.meshgrid(np.arange(left, right), np.arange(top, bottom)), axis=-1).astype(float)
        local = frame.locate(pixels)
        x, y = frame.even(local[..., 0]), local[..., 1] - frame.seam(local[..., 0])
        palette = choose_palette(face)
        self.red_tint = palette["gum"][1:] / np.float32(palette["gum"][0])
        for name in ("tongue", "cheek", "throat"):
            palette[name] = palette[name] * np.float32(1 - (1 - PALE_LIGHT) * pale)
        self._down = frame.down * frame.unit
        self._hollow = paint_hollow(x, y, palette)
        self._tongue, self._tip, self._upper, self._lower = (sprite.softened(face.blur) for sprite in (
            paint_tongue(x, y, palette), paint_tip(x, y, palette),
            paint_teeth(x, y, UPPER_TEETH, palette, softness=0.6 / frame.unit),
            paint_teeth(x, LOWER_TIPS + 0.060 - y, LOWER_TEETH, palette, softness=0.6 / frame.unit)))
        own = find_teeth(face.image, frame, float(palette["skin"][0])) if frame.is_open else None
        if own is not None:
            self._upper = cut_out_teeth(face.image, frame, own, local, softness=0.6 / frame.unit)
        self._flesh = palette["cheek"][1:] / np.float32(palette["cheek"][0])
        self._unit = frame.unit

    def draw(self, part: Window, mask: NDArray[np.float32], place: NDArray[Any], jaw_px: NDArray[Any], opening: float,
             mouth: Mapping[str, float]) -> Planes:
        """Paints the part of the inside that the lips uncover.

        Args:
            part: the rectangle of the frame to paint.
            mask: (height, width) float32, 1 between the lips; shades the inside.
            place: (2, 3) from pixels of the portrait to pixels of the frame.
            jaw_px: (2,) how far the jaw has moved, pixels of the portrait.
            opening: largest distance between the lips, in units of the scale.
            mouth: the values of the mouth curves.

        Returns:
            Three (height, width) float32: luma above black, chroma around zero, all of luma's size.
        """
        raised, tucked = mouth.get("tongue", 0.0), mouth.get("tuck", 0.0)
        rounded = max(-mouth.get("wide", 0.0), 0.0)
        to_part = place - [[0, 0, part[0]], [0, 0, part[1]]]
        size = (part[2] - part[0], part[3] - part[1])

        def lay(sprite: Sprite, shift: NDArray[Any], *, light: float = 1.0, opacity: float = 1.0) -> None:
            lay_sprite(picture, sprite, self._moved(to_part, shift), light=light, opacity=opacity)

        picture = cv2.warpAffine(self._hollow, self._moved(to_part, np.zeros(2)), size, flags=cv2.INTER_LINEAR,
                                 borderMode=cv2.BORDER_REPLICATE).astype(np.float32, copy=False)
        lay(self._tongue, jaw_px - self._down * (TONGUE_RISE * raised), light=0.60 + 0.40 * raised)
        lay(self._lower, jaw_px + self._down * (ROUND_DROP * rounded), light=0.56,
            opacity=1 - float(smooth_step(raised, 0.3, 0.7)))
        lay(self._upper, -self._down * (ROUND_LIFT * rounded), opacity=1 - 0.35 * rounded)
        between = float(smooth_step(raised, 0.88, 1.0))
        if between:
            lay(self._tip, self._down * (0.03 * (1 - between)), opacity=between)
        dim = max(0.76 + 0.24 * float(smooth_step(opening, 0.02, 0.10)), tucked)
        light = shade(mask, self._unit, tucked) * np.float32(dim)
        y, u, v = cv2.split(picture)
        y *= light
        reflected = (1 - light) * y
        return Planes(y, *(chroma * light + reflected * np.float32(REFLECTED * tint)
                           for chroma, tint in zip((u, v), self._flesh, strict=True)))

    def _moved(self, to_part: NDArray[Any], shift: NDArray[Any]) -> NDArray[Any]:
        """(2, 3): from pixels of a sprite, moved by `shift` pixels of the portrait, to those of the painted part."""
        start = shift + self.window[:2]
        return np.column_stack([to_part[:, :2], to_part[:, :2] @ start + to_part[:, 2]])


def choose_window(face: Face, frame: MouthFrame) -> Window:
    """The rectangle in which the inside may ever be seen."""
    corners = frame.place(np.array([[-1.1, -0.16], [1.1, -0.16], [-1.1, 0.44], [1.1, 0.44]]))
    height, width = face.image.shape[:2]
    left, top = np.maximum(corners.min(axis=0) // 2 * 2, 0).astype(int)
    right, bottom = np.minimum(corners.max(axis=0) // 2 * 2 + 2, [width, height]).astype(int)
    return int(left), int(top), int(right), int(bottom)


def choose_palette(face: Face) -> dict[str, NDArray[np.float32]]:
    """Colours of the inside in the portrait's own light: teeth from the white of the eyes, flesh from the lips."""
    skin, lip, white = (np.array(colour, float) for colour in (face.rig.skin, face.rig.lip, face.rig.eye_white))
    luma = np.array([0.2126, 0.7152, 0.0722])
    white = white_in_light_of(white, skin, luma)
    tint = white / max(float(white @ luma), 1) * (np.maximum(skin, 1) / max(float(skin @ luma), 1)) ** WARMTH
    bright = max(0.86 * float(white @ luma) + 0.06 * float(skin @ luma), LEAST_TOOTH * float(skin @ luma))
    tooth = tint * float(np.clip(bright, 40, 228))
    colourful = colourfulness(skin, lip, white)
    lip = colourful * lip + (1 - colourful) * skin * float(lip @ luma) / max(float(skin @ luma), 1)

    def redder(colour: NDArray[Any], red: float, green: float, blue: float) -> NDArray[Any]:
        """A colour times some factors, or where the picture has no colours of its own, as much darker as that makes it."""
        factors = np.array([red, green, blue])
        return np.asarray(colour * (float(factors @ luma) + colourful * (factors - float(factors @ luma))))

    flesh = redder(lip, 1.0, 0.80, 0.80) + redder(skin, 0.12, 0.06, 0.06)
    tongue = redder(flesh, 0.90, 0.84, 0.86) + redder(white, 0.12, 0.06, 0.06)
    tongue = tongue * max(1.0, TONGUE_LIGHT * float(tooth @ luma) / max(float(tongue @ luma), 1))
    palette = {"skin": skin, "tooth": tooth, "gum": flesh * 0.85, "tongue": tongue, "cheek": redder(flesh, 0.50, 0.40, 0.38),
               "throat": redder(flesh, 0.15, 0.07, 0.06)}
    return {name: to_yuv(tuple(np.clip(colour, 0, 235))) for name, colour in palette.items()}


def white_in_light_of(white: NDArray[Any], skin: NDArray[Any], luma: NDArray[Any]) -> NDArray[Any]:
    """The white of the eyes; where little but lids and iris was found in them, in a tint a little paler than the skin's."""
    white_tint, skin_tint = (np.log(np.maximum(colour, 1) / max(float(colour @ luma), 1)) for colour in (white, skin))
    if np.ptp(white_tint) <= PALER * np.ptp(skin_tint):
        return white
    pale = np.exp(PALER * skin_tint)
    return np.asarray(pale * float(white @ luma) / float(pale @ luma))


def colourfulness(skin: NDArray[Any], lip: NDArray[Any], white: NDArray[Any]) -> float:
    """1 for a picture in colours, 0 for a grey, brown or blue one: there skin, lips and eyes have the same tint."""
    reds = [float(np.log(max(colour[0], 1) / max(colour[1], 1))) for colour in (skin, lip, white)]
    return float(smooth_step(max(reds) - min(reds), *COLOURS))


def paint_hollow(x: NDArray[Any], y: NDArray[Any], palette: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float32]:
    """The back of the mouth: darkest in the middle, the cheeks and the floor catch some light."""
    side = np.clip(np.abs(x) / 0.95, 0, 1.1) ** 2.5
    floor = smooth_step(y, 0.10, 0.34) * 0.6
    light = np.clip(0.75 * side + floor, 0, 1)[..., None]
    result: NDArray[np.float32] = (palette["throat"] + (palette["cheek"] - palette["throat"]) * light).astype(np.float32)
    return result


def paint_tongue(x: NDArray[Any], y: NDArray[Any], palette: Mapping[str, NDArray[np.float32]]) -> Sprite:
    """A rounded tongue with a soft groove, lit from the front."""
    across = np.clip(np.abs(x) / TONGUE_HALF_WIDTH, 0, 1.4)
    top = TONGUE_TOP + 0.055 * across**2.4 + 0.006 * np.exp(-((x / 0.10) ** 2))
    inside = y - top
    opacity = smooth_step(inside, -0.006, 0.012) * (1 - smooth_step(across, 0.86, 1.04))
    roundness = 0.40 + 0.60 * smooth_step(inside, 0.0, 0.085)
    groove = 1 - 0.20 * np.exp(-((x / 0.07) ** 2)) * smooth_step(inside, 0.0, 0.05)
    gloss = 0.16 * np.exp(-(((np.abs(x) - 0.20) / 0.13) ** 2) - ((inside - 0.060) / 0.014) ** 2)
    light = (roundness * (1 - 0.30 * across**2) * groove)[..., None]
    colour = palette["tongue"] * light
    colour[..., 0] += 90 * gloss
    return Sprite(colour.astype(np.float32), opacity.astype(np.float32))


def paint_tip(x: NDArray[Any], y: NDArray[Any], palette: Mapping[str, NDArray[np.float32]]) -> Sprite:
    """The tip of the tongue, held between the teeth."""
    across = np.clip(np.abs(x) / TIP_HALF_WIDTH, 0, 1.4)
    inside = y - (TIP_TOP + 0.030 * across**2.6)
    opacity = smooth_step(inside, -0.004, 0.010) * (1 - smooth_step(across, 0.62, 1.04))
    gloss = np.exp(-(((x + 0.06) / 0.16) ** 2) - ((inside - 0.018) / 0.008) ** 2)
    furrow = 1 - 0.10 * np.exp(-((x / 0.05) ** 2))
    light = (0.86 + 0.10 * smooth_step(inside, 0.0, 0.024)) * (1 - 0.25 * across**2) * furrow
    colour = palette["tongue"] * light[..., None]
    colour[..., 0] += 16 * gloss
    return Sprite(colour.astype(np.float32), opacity.astype(np.float32))


def paint_teeth(x: NDArray[Any], y: NDArray[Any], row: tuple[tuple[float, float], ...],
                palette: Mapping[str, NDArray[np.float32]], *, softness: float) -> Sprite:
    """A row of teeth whose biting edges point to growing y; each is rounded, and darker towards the corners of the mouth."""
    ends = np.cumsum([width for width, _ in row])
    index = np.minimum(np.searchsorted(ends, np.abs(x)), len(row) - 1)
    width, length = (np.array(values)[index] for values in zip(*row, strict=True))
    t = np.clip((np.abs(x) - (ends[index] - width / 2)) / (width / 2), -1.2, 1.2)
    edge = length - 0.010 * np.abs(t) ** 3.5
    spread = max(softness, 0.004)
    opacity = smooth_step(edge - y, -spread, spread) * (1 - smooth_step(np.abs(x), ends[-1] - 0.10, ends[-1]))
    round_off = 1 - 0.16 * np.abs(t) ** 2.5 - 0.15 * np.exp(-(((1 - np.abs(t)) / 0.11) ** 2))
    biting = 1 - 0.14 * smooth_step(y, length - 0.016, length)
    neck = 1 - 0.22 * (1 - smooth_step(y, -0.02, 0.03))
    sideways = 1 - 0.46 * np.clip(np.abs(x) / ends[-1], 0, 1) ** 2.2
    gloss = 0.07 * np.exp(-((t + 0.25) / 0.28) ** 2 - ((y - 0.45 * length) / 0.014) ** 2) * sideways
    light = (round_off * biting * neck * sideways)[..., None]
    gum = smooth_step(-y, 0.028, 0.042)[..., None]
    colour = palette["tooth"] * light * (1 - gum) + palette["gum"] * gum * (0.55 + 0.45 * sideways[..., None])
    colour[..., 0] += 200 * gloss
    return Sprite(colour.astype(np.float32), opacity.astype(np.float32))


def cut_out_teeth(image: NDArray[np.uint8], frame: MouthFrame, teeth: Teeth, local: NDArray[Any], *, softness: float
                  ) -> Sprite:
    """The portrait's own upper teeth, continued under the lip; `local` are the places of the sprite's pixels."""
    x, y = local[..., 0], local[..., 1]
    top = np.interp(x, frame.upper[:, 0], frame.upper[:, 1])
    length = np.interp(x, teeth.x, teeth.lengths)
    spread = max(softness, 0.004)
    opacity = smooth_step(length - (y - top), -spread, spread) * smooth_step(length, 0.004, 0.030) * (np.abs(x) < 1)
    under = top + np.maximum(y - top, np.minimum(OWN_FROM, length / 2))
    places = frame.place(np.stack([x, under], axis=-1)).astype(np.float32)
    seen = cv2.remap(image, places, np.empty(0), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    colour = (seen @ BGR_TO_YUV[:, :3].T) * np.float32(OWN_LIGHT)
    return Sprite(colour.astype(np.float32), opacity.astype(np.float32))


def lay_sprite(picture: NDArray[np.float32], sprite: Sprite, place: NDArray[Any], *, light: float, opacity: float) -> None:
    """Lays a sprite over `picture`; `place`, (2, 3), leads from its pixels to the picture's."""
    size = picture.shape[1::-1]
    cover = cv2.warpAffine(sprite.opacity, place, size, flags=cv2.INTER_LINEAR) * np.float32(opacity)
    colour = cv2.warpAffine(sprite.colour, place, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    colour *= np.float32(light)
    cv2.blendLinear(colour, picture, cover, 1 - cover, dst=picture)


def shade(mask: NDArray[np.float32], unit: float, tucked: float) -> NDArray[Any]:
    """(height, width): light that reaches the inside between the lips; the upper lip throws the deeper shadow."""
    reach = max(3, int(0.055 * unit)) | 1
    drop = max(1, int(0.014 * unit))
    wide = cv2.copyMakeBorder(mask, reach + drop, reach, reach, reach, cv2.BORDER_CONSTANT, value=0.0)
    soft = cv2.blur(wide, (reach, reach))
    soft = soft[reach:reach + mask.shape[0], reach:reach + mask.shape[1]]
    lit = np.clip(0.36 + 0.84 * soft, 0, 1)
    result: NDArray[Any] = lit + (np.clip(0.88 + 0.4 * soft, 0, 1) - lit) * np.float32(tucked)
    return result
