"""How fast a mouth moves, how far ahead of the voice, and how it is pressed into contact: the same for every engine."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tasks.lipsync.viseme_table import VISEMES
from tasks.media.curves import MOUTH

LEAD_S = 0.025
"""The mouth runs this much ahead of the voice: articulation precedes sound, and early looks right where late does not."""
QUIET_JAW = 0.55
"""Jaw opening of a whisper as part of that of a loud voice."""
ROUND_FROM = -0.4
"""A target this rounded or more anticipates."""


class Flank(NamedTuple):
    """Width of the pull before and after a sound."""

    before_s: float
    after_s: float


JAW_FLANK = Flank(0.042, 0.050)
"""The jaw: heavy, but driven by strong muscles."""
LIP_FLANK = Flank(0.055, 0.055)
"""Lips and tongue."""
ROUND_FLANK = Flank(0.078, 0.058)
"""Lips that round: they start a sound ahead."""


def flank_of(curve: str, viseme: str) -> Flank:
    """How a viseme pulls a mouth curve before and after its time."""
    if curve == "wide" and VISEMES[viseme]["wide"] <= ROUND_FROM:
        return ROUND_FLANK
    return JAW_FLANK if curve == "jaw" else LIP_FLANK


def press_to(mouth: dict[str, NDArray[np.float64]], viseme: str, hold: NDArray[np.float64]) -> None:
    """Moves the mouth towards a viseme, all the way where `hold` is 1; rounding is left alone, it does not part lips.

    Args:
        mouth: changed in place.
        viseme: whose target is approached.
        hold: (n,) 0 to 1.
    """
    for name in MOUTH:
        if name != "wide":
            mouth[name] += (VISEMES[viseme][name] - mouth[name]) * hold


def limited(name: str, curve: NDArray[np.float64]) -> NDArray[np.float32]:
    """A mouth curve within its range."""
    return np.clip(curve, -1.0 if name == "wide" else 0.0, 1.0).astype(np.float32)
