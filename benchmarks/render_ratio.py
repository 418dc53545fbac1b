"""Picture and finished file against a bare libx264 encode of the same frames with the same settings, in one run.

    .venv/bin/python -m benchmarks.render_ratio [SCRIPT] [--avatar NAME] [--repeat N]

The final frames, captions included, are first written to a raw file (3.1 MB a frame) and read once, so that the encode feeds
from memory. Then all are measured in turn, N times: wall clock, and processor seconds of all processes.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.cpu_time import processor_s
from benchmarks.reel_inputs import ReelInputs, make_inputs, read_arguments
from tasks.domain.overlays import Sound
from tasks.domain.timeline import FPS, SIZE_PX
from tasks.media.drawing.performance import draw
from tasks.media.encoding import MP4, VIDEO, burn
from tasks.media.ffmpeg import encoder, find_ffmpeg, local_file, raw_video, run
from tasks.render.task import font_folder

TARGETS = {"plain": 1.8, "everything on": 2.2}
"""Largest ratios wanted."""


def main() -> None:
    """Prints all times of every repetition, and the median ratios."""
    arguments = read_arguments(__doc__ or "")
    inputs = make_inputs(arguments.script, arguments.avatar)
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        folder = Path(name)
        raw = write_final_frames(inputs, folder)
        rows = [measure(inputs, raw, folder) for _ in range(arguments.repeat)]
    count = inputs.performance.frame_count
    print(f"{count} frames of {SIZE_PX[0]}x{SIZE_PX[1]}; encode fed from {raw.parent.parent} through the page cache")
    print("  picture and file s  CPU s   sound s  CPU s   encode s  CPU s   ratio  with sound   picture ms/frame")
    for film, sound, encode in rows:
        print(f"  {film[0]:18.2f}  {film[1]:5.2f}   {sound[0]:7.2f}  {sound[1]:5.2f}   {encode[0]:8.2f}  {encode[1]:5.2f}"
              f"   {film[0] / encode[0]:5.2f}  {(film[0] + sound[0]) / encode[0]:10.2f}   {1000 * film[0] / count:16.1f}")
    ratio = statistics.median(film[0] / encode[0] for film, _, encode in rows)
    whole = statistics.median((film[0] + sound[0]) / encode[0] for film, sound, encode in rows)
    wanted = ", ".join(f"{what} at most {most}" for what, most in TARGETS.items())
    print(f"median ratio {ratio:.2f}, with the sound {whole:.2f} (wanted: {wanted})")


def measure(inputs: ReelInputs, raw: Path, folder: Path) -> tuple[tuple[float, float], ...]:
    """Wall and processor seconds of picture and finished file, of the sound, and of the bare encode."""
    heard: list[Sound] = []
    sound = timed(lambda: heard.append(inputs.sound()))
    film = timed(lambda: inputs.film(heard[0]))
    return film, sound, timed(lambda: bare_encode(raw, folder / "bare.mp4"))


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
    before, start_s = processor_s(), time.perf_counter()
    work()
    return time.perf_counter() - start_s, processor_s() - before


if __name__ == "__main__":
    main()
