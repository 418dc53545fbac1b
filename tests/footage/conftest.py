"""Films whose brightness tells the time."""

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from tasks.domain.timeline import FPS
from tasks.media.ffmpeg import BT709, encoder, find_ffmpeg, local_file, raw_video

DARKEST, STEP = 30, 2
"""Luma of the first frame, and how much brighter each next one is."""


@pytest.fixture
def clock(tmp_path: Path) -> Callable[..., Path]:
    """`clock(count, size)`: a film of that many frames, each a little brighter than the one before."""
    def make(count: int, size: tuple[int, int] = (90, 160)) -> Path:
        path = tmp_path / f"clock-{count}.mp4"
        arguments = [*raw_video(size, FPS), "-c:v", "libx264", "-qp", "2", *BT709, local_file(path)]
        with encoder(find_ffmpeg(), arguments, place=path) as write:
            for index in range(count):
                frame = np.full((size[1] * 3 // 2, size[0]), 128, np.uint8)
                frame[: size[1]] = DARKEST + STEP * index
                write(frame)
        return path

    return make


@pytest.fixture
def ticks() -> Callable[[Path], list[float]]:
    """`ticks(path)`: which frame of a clock each frame of a film shows; between two in a dissolve."""
    def read(path: Path) -> list[float]:
        with av.open(str(path)) as container:
            planes = [frame.to_ndarray(format="yuv420p") for frame in container.decode(video=0)]
        return [(float(plane[: plane.shape[0] * 2 // 3].mean()) - DARKEST) / STEP for plane in planes]

    return read
