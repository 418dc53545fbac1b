"""Filters for long sounds agree with the library they stand in for, whatever the pieces."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage, signal

from tasks.media.audio import filters
from tasks.media.audio.filters import convolve, convolve_pieces, impulse_response, running_minimum

RATE_HZ = 48_000
SECTIONS = np.vstack([signal.butter(2, 80, "highpass", fs=RATE_HZ, output="sos"),
                      signal.butter(2, 6000, "lowpass", fs=RATE_HZ, output="sos")])
NOISE = np.random.default_rng(5).standard_normal(30_000)
ROUNDING = 1e-9
"""Rounding of double precision transforms of a few thousand values around 1."""


class TestConvolve:
    @pytest.mark.parametrize("piece", [1000, 4097, 50_000])
    def test_equals_the_direct_sum_whatever_the_pieces(self, piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where a sound is cut cannot be heard, also if a piece is shorter than the filter."""
        monkeypatch.setattr(filters, "PIECE", piece)
        taps = np.random.default_rng(6).standard_normal(1500)
        assert convolve(NOISE, taps) == pytest.approx(np.convolve(NOISE, taps)[:len(NOISE)], abs=ROUNDING * 1000)

    def test_channels_are_filtered_apart(self) -> None:
        """Each channel comes out as it would alone."""
        stereo = np.stack([NOISE, -2 * NOISE], axis=1)
        found = convolve(stereo, [0.5, 0.25])
        assert found[:, 0] == pytest.approx(convolve(NOISE, [0.5, 0.25]), abs=ROUNDING)
        assert found[:, 1] == pytest.approx(-2 * found[:, 0], abs=ROUNDING)

    def test_each_channel_may_have_its_own_filter(self) -> None:
        """Two channels, two responses, two pieces: as if each were filtered alone."""
        sound, taps = NOISE.reshape(-1, 2), np.random.default_rng(6).standard_normal((300, 2))
        both = np.concatenate(list(convolve_pieces([sound[:9000], sound[9000:]], taps)))
        for channel in (0, 1):
            assert both[:, channel] == pytest.approx(convolve(sound[:, channel], taps[:, channel]), abs=ROUNDING)

    def test_type_and_lengths_stay(self) -> None:
        """32 bit in, 32 bit out; nothing in, nothing out."""
        pieces = [np.ones(5, np.float32), np.ones(1, np.float32), np.ones(9, np.float32)]
        found = list(convolve_pieces(pieces, [1.0, 1.0]))
        assert [len(piece) for piece in found] == [5, 1, 9]
        assert {piece.dtype for piece in found} == {np.dtype(np.float32)}
        assert np.concatenate(found) == pytest.approx([1.0] + [2.0] * 14)
        assert convolve(np.zeros(0), [1.0]).size == 0


class TestImpulseResponse:
    def test_filters_as_the_sections_do(self) -> None:
        """Convolution with it is the recursion."""
        found = convolve(NOISE, impulse_response(SECTIONS, 1 << 14))
        assert found == pytest.approx(signal.sosfilt(SECTIONS, NOISE), abs=1e-7)


class TestRunningMinimum:
    @given(st.lists(st.floats(-5, 5, width=32), min_size=1, max_size=60), st.integers(0, 40))
    def test_equals_the_library(self, values: list[float], reach: int) -> None:
        """Also at the ends, and for a reach beyond the whole."""
        array = np.array(values, np.float32)
        expected = [array[max(0, index - reach):index + reach + 1].min() for index in range(len(array))]
        assert running_minimum(array, reach).tolist() == expected
        library = ndimage.minimum_filter1d(array, 2 * reach + 1, mode="nearest")
        assert running_minimum(array, reach).tolist() == library.tolist()
