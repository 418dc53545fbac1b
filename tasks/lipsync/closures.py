"""The frames on which lips must meet: every /p b m/, every /f v/, every silence.

Blending alone would leave a fast /b/ half open, and a viewer sees that at once. So contact is planned on whole frames: the
frames on which it holds, and a ramp of two frames on either side.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tasks.domain.speech import Phoneme
from tasks.lipsync.sounds import PAUSE_S
from tasks.lipsync.viseme_table import visemes_of
from tasks.media.easing import smooth_step

RELEASE_SHARE = 0.25
"""Last part of a /p/ that is breath through parted lips; the others hold to their end."""
PREPARE_S = 0.10
"""The mouth may begin to open this long before the first sound after a silence (a breath is taken)."""
SETTLE_S = 0.14
"""The mouth is closed this long after the last sound before a silence; with both, it rests in every pause of 0.3 s."""
HELD_S = 0.055
"""Contact lasts at least this long, more than a frame, so that every one is seen; it begins earlier for it, as lips meet in
the silence before a burst."""
BESIDE = (0.58, 0.16)
"""Contact one frame beside, and two: lips take about 80 ms to meet and to part."""


def contact(phonemes: Sequence[Phoneme], viseme: str, frames: int, *, fps: int, lead_s: float) -> NDArray[np.float64]:
    """How closed the mouth is for a sound that needs contact.

    Args:
        phonemes: of the whole reel.
        viseme: 'pbm' or 'fv'.
        frames: length of the reel.
        fps: frames a second.
        lead_s: how much earlier the mouth moves than the voice sounds.

    Returns:
        (n,): 1 on at least one frame of each such sound that falls inside the reel, `BESIDE` it less, else 0.
    """
    margin = len(BESIDE)
    held = np.zeros(frames + 2 * margin)
    for phoneme in phonemes:
        if viseme in visemes_of(phoneme.ipa):
            end_s = _contact_end_s(phoneme)
            start_s = min(phoneme.start_s, end_s - HELD_S)
            held[[frame + margin for frame in frames_of(start_s - lead_s, end_s - lead_s, frames, fps=fps)]] = 1.0
    ramped = held
    for away, share in enumerate(BESIDE, start=1):
        ramped = np.maximum(ramped, share * np.maximum(np.roll(held, away), np.roll(held, -away)))
    return np.asarray(ramped[margin:-margin])


def frames_of(start_s: float, end_s: float, frames: int, *, fps: int) -> range:
    """Frames whose instant lies in the interval: at least one if it is as long as a frame and inside the reel."""
    first, last = (int(np.ceil(time_s * fps - 1e-6)) for time_s in (start_s, end_s))
    return range(min(max(first, 0), frames), max(min(last, frames), 0))


def speaking(phonemes: Sequence[Phoneme], instants_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Whether somebody speaks: 1 during speech, 0 in silences, with short ramps inside the silence.

    Args:
        phonemes: of the whole reel.
        instants_s: (n,) the instants asked about, lead included.

    Returns:
        (n,): exactly 0 from `SETTLE_S` after a sound to `PREPARE_S` before the next; 1 all through gaps that are no pause.
    """
    if not phonemes:
        return np.zeros(len(instants_s))
    starts = np.array([phoneme.start_s for phoneme in phonemes])
    ends = np.array([phoneme.end_s for phoneme in phonemes])
    ends[:-1] = np.where(starts[1:] - ends[:-1] < PAUSE_S, starts[1:], ends[:-1])
    following = np.searchsorted(starts, instants_s, side="right")
    since = np.where(following > 0, instants_s - ends[np.maximum(following - 1, 0)], np.inf)
    until = np.where(following < len(starts), starts[np.minimum(following, len(starts) - 1)] - instants_s, np.inf)
    near = np.maximum(1 - np.maximum(since, 0) / SETTLE_S, 1 - np.maximum(until, 0) / PREPARE_S)
    return smooth_step(near, 0, 1)


def _contact_end_s(phoneme: Phoneme) -> float:
    length_s = phoneme.end_s - phoneme.start_s
    released = RELEASE_SHARE if phoneme.ipa.startswith("p") else 0.0
    return phoneme.end_s - released * length_s
