"""Lays voice, and later music and effects, over each other to one sound of exact length."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Layer:
    """One sound of a mix.

    Attributes:
        samples: (n,), (n, 1) or (n, 2) float32, full scale 1.0; mono sounds from the middle.
        start: sample of the mix it begins at.
        gain_db: how much louder or softer than it is.
    """

    samples: NDArray[np.float32]
    start: int = 0
    gain_db: float = 0.0


def mix(layers: Sequence[Layer], length: int) -> NDArray[np.float32]:
    """Adds layers up; what reaches past the end is cut, what is not covered is silent.

    Args:
        layers: sounds of one sample rate.
        length: samples of the result.

    Returns:
        (length, 1) float32 if all layers are mono, else (length, 2); not limited, so it may exceed full scale.
    """
    columns = [(layer, layer.samples[:, None] if layer.samples.ndim == 1 else layer.samples) for layer in layers]
    mixed = np.zeros((length, max((values.shape[1] for _, values in columns), default=1)), np.float32)
    for layer, values in columns:
        fitting = values[: max(0, length - layer.start)]
        mixed[layer.start:layer.start + len(fitting)] += np.float32(10 ** (layer.gain_db / 20)) * fitting
    return mixed
