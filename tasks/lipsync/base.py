"""What every lip-sync engine is: phonemes and loudness in, or the voice itself, mouth curves out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from tasks.domain.speech import Phoneme
from tasks.media.curves import Curves


@dataclass(frozen=True)
class Heard:
    """The voice itself, for what no phoneme tells."""

    samples: NDArray[np.float32]
    """(n,) mono, -1 to 1."""
    rate_hz: int
    unknown_s: tuple[tuple[float, float], ...] = ()
    """Stretches in which phonemes are not known or not to be trusted, `[start_s, end_s)`, in order."""


class LipSync(Protocol):
    """An engine that moves a mouth."""

    name: ClassVar[str]
    version: ClassVar[str]
    listens: ClassVar[Literal["never", "where unknown", "always"]]
    """When it goes by the sound instead of phonemes."""
    draws: ClassVar[bool]
    """False for one that leaves a film's own mouth as it is: nothing else is asked of it."""

    def mouth(self, phonemes: Sequence[Phoneme], loudness: NDArray[np.float32], heard: Heard | None = None) -> Curves:
        """The mouth of a whole reel.

        Args:
            phonemes: in order, not overlapping; silence is the gap between two.
            loudness: (n,) float32, 0 silent to about 1 loud, one value a frame of the reel.
            heard: the voice, for engines that listen; without it only phonemes move the mouth.

        Returns:
            The curves jaw wide upper lower tuck press tongue, each (n,): `wide` -1 to 1, the others 0 to 1; all zero is the
            portrait's own mouth, closed.
        """
        ...
