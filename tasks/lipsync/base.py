"""What every lip-sync engine is: phonemes and loudness in, mouth curves out."""

from collections.abc import Sequence
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from tasks.domain.speech import Phoneme
from tasks.media.curves import Curves


class LipSync(Protocol):
    """An engine that moves a mouth."""

    name: ClassVar[str]
    version: ClassVar[str]

    def mouth(self, phonemes: Sequence[Phoneme], loudness: NDArray[np.float32]) -> Curves:
        """The mouth of a whole reel.

        Args:
            phonemes: in order, not overlapping; silence is the gap between two.
            loudness: (n,) float32, 0 silent to about 1 loud, one value a frame of the reel.

        Returns:
            The curves jaw wide upper lower tuck press tongue, each (n,): `wide` -1 to 1, the others 0 to 1; all zero is the
            portrait's own mouth, closed.
        """
        ...
