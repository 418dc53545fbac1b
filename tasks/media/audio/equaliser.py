"""Equaliser sections: what an equaliser is made of, as second-order sections b0 b1 b2 a0 a1 a2 with a0 = 1.

Source: R. Bristow-Johnson, "Audio EQ Cookbook" (W3C note, 2021).
"""

import math


def high_pass(frequency_hz: float, rate_hz: int) -> list[float]:
    """Below `frequency_hz` nothing, 12 dB an octave."""
    angle = 2 * math.pi * frequency_hz / rate_hz
    alpha, cosine = math.sin(angle) * math.sqrt(0.5), math.cos(angle)
    norm, edge = 1 + alpha, (1 + cosine) / 2
    return [edge / norm, -2 * edge / norm, edge / norm, 1.0, -2 * cosine / norm, (1 - alpha) / norm]


def peak(frequency_hz: float, quality: float, gain_db: float, rate_hz: int) -> list[float]:
    """A bell of `gain_db` at its centre; a higher quality is narrower."""
    gain, angle = 10 ** (gain_db / 40), 2 * math.pi * frequency_hz / rate_hz
    alpha, middle = math.sin(angle) / (2 * quality), -2 * math.cos(angle)
    norm = 1 + alpha / gain
    return [(1 + alpha * gain) / norm, middle / norm, (1 - alpha * gain) / norm,
            1.0, middle / norm, (1 - alpha / gain) / norm]


def all_pass(frequency_hz: float, quality: float, rate_hz: int) -> list[float]:
    """Turns phases around `frequency_hz` and leaves levels alone."""
    angle = 2 * math.pi * frequency_hz / rate_hz
    alpha = math.sin(angle) / (2 * quality)
    edge, middle = (1 - alpha) / (1 + alpha), -2 * math.cos(angle) / (1 + alpha)
    return [edge, middle, 1.0, 1.0, middle, edge]


def high_shelf(frequency_hz: float, gain_db: float, rate_hz: int) -> list[float]:
    """All above `frequency_hz` by `gain_db`."""
    gain, angle = 10 ** (gain_db / 40), 2 * math.pi * frequency_hz / rate_hz
    cosine, slope = math.cos(angle), 2 * math.sqrt(gain) * math.sin(angle) / (2 * math.sqrt(0.5))
    norm = (gain + 1) - (gain - 1) * cosine + slope
    return [gain * ((gain + 1) + (gain - 1) * cosine + slope) / norm, -2 * gain * ((gain - 1) + (gain + 1) * cosine) / norm,
            gain * ((gain + 1) + (gain - 1) * cosine - slope) / norm, 1.0, 2 * ((gain - 1) - (gain + 1) * cosine) / norm,
            ((gain + 1) - (gain - 1) * cosine - slope) / norm]
