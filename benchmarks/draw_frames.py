"""Times the drawing of frames, on one core and with the threads `draw` uses.

    python benchmarks/draw_frames.py --avatar ada --frames 150

Prints milliseconds of processor time a frame for each part, then for whole frames through `draw`.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any

import cv2
import numpy as np

from tasks.domain.media import MediaFile
from tasks.domain.performance import Performance, PuppetShot
from tasks.media.curves import CAMERA, Curves
from tasks.media.drawing.performance import draw
from tasks.media.drawing.puppet import Puppet
from tasks.media.rig.model import Rig, read_portrait

AVATARS = Path(__file__).parents[1] / "avatars"
SIZE = (1080, 1920)


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--avatar", default="ada")
    parser.add_argument("--frames", type=int, default=150)
    parser.add_argument("--rest", action="store_true", help="no smile, and the camera at rest")
    options = parser.parse_args()
    folder = AVATARS / options.avatar
    motion, mouth = talk(options.frames)
    if options.rest:
        motion = Curves({name: curve for name, curve in motion.values.items() if name not in ("smile", *CAMERA)})
    time_parts(folder, motion, mouth, options.frames)
    time_threads(folder, motion, mouth, options.frames)


def talk(count: int) -> tuple[Curves, Curves]:
    """Curves of somebody who speaks and smiles without a pause and blinks every three seconds, under a moving camera."""
    t = np.arange(count) / 30
    motion = {"yaw": 0.06 * np.sin(t), "pitch": 0.03 * np.sin(1.3 * t), "roll": 0.02 * np.sin(0.7 * t),
              "sway": 0.01 * np.sin(t), "brow": 0.3 * np.sin(t), "blink": np.clip(np.cos(2.1 * t) * 9 - 8, 0, 1),
              "gaze_x": 0.4 * np.sin(3 * t), "gaze_y": 0 * t, "breath": 0.5 - 0.5 * np.cos(1.7 * t),
              "smile": 0.4 + 0.3 * np.sin(t), "zoom": 0.02 + 0.02 * np.sin(t), "pan_x": 0.004 * np.sin(t), "pan_y": 0 * t}
    mouth = {"jaw": 0.3 + 0.3 * np.sin(12 * t), "wide": 0.4 * np.sin(7 * t), "upper": 0.2 + 0 * t, "lower": 0.2 + 0 * t,
             "tuck": 0 * t, "press": 0 * t, "tongue": 0.2 + 0 * t}
    return (Curves({name: curve.astype(np.float32) for name, curve in motion.items()}),
            Curves({name: curve.astype(np.float32) for name, curve in mouth.items()}))


def time_parts(folder: Path, motion: Curves, mouth: Curves, count: int) -> None:
    """Milliseconds of processor time a frame of each part; other programs on the machine disturb it little."""
    cv2.setNumThreads(1)
    rig = Rig.read(folder / "rig.json")
    image = read_portrait(folder / "portrait.png", rig)
    started = time.perf_counter()
    puppet = Puppet(image, rig, SIZE)
    print(f"preparing the puppet    {1000 * (time.perf_counter() - started):7.1f} ms once")
    parts: dict[str, list[float]] = {}

    def watch(name: str, owner: Any, method: str) -> None:
        original: Callable[..., Any] = getattr(owner, method)

        def timed(*args: Any) -> Any:
            start = time.thread_time()
            result = original(*args)
            parts.setdefault(name, [0.0] * count)[index] += 1000 * (time.thread_time() - start)
            return result

        setattr(owner, method, timed)

    left, right = puppet._eyes
    watched = (("mouth: shapes", puppet._mouth, "shape"), ("mouth: parting the lips", puppet._mouth, "part"),
               ("mouth: inside", puppet._mouth, "fill"), ("folds", puppet._folds, "draw"), ("eyes", left, "draw"),
               ("eyes", right, "draw"), ("pose: field", puppet._pose, "places"), ("plan", puppet._coverage, "plan"),
               ("background", puppet._background, "film_into"), ("person: warp and matte", puppet, "_draw_run"),
               ("whole frame", puppet, "frame"))
    for name, owner, method in watched:
        watch(name, owner, method)
    for index in range(count):
        puppet.frame(motion.at(index) | mouth.at(index))
    for name, times in parts.items():
        print(f"{name:<24}{median(times):7.2f} ms median {np.mean(times):7.2f} mean {np.percentile(times, 95):7.2f} p95")


def time_threads(folder: Path, motion: Curves, mouth: Curves, count: int) -> None:
    """Milliseconds a frame through `draw`."""
    with tempfile.TemporaryDirectory() as scratch:
        for name, curves in (("motion", motion), ("mouth", mouth)):
            (Path(scratch) / name).write_text(curves.to_json(), "utf-8")
        shot = PuppetShot(start_s=0, end_s=count / 30, portrait=media(folder / "portrait.png"),
                          rig=media(folder / "rig.json"), motion=media(Path(scratch) / "motion"))
        performance = Performance(frame_count=count, shots=(shot,), mouth=media(Path(scratch) / "mouth"), engine="benchmark",
                                  version="1")
        frames = draw(performance, lambda file: Path(file.uri), size=SIZE)
        next(frames)
        started, cpu = time.perf_counter(), time.process_time()
        drawn = sum(1 for _ in frames)
        print(f"draw, its own threads   {1000 * (time.perf_counter() - started) / drawn:7.2f} ms a frame, "
              f"{1000 * (time.process_time() - cpu) / drawn:.2f} ms of CPU")


def media(path: Path) -> MediaFile:
    """A file as the store would name it."""
    content = path.read_bytes()
    return MediaFile(uri=str(path), sha256=sha256(content).hexdigest(), size_bytes=len(content))


if __name__ == "__main__":
    main()
