"""Tests of coarse grids: enlarging is exact on straight fields, and reading backwards undoes a movement."""

import numpy as np

from tasks.media.drawing.camera import View
from tasks.media.drawing.grid import Grid, apart, double, enlarge, halve, mix

GRID = Grid(left=16, top=8, columns=10, rows=6, step=8)
EXACT = 1e-3
"""Pixels; single precision and nothing else."""
BETWEEN_NODES = 1 / 32
"""OpenCV reads between nodes at multiples of this."""


class TestEnlarge:
    def test_resting_places_are_the_pixels_themselves(self) -> None:
        """Without displacement every pixel fetches itself, up to the border of the window."""
        maps = np.stack(enlarge(apart(GRID.nodes()), GRID.step, (2, 1, 7, 5)), axis=-1)
        x, y = np.meshgrid(16 + np.arange(2 * 8, 7 * 8), 8 + np.arange(1 * 8, 5 * 8))
        assert np.abs(maps - np.stack([x, y], axis=-1)).max() < EXACT

    def test_chroma_and_fine_places_keep_pixel_centres(self) -> None:
        """The middle of a 2 x 2 block of pixels is one chroma pixel, and the middle of four fine pixels one pixel."""
        block = np.array([[[0.5, 2.5]]], np.float32)
        assert np.allclose(halve(block), [[[0, 1]]])
        assert np.allclose(double(np.array([[[3, 0]]], np.float32)), [[[6.5, 0.5]]])


class TestGrid:
    def test_backward_undoes_a_shift(self) -> None:
        """Content moved by a constant has come that far everywhere."""
        forward = np.broadcast_to(np.array([3, -2], np.float32), GRID.nodes().shape).copy()
        assert np.abs(GRID.backward(forward) - [3, -2]).max() < EXACT

    def test_backward_follows_a_stretch(self) -> None:
        """Content stretched by a tenth about a point comes from a tenth less far away."""
        centre = np.array([56, 32])
        forward = (0.1 * (GRID.nodes() - centre)).astype(np.float32)
        inner = np.s_[2:-2, 2:-2]
        expected = (centre + (GRID.nodes() - centre) / 1.1)[inner]
        assert np.abs((GRID.nodes() - GRID.backward(forward, rounds=8))[inner] - expected).max() < BETWEEN_NODES

    def test_forward_undoes_reading_through_a_camera(self) -> None:
        """A point is seen where the frame finds its content, through a camera and a stretch."""
        view = View(3.0, -2.0, 0.9)
        moves = (0.05 * (GRID.seen(view) - np.array([56, 32]))).astype(np.float32)
        seen = np.array([[40.0, 30.0], [61.5, 20.25]])
        content = view.places(seen.astype(np.float32)) - GRID.sample(moves, seen)
        assert np.abs(GRID.forward(moves, view, content, rounds=8) - seen).max() < BETWEEN_NODES

    def test_sample_reads_between_nodes(self) -> None:
        """A field that grows evenly is read exactly anywhere inside."""
        points = np.array([[20.0, 11.0], [61.5, 40.25]])
        assert np.abs(GRID.sample(GRID.nodes(), points) - points).max() <= BETWEEN_NODES * GRID.step


class TestMix:
    def test_weights_add_up(self) -> None:
        """Fields are added by their weights; zero leaves a field out."""
        ones = np.ones((2, 2, 2), np.float32)
        assert np.allclose(mix([ones, 2 * ones, ones], [0.5, 0.25, 0.0]), 1.0)
