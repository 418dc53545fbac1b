"""Memory does not grow with the reel: no picture is kept."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SIZE = (96, 160)
NOISE_MB = 6.0
"""Two runs of the same length differ by this much; 5,100 more frames of this size would be 118 MB."""

PROGRAM = """
import json, sys, threading
from pathlib import Path
import numpy as np, psutil
from tasks.render.ffmpeg_pass import FfmpegRender

job = json.loads(sys.argv[1])
own, peaks, over = psutil.Process(), [], threading.Event()

def weigh():
    while not over.wait(0.02):
        for process in own.children():
            try:
                peaks.append((process.memory_info().rss + own.memory_info().rss) / 1e6)
            except psutil.Error:
                pass

frames = (np.full((job["size"][1] * 3 // 2, job["size"][0]), 40 + index % 150, np.uint8) for index in range(job["count"]))
thread = threading.Thread(target=weigh)
thread.start()
FfmpegRender(program=job["program"]).film(
    frames, frame_count=job["count"], size=tuple(job["size"]), subtitles=(Path(job["subtitles"]),), fonts=Path(job["fonts"]),
    target=Path(job["target"]), progress=lambda _: None)
over.set()
thread.join()
print(max(peaks))
"""


def peak_mb(materials: Any, frames: int) -> float:
    """Most memory that a process of its own and its ffmpeg held together while a reel was made."""
    job = {"size": SIZE, "count": frames, "program": materials.program,
           "subtitles": str(materials.subtitles()), "fonts": str(materials.fonts), "target": str(materials.target)}
    done = subprocess.run([sys.executable, "-c", PROGRAM, json.dumps(job)], capture_output=True, text=True, check=True,
                          cwd=Path(__file__).parents[2])
    return float(done.stdout)


def test_three_minutes_need_no_more_than_ten_seconds(materials: Any) -> None:
    """300 frames and 5,400 frames reach the same peak, within the noise of two equal runs."""
    assert peak_mb(materials, 5400) == pytest.approx(peak_mb(materials, 300), abs=NOISE_MB)
