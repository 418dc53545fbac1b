"""Spreading scattered values: met where known, constant where constant, the library's own result elsewhere."""

import numpy as np
import pytest
from scipy.interpolate import RBFInterpolator

from tasks.media.drawing.spreading import spread_linear

DICE = np.random.default_rng(7)
POINTS = DICE.uniform(-1, 1, (40, 2))
VALUES = DICE.normal(size=(40, 3))
PLACES = DICE.uniform(-2, 2, (200, 2))
EXACT = 1e-9
"""Rounding of a well-conditioned system of 41 unknowns in double precision."""


def test_known_values_are_met() -> None:
    """Without smoothing every point keeps its value."""
    assert spread_linear(POINTS, VALUES, POINTS, smoothing=0.0) == pytest.approx(VALUES, abs=EXACT)


def test_constant_stays_constant_far_away() -> None:
    """The field has no slope of its own."""
    assert spread_linear(POINTS, np.full((40, 1), 3.0), 100 * PLACES, smoothing=0.0) == pytest.approx(3.0, abs=1e-6)


def test_equals_the_library() -> None:
    """The same system as scipy's linear kernel of degree 0."""
    library = RBFInterpolator(POINTS, VALUES, kernel="linear", degree=0, smoothing=1e-3)
    assert spread_linear(POINTS, VALUES, PLACES, smoothing=1e-3) == pytest.approx(library(PLACES), abs=EXACT)
