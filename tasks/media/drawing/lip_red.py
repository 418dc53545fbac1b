"""The red of pale lips, which shows when they part.

Some portraits have lips of the skin's colour: a closed mouth is a line there, and an opened one would be a hole in the skin.
Real lips turn outwards when they part, and what lay hidden between them is red. Pale lips are reddened so along the opening,
and the inside is kept darker than they are; lips that are red of themselves, and closed ones, are left as they are.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.drawing.face import Face
from tasks.media.drawing.interior import colourfulness
from tasks.media.drawing.planes import CHROMA_GREY, LUMA_BLACK, Planes
from tasks.media.easing import smooth_step
from tasks.media.rig.topology import LOWER_LIP_OUTER, UPPER_LIP_OUTER

RED = (0.14, 0.24)
"""Redness of lips (see `redness_of`) up to which lips are pale, and from which they are not. The three avatars, the child
and the girl with the earring have 0.26 to 0.64, the Mona Lisa 0.11, a photo of pale lips 0.14."""
PLACES = (0.35, 0.5, 0.65, 0.8)
"""Where on the way from the edge of a lip to its outer border its colour is looked at."""
UPPER_WIDTH, LOWER_WIDTH = 0.036, 0.056
"""How wide the red of both lips gets, in units of the scale: the lower one turns out more."""
UPPER_LIGHT, LOWER_LIGHT = 0.80, 0.92
"""What is left of the light on them: the upper lip is in its own shade."""
FULL = 0.045
"""Opening at which lips show all of their red, in units of the scale."""
ROUND_ENDS = 0.6
"""Power of the sine that the width follows from corner to corner: below 1 it is even in the middle and short at the ends."""
STRENGTH = 0.85
"""How much of the colour of pale lips becomes the red's; the rest lets texture and light of the portrait through."""
COLOURED = 0.5
"""Colourfulness from which a portrait's colours say anything of its lips; in a grey or brown one light tells
them from the skin."""


class LipRed:
    """The red of the lips of one face."""

    def __init__(self, pale: float, tint: NDArray[np.float32], unit: float, down: NDArray[Any]) -> None:
        """Keeps what it needs.

        Args:
            pale: how pale the lips are, see `paleness_of`.
            tint: (2,) chroma of the red for each level of luma above black.
            unit: the scale, pixels.
            down: (2,) unit vector from the upper to the lower lip.
        """
        self._strength, self._tint, self._unit, self._down = np.float32(STRENGTH * pale), tint, unit, down

    def outlines(self, upper: NDArray[Any], lower: NDArray[Any], opening: float
                 ) -> list[tuple[NDArray[np.float32], float]]:
        """The red of the upper and of the lower lip, as polygons in pixels of the portrait, and the light on each.

        Args:
            upper: (n, 2) edge of the upper lip, left to right.
            lower: (n, 2) edge of the lower one.
            opening: largest growth of the gap between them, in units of the scale.
        """
        if not self._strength:
            return []
        grown = self._unit * float(smooth_step(opening, 0, FULL)) * np.sin(np.linspace(0, np.pi, len(upper))) ** ROUND_ENDS
        return [(np.vstack([edge, (edge + (width * grown)[:, None] * self._down)[::-1]]).astype(np.float32), light)
                for edge, width, light in ((upper, -UPPER_WIDTH, UPPER_LIGHT), (lower, LOWER_WIDTH, LOWER_LIGHT))]

    def lay_on(self, under: Planes, cover: NDArray[np.float32], light: float) -> None:
        """Reddens what is under `cover`, (height, width), 0 to 1, and leaves it `light` of its light."""
        cover = cover * self._strength
        luma = under.y.astype(np.float32) - LUMA_BLACK
        luma *= 1 - np.float32(1 - light) * cover
        under.y[:] = np.round(luma + LUMA_BLACK)
        half = (cover.shape[1] // 2, cover.shape[0] // 2)
        cover, luma = (cv2.resize(plane, half, interpolation=cv2.INTER_AREA) for plane in (cover, luma))
        for plane, tint in zip((under.u, under.v), self._tint, strict=True):
            plane[:] = np.round(plane + (luma * tint + CHROMA_GREY - plane) * cover)


def paleness_of(face: Face) -> float:
    """1 for lips of the skin's colour, 0 for lips that are red, and in a picture without colours."""
    colours = (np.array(colour, float) for colour in (face.rig.skin, face.rig.lip, face.rig.eye_white))
    if colourfulness(*colours) < COLOURED:
        return 0.0
    return 1 - float(smooth_step(redness_of(face), *RED))


def redness_of(face: Face) -> float:
    """How much redder the lips are than the skin: the difference of the logarithms of red to green, mean of both lips."""
    skin = face.rig.skin
    lips = [np.log(colour[2] / colour[1]) for colour in (lip_colour(face, UPPER_LIP_OUTER, face.lip_upper),
                                                         lip_colour(face, LOWER_LIP_OUTER, face.lip_lower))]
    return float(np.mean(lips) - np.log(max(skin[0], 1) / max(skin[1], 1)))


def lip_colour(face: Face, border: tuple[int, ...], edge: NDArray[Any]) -> NDArray[Any]:
    """Median BGR of a lip's own skin, at least 1; `edge`, (n, 2), is where it meets the other."""
    outer = face.points[list(border[2:-2]), :2]
    inner = np.stack([outer[:, 0], np.interp(outer[:, 0], *edge.T)], axis=-1)
    places = np.concatenate([inner + (outer - inner) * way for way in PLACES])
    seen = cv2.remap(face.image, places[:, None].astype(np.float32), np.empty(0), cv2.INTER_LINEAR,
                     borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(np.maximum(np.median(seen.reshape(-1, 3), axis=0), 1))
