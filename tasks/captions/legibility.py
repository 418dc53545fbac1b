"""What keeps captions legible: the outline or box behind the letters, chosen by the contrast it gives.

Every ink has an edge of its own: the brand's outline where that is told well from the ink, else black or white, one of
which always is. Where the outline is thick, it is what the letters are seen against, whatever the picture. Where it is thin,
the picture itself counts, measured where the captions stand; if ink and picture come too close, a box goes between them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tasks.captions.style import CaptionStyle
from tasks.domain.brand import BrandColours
from tasks.media.text.contrast import READABLE, colour_luminance, contrast_ratio, luminance, luminance_contrast

THICK = 0.06
"""Outline from which letters are seen against it alone, in ems: about half a stem of a bold face."""
OPACITY_STEP = 0.05
"""A box is made denser in such steps until it is enough."""

PLAIN = ("#000000", "#ffffff")
"""One of the two is told well from any colour."""

Span = tuple[float, float]
"""Darkest and lightest relative luminance of what may lie behind letters."""
ANYTHING: Span = (0.0, 1.0)
"""Whatever there is, from black to white."""


@dataclass(frozen=True)
class Ink:
    """A colour of letters and what is drawn around them."""

    colour: str
    edge: str


@dataclass(frozen=True)
class Box:
    """A box behind letters."""

    colour: str
    opacity: float
    contrast: float
    """Least contrast of letters to it, with whatever shows through."""


@dataclass(frozen=True)
class Backing:
    """How letters are set off from the picture."""

    kind: Literal["outline", "box"]
    text: Ink
    highlight: Ink
    box: str
    """Colour of the box, #rrggbb."""
    box_opacity: float
    contrast: float
    """Least contrast of letters to what they are seen against."""


def needs_picture(style: CaptionStyle) -> bool:
    """True if what lies behind the captions decides how they are set off."""
    return style.backing == "box" or (style.backing == "auto" and not _thick(style))


def choose_backing(style: CaptionStyle, colours: BrandColours, highlight: str, behind: Span) -> Backing:
    """Decides between outline and box.

    Args:
        style: what it wishes, and how thick its outline is.
        colours: of the brand.
        highlight: colour of the words that stand out, #rrggbb.
        behind: what may lie behind the captions.
    """
    inks = [colours.text, highlight]
    edges = [_edge(ink, colours.outline) for ink in inks]
    if _thick(style) or style.backing == "outline":
        contrast = min(contrast_ratio(ink, edge) for ink, edge in zip(inks, edges, strict=True))
    else:
        contrast = min(_against(ink, behind) for ink in inks)
    outlined = Backing("outline", Ink(inks[0], edges[0]), Ink(inks[1], edges[1]), colours.outline, 0.0, contrast)
    if style.backing == "outline" or (style.backing == "auto" and contrast >= READABLE):
        return outlined
    box = find_box(inks, (colours.outline, colours.panel, *PLAIN), least=style.box_opacity, behind=behind)
    if box is None:
        return outlined
    return Backing("box", Ink(inks[0], box.colour), Ink(inks[1], box.colour), box.colour, box.opacity, box.contrast)


def find_box(inks: Sequence[str], colours: Sequence[str], *, least: float, behind: Span) -> Box | None:
    """The first colour that sets off all inks, no denser than it must be; None if there is none.

    Args:
        inks: colours of letters, #rrggbb.
        colours: colours for the box, in order of preference.
        least: opacity it has in any case.
        behind: what may lie behind it.
    """
    for colour in colours:
        if min(contrast_ratio(ink, colour) for ink in inks) >= READABLE:
            opacity = least
            while opacity < 1 and _boxed(inks, colour, opacity, behind) < READABLE:
                opacity = min(1.0, round(opacity + OPACITY_STEP, 3))
            return Box(colour, opacity, _boxed(inks, colour, opacity, behind))
    return None


def _thick(style: CaptionStyle) -> bool:
    return style.outline_px >= THICK * style.size_px


def _edge(ink: str, outline: str) -> str:
    """The brand's outline if the ink is told well from it, else black or white."""
    if contrast_ratio(ink, outline) >= READABLE:
        return outline
    return max(PLAIN, key=lambda colour: contrast_ratio(ink, colour))


def _against(ink: str, behind: Span) -> float:
    """Least contrast of an ink to anything between the darkest and the lightest behind it."""
    level = colour_luminance(ink)
    if behind[0] <= level <= behind[1]:
        return 1.0
    return min(luminance_contrast(level, end) for end in behind)


def _boxed(inks: Sequence[str], box: str, opacity: float, behind: Span) -> float:
    """Least contrast of the inks to a box that lets some of the picture through."""
    colour = np.array([int(box[place:place + 2], 16) for place in (1, 3, 5)])
    ends = [luminance(np.rint(opacity * colour + (1 - opacity) * _grey(end)).astype(np.uint8)) for end in behind]
    span = (float(min(ends)), float(max(ends)))
    return min(_against(ink, span) for ink in inks)


def _grey(level: float) -> float:
    """The sRGB grey, 0 to 255, of a relative luminance."""
    return 255 * (12.92 * level if level <= 0.0031308 else 1.055 * level ** (1 / 2.4) - 0.055)
