"""Whether a face is lit so that something can be seen of it."""

import numpy as np

from tasks.media.photo.close_up import CloseUp

BRIGHT_PERCENTILE = 95
"""What counts as the bright parts of a face; not its average, which would take a dark skin for a dark photo."""
FULL = 250
"""Level from which a channel has nothing more to say."""


def bright_parts(view: CloseUp) -> float:
    """Luma of the bright parts of the face, 0 to 255."""
    return float(np.percentile(view.grey()[view.face()], BRIGHT_PERCENTILE))


def blown_share(view: CloseUp) -> float:
    """Share of the face where two of three channels are full: no form is left there."""
    second = np.sort(view.image[view.face()], axis=1)[:, 1]
    return float((second >= FULL).mean())
