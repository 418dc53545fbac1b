"""Checks of what is written on the picture."""

from collections.abc import Sequence
from pathlib import Path

from tasks.domain.box import Box
from tasks.domain.captions import Captions
from tasks.domain.reel import Measurement
from tasks.domain.speech import Alignment
from tasks.domain.timeline import FPS, SIZE_PX, frame_at
from tasks.media.film import cheapest, decode_frames
from tasks.media.metrics.caption_words import words_not_shown
from tasks.media.metrics.caption_zone import overreach_px
from tasks.media.metrics.ink_contrast import ink_contrast
from tasks.media.metrics.media_facts import FileFacts
from tasks.media.metrics.reading_speed import fastest_page
from tasks.media.text.contrast import READABLE
from tasks.quality.thresholds import FASTEST_LETTERS_PER_S, SAMPLES, ZONE_TOLERANCE_PX

NAMED = 5
"""How many words a report names."""


def check_captions(captions: Captions, approved: Sequence[str], alignment: Alignment, language: str
                   ) -> dict[str, Measurement]:
    """Everything inside the safe zone, every approved word on screen while it is spoken, and no page gone unread."""
    boxes = [box for page in captions.pages for box in (page.box, *(word.box for word in page.words if word.text))]
    if captions.label_box:
        boxes.append(captions.label_box)
    reach_px = overreach_px(boxes, captions.zone)
    speed = fastest_page(captions.pages, language)
    missing = words_not_shown(approved, alignment.words, captions.pages, tolerance_s=1 / FPS)
    return {
        "caption_zone": Measurement(value=round(reach_px, 1), unit="px", threshold="0 outside the safe zone",
                                    passed=reach_px <= ZONE_TOLERANCE_PX),
        "caption_words": Measurement(value=_named(missing), threshold=f"none of {len(approved)} words missing or late",
                                     passed=not missing),
        "captions_reading_speed": Measurement(value=round(speed, 1), unit="letters/s",
                                              threshold=f"at most {FASTEST_LETTERS_PER_S:g}",
                                              passed=speed <= FASTEST_LETTERS_PER_S),
    }


def check_legibility(video: Path, facts: FileFacts, captions: Captions, alignment: Alignment, inks: Sequence[str]
                     ) -> dict[str, Measurement]:
    """Letters stand off from what is around them, on finished frames in the middle of words.

    Args:
        video: the finished reel.
        facts: of that file.
        captions: where words stand.
        alignment: when they are spoken.
        inks: the colours letters may have, #rrggbb.
    """
    boxes = {frame_at((word.start_s + word.end_s) / 2): drawn.box for page in captions.pages for drawn in page.words
             for word in (alignment.words[drawn.word],) if any(letter.isalnum() for letter in drawn.text)}
    chosen = cheapest(boxes, facts.keyframes, SAMPLES)
    pictures = decode_frames(video, chosen, facts.frame_times_s, keyframes=facts.keyframes, size=SIZE_PX)
    least = min((ink_contrast(picture[_cut(boxes[frame])], inks) for frame, picture in pictures), default=None)
    passed = not boxes if least is None else least >= READABLE
    return {"caption_contrast": Measurement(value=None if least is None else round(least, 1), unit="to 1", passed=passed,
                                            threshold=f"at least {READABLE:g} in {len(chosen)} words")}


def _cut(box: Box) -> tuple[slice, slice]:
    """A box as rows and columns of a picture."""
    return slice(max(0, round(box.y0)), round(box.y1)), slice(max(0, round(box.x0)), round(box.x1))


def _named(words: Sequence[str]) -> str:
    if not words:
        return "none"
    more = f" and {len(words) - NAMED} more" if len(words) > NAMED else ""
    return ", ".join(words[:NAMED]) + more
