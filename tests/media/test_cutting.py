"""A part of a film, and moviepy imported without side effects."""

import os
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from tasks.media.cutting import write_part
from tasks.media.ffmpeg import BT709, encoder, find_ffmpeg, local_file, raw_video

SIZE = (96, 160)
COUNT = 50
DARKEST, STEP = 30, 3
ROUNDING = 0.6


@pytest.fixture
def clock(tmp_path: Path) -> Path:
    """A film in which each frame is brighter than the one before, with B-frames and few key frames."""
    path = tmp_path / "clock.mp4"
    arguments = [*raw_video(SIZE, 30), "-c:v", "libx264", "-qp", "2", "-g", "20", "-bf", "2", *BT709, local_file(path)]
    with encoder(find_ffmpeg(), arguments, place=path) as write:
        for index in range(COUNT):
            frame = np.full((SIZE[1] * 3 // 2, SIZE[0]), 128, np.uint8)
            frame[:SIZE[1]] = DARKEST + STEP * index
            write(frame)
    return path


def ticks(path: Path) -> list[float]:
    """Which frame of the clock each frame shows."""
    with av.open(str(path)) as container:
        lumas = [frame.to_ndarray(format="yuv420p")[:SIZE[1]].mean() for frame in container.decode(video=0)]
    return [(float(luma) - DARKEST) / STEP for luma in lumas]


class TestWritePart:
    @pytest.mark.parametrize("part", [(0, COUNT), (7, 31), (19, 21), (40, COUNT)])
    def test_the_part_is_kept(self, clock: Path, part: tuple[int, int]) -> None:
        """Frame by frame; no other file is left beside it."""
        target = clock.with_name("kept.mp4")
        write_part(clock, target, frames=part, size=SIZE, program=find_ffmpeg(), progress=lambda _: None)
        assert ticks(target) == pytest.approx(range(*part), abs=ROUNDING)
        assert sorted(path.name for path in clock.parent.iterdir()) == ["clock.mp4", "kept.mp4"]


class TestImport:
    def test_environment_file_is_not_read(self, tmp_path: Path) -> None:
        """Left alone, moviepy would read `.env` from the folder one works in."""
        (tmp_path / ".env").write_text("REELS_TEST_SECRET=read\n")
        asks = ("import os; from tasks.media.cutting import load_moviepy; load_moviepy();"
                " print(os.environ.get('REELS_TEST_SECRET'), os.environ.get('PYTHON_DOTENV_DISABLED'))")
        done = subprocess.run([sys.executable, "-c", asks], cwd=tmp_path, capture_output=True, text=True, check=True,
                              env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])})
        assert done.stdout.split() == ["None", "None"]
