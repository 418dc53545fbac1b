"""Checks of what is written on the picture."""

from collections.abc import Sequence

from tasks.domain.captions import Captions
from tasks.domain.reel import Measurement
from tasks.domain.speech import Alignment
from tasks.domain.timeline import FPS
from tasks.media.metrics.caption_words import words_not_shown
from tasks.media.metrics.caption_zone import overreach_px
from tasks.quality.thresholds import ZONE_TOLERANCE_PX

NAMED = 5
"""How many words a report names."""


def check_captions(captions: Captions, approved: Sequence[str], alignment: Alignment) -> dict[str, Measurement]:
    """Everything inside the safe zone, and every approved word on screen while it is spoken."""
    boxes = [box for page in captions.pages for box in (page.box, *(word.box for word in page.words if word.text))]
    if captions.label_box:
        boxes.append(captions.label_box)
    reach_px = overreach_px(boxes, captions.zone)
    missing = words_not_shown(approved, alignment.words, captions.pages, tolerance_s=1 / FPS)
    return {
        "caption_zone": Measurement(value=round(reach_px, 1), unit="px", threshold="0 outside the safe zone",
                                    passed=reach_px <= ZONE_TOLERANCE_PX),
        "caption_words": Measurement(value=_named(missing), threshold=f"none of {len(approved)} words missing or late",
                                     passed=not missing),
    }


def _named(words: Sequence[str]) -> str:
    if not words:
        return "none"
    more = f" and {len(words) - NAMED} more" if len(words) > NAMED else ""
    return ", ".join(words[:NAMED]) + more
