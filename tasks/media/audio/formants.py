"""The first two resonances of the vocal tract, by linear prediction: F1 rises as the jaw opens, F2 as the lips spread.

Prediction sees only the band below `TOP_HZ` of a given spectrum (selective linear prediction), so no resampling is needed,
and noise can be taken off the spectrum before.

Source: Makhoul 1975, doi:10.1109/PROC.1975.9792, sections VI and VII.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

TOP_HZ = 5000.0
"""Band looked at: it holds five resonances of a grown-up's voice."""
ORDER = 10
"""Two for each resonance."""
EMPHASIS = 0.97
"""Of the first difference that lifts high resonances to the height of low ones."""
LAG_WINDOW_HZ = 60.0
"""Resonances are blurred by this much, so that prediction follows them and not the harmonics of the voice."""
FLOOR = 1e-4
"""White noise added, as part of the energy; keeps the recursion stable."""
LOWEST_HZ, HIGHEST_HZ = 180.0, 3600.0
"""Where a first or second resonance can be."""
WIDEST_HZ = 600.0
"""A wider root is tilt, no resonance."""


def first_formants(power: NDArray[Any], bins_hz: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """F1 and F2 of each spectrum.

    Args:
        power: (n, bins) power spectra.
        bins_hz: (bins,) even, from 0 to at least `TOP_HZ`.

    Returns:
        F1 and F2 in Hz, (n,) each; NaN where there is none.
    """
    inside = bins_hz <= TOP_HZ
    roots = _roots(_predictor(power[:, inside].astype(np.float64), bins_hz[inside]))
    places_hz = np.abs(np.angle(roots)) * TOP_HZ / np.pi
    widths_hz = -np.log(np.maximum(np.abs(roots), 1e-9)) * TOP_HZ / np.pi
    resonant = (places_hz > LOWEST_HZ) & (places_hz < HIGHEST_HZ) & (widths_hz < WIDEST_HZ) & (roots.imag > 0)
    ascending = np.sort(np.where(resonant, places_hz, np.nan), axis=1)
    return ascending[:, 0], ascending[:, 1]


def _predictor(power: NDArray[np.float64], bins_hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, ORDER + 1): the filter that predicts each spectrum best, by Levinson's recursion on its autocorrelation."""
    emphasis = 1 + EMPHASIS**2 - 2 * EMPHASIS * np.cos(np.pi * bins_hz / TOP_HZ)
    lags = np.arange(ORDER + 1)
    correlation = np.fft.irfft(power * emphasis, axis=1)[:, :ORDER + 1]
    correlation = correlation * np.exp(-0.5 * (np.pi * LAG_WINDOW_HZ * lags / TOP_HZ) ** 2) + 1e-20
    correlation[:, 0] *= 1 + FLOOR
    taps, error = np.zeros(correlation.shape), correlation[:, 0].copy()
    taps[:, 0] = 1
    for order in range(1, ORDER + 1):
        reflection = -(taps[:, :order] * correlation[:, order:0:-1]).sum(axis=1) / error
        taps[:, 1:order + 1] += reflection[:, None] * taps[:, :order][:, ::-1]
        error *= 1 - reflection**2
    return taps


def _roots(taps: NDArray[np.float64]) -> NDArray[np.complex128]:
    """(n, ORDER): the roots of each predictor, as eigenvalues of its companion matrix."""
    companions = np.zeros((len(taps), ORDER, ORDER))
    companions[:, 0, :] = -taps[:, 1:]
    companions[:, np.arange(1, ORDER), np.arange(ORDER - 1)] = 1
    return np.asarray(np.linalg.eigvals(companions), np.complex128)
