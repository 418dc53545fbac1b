"""Sound, picture and finished file against a bare libx264 encode of the same frames with the same settings, in one run.

    .venv/bin/python -m benchmarks.render_ratio [SCRIPT] [--avatar NAME] [--repeat N]

The final frames, captions included, are first written to a raw file (3.1 MB a frame) and read once, so that the encode feeds
from memory. Then both are measured in turn, N times: wall clock, and processor seconds of all processes.
"""

import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.reel_inputs import ReelInputs, make_inputs, read_arguments
from tasks.domain.timeline import FPS, SIZE_PX
from tasks.media.drawing.performance import draw
from tasks.media.encoding import MP4, VIDEO, burn
from tasks.media.ffmpeg import encoder, find_ffmpeg, local_file, raw_video, run
from tasks.render.task import font_folder

TARGET = 2.5
"""Largest ratio wanted."""


def main() -> None:
    """Prints both times of every repetition, and the median ratio."""
    arguments = read_arguments(__doc__ or "")
    inputs = make_inputs(arguments.script, arguments.avatar)
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        folder = Path(name)
        raw = write_final_frames(inputs, folder)
        rows = [measure_pair(inputs, raw, folder) for _ in range(arguments.repeat)]
    count = inputs.performance.frame_count
    print(f"{count} frames of {SIZE_PX[0]}x{SIZE_PX[1]}; encode fed from {raw.parent.parent} through the page cache")
    print("  render s  encode s  ratio   render CPU s  encode CPU s   render ms/frame")
    for (render_s, render_cpu), (encode_s, encode_cpu) in rows:
        print(f"  {render_s:8.2f}  {encode_s:8.2f}  {render_s / encode_s:5.2f}   {render_cpu:12.2f}  {encode_cpu:12.2f}"
              f"   {1000 * render_s / count:8.1f}")
    ratio = statistics.median(render_s / encode_s for (render_s, _), (encode_s, _) in rows)
    cpu_ratio = statistics.median(render_cpu / encode_cpu for (_, render_cpu), (_, encode_cpu) in rows)
    print(f"median ratio {ratio:.2f} (wanted: at most {TARGET}), of processor time {cpu_ratio:.2f}")


def measure_pair(inputs: ReelInputs, raw: Path, folder: Path) -> tuple[tuple[float, float], tuple[float, float]]:
    """Wall and processor seconds of the render stage, then of the bare encode."""
    whole = timed(inputs.render)
    return whole, timed(lambda: bare_encode(raw, folder / "bare.mp4"))


def bare_encode(raw: Path, target: Path) -> None:
    """Encodes raw frames with the settings of the render stage, without sound or captions."""
    source = [local_file(raw) if argument == "pipe:0" else argument for argument in raw_video(SIZE_PX, FPS)]
    run(find_ffmpeg(), [*source, *VIDEO, *MP4, local_file(target)], place=target)


def write_final_frames(inputs: ReelInputs, folder: Path) -> Path:
    """The reel's frames with captions as raw I420."""
    raw = folder / "final.yuv"
    fonts = font_folder(inputs.plan, folder)
    filters = ",".join(burn(inputs.store.path(texts.subtitles), fonts) for texts in (inputs.overlays, inputs.captions))
    arguments = [*raw_video(SIZE_PX, FPS), "-vf", filters, "-f", "rawvideo", local_file(raw)]
    with encoder(find_ffmpeg(), arguments, place=raw) as write:
        for frame in draw(inputs.dressed, inputs.store.path, size=SIZE_PX):
            write(frame)
    with raw.open("rb") as file:
        while file.read(1 << 24):
            pass
    return raw


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Wall seconds and processor seconds, children included."""
    before, start_s = _cpu_s(), time.perf_counter()
    work()
    return time.perf_counter() - start_s, _cpu_s() - before


def _cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    main()
