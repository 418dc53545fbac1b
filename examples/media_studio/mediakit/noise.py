"""Noise that repeats at its borders, made from its spectrum."""

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]
"""(height, width) float32."""


def cloudy(size: int, *, slope: float, seed: int, coarsest: float = 1.0) -> Field:
    """Noise whose strength falls with frequency, mean 0 and standard deviation 1.

    Args:
        size: side of the square it repeats on, pixels.
        slope: how steeply strength falls; 1.6 is rough, 2.4 is billowy.
        seed: another seed is another field.
        coarsest: no wave is longer than the side by this.
    """
    frequencies = np.fft.fftfreq(size, 1 / size)
    distance = np.hypot(frequencies[:, None], frequencies[None, :])
    strength = np.where(distance < coarsest, 0.0, np.maximum(distance, 1e-9) ** -slope)
    dice = np.random.default_rng(seed)
    field = np.fft.ifft2(strength * np.exp(2j * np.pi * dice.random((size, size)))).real
    return ((field - field.mean()) / field.std()).astype(np.float32)


def sample(field: Field, x: Field, y: Field) -> Field:
    """The field at places in pixels; beyond its borders it repeats."""
    size = field.shape[0]
    padded = np.pad(field, 2, mode="wrap")
    return cv2.remap(padded, np.mod(x, size).astype(np.float32) + 2, np.mod(y, size).astype(np.float32) + 2,
                     cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)


def step(value: Field, start: float, end: float) -> Field:
    """0 before `start`, 1 after `end`, softly between; `end` may lie below `start`."""
    x = np.clip((value - start) / (end - start), 0, 1)
    return (x * x * (3 - 2 * x)).astype(np.float32)


def bell(value: Field, width: float) -> Field:
    """1 at 0, 1/e at `width` from it on either side."""
    return np.exp(-((value / width) ** 2)).astype(np.float32)


def filled(distance: Field, soft: float = 0.0008) -> Field:
    """1 where a distance is negative, 0 where it is positive, as sharp as about a pixel."""
    return step(np.asarray(distance, np.float32), soft, -soft)
